//! Both sides of a match: who seeks, and who could be asked.

use crate::allocation::agents::Agent;
use crate::allocation::fact::{Demand, Sticky};
use crate::allocation::queue::{Entry, Place};
use crate::id::AgentId;
use crate::time::Time;

/// A conversation for which somebody is to be asked.
pub struct Seeker<'a> {
    /// Where it stands.
    pub place: &'a Place,
    /// What it asks for.
    pub demand: &'a Demand,
    /// Who wants to pass it on, when it is a transfer.
    pub from: Option<&'a AgentId>,
}

impl<'a> Seeker<'a> {
    /// `None`: it is owned, nobody is to be asked.
    pub fn of(entry: &'a Entry) -> Option<Self> {
        Some(Self {
            place: &entry.place,
            demand: entry.place.demand()?,
            from: entry.place.owner(),
        })
    }

    /// The preferred agent, while the preference holds: not after its time, not for one that
    /// was asked already, not for a transfer.
    pub fn sticky(&self, now: Time) -> Option<&'a Sticky> {
        let sticky = self.demand.sticky.as_ref()?;
        let holds =
            now < sticky.until && self.from.is_none() && self.place.asked(&sticky.agent).is_none();
        holds.then_some(sticky)
    }
}

/// An agent that could be asked, with what decides between several. Smaller is better.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate<'a> {
    /// Declined or missed it before: only where nobody else is free.
    pub asked: bool,
    /// Load in thousandths of the capacity.
    pub load: u32,
    /// When it last got a conversation.
    pub last_assigned: Time,
    /// Settles the rest.
    pub id: &'a AgentId,
}

impl<'a> Candidate<'a> {
    /// The agent as one that could be asked.
    pub fn of(id: &'a AgentId, agent: &Agent, asked: bool) -> Self {
        let load = u64::from(agent.load) * 1000 / u64::from(agent.capacity().max(1));
        Self {
            asked,
            load: u32::try_from(load).unwrap_or(u32::MAX),
            last_assigned: agent.last_assigned,
            id,
        }
    }
}
