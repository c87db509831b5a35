//! What makes questions cheap: derived from the state, never stored.

use super::agents::Agent;
use super::decision::RevokeReason;
use super::fact::{Availability, Target};
use super::queue::{Entry, Line, Place, Rank, Spot};
use crate::id::{AgentId, ConversationId, DepartmentId, OfferId};
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// Something changed that deadlines may hang on. Says nothing about the state itself, so it is
/// equal to any other.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stirred(bool);

impl PartialEq for Stirred {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Stirred {
    /// Whether, since the last time that this was asked.
    pub(crate) fn take(&mut self) -> bool {
        std::mem::take(&mut self.0)
    }
}

/// Sets that follow the state.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Index {
    /// Waiting customers, by department.
    pub(crate) lines: BTreeMap<DepartmentId, Line>,
    /// Those of them, and transfers to the department, that somebody can be asked for.
    pub(crate) ready: BTreeMap<DepartmentId, Line>,
    /// Transfers without an open offer.
    pub(crate) transfers: BTreeSet<ConversationId>,
    /// Waiting conversations that their former owner may take back.
    pub(crate) returning: BTreeMap<AgentId, BTreeSet<ConversationId>>,
    /// Waiting customers without a socket whose place is held, and since when they are gone.
    pub(crate) held: BTreeSet<(Time, ConversationId)>,
    /// Those whose place is not held yet.
    pub(crate) gone: BTreeSet<(Time, ConversationId)>,
    /// Wrap-ups by their end.
    pub(crate) wrap_ups: BTreeSet<(Time, ConversationId)>,
    /// Decisions whose effect is not confirmed.
    pub(crate) unconfirmed: BTreeMap<u64, ConversationId>,
    /// Open offers by their end.
    pub(crate) expiry: BTreeSet<(Time, OfferId)>,
    /// Open offers of superseded rounds.
    pub(crate) stale: BTreeMap<OfferId, RevokeReason>,
    /// Who serves a department.
    pub(crate) members: BTreeMap<DepartmentId, BTreeSet<AgentId>>,
    /// Who of them takes offers and has some room.
    pub(crate) free: BTreeMap<DepartmentId, BTreeSet<AgentId>>,
    /// Agents that own something and are off, signed off or gone.
    pub(crate) leaving: BTreeSet<AgentId>,
    /// Agents that are finishing and have nothing left.
    pub(crate) finished: BTreeSet<AgentId>,
    /// Agents with open offers that they no longer take.
    pub(crate) disturbed: BTreeSet<AgentId>,
    /// Absent agents, absent customers, wrap-ups or unconfirmed decisions have changed.
    pub(crate) stirred: Stirred,
}

impl Index {
    pub(super) fn note_agent(&mut self, id: &AgentId, agent: &Agent) {
        let free = agent.takes_offers() && agent.load < agent.capacity();
        for department in agent.profile.iter().flat_map(|p| &p.departments) {
            add(&mut self.members, department, id);
            if free {
                add(&mut self.free, department, id);
            }
        }
        let gone = !agent.is_on()
            || agent.availability == Availability::Offline
            || agent.profile.is_none();
        if gone && !agent.owned.is_empty() {
            self.leaving.insert(id.clone());
            self.stirred = Stirred(true);
        }
        let idle_hands = agent.owned.is_empty() && agent.offers.is_empty();
        if agent.availability == Availability::Finishing && idle_hands {
            self.finished.insert(id.clone());
        }
        if !agent.offers.is_empty() && !agent.takes_offers() {
            self.disturbed.insert(id.clone());
        }
    }

    pub(super) fn forget_agent(&mut self, id: &AgentId, agent: &Agent) {
        for department in agent.profile.iter().flat_map(|p| &p.departments) {
            drop_from(&mut self.members, department, id);
            drop_from(&mut self.free, department, id);
        }
        self.stirred.0 |= self.leaving.remove(id);
        self.finished.remove(id);
        self.disturbed.remove(id);
    }

    pub(super) fn note_entry(&mut self, id: &ConversationId, entry: &Entry) {
        match &entry.place {
            Place::Waiting(waiting) => {
                let (rank, spot) = (Rank::of(&waiting.demand), spot(id, entry));
                let department = &waiting.demand.department;
                if entry.offer.is_none() && !waiting.held {
                    line(&mut self.ready, department).insert(rank.clone(), spot.clone());
                }
                line(&mut self.lines, department).insert(rank, spot);
                if let Some(agent) = &waiting.demand.return_to {
                    let set = self.returning.entry(agent.clone()).or_default();
                    set.insert(id.clone());
                }
                if let Some(since) = entry.gone_since {
                    let set = if waiting.held {
                        &mut self.held
                    } else {
                        &mut self.gone
                    };
                    set.insert((since, id.clone()));
                    self.stirred = Stirred(true);
                }
            }
            Place::Owned(owned) => {
                if let Some(until) = owned.wrap_up_until {
                    self.wrap_ups.insert((until, id.clone()));
                    self.stirred = Stirred(true);
                }
                if let Some(unconfirmed) = &owned.unconfirmed {
                    self.unconfirmed.insert(unconfirmed.decision, id.clone());
                    self.stirred = Stirred(true);
                }
            }
            Place::Transfer(transfer) if entry.offer.is_none() => {
                self.transfers.insert(id.clone());
                if let Target::Department(department) = &transfer.to {
                    let rank = Rank::of(&transfer.demand);
                    line(&mut self.ready, department).insert(rank, spot(id, entry));
                }
            }
            Place::Transfer(_) => {}
        }
    }

    pub(super) fn forget_entry(&mut self, id: &ConversationId, entry: &Entry) {
        match &entry.place {
            Place::Waiting(waiting) => {
                let (rank, spot) = (Rank::of(&waiting.demand), spot(id, entry));
                let department = &waiting.demand.department;
                leave(&mut self.ready, department, &rank, &spot);
                leave(&mut self.lines, department, &rank, &spot);
                if let Some(agent) = &waiting.demand.return_to
                    && let Some(set) = self.returning.get_mut(agent)
                {
                    set.remove(id);
                    if set.is_empty() {
                        self.returning.remove(agent);
                    }
                }
                if let Some(since) = entry.gone_since {
                    let set = if waiting.held {
                        &mut self.held
                    } else {
                        &mut self.gone
                    };
                    set.remove(&(since, id.clone()));
                }
            }
            Place::Owned(owned) => {
                if let Some(until) = owned.wrap_up_until {
                    self.wrap_ups.remove(&(until, id.clone()));
                }
                if let Some(unconfirmed) = &owned.unconfirmed {
                    self.unconfirmed.remove(&unconfirmed.decision);
                }
            }
            Place::Transfer(transfer) => {
                self.transfers.remove(id);
                if let Target::Department(department) = &transfer.to {
                    let rank = Rank::of(&transfer.demand);
                    leave(&mut self.ready, department, &rank, &spot(id, entry));
                }
            }
        }
    }
}

fn spot(id: &ConversationId, entry: &Entry) -> Spot {
    let (enqueued_at, arrival) = match &entry.place {
        Place::Waiting(waiting) => (waiting.demand.enqueued_at, waiting.arrival),
        Place::Transfer(transfer) => (transfer.demand.enqueued_at, transfer.arrival),
        Place::Owned(_) => (Time(0), 0),
    };
    Spot {
        enqueued_at,
        arrival,
        conversation: id.clone(),
    }
}

fn line<'a>(lines: &'a mut BTreeMap<DepartmentId, Line>, id: &DepartmentId) -> &'a mut Line {
    lines.entry(id.clone()).or_default()
}

fn leave(lines: &mut BTreeMap<DepartmentId, Line>, id: &DepartmentId, rank: &Rank, spot: &Spot) {
    if let Some(line) = lines.get_mut(id) {
        line.remove(rank, spot);
        if line.is_empty() {
            lines.remove(id);
        }
    }
}

fn add(
    sets: &mut BTreeMap<DepartmentId, BTreeSet<AgentId>>,
    department: &DepartmentId,
    id: &AgentId,
) {
    sets.entry(department.clone())
        .or_default()
        .insert(id.clone());
}

fn drop_from(
    sets: &mut BTreeMap<DepartmentId, BTreeSet<AgentId>>,
    department: &DepartmentId,
    id: &AgentId,
) {
    if let Some(set) = sets.get_mut(department) {
        set.remove(id);
        if set.is_empty() {
            sets.remove(department);
        }
    }
}
