//! Conversations as a whole, and what stands around an offer.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::event::Event;
use crate::secret::Secret;
use crate::shared::{AgentName, AuthorKind, CustomerName, Page, Turn, wire};

wire! {
    /// One event with its place.
    pub struct Numbered {
        pub seq: u64,
        pub at: u64,
        pub event: Event,
    }
    /// Read up to, in the receiver's own count.
    pub struct ReadUpTo {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub customer: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub agent: Option<u64>,
    }
    /// A conversation as the receiver sees it.
    pub struct Snapshot {
        pub conversation: String,
        pub epoch: String,
        pub seq: u64,
        pub state: String,
        pub department: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub agent: Option<AgentName>,
        pub turn: Turn,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub waiting_since: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub respond_by: Option<u64>,
        pub read: ReadUpTo,
        pub events: Vec<Numbered>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub before: Option<u64>,
    }
    /// The newest message of a conversation in a list.
    pub struct LastMessage {
        pub at: u64,
        pub author: AuthorKind,
        pub text: Secret,
    }
    /// A conversation in a list.
    pub struct Summary {
        pub conversation: String,
        pub state: String,
        pub department: String,
        pub customer: CustomerName,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub agent: Option<AgentName>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub last: Option<LastMessage>,
        pub turn: Turn,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub waiting_since: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub respond_by: Option<u64>,
        pub unread: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mentions: Option<u32>,
        pub since: u64,
    }
    /// The customer of an offer.
    pub struct CardCustomer {
        pub id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        pub identified: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tier: Option<String>,
    }
    /// The customer's device, told from the user agent.
    pub struct Device {
        pub kind: String,
        pub os: String,
        pub browser: String,
    }
    /// Who asks, from where.
    pub struct Card {
        pub customer: CardCustomer,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub page: Option<Page>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub locale: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub device: Option<Device>,
        pub channel: String,
        pub earlier: u32,
        pub department: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub question_type: Option<String>,
        pub waiting_ms: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub preview: Option<Secret>,
    }
    /// Why this agent.
    pub struct Why {
        pub rules: Vec<String>,
        pub waited_ms: u64,
        pub relaxed: Vec<String>,
        pub candidates: u32,
        pub tie_break: String,
    }
}
