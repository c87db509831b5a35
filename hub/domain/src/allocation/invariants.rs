//! What holds on every prefix of the two logs. [`Checker`] reads them as any node does and
//! looks at each decision before it is applied; it computes loads and owners anew instead of
//! trusting the state's own sums.

use super::decision::{Decided, Decision};
use super::fact::{Availability, Fact};
use super::fold::Allocation;
use super::queue::Place;
use crate::id::{AgentId, ConversationId, OfferId, Ref};
use crate::routing::policy::Policy;
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// A promise that a record breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It would have two owners, or the wrong one would pass it on.
    #[error("{conversation} is given to {agent} while it is not theirs to have")]
    Owner {
        /// Which.
        conversation: ConversationId,
        /// To whom.
        agent: AgentId,
    },
    /// Somebody is asked beyond capacity.
    #[error("{agent} is offered {conversation} with load {load} and weight {weight} of {capacity}")]
    Capacity {
        /// Which.
        conversation: ConversationId,
        /// Whom.
        agent: AgentId,
        /// Owned and offered, in tenths.
        load: u32,
        /// Of this one.
        weight: u32,
        /// At most.
        capacity: u32,
    },
    /// An answer to a command that nobody gave, or a second answer.
    #[error("the command {reference} of {agent} is answered without being asked")]
    Unasked {
        /// Whose.
        agent: AgentId,
        /// Which.
        reference: Ref,
    },
    /// An offer begins twice, or ends without being open.
    #[error("offer {0} begins twice or ends twice")]
    Offer(OfferId),
    /// The facts it folds go backwards or are not in the log yet.
    #[error("a record folds {got} facts after {had}, with {known} in the log")]
    Facts {
        /// Says this record.
        got: u64,
        /// Said the one before.
        had: u64,
        /// In the log.
        known: u64,
    },
    /// More than 64 decisions.
    #[error("a record holds {0} decisions")]
    TooMany(usize),
    /// The state's sums and sets do not follow from the state.
    #[error("the derived parts of the state are wrong after {0} decisions")]
    Derived(u64),
}

/// Reads both logs and objects.
#[derive(Debug, Clone, Default)]
pub struct Checker {
    state: Allocation,
    facts: Vec<Fact>,
    offers: BTreeSet<OfferId>,
    granted: BTreeSet<(AgentId, Ref)>,
}

impl Checker {
    /// The next fact of the log.
    pub fn fact(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// The next record of the log.
    ///
    /// # Errors
    /// The promise that it breaks.
    pub fn decided(&mut self, record: &Decided) -> Result<(), Broken> {
        if record.term < self.state.term {
            self.state.decisions += record.decisions.len() as u64;
            return Ok(());
        }
        self.fold(record)?;
        if record.decisions.len() > crate::limits::MAX_DECISIONS {
            return Err(Broken::TooMany(record.decisions.len()));
        }
        self.state.term = record.term;
        for decision in &record.decisions {
            self.check(decision)?;
            self.note_grant(decision);
            self.state.apply(decision, record.now);
        }
        self.derived()
    }

    /// The state after everything that was read: equal on every node.
    pub fn state(&self) -> &Allocation {
        &self.state
    }

    fn fold(&mut self, record: &Decided) -> Result<(), Broken> {
        let (got, had, known) = (record.facts, self.state.facts, self.facts.len() as u64);
        if got < had || got > known {
            return Err(Broken::Facts { got, had, known });
        }
        for fact in &self.facts[had as usize..got as usize] {
            self.state.fold(fact);
        }
        Ok(())
    }

    fn check(&mut self, decision: &Decision) -> Result<(), Broken> {
        match decision {
            Decision::Offered {
                conversation,
                offer,
                agent,
                transfer,
                ..
            } => {
                if !self.offers.insert(offer.clone()) {
                    return Err(Broken::Offer(offer.clone()));
                }
                if *transfer {
                    return Ok(());
                }
                self.check_capacity(conversation, agent)
            }
            Decision::Assigned {
                conversation,
                agent,
                offer,
                reference,
                from,
                ..
            } => {
                self.check_answer(agent, reference.as_ref())?;
                self.check_end(offer.as_ref())?;
                self.check_owner(conversation, agent, from.as_ref())
            }
            Decision::Declined {
                offer,
                agent,
                reference,
                ..
            } => {
                self.check_answer(agent, Some(reference))?;
                self.check_end(Some(offer))
            }
            Decision::Expired { offer, .. } | Decision::Revoked { offer, .. } => {
                self.check_end(Some(offer))
            }
            Decision::Refused {
                agent, reference, ..
            } => self.check_answer(agent, Some(reference)),
            _ => Ok(()),
        }
    }

    fn check_capacity(&self, id: &ConversationId, agent: &AgentId) -> Result<(), Broken> {
        let load = load(&self.state, agent);
        let weight = self.state.entry(id).map_or(0, |e| e.place.weight());
        let capacity = self.state.agent(agent).map_or(0, |agent| agent.capacity());
        if load + weight <= capacity {
            return Ok(());
        }
        Err(Broken::Capacity {
            conversation: id.clone(),
            agent: agent.clone(),
            load,
            weight,
            capacity,
        })
    }

    /// Asked, not answered yet, and never granted before.
    fn check_answer(&mut self, agent: &AgentId, command: Option<&Ref>) -> Result<(), Broken> {
        let Some(reference) = command else {
            return Ok(());
        };
        let name = (agent.clone(), reference.clone());
        if self.state.is_pending(agent, reference) && !self.granted.contains(&name) {
            return Ok(());
        }
        Err(Broken::Unasked {
            agent: name.0,
            reference: name.1,
        })
    }

    fn note_grant(&mut self, decision: &Decision) {
        let (agent, reference) = match decision {
            Decision::Assigned {
                agent,
                reference: Some(reference),
                ..
            }
            | Decision::Declined {
                agent, reference, ..
            } => (agent, reference),
            _ => return,
        };
        self.granted.insert((agent.clone(), reference.clone()));
    }

    fn check_end(&self, offer: Option<&OfferId>) -> Result<(), Broken> {
        match offer {
            Some(offer) if self.state.offer(offer).is_none() => Err(Broken::Offer(offer.clone())),
            _ => Ok(()),
        }
    }

    /// Only what waits, or what its owner wants to pass on, can be given.
    fn check_owner(
        &self,
        id: &ConversationId,
        agent: &AgentId,
        from: Option<&AgentId>,
    ) -> Result<(), Broken> {
        let may = match self.state.entry(id).map(|entry| &entry.place) {
            Some(Place::Waiting(_)) => from.is_none(),
            Some(Place::Transfer(transfer)) => from == Some(&transfer.from),
            _ => false,
        };
        let owners = self.state.agents().filter(|(owner, agent)| {
            let listed = agent.owned.contains_key(id);
            listed && Some(*owner) != from
        });
        if may && owners.count() == 0 {
            return Ok(());
        }
        Err(Broken::Owner {
            conversation: id.clone(),
            agent: agent.clone(),
        })
    }

    fn derived(&self) -> Result<(), Broken> {
        let mut anew = self.state.clone();
        anew.reindex();
        let sums = self
            .state
            .agents()
            .all(|(id, agent)| agent.load == load(&self.state, id));
        if sums && anew == self.state {
            return Ok(());
        }
        Err(Broken::Derived(self.state.decisions))
    }
}

/// Owned and offered weight, added up from the conversations and offers.
fn load(state: &Allocation, agent: &AgentId) -> u32 {
    let owned = state
        .entries()
        .filter(|(_, entry)| entry.place.owner() == Some(agent))
        .map(|(_, entry)| entry.place.weight());
    let offered = state
        .offers()
        .filter(|(_, offer)| offer.agent == *agent)
        .map(|(_, offer)| offer.weight);
    owned.chain(offered).sum()
}

/// A waiting conversation and an agent that could be asked for it right now: in calm there is
/// no such pair. Looks at every pair, by the words of the rules.
pub fn idle_pair(
    state: &Allocation,
    policy: &Policy,
    unreachable: &BTreeSet<AgentId>,
    now: Time,
) -> Option<(ConversationId, AgentId)> {
    let loads: BTreeMap<&AgentId, u32> = state
        .agents()
        .map(|(id, _)| (id, load(state, id)))
        .collect();
    for (id, entry) in state.entries() {
        let Place::Waiting(waiting) = &entry.place else {
            continue;
        };
        if entry.offer.is_some() || waiting.held {
            continue;
        }
        let demand = &waiting.demand;
        let fits = |agent: &AgentId| {
            let state = state.agent(agent)?;
            let profile = state.profile.as_ref()?;
            let willing = state.availability == Availability::Available
                && state.is_on()
                && !state.idle
                && !unreachable.contains(agent);
            let able = profile.departments.contains(&demand.department)
                && demand.skills.iter().all(|need| {
                    let of = |has: &&super::fact::SkillLevel| has.skill == need.skill;
                    let level = profile.skills.iter().filter(of).map(|has| has.level).max();
                    level >= Some(need.level)
                });
            (willing && able).then_some(profile.capacity)
        };
        let reserved = demand.sticky.as_ref().filter(|sticky| {
            now < sticky.until
                && !waiting.asked.contains_key(&sticky.agent)
                && fits(&sticky.agent).is_some_and(|capacity| capacity >= demand.weight)
        });
        for agent in loads.keys() {
            let asked = waiting.asked.get(*agent);
            let cool = asked.is_none_or(|at| now >= at.plus(policy.ask_again));
            let mine = reserved.is_none_or(|sticky| sticky.agent == **agent);
            let room = fits(agent).is_some_and(|most| loads[*agent] + demand.weight <= most);
            if cool && mine && room {
                return Some((id.clone(), (*agent).clone()));
            }
        }
    }
    None
}
