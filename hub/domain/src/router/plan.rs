//! One record of decisions in the making: each is applied to the working copy as it is made, so
//! that the next sees it.

use crate::allocation::decision::{AssignedBy, Decision, RevokeReason};
use crate::allocation::fold::Allocation;
use crate::allocation::offers::Offer;
use crate::id::{AgentId, ConversationId, DepartmentId, OfferId, Ref};
use crate::limits::MAX_DECISIONS;
use crate::routing::policy::Policy;
use crate::stall::Stalls;
use crate::time::Time;
use std::collections::BTreeSet;

/// The record and what it is decided on.
pub(super) struct Plan<'a> {
    pub(super) state: &'a mut Allocation,
    pub(super) policy: &'a Policy,
    pub(super) unreachable: &'a BTreeSet<AgentId>,
    pub(super) stalls: &'a Stalls,
    pub(super) now: Time,
    pub(super) decisions: Vec<Decision>,
    /// When the same plan would find more to do, if nothing else happens.
    pub(super) again: Option<Time>,
}

/// Details of an assignment.
pub(super) struct Taking {
    pub(super) by: AssignedBy,
    pub(super) offer: Option<OfferId>,
    pub(super) command: Option<(Ref, u64)>,
    pub(super) from: Option<AgentId>,
}

impl Plan<'_> {
    /// Everything there is to decide now, as far as the record has room.
    pub(super) fn make(&mut self) {
        self.answer_commands();
        self.revoke_stale();
        self.revoke_disturbed();
        self.expire();
        self.hold_places();
        self.bring_back();
        self.serve_transfers();
        self.sign_off_finished();
        self.serve_lines();
    }

    /// Whether so many more decisions fit.
    pub(super) fn has_room(&self, more: usize) -> bool {
        self.decisions.len() + more <= MAX_DECISIONS
    }

    pub(super) fn decide(&mut self, decision: Decision) {
        self.state.apply(&decision, self.now);
        self.decisions.push(decision);
    }

    /// Nothing to do before that time.
    pub(super) fn wait_until(&mut self, at: Time) {
        self.again = Some(self.again.map_or(at, |again| again.min(at)));
    }

    pub(super) fn next_offer(&self) -> OfferId {
        OfferId::new(format!("o{}", self.state.offers_made + 1)).expect("digits are an id")
    }

    pub(super) fn revoke(&mut self, id: &OfferId, offer: &Offer, reason: RevokeReason) {
        self.decide(Decision::Revoked {
            conversation: offer.conversation.clone(),
            offer: id.clone(),
            agent: offer.agent.clone(),
            reason,
        });
    }

    /// Takes back the open offer of a conversation, where there is one.
    pub(super) fn revoke_of(&mut self, conversation: &ConversationId, reason: RevokeReason) {
        let open = self.state.offer_of(conversation);
        if let Some((id, offer)) = open.map(|(id, offer)| (id.clone(), offer.clone())) {
            self.revoke(&id, &offer, reason);
        }
    }

    /// The conversation becomes the agent's.
    pub(super) fn assign(
        &mut self,
        conversation: &ConversationId,
        agent: &AgentId,
        department: &DepartmentId,
        taking: Taking,
    ) {
        let weight = match &taking.offer {
            Some(_) => 0,
            None => self
                .state
                .entry(conversation)
                .map_or(0, |entry| entry.place.weight()),
        };
        let over_capacity = self
            .state
            .agent(agent)
            .is_some_and(|agent| !agent.has_room(weight));
        let (reference, digest) = taking.command.unzip();
        self.decide(Decision::Assigned {
            conversation: conversation.clone(),
            agent: agent.clone(),
            department: department.clone(),
            by: taking.by,
            offer: taking.offer,
            reference,
            digest,
            from: taking.from,
            over_capacity,
        });
    }
}
