//! What follows from the agents' states and from offers that end by themselves.

use super::plan::{Plan, Taking};
use crate::allocation::agents::Agent;
use crate::allocation::decision::{AssignedBy, Decision, RevokeReason};
use crate::allocation::fact::Availability;
use crate::allocation::offers::Offer;
use crate::allocation::queue::Place;
use crate::id::{AgentId, ConversationId, OfferId};
use crate::time::Time;

impl Plan<'_> {
    /// Offers whose conversation has gone on.
    pub(super) fn revoke_stale(&mut self) {
        while self.has_room(1)
            && let Some((id, reason)) = self.state.index.stale.first_key_value()
        {
            let (id, reason) = (id.clone(), *reason);
            let Some(offer) = self.state.offer(&id).cloned() else {
                return;
            };
            self.revoke(&id, &offer, reason);
        }
    }

    /// Offers whose agent does not take them any more.
    pub(super) fn revoke_disturbed(&mut self) {
        let mut over: Vec<(OfferId, Offer)> = Vec::new();
        let mut later = None;
        for id in &self.state.index.disturbed {
            let Some(agent) = self.state.agent(id) else {
                continue;
            };
            for (offer_id, offer) in self.state.offers_to(id) {
                match self.ends_at(agent, offer) {
                    Some(at) if at <= self.now => over.push((offer_id.clone(), offer.clone())),
                    Some(at) => later = later.into_iter().chain([at]).min(),
                    None => {}
                }
            }
        }
        if let Some(at) = later {
            self.wait_until(at);
        }
        for (id, offer) in over {
            if self.has_room(1) {
                self.revoke(&id, &offer, RevokeReason::Unreachable);
            }
        }
    }

    /// When the agent's state ends the offer: at once, or after the grace when only the
    /// connection is lost.
    fn ends_at(&self, agent: &Agent, offer: &Offer) -> Option<Time> {
        let transfer = offer.from.is_some();
        let willing = match agent.availability {
            Availability::Available => transfer || !(agent.idle && agent.is_on()),
            Availability::Busy => transfer,
            _ => false,
        };
        if !willing || agent.profile.is_none() {
            return Some(self.now);
        }
        let since = agent.off_since?;
        let grace = self.policy.graces.offer_revoke;
        Some(self.stalls.deadline(since, grace))
    }

    /// Offers that nobody answered in time.
    pub(super) fn expire(&mut self) {
        let due: Vec<OfferId> = self
            .state
            .index
            .expiry
            .iter()
            .take_while(|(at, _)| *at <= self.now)
            .filter(|(_, id)| self.state.offer(id).is_some_and(|o| self.is_over(o)))
            .map(|(_, id)| id.clone())
            .collect();
        for id in due {
            let Some(offer) = self.state.offer(&id).filter(|_| self.has_room(2)).cloned() else {
                continue;
            };
            self.decide(Decision::Expired {
                conversation: offer.conversation,
                offer: id,
                agent: offer.agent.clone(),
                missed: offer.shown,
            });
            self.count_missed(&offer.agent);
        }
    }

    fn is_over(&self, offer: &Offer) -> bool {
        let length = offer.expires_at.since(offer.at);
        self.stalls.deadline(offer.at, length) <= self.now
    }

    fn count_missed(&mut self, id: &AgentId) {
        let limit = self.policy.missed_limit;
        let tired = self.state.agent(id).is_some_and(|agent| {
            let asked = [Availability::Available, Availability::Busy];
            agent.missed >= limit && asked.contains(&agent.availability)
        });
        if tired {
            self.decide(Decision::PutOnBreak { agent: id.clone() });
        }
    }

    /// Waiting customers who have been gone for long keep their place, and nobody is asked.
    pub(super) fn hold_places(&mut self) {
        let away = self.policy.graces.customer_away;
        let due: Vec<ConversationId> = self
            .state
            .index
            .gone
            .iter()
            .take_while(|(since, _)| since.plus(away) <= self.now)
            .filter(|(since, _)| self.stalls.deadline(*since, away) <= self.now)
            .map(|(_, id)| id.clone())
            .collect();
        for id in due {
            if self.has_room(2) {
                self.revoke_of(&id, RevokeReason::Cancelled);
                self.decide(Decision::PlaceHeld { conversation: id });
            }
        }
    }

    /// Who lost its connection and is back before somebody else accepted takes its own back.
    pub(super) fn bring_back(&mut self) {
        let mut back: Vec<(AgentId, ConversationId)> = Vec::new();
        for (id, conversations) in &self.state.index.returning {
            let here = self.state.agent(id).is_some_and(|agent| {
                agent.is_on()
                    && agent.profile.is_some()
                    && agent.availability != Availability::Offline
            });
            if here {
                back.extend(conversations.iter().map(|c| (id.clone(), c.clone())));
            }
        }
        for (agent, conversation) in back {
            let Some(Place::Waiting(waiting)) =
                self.state.entry(&conversation).map(|entry| &entry.place)
            else {
                continue;
            };
            if !self.has_room(2) {
                return;
            }
            let department = waiting.demand.department.clone();
            self.revoke_of(&conversation, RevokeReason::AcceptedElsewhere);
            let taking = Taking {
                by: AssignedBy::Return,
                offer: None,
                command: None,
                from: None,
            };
            self.assign(&conversation, &agent, &department, taking);
        }
    }

    /// Finishing, and the last chat is done.
    pub(super) fn sign_off_finished(&mut self) {
        while self.has_room(1)
            && let Some(agent) = self.state.index.finished.first().cloned()
        {
            self.decide(Decision::WentOffline { agent });
        }
    }
}
