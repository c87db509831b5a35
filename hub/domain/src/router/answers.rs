//! Every accept, decline and claim gets exactly one answer, in the order of the log.

use super::plan::{Plan, Taking};
use crate::allocation::decision::{AssignedBy, Decision, RefusalCode, RevokeReason};
use crate::allocation::offers::{Ask, Offer, Wish};
use crate::allocation::queue::Place;
use crate::id::OfferId;

impl Plan<'_> {
    pub(super) fn answer_commands(&mut self) {
        while self.has_room(2)
            && let Some(ask) = self.state.asks.values().next().cloned()
        {
            match &ask.wish {
                Wish::Accept { offer, digest } => self.accept(&ask, offer, *digest),
                Wish::Decline { offer } => self.decline(&ask, offer),
                Wish::Claim { digest } => self.claim(&ask, *digest),
            }
        }
    }

    fn accept(&mut self, ask: &Ask, id: &OfferId, digest: u64) {
        let Some(offer) = self.open_offer(ask, id) else {
            return self.refuse_late(ask);
        };
        let Some(demand) = self.demand_department(ask) else {
            return self.refuse_late(ask);
        };
        let by = match offer.from {
            Some(_) => AssignedBy::Transfer,
            None => AssignedBy::Offer,
        };
        let taking = Taking {
            by,
            offer: Some(id.clone()),
            command: Some((ask.reference.clone(), digest)),
            from: offer.from,
        };
        self.assign(&ask.conversation, &ask.agent, &demand, taking);
    }

    fn decline(&mut self, ask: &Ask, id: &OfferId) {
        if self.open_offer(ask, id).is_none() {
            return self.refuse(ask, RefusalCode::OfferExpired);
        }
        self.decide(Decision::Declined {
            conversation: ask.conversation.clone(),
            offer: id.clone(),
            agent: ask.agent.clone(),
            reference: ask.reference.clone(),
        });
    }

    fn claim(&mut self, ask: &Ask, digest: u64) {
        let Some(entry) = self.state.entry(&ask.conversation) else {
            return self.refuse(ask, RefusalCode::NotFound);
        };
        let Place::Waiting(waiting) = &entry.place else {
            return self.refuse(ask, RefusalCode::AlreadyAssigned);
        };
        let (department, weight) = (waiting.demand.department.clone(), waiting.demand.weight);
        let agent = self.state.agent(&ask.agent);
        let Some(agent) = agent.filter(|agent| agent.serves(&department)) else {
            return self.refuse(ask, RefusalCode::NotFound);
        };
        let own = self.state.offer_of(&ask.conversation);
        let own = own.filter(|(_, offer)| offer.agent == ask.agent);
        let own = own.map(|(id, _)| id.clone());
        if own.is_none() && !agent.has_room(weight) {
            return self.refuse(ask, RefusalCode::CapacityFull);
        }
        if own.is_none() {
            self.revoke_of(&ask.conversation, RevokeReason::AcceptedElsewhere);
        }
        let taking = Taking {
            by: AssignedBy::Claim,
            offer: own,
            command: Some((ask.reference.clone(), digest)),
            from: None,
        };
        self.assign(&ask.conversation, &ask.agent, &department, taking);
    }

    /// The offer, if it is this agent's, about this conversation and still holds.
    fn open_offer(&self, ask: &Ask, id: &OfferId) -> Option<Offer> {
        let offer = self.state.offer(id)?;
        let holds = offer.agent == ask.agent
            && offer.conversation == ask.conversation
            && offer.stale.is_none();
        holds.then(|| offer.clone())
    }

    fn demand_department(&self, ask: &Ask) -> Option<crate::id::DepartmentId> {
        let entry = self.state.entry(&ask.conversation)?;
        Some(entry.place.demand()?.department.clone())
    }

    fn refuse_late(&mut self, ask: &Ask) {
        let place = self.state.entry(&ask.conversation).map(|e| &e.place);
        let code = match place {
            Some(Place::Owned(_)) => RefusalCode::AlreadyAssigned,
            _ => RefusalCode::OfferExpired,
        };
        self.refuse(ask, code);
    }

    fn refuse(&mut self, ask: &Ask, code: RefusalCode) {
        self.decide(Decision::Refused {
            agent: ask.agent.clone(),
            reference: ask.reference.clone(),
            code,
        });
    }
}
