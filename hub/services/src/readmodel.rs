//! What the services show: plain values that the gateways mirror onto the wire.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every type is documented"
)]

use domain::allocation::fact::Availability;
use domain::conversation::Event;
use domain::conversation::event::{Author, Channel, Page, Person};
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, Epoch, Ref};
use domain::time::{Span, Time};

/// In whose count a reader's ordinals are, and what the reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The public count.
    Customer,
    /// The count of all events.
    Agent,
}

/// The state's word: `bot`, `queued`, `offered`, `assigned`, `wrap_up`, `closed`.
pub type StateWord = &'static str;

/// One event with its ordinal in the reader's count.
#[derive(Debug, Clone)]
pub struct Numbered {
    pub seq: u64,
    pub at: Time,
    pub event: Event,
    /// The `ref` of the command behind it.
    pub reference: Option<Ref>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Customer,
    Agent,
}

/// A conversation as one reader sees it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub conversation: ConversationId,
    pub epoch: Epoch,
    /// The newest event's ordinal.
    pub seq: u64,
    pub state: StateWord,
    pub department: DepartmentId,
    pub agent: Option<Person>,
    pub turn: Turn,
    pub waiting_since: Option<Time>,
    pub respond_by: Option<Time>,
    /// Read up to, in the reader's count.
    pub read_by_customer: Option<u64>,
    pub read_by_agent: Option<u64>,
    /// Oldest first, 50 at most.
    pub events: Vec<Numbered>,
    /// Ask for history before this ordinal, where there is more.
    pub before: Option<u64>,
}

/// A conversation in a list.
#[derive(Debug, Clone)]
pub struct Summary {
    pub conversation: ConversationId,
    pub state: StateWord,
    pub department: DepartmentId,
    pub customer: CustomerId,
    pub customer_name: Option<String>,
    pub agent: Option<Person>,
    pub last: Option<(Time, Author, String)>,
    pub turn: Turn,
    pub waiting_since: Option<Time>,
    pub respond_by: Option<Time>,
    pub unread: u32,
    pub since: Time,
}

/// Who asks, from where: for the agent who is asked.
#[derive(Debug, Clone)]
pub struct Card {
    pub customer: CustomerId,
    pub name: Option<String>,
    pub page: Option<Page>,
    pub locale: Option<String>,
    pub user_agent: Option<String>,
    pub channel: Channel,
    /// Conversations before this one.
    pub earlier: u32,
    pub department: DepartmentId,
    pub waiting: Span,
    /// The newest message, shortened.
    pub preview: Option<String>,
}

/// A place in line, from 1, with an estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub position: u32,
    pub estimate: Option<Estimate>,
}

/// About how long, and between what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub about: Span,
    pub low: Span,
    pub high: Span,
}

/// A department's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueLine {
    pub department: DepartmentId,
    pub waiting: u32,
    pub longest_wait: Span,
    /// Agents who take offers now.
    pub available: u32,
    /// Of the first 20.
    pub waits: Vec<Span>,
}

/// An agent as colleagues see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceLine {
    pub agent: AgentId,
    pub name: String,
    /// `online`, `away`, `unreachable` or `offline`.
    pub presence: &'static str,
    pub availability: Availability,
    pub reason: Option<String>,
    /// In tenths of a chat.
    pub load: u32,
    /// In tenths of a chat.
    pub capacity: u32,
}

/// How an offer ended for this agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferEnd {
    Expired,
    Declined,
    AcceptedElsewhere,
    Cancelled,
    Closed,
    Unreachable,
    Transferred,
}
