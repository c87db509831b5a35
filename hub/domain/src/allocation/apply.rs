//! How a decision changes the state.

use super::agents::Answered;
use super::decision::{Decision, ReturnReason};
use super::fact::Availability;
use super::fold::Allocation;
use super::offers::Offer;
use super::queue::{Meaning, Owned, Place, Unconfirmed};
use crate::id::{AgentId, ConversationId, DepartmentId, OfferId, Ref};
use crate::time::Time;

impl Allocation {
    /// Applies the next decision of the log, decided at `now`. The caller has ruled out those
    /// of an older term.
    pub fn apply(&mut self, decision: &Decision, now: Time) {
        self.decisions += 1;
        self.tell_time(now);
        match decision {
            Decision::Term { term } => self.term = self.term.max(*term),
            Decision::Offered { .. } => self.apply_offered(decision, now),
            Decision::Assigned { .. } => self.apply_assigned(decision, now),
            Decision::Declined {
                conversation,
                offer,
                agent,
                reference,
            } => {
                self.answer(agent, reference, Some(true));
                self.with_agent(agent, |agent| agent.missed = 0);
                self.asked(conversation, offer, ReturnReason::Declined, now);
            }
            Decision::Expired {
                conversation,
                offer,
                agent,
                missed,
            } => {
                if *missed {
                    self.with_agent(agent, |agent| agent.missed = agent.missed.saturating_add(1));
                }
                self.asked(conversation, offer, ReturnReason::Expired, now);
            }
            Decision::Revoked {
                conversation,
                offer,
                ..
            } => self.close_offer(conversation, offer),
            Decision::Returned { .. } => self.apply_returned(decision),
            Decision::Refused {
                agent, reference, ..
            } => self.answer(agent, reference, None),
            Decision::PutOnBreak { agent } => self.with_agent(agent, |agent| {
                agent.availability = Availability::OnBreak;
                agent.reason = Some("missed".to_owned());
                agent.missed = 0;
            }),
            Decision::WentOffline { agent } => self.with_agent(agent, |agent| {
                agent.availability = Availability::Offline;
                agent.reason = None;
            }),
            Decision::PlaceHeld { conversation } => self.hold_place(conversation),
            Decision::Snapshot { .. } => {}
        }
    }

    fn apply_offered(&mut self, decision: &Decision, now: Time) {
        let Decision::Offered {
            conversation,
            offer,
            agent,
            expires_at,
            ..
        } = decision
        else {
            return;
        };
        self.offers_made += 1;
        let Some(mut entry) = self.lift(conversation) else {
            return;
        };
        let made = Offer {
            conversation: conversation.clone(),
            round: entry.round,
            agent: agent.clone(),
            weight: entry.place.weight(),
            from: entry.place.owner().cloned(),
            at: now,
            expires_at: *expires_at,
            shown: false,
            stale: None,
        };
        entry.offer = Some(offer.clone());
        self.put(conversation.clone(), entry);
        self.put_offer(offer.clone(), made);
    }

    fn apply_assigned(&mut self, decision: &Decision, now: Time) {
        let Decision::Assigned {
            conversation,
            agent,
            department,
            by,
            offer,
            reference,
            digest,
            from,
            ..
        } = decision
        else {
            return;
        };
        if let Some(reference) = reference {
            self.answer(agent, reference, Some(false));
        }
        if let Some(offer) = offer {
            self.close_offer(conversation, offer);
        }
        let meaning = Meaning::Assigned {
            by: *by,
            from: from.clone(),
            reference: reference.clone().zip(*digest),
        };
        self.own(conversation, agent, department, meaning);
        self.with_agent(agent, |agent| {
            agent.missed = 0;
            agent.last_assigned = now;
        });
    }

    fn apply_returned(&mut self, decision: &Decision) {
        let Decision::Returned {
            conversation,
            from,
            to,
            reason,
        } = decision
        else {
            return;
        };
        let Some(Place::Transfer(transfer)) = self.entries.get(conversation).map(|e| &e.place)
        else {
            return;
        };
        let department = transfer.department.clone();
        let meaning = Meaning::Returned {
            to: to.clone(),
            reason: *reason,
        };
        self.own(conversation, from, &department, meaning);
    }

    /// Makes the agent the owner, until the conversation says otherwise in a later round.
    fn own(&mut self, id: &ConversationId, by: &AgentId, at: &DepartmentId, meaning: Meaning) {
        let Some(mut entry) = self.lift(id) else {
            return;
        };
        entry.place = Place::Owned(Owned {
            agent: by.clone(),
            department: at.clone(),
            weight: entry.place.weight(),
            wrap_up_until: None,
            unconfirmed: Some(Unconfirmed {
                decision: self.decisions,
                meaning,
            }),
        });
        self.put(id.clone(), entry);
    }

    /// The command has its answer; `granted` is remembered (`true`: a decline).
    fn answer(&mut self, agent: &AgentId, reference: &Ref, granted: Option<bool>) {
        self.asks
            .retain(|_, ask| ask.agent != *agent || ask.reference != *reference);
        if let Some(declined) = granted {
            let answered = Answered {
                reference: reference.clone(),
                decision: self.decisions,
                declined,
            };
            self.with_agent(agent, |agent| agent.remember(answered));
        }
    }

    /// The offer ended without acceptance: its agent is asked again only after others.
    fn asked(&mut self, id: &ConversationId, offer: &OfferId, how: ReturnReason, now: Time) {
        let Some(agent) = self.offers.get(offer).map(|offer| offer.agent.clone()) else {
            return;
        };
        let current = self
            .entries
            .get(id)
            .is_some_and(|entry| entry.offer.as_ref() == Some(offer));
        self.close_offer(id, offer);
        if !current {
            return;
        }
        let Some(mut entry) = self.lift(id) else {
            return;
        };
        if let Place::Transfer(transfer) = &mut entry.place {
            transfer.last = Some(how);
        }
        if let Some(asked) = entry.place.asked_mut() {
            asked.insert(agent, now);
        }
        self.put(id.clone(), entry);
    }

    fn close_offer(&mut self, id: &ConversationId, offer: &OfferId) {
        if self.lift_offer(offer).is_none() {
            return;
        }
        if let Some(mut entry) = self.lift(id) {
            if entry.offer.as_ref() == Some(offer) {
                entry.offer = None;
            }
            self.put(id.clone(), entry);
        }
    }

    fn hold_place(&mut self, id: &ConversationId) {
        let Some(mut entry) = self.lift(id) else {
            return;
        };
        if let Place::Waiting(waiting) = &mut entry.place {
            waiting.held = true;
        }
        self.put(id.clone(), entry);
    }
}
