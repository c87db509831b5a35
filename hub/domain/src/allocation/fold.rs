//! The state, and how a fact changes it. No policy: what follows from it is decided elsewhere.

use super::agents::{Agent, Agents, Links, Lives};
use super::decision::RevokeReason;
use super::fact::{Demand, Fact, Source, Target};
use super::index::Index;
use super::offers::{Ask, Offer, Wish};
use super::queue::{Entry, Owned, Place, Transfer, Waiting};
use crate::id::{AgentId, ConversationId, DepartmentId, Incarnation, NodeId, OfferId, Ref};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// Rounds of released conversations that are remembered against late facts. A fact that is
/// later than that is answered by the conversation itself when its offer is accepted.
const RELEASED: usize = 10_000;

/// The fold of both logs of one site.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Allocation {
    /// Term of the newest lease holder; decisions of an older one do not count.
    pub term: u64,
    /// Facts folded.
    pub facts: u64,
    /// Decisions seen, those without effect included.
    pub decisions: u64,
    /// The newest time that either log named: never goes back.
    pub now: Time,
    /// Offers ever made: names the next.
    pub offers_made: u64,
    pub(crate) arrivals: u64,
    pub(crate) agents: Agents,
    pub(crate) entries: BTreeMap<ConversationId, Entry>,
    pub(crate) offers: BTreeMap<OfferId, Offer>,
    /// Commands that wait for an answer, by the ordinal of their fact.
    pub(crate) asks: BTreeMap<u64, Ask>,
    lives: BTreeMap<NodeId, Lives>,
    released: BTreeMap<ConversationId, u64>,
    released_order: VecDeque<(ConversationId, u64)>,
    #[serde(skip)]
    pub(crate) index: Index,
}

impl Allocation {
    /// Folds the next fact of the log.
    pub fn fold(&mut self, fact: &Fact) {
        self.facts += 1;
        match fact {
            Fact::Enqueued { .. }
            | Fact::Held { .. }
            | Fact::TransferRequested { .. }
            | Fact::Released { .. } => self.fold_conversation(fact),
            Fact::CustomerPresent { .. }
            | Fact::AgentOn { .. }
            | Fact::AgentOff { .. }
            | Fact::NodeStarted { .. } => self.fold_presence(fact),
            Fact::AgentIdle { .. } | Fact::AvailabilitySet { .. } | Fact::ProfileSet { .. } => {
                self.fold_agent(fact);
            }
            Fact::OfferShown { .. }
            | Fact::Accepted { .. }
            | Fact::Declined { .. }
            | Fact::Claimed { .. } => self.fold_answer(fact),
        }
    }

    fn fold_conversation(&mut self, fact: &Fact) {
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

    fn fold_presence(&mut self, fact: &Fact) {
        match fact {
            Fact::CustomerPresent {
                conversation,
                source,
                present,
                at,
            } => {
                self.tell_time(*at);
                if self.is_living(source, *at) {
                    self.customer_present(conversation, source, *present, *at);
                }
            }
            Fact::AgentOn { agent, source, at } => self.agent_seen(agent, source, true, *at),
            Fact::AgentOff { agent, source, at } => self.agent_seen(agent, source, false, *at),
            Fact::NodeStarted {
                node,
                incarnation,
                at,
            } => {
                self.tell_time(*at);
                self.begin_life(node, incarnation, *at);
            }
            _ => {}
        }
    }

    fn agent_seen(&mut self, agent: &AgentId, source: &Source, on: bool, at: Time) {
        self.tell_time(at);
        if self.is_living(source, at) {
            self.with_agent(agent, |agent| agent.see(source, on, at));
        }
    }

    fn customer_present(&mut self, id: &ConversationId, source: &Source, on: bool, at: Time) {
        let Some(mut entry) = self.lift(id) else {
            return;
        };
        if entry.customer.hear(source, on) {
            if entry.customer.any() {
                entry.gone_since = None;
                if let Place::Waiting(waiting) = &mut entry.place {
                    waiting.held = false;
                }
            } else if entry.gone_since.is_none() {
                entry.gone_since = Some(at);
            }
        }
        self.put(id.clone(), entry);
    }

    /// Whether the fact comes from the node's present life; one that was not announced begins.
    fn is_living(&mut self, source: &Source, at: Time) -> bool {
        self.begin_life(&source.node, &source.incarnation, at);
        self.lives[&source.node].current == source.incarnation
    }

    fn begin_life(&mut self, node: &NodeId, incarnation: &Incarnation, at: Time) {
        let Some(lives) = self.lives.get_mut(node) else {
            let lives = Lives::first(incarnation.clone());
            self.lives.insert(node.clone(), lives);
            return;
        };
        if !lives.begin(incarnation) {
            return;
        }
        let agents: Vec<AgentId> = self.agents.keys().cloned().collect();
        for agent in agents {
            self.with_agent(&agent, |agent| agent.node_restarted(node, incarnation, at));
        }
        self.customers_restarted(node, incarnation, at);
    }

    /// Customers of an older life are gone until they say hello again. Where only one node was
    /// ever heard of, those who were never spoken of were its own.
    fn customers_restarted(&mut self, node: &NodeId, incarnation: &Incarnation, at: Time) {
        let alone = self.lives.len() == 1;
        let ids: Vec<ConversationId> = self.entries.keys().cloned().collect();
        for id in ids {
            let Some(mut entry) = self.lift(&id) else {
                continue;
            };
            let lost = entry.customer.restart(node, incarnation) && !entry.customer.any();
            if lost || (alone && entry.customer.is_unknown()) {
                entry.gone_since = Some(entry.gone_since.map_or(at, |since| since.max(at)));
            }
            self.put(id, entry);
        }
    }

    fn fold_agent(&mut self, fact: &Fact) {
        match fact {
            Fact::AgentIdle { agent, idle, at } => {
                self.tell_time(*at);
                self.with_agent(agent, |agent| {
                    if agent.idle_at <= *at {
                        agent.idle = *idle;
                        agent.idle_at = *at;
                    }
                });
            }
            Fact::AvailabilitySet {
                agent,
                availability,
                reason,
                at,
            } => {
                self.tell_time(*at);
                self.with_agent(agent, |agent| {
                    let older = *at < agent.availability_at;
                    let double = *at == agent.availability_at && agent.chosen == *availability;
                    if !older && !double {
                        agent.choose(*availability, reason.clone(), *at);
                    }
                });
            }
            Fact::ProfileSet {
                agent,
                version,
                profile,
            } => self.with_agent(agent, |agent| {
                if agent.profile_version < *version {
                    agent.profile_version = *version;
                    agent.profile.clone_from(profile);
                }
            }),
            _ => {}
        }
    }

    fn fold_answer(&mut self, fact: &Fact) {
        match fact {
            Fact::OfferShown { offer, agent } => {
                if let Some(offer) = self.offers.get_mut(offer)
                    && offer.agent == *agent
                {
                    offer.shown = true;
                }
            }
            Fact::Accepted {
                conversation,
                offer,
                agent,
                reference,
                digest,
                at,
            } => {
                let wish = Wish::Accept {
                    offer: offer.clone(),
                    digest: *digest,
                };
                self.ask(conversation, agent, reference, wish, *at);
            }
            Fact::Declined {
                conversation,
                offer,
                agent,
                reference,
                at,
            } => {
                let wish = Wish::Decline {
                    offer: offer.clone(),
                };
                self.ask(conversation, agent, reference, wish, *at);
            }
            Fact::Claimed {
                conversation,
                agent,
                reference,
                digest,
                at,
            } => {
                let wish = Wish::Claim { digest: *digest };
                self.ask(conversation, agent, reference, wish, *at);
            }
            _ => {}
        }
    }

    /// A command waits for its answer. The same once more (or one that was already granted)
    /// waits for nothing: the first answer stands.
    fn ask(
        &mut self,
        conversation: &ConversationId,
        agent: &AgentId,
        reference: &Ref,
        wish: Wish,
        at: Time,
    ) {
        self.tell_time(at);
        let granted = self
            .agents
            .get(agent)
            .is_some_and(|agent| agent.answer(reference).is_some());
        let pending = self
            .asks
            .values()
            .any(|ask| ask.agent == *agent && ask.reference == *reference);
        if !granted && !pending {
            let ask = Ask {
                agent: agent.clone(),
                reference: reference.clone(),
                conversation: conversation.clone(),
                wish,
            };
            self.asks.insert(self.facts, ask);
        }
    }

    pub(super) fn tell_time(&mut self, at: Time) {
        self.now = self.now.max(at);
    }

    /// Changes an agent (known or not yet) and keeps the indexes true.
    pub(super) fn with_agent(&mut self, id: &AgentId, change: impl FnOnce(&mut Agent)) {
        let mut agent = self.agents.remove(id).unwrap_or_default();
        self.index.forget_agent(id, &agent);
        change(&mut agent);
        self.index.note_agent(id, &agent);
        self.agents.insert(id.clone(), agent);
    }

    /// Takes a conversation out, indexes included.
    pub(super) fn lift(&mut self, id: &ConversationId) -> Option<Entry> {
        let entry = self.entries.remove(id)?;
        self.index.forget_entry(id, &entry);
        if let Some(owner) = entry.place.owner() {
            let weight = entry.place.weight();
            self.with_agent(owner, |agent| {
                agent.owned.remove(id);
                agent.load -= weight;
            });
        }
        Some(entry)
    }

    /// Puts a conversation (back) in, indexes included.
    pub(super) fn put(&mut self, id: ConversationId, entry: Entry) {
        self.index.note_entry(&id, &entry);
        if let Some(owner) = entry.place.owner() {
            let weight = entry.place.weight();
            self.with_agent(owner, |agent| {
                agent.owned.insert(id.clone(), weight);
                agent.load += weight;
            });
        }
        self.entries.insert(id, entry);
    }

    /// Builds the derived parts anew, after reading a snapshot.
    pub(super) fn reindex(&mut self) {
        self.index = Index::default();
        let agents: Vec<AgentId> = self.agents.keys().cloned().collect();
        for id in agents {
            self.with_agent(&id, Agent::forget_derived);
        }
        for (id, entry) in std::mem::take(&mut self.entries) {
            self.put(id, entry);
        }
        for (id, offer) in std::mem::take(&mut self.offers) {
            self.put_offer(id, offer);
        }
    }

    pub(super) fn put_offer(&mut self, id: OfferId, offer: Offer) {
        self.index.expiry.insert((offer.expires_at, id.clone()));
        let weight = offer.weight;
        self.with_agent(&offer.agent, |agent| {
            agent.offers.insert(id.clone());
            agent.load += weight;
        });
        if let Some(reason) = offer.stale {
            self.index.stale.insert(id.clone(), reason);
        }
        self.offers.insert(id, offer);
    }

    pub(super) fn lift_offer(&mut self, id: &OfferId) -> Option<Offer> {
        let offer = self.offers.remove(id)?;
        self.index.expiry.remove(&(offer.expires_at, id.clone()));
        self.index.stale.remove(id);
        let weight = offer.weight;
        self.with_agent(&offer.agent, |agent| {
            agent.offers.remove(id);
            agent.load -= weight;
        });
        Some(offer)
    }
}
