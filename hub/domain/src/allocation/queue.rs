//! Conversations that allocation must know, and the departments' lines.

use super::agents::Links;
use super::decision::{AssignedBy, ReturnReason};
use super::fact::{Demand, SkillLevel, Target};
use crate::id::{AgentId, ConversationId, DepartmentId, OfferId, Ref};
use crate::time::{Span, Time};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// One conversation as allocation sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Ordinal of the conversation's event that this comes from.
    pub round: u64,
    /// Where it stands.
    pub place: Place,
    /// Sockets of the waiting customer, by node; unknown counts as present.
    pub customer: Links,
    /// When the customer's last socket went.
    pub gone_since: Option<Time>,
    /// The open offer of this round.
    pub offer: Option<OfferId>,
}

/// Where a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Place {
    /// In a line.
    Waiting(Waiting),
    /// Owned, wrap-up included.
    Owned(Owned),
    /// Owned, and the owner wants to pass it on.
    Transfer(Transfer),
}

/// In a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What it asks for.
    pub demand: Demand,
    /// Settles between equal enqueue times.
    pub arrival: u64,
    /// Who declined or missed it in this round, and when last.
    pub asked: BTreeMap<AgentId, Time>,
    /// The customer has been gone for long: nobody is asked.
    pub held: bool,
}

/// Owned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// By whom.
    pub agent: AgentId,
    /// For which department.
    pub department: DepartmentId,
    /// In tenths.
    pub weight: u32,
    /// Closed for the customer; the owner writes up.
    pub wrap_up_until: Option<Time>,
    /// A decision made it so, and the conversation has not confirmed it yet.
    pub unconfirmed: Option<Unconfirmed>,
}

/// A decision whose effect the conversation has not confirmed by a later round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unconfirmed {
    /// Its ordinal.
    pub decision: u64,
    /// What it meant.
    pub meaning: Meaning,
}

/// What an unconfirmed decision meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Meaning {
    /// It was assigned.
    Assigned {
        /// How.
        by: AssignedBy,
        /// By transfer from whom.
        from: Option<AgentId>,
        /// The agent's command and its digest.
        #[serde(rename = "ref")]
        reference: Option<(Ref, u64)>,
    },
    /// A transfer came back.
    Returned {
        /// From where.
        to: Target,
        /// Why.
        reason: ReturnReason,
    },
}

/// Owned, and the owner wants to pass it on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Owns it until somebody accepts.
    pub from: AgentId,
    /// The department it is owned for until then.
    pub department: DepartmentId,
    /// Where it shall go.
    pub to: Target,
    /// What the receiver takes.
    pub demand: Demand,
    /// Settles between equal enqueue times.
    pub arrival: u64,
    /// Who declined or missed it, and when.
    pub asked: BTreeMap<AgentId, Time>,
    /// How the last asking ended.
    pub last: Option<ReturnReason>,
}

impl Place {
    /// Who owns it.
    pub fn owner(&self) -> Option<&AgentId> {
        match self {
            Self::Waiting(_) => None,
            Self::Owned(owned) => Some(&owned.agent),
            Self::Transfer(transfer) => Some(&transfer.from),
        }
    }

    /// Its weight in tenths.
    pub fn weight(&self) -> u32 {
        match self {
            Self::Waiting(waiting) => waiting.demand.weight,
            Self::Owned(owned) => owned.weight,
            Self::Transfer(transfer) => transfer.demand.weight,
        }
    }

    /// What it asks for, while somebody is to be asked.
    pub fn demand(&self) -> Option<&Demand> {
        match self {
            Self::Waiting(waiting) => Some(&waiting.demand),
            Self::Owned(_) => None,
            Self::Transfer(transfer) => Some(&transfer.demand),
        }
    }

    pub(super) fn asked_mut(&mut self) -> Option<&mut BTreeMap<AgentId, Time>> {
        match self {
            Self::Waiting(waiting) => Some(&mut waiting.asked),
            Self::Owned(_) => None,
            Self::Transfer(transfer) => Some(&mut transfer.asked),
        }
    }

    /// Who declined or missed it in this round, and when.
    pub fn asked(&self, agent: &AgentId) -> Option<Time> {
        match self {
            Self::Waiting(waiting) => waiting.asked.get(agent).copied(),
            Self::Owned(_) => None,
            Self::Transfer(transfer) => transfer.asked.get(agent).copied(),
        }
    }
}

/// Those of one line who stand alike and ask for the same: when nobody can serve one of them,
/// nobody can serve any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Returned by no fault of the customer.
    pub front: Reverse<bool>,
    /// 0 to 9, higher first.
    pub priority: Reverse<u8>,
    /// What is asked for.
    pub shape: Shape,
}

/// What an agent must have for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// Skills with their least levels.
    pub skills: Vec<SkillLevel>,
    /// In tenths.
    pub weight: u32,
}

/// A place within a rank: first enqueue time, then arrival.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// First enqueue time of the wish.
    pub enqueued_at: Time,
    /// Settles between equals.
    pub arrival: u64,
    /// Who stands there.
    pub conversation: ConversationId,
}

/// Where in the order of serving: smaller is earlier. Ageing is linear and alike for all of a
/// line, so a priority level is worth a fixed head start and the order never changes by itself.
pub type Turn = (Reverse<bool>, i64, u64);

impl Rank {
    /// The rank of a demand.
    pub fn of(demand: &Demand) -> Self {
        Self {
            front: Reverse(demand.front),
            priority: Reverse(demand.priority),
            shape: Shape {
                skills: demand.skills.clone(),
                weight: demand.weight,
            },
        }
    }

    /// When its turn is, with a priority level worth `level` of waiting and a line that shall
    /// answer within `target`.
    pub fn turn(&self, spot: &Spot, level: Span, target: Span) -> Turn {
        let head_start = level.0.saturating_mul(u64::from(self.priority.0));
        let due = spot.enqueued_at.0.saturating_add(target.0);
        let due = i64::try_from(due).unwrap_or(i64::MAX);
        let head_start = i64::try_from(head_start).unwrap_or(i64::MAX);
        (self.front, due.saturating_sub(head_start), spot.arrival)
    }
}

/// A line: ranks, and in each the spots in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    pub(crate) ranks: BTreeMap<Rank, BTreeSet<Spot>>,
    len: usize,
}

impl Line {
    pub(super) fn insert(&mut self, rank: Rank, spot: Spot) {
        self.len += usize::from(self.ranks.entry(rank).or_default().insert(spot));
    }

    pub(super) fn remove(&mut self, rank: &Rank, spot: &Spot) {
        if let Some(spots) = self.ranks.get_mut(rank) {
            self.len -= usize::from(spots.remove(spot));
            if spots.is_empty() {
                self.ranks.remove(rank);
            }
        }
    }

    /// How many stand in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nobody does.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The earliest enqueue time.
    pub fn oldest(&self) -> Option<Time> {
        self.ranks
            .values()
            .filter_map(|spots| spots.first())
            .map(|spot| spot.enqueued_at)
            .min()
    }

    /// Everybody in the order of serving.
    pub fn ordered(&self, level: Span) -> impl Iterator<Item = &Spot> {
        let mut heads: Vec<_> = self
            .ranks
            .iter()
            .map(|(rank, spots)| (rank, spots.iter().peekable()))
            .collect();
        std::iter::from_fn(move || {
            let (_, best) = heads
                .iter_mut()
                .enumerate()
                .filter_map(|(n, (rank, spots))| {
                    let spot = spots.peek()?;
                    Some((rank.turn(spot, level, Span(0)), n))
                })
                .min()?;
            heads[best].1.next()
        })
    }
}
