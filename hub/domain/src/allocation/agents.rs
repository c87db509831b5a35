//! What allocation knows of an agent.

use super::fact::{Availability, Profile, SkillLevel, Source};
use crate::id::{AgentId, ConversationId, DepartmentId, Incarnation, NodeId, OfferId, Ref};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many positive answers to an agent's commands are remembered.
const ANSWERS: usize = 32;

/// The newest word of one node about sockets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The life of the node that said it.
    pub incarnation: Incarnation,
    /// Its counter then.
    pub counter: u64,
    /// Whether there is a socket.
    pub on: bool,
}

/// What each node last said about the sockets of an agent or a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Links(BTreeMap<NodeId, Link>);

impl Links {
    /// Takes a word of a node; `false`: it was old or double. The caller has ruled out past
    /// lives of the node.
    pub(super) fn hear(&mut self, source: &Source, on: bool) -> bool {
        let newer = self.0.get(&source.node).is_none_or(|link| {
            link.incarnation != source.incarnation || link.counter < source.counter
        });
        if newer {
            let link = Link {
                incarnation: source.incarnation.clone(),
                counter: source.counter,
                on,
            };
            self.0.insert(source.node.clone(), link);
        }
        newer
    }

    /// A node lives anew: sockets of its older lives are gone. `true`: it had been heard before.
    pub(super) fn restart(&mut self, node: &NodeId, incarnation: &Incarnation) -> bool {
        match self.0.get_mut(node) {
            Some(link) if link.incarnation != *incarnation => {
                link.on = false;
                true
            }
            _ => false,
        }
    }

    /// Whether any node has a socket.
    pub fn any(&self) -> bool {
        self.0.values().any(|link| link.on)
    }

    /// Whether no node ever said anything.
    pub fn is_unknown(&self) -> bool {
        self.0.is_empty()
    }
}

/// The answer that a command of the agent already got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The agent's name of the command.
    #[serde(rename = "ref")]
    pub reference: Ref,
    /// Ordinal of the decision.
    pub decision: u64,
    /// It was a decline (else: the conversation was assigned).
    pub declined: bool,
}

/// One agent as folded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Agent {
    /// Version of the profile.
    pub profile_version: u64,
    /// `None`: unknown, gone or disabled.
    pub profile: Option<Profile>,
    /// What holds: the agent's choice, or what allocation made of it since.
    pub availability: Availability,
    /// The agent's own last choice.
    pub chosen: Availability,
    /// Why, where it said so.
    pub reason: Option<String>,
    /// When it chose.
    pub availability_at: Time,
    /// Sockets by node.
    pub links: Links,
    /// When the last socket went; `None` while there is one, or never was.
    pub off_since: Option<Time>,
    /// The last absence that is over: from, to.
    pub absent: Option<(Time, Time)>,
    /// The desk is unattended.
    pub idle: bool,
    /// When that changed.
    pub idle_at: Time,
    /// Missed offers in a row.
    pub missed: u8,
    /// When a conversation was last assigned.
    pub last_assigned: Time,
    /// The newest positive answers, oldest first.
    pub answered: VecDeque<Answered>,
    /// Owned conversations with their weights (derived).
    #[serde(skip)]
    pub owned: BTreeMap<ConversationId, u32>,
    /// Open offers (derived).
    #[serde(skip)]
    pub offers: BTreeSet<OfferId>,
    /// Weight of both, in tenths (derived).
    #[serde(skip)]
    pub load: u32,
}

impl Agent {
    /// Whether there is a socket somewhere.
    pub fn is_on(&self) -> bool {
        self.links.any()
    }

    /// Signed in with a live socket and available, busy or finishing.
    pub fn on_duty(&self) -> bool {
        self.is_on()
            && self.profile.is_some()
            && matches!(
                self.availability,
                Availability::Available | Availability::Busy | Availability::Finishing
            )
    }

    /// Whether it may be offered conversations of a line, capacity apart.
    pub fn takes_offers(&self) -> bool {
        self.is_on()
            && self.profile.is_some()
            && !self.idle
            && self.availability == Availability::Available
    }

    /// Whether a direct transfer reaches it (away included).
    pub fn takes_transfers(&self) -> bool {
        self.is_on()
            && self.profile.is_some()
            && matches!(
                self.availability,
                Availability::Available | Availability::Busy
            )
    }

    /// Capacity in tenths.
    pub fn capacity(&self) -> u32 {
        self.profile.as_ref().map_or(0, |profile| profile.capacity)
    }

    /// Whether a conversation of this weight fits, open offers counted.
    pub fn has_room(&self, weight: u32) -> bool {
        self.load.saturating_add(weight) <= self.capacity()
    }

    /// Whether it serves the department.
    pub fn serves(&self, department: &DepartmentId) -> bool {
        self.profile
            .as_ref()
            .is_some_and(|profile| profile.departments.contains(department))
    }

    /// Whether it has every skill at its level.
    pub fn masters(&self, required: &[SkillLevel]) -> bool {
        required.is_empty()
            || self.profile.as_ref().is_some_and(|profile| {
                required.iter().all(|need| {
                    profile
                        .skills
                        .iter()
                        .any(|has| has.skill == need.skill && has.level >= need.level)
                })
            })
    }

    /// The positive answer that this command already got.
    pub fn answer(&self, reference: &Ref) -> Option<&Answered> {
        self.answered.iter().find(|a| a.reference == *reference)
    }

    pub(super) fn remember(&mut self, answered: Answered) {
        if self.answered.len() == ANSWERS {
            self.answered.pop_front();
        }
        self.answered.push_back(answered);
    }

    /// Owned conversations, offers and load are about to be counted anew.
    pub(super) fn forget_derived(&mut self) {
        self.owned.clear();
        self.offers.clear();
        self.load = 0;
    }

    pub(super) fn choose(&mut self, choice: Availability, reason: Option<String>, at: Time) {
        self.availability = choice;
        self.chosen = choice;
        self.reason = reason;
        self.availability_at = at;
        self.missed = 0;
    }

    pub(super) fn see(&mut self, source: &Source, on: bool, at: Time) {
        let was_on = self.is_on();
        if !self.links.hear(source, on) {
            return;
        }
        match (was_on, self.is_on()) {
            (false, true) => {
                self.absent = self.off_since.take().map(|since| (since, at));
            }
            (true, false) => self.off_since = Some(at),
            _ => {}
        }
    }

    pub(super) fn node_restarted(&mut self, node: &NodeId, incarnation: &Incarnation, at: Time) {
        if self.links.restart(node, incarnation) && !self.is_on() {
            self.off_since = Some(self.off_since.map_or(at, |since| since.max(at)));
        }
    }
}

/// The lives of a node: facts of a past one change nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lives {
    /// The newest.
    pub current: Incarnation,
    /// Those before it, newest last, at most eight.
    pub past: VecDeque<Incarnation>,
}

impl Lives {
    /// The first life that was heard of.
    pub(crate) fn first(current: Incarnation) -> Self {
        Self {
            current,
            past: VecDeque::new(),
        }
    }

    /// A life begins; `false`: it is the present one or over.
    pub(crate) fn begin(&mut self, incarnation: &Incarnation) -> bool {
        if self.current == *incarnation || self.past.contains(incarnation) {
            return false;
        }
        if self.past.len() == 8 {
            self.past.pop_front();
        }
        let past = std::mem::replace(&mut self.current, incarnation.clone());
        self.past.push_back(past);
        true
    }
}

/// All agents of the site.
pub type Agents = BTreeMap<AgentId, Agent>;
