//! The folded conversation.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every variant is documented"
)]

use super::event::{Channel, ClosedBy, Origin, Person, Resolution};
use super::refs::Refs;
use crate::allocation::fact::{Sticky, Target};
use crate::id::{AgentId, ConversationId, CustomerId, DepartmentId, Tag};
use crate::record::Ordinals;
use crate::time::Time;
use std::collections::{BTreeMap, VecDeque};

/// Where the dialogue stands. Each state holds what only it can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The hub answers by rule; nobody was asked yet.
    Bot,
    /// In a line, perhaps with an offer out.
    Queued {
        enqueued_at: Time,
        front: bool,
        sticky: Option<Sticky>,
        return_to: Option<AgentId>,
    },
    /// Owned.
    Assigned {
        agent: Person,
        since: Time,
        unreachable: bool,
        transfer: Option<Transfer>,
    },
    /// Closed for the customer; the owner writes up.
    WrapUp {
        agent: Person,
        until: Time,
        extended: bool,
        closing: Closing,
    },
    /// Over.
    Closed {
        closing: Closing,
        last_agent: Option<Person>,
    },
}

/// A transfer that nobody has accepted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    pub to: Target,
    pub note: Option<String>,
}

/// How and when it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    pub by: ClosedBy,
    pub resolution: Option<Resolution>,
    pub at: Time,
}

/// The newest message, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    pub at: Time,
    pub author: super::Author,
    pub text: String,
}

/// The fold of a conversation's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub id: ConversationId,
    pub customer: CustomerId,
    pub customer_name: Option<String>,
    pub department: DepartmentId,
    pub channel: Channel,
    pub origin: Origin,
    pub previous: Option<ConversationId>,
    pub phase: Phase,
    pub priority: u8,
    pub tags: Vec<Tag>,
    pub opened_at: Time,
    /// When the present phase began.
    pub since: Time,
    /// First enqueue time of the present wish for a person.
    pub enqueued_at: Option<Time>,
    /// The first customer message that nobody has answered.
    pub waiting_since: Option<Time>,
    /// Ordinals of the last event in both counts.
    pub counts: Ordinals,
    /// `all` ordinals of the events that customers do not see, ascending.
    pub hidden: Vec<u64>,
    /// `all` ordinal of the last event that allocation must know.
    pub round: u64,
    /// The newest record's time: the next is never before it.
    pub at: Time,
    pub last: Option<Last>,
    /// Read up to, by the customer, in the count of all events.
    pub read_by_customer: u64,
    /// Read up to, by each agent, in the count of all events.
    pub read_by_agents: BTreeMap<AgentId, u64>,
    /// Ordinals of the customer's newest messages (at most 100), for unread counts.
    pub asked: VecDeque<u64>,
    /// How often it changed hands.
    pub hops: u32,
    pub rated: Option<u8>,
    pub refs: Refs,
}

impl Conversation {
    /// Who owns it, wrap-up included.
    pub fn owner(&self) -> Option<&Person> {
        match &self.phase {
            Phase::Assigned { agent, .. } | Phase::WrapUp { agent, .. } => Some(agent),
            _ => None,
        }
    }

    /// Who owned it last.
    pub fn last_agent(&self) -> Option<&Person> {
        match &self.phase {
            Phase::Closed { last_agent, .. } => last_agent.as_ref(),
            _ => self.owner(),
        }
    }

    /// How it ended, wrap-up included.
    pub fn closing(&self) -> Option<&Closing> {
        match &self.phase {
            Phase::WrapUp { closing, .. } | Phase::Closed { closing, .. } => Some(closing),
            _ => None,
        }
    }

    /// Whether the customer can still write into it as an open chat.
    pub fn is_open(&self) -> bool {
        self.closing().is_none()
    }

    /// How many public events there are up to `all` in the count of all events.
    pub fn to_public(&self, all: u64) -> u64 {
        all - self.hidden.partition_point(|hidden| *hidden <= all) as u64
    }

    /// The ordinal, in the count of all events, of the `public`th public event.
    pub fn to_all(&self, public: u64) -> u64 {
        self.hidden.iter().fold(
            public,
            |all, hidden| if *hidden <= all { all + 1 } else { all },
        )
    }

    /// The customer's messages that the agent has not seen, at most 100.
    pub fn unread_by(&self, agent: &AgentId) -> u32 {
        let mark = self.read_by_agents.get(agent).copied().unwrap_or(0);
        self.asked.iter().filter(|seq| **seq > mark).count() as u32
    }
}
