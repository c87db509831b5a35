//! The state, and how a fact changes it. No policy: what follows from it is decided elsewhere.

mod answers;
mod conversations;
mod presence;

use super::agents::{Agent, Agents, Lives};
use super::fact::Fact;
use super::index::Index;
use super::offers::{Ask, Offer};
use super::queue::Entry;
use crate::id::{AgentId, ConversationId, NodeId, OfferId};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

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
