//! Facts about conversations: each carries the whole demand, and a later round replaces
//! whatever was before.

use super::Allocation;
use crate::allocation::agents::Links;
use crate::allocation::decision::RevokeReason;
use crate::allocation::fact::{Demand, Fact, Target};
use crate::allocation::queue::{Entry, Owned, Place, Transfer, Waiting};
use crate::id::{AgentId, ConversationId, DepartmentId};
use std::collections::BTreeMap;

/// Rounds of released conversations that are remembered against late facts. A fact that is
/// later than that is answered by the conversation itself when its offer is accepted.
const RELEASED: usize = 10_000;

impl Allocation {
    pub(super) fn fold_conversation(&mut self, fact: &Fact) {
        match fact {
            Fact::Enqueued {
                conversation,
                round,
                demand,
            } => self.enqueued(conversation, *round, demand),
            Fact::Held {
                conversation,
                round,
                agent,
                department,
                weight,
                wrap_up_until,
            } => {
                let place = Place::Owned(Owned {
                    agent: agent.clone(),
                    department: department.clone(),
                    weight: *weight,
                    wrap_up_until: *wrap_up_until,
                    unconfirmed: None,
                });
                self.supersede(conversation, *round, place);
            }
            Fact::TransferRequested {
                conversation,
                round,
                from,
                to,
                demand,
            } => self.transfer_requested(conversation, *round, from, to, demand),
            Fact::Released {
                conversation,
                round,
            } => self.released(conversation, *round),
            _ => {}
        }
    }

    fn enqueued(&mut self, conversation: &ConversationId, round: u64, demand: &Demand) {
        if self.is_late(conversation, round) {
            return;
        }
        self.tell_time(demand.enqueued_at);
        let place = Place::Waiting(Waiting {
            demand: demand.clone(),
            arrival: self.next_arrival(),
            asked: BTreeMap::new(),
            held: false,
        });
        self.supersede(conversation, round, place);
    }

    fn transfer_requested(
        &mut self,
        conversation: &ConversationId,
        round: u64,
        from: &AgentId,
        to: &Target,
        demand: &Demand,
    ) {
        if self.is_late(conversation, round) {
            return;
        }
        let place = Place::Transfer(Transfer {
            from: from.clone(),
            department: self.department_before(conversation, demand),
            to: to.clone(),
            demand: demand.clone(),
            arrival: self.next_arrival(),
            asked: BTreeMap::new(),
            last: None,
        });
        self.supersede(conversation, round, place);
    }

    /// The department that a transferred conversation is owned for.
    fn department_before(&self, conversation: &ConversationId, demand: &Demand) -> DepartmentId {
        match self.entries.get(conversation).map(|entry| &entry.place) {
            Some(Place::Owned(owned)) => owned.department.clone(),
            Some(Place::Transfer(transfer)) => transfer.department.clone(),
            _ => demand.department.clone(),
        }
    }

    fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    fn is_late(&self, conversation: &ConversationId, round: u64) -> bool {
        let known = self.entries.get(conversation).map(|entry| entry.round);
        let released = self.released.get(conversation).copied();
        known.max(released).is_some_and(|known| round <= known)
    }

    /// A later round replaces whatever was before; an open offer becomes stale.
    fn supersede(&mut self, conversation: &ConversationId, round: u64, place: Place) {
        if self.is_late(conversation, round) {
            return;
        }
        let old = self.lift(conversation);
        let (customer, mut gone_since) = match &old {
            Some(old) => (old.customer.clone(), old.gone_since),
            None => (Links::default(), None),
        };
        if let Some(old) = &old {
            self.spoil_offer(old, Some(&place));
            if matches!(place, Place::Waiting(_)) && !matches!(old.place, Place::Waiting(_)) {
                gone_since = gone_since.map(|since| since.max(self.now));
            }
        }
        let entry = Entry {
            round,
            place,
            customer,
            gone_since,
            offer: None,
        };
        self.put(conversation.clone(), entry);
    }

    fn released(&mut self, conversation: &ConversationId, round: u64) {
        if self.is_late(conversation, round) {
            return;
        }
        if let Some(old) = self.lift(conversation) {
            self.spoil_offer(&old, None);
        }
        self.released.insert(conversation.clone(), round);
        self.released_order.push_back((conversation.clone(), round));
        if self.released_order.len() > RELEASED
            && let Some((oldest, round)) = self.released_order.pop_front()
            && self.released.get(&oldest) == Some(&round)
        {
            self.released.remove(&oldest);
        }
    }

    /// The open offer of a superseded round is over; the lease holder revokes it.
    fn spoil_offer(&mut self, old: &Entry, new: Option<&Place>) {
        let Some(id) = &old.offer else { return };
        let reason = match (&old.place, new) {
            (_, None) => RevokeReason::Closed,
            (Place::Transfer(before), Some(Place::Owned(now))) if before.from == now.agent => {
                if now.wrap_up_until.is_some() {
                    RevokeReason::Closed
                } else {
                    RevokeReason::Cancelled
                }
            }
            (_, Some(Place::Owned(_))) => RevokeReason::AcceptedElsewhere,
            (_, Some(_)) => RevokeReason::Transferred,
        };
        if let Some(offer) = self.offers.get_mut(id) {
            offer.stale = Some(reason);
            self.index.stale.insert(id.clone(), reason);
        }
    }
}
