//! Everything that the hub sends.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::error_code::ErrorCode;
use crate::event::Event;
use crate::secret::Secret;
use crate::shared::{AgentName, Author, Availability, CannedReply, wire};
use crate::snapshot::{Card, Numbered, Snapshot, Summary, Why};
use serde::{Deserialize, Serialize};

wire! {
    /// A department in `welcome`.
    pub struct Department {
        pub id: String,
        pub name: String,
        pub open: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub on_duty: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub usual_wait_ms: Option<u64>,
    }
    /// The site in `welcome`.
    pub struct Site {
        pub name: String,
        pub departments: Vec<Department>,
        pub locale: String,
    }
    /// The answer to a customer's `hello`.
    pub struct CustomerWelcome {
        pub session: String,
        pub node: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub addresses: Option<Vec<String>>,
        pub now: u64,
        pub heartbeat_ms: u64,
        pub customer: String,
        pub token: Secret,
        pub site: Site,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conversation: Option<Snapshot>,
        pub conversations: Vec<Summary>,
    }
    /// An agent about itself.
    pub struct AgentSelf {
        pub id: String,
        pub name: String,
        pub role: String,
        pub departments: Vec<String>,
    }
    /// A department's line.
    pub struct QueueState {
        pub department: String,
        pub waiting: u32,
        pub longest_wait_ms: u64,
        pub available: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub waits: Option<Vec<u64>>,
    }
    /// The answer to an agent's `hello`.
    pub struct AgentWelcome {
        pub session: String,
        pub node: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub addresses: Option<Vec<String>>,
        pub now: u64,
        pub heartbeat_ms: u64,
        pub agent: AgentSelf,
        pub availability: Availability,
        pub conversations: Vec<Summary>,
        pub queues: Vec<QueueState>,
        pub canned_replies_version: String,
    }
    /// An agent as colleagues see it.
    pub struct AgentPresence {
        pub agent: String,
        pub name: String,
        pub presence: String,
        pub availability: Availability,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
        /// In chats.
        pub load: f64,
        /// In chats.
        pub capacity: f64,
    }
    /// A proposed reply.
    pub struct Suggestion {
        pub id: String,
        pub text: Secret,
        pub sources: Vec<String>,
        pub confidence: f64,
    }
}

/// `welcome`, by kind of socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Welcome {
    Customer(Box<CustomerWelcome>),
    Agent(Box<AgentWelcome>),
}

/// A frame from the hub. Clients step over types that they do not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(optional_fields))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    Welcome(Welcome),
    Ok {
        #[serde(rename = "ref")]
        reference: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<u64>,
        at: u64,
    },
    Error {
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        code: ErrorCode,
        message: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    Event {
        conversation: String,
        epoch: String,
        seq: u64,
        at: u64,
        event: Event,
    },
    Events {
        conversation: String,
        epoch: String,
        events: Vec<Numbered>,
        complete: bool,
    },
    Joined {
        conversation: String,
        snapshot: Snapshot,
    },
    Left {
        conversation: String,
        reason: String,
    },
    Resync {
        conversation: String,
        snapshot: Snapshot,
    },
    Typing {
        conversation: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Author>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Secret>,
    },
    Read {
        conversation: String,
        by: Author,
        seq: u64,
    },
    Delivered {
        conversation: String,
        by: Author,
        seq: u64,
    },
    QueuePosition {
        conversation: String,
        position: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        estimated_wait_ms: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        low_ms: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        high_ms: Option<u64>,
    },
    Offer {
        conversation: String,
        offer: String,
        card: Box<Card>,
        why: Box<Why>,
        expires_at: u64,
    },
    OfferRevoked {
        conversation: String,
        offer: String,
        reason: String,
    },
    PresenceState {
        department: String,
        agents: Vec<AgentPresence>,
    },
    PresenceDiff {
        department: String,
        joins: Vec<AgentPresence>,
        leaves: Vec<String>,
    },
    QueueState(QueueState),
    History {
        #[serde(rename = "ref")]
        reference: String,
        conversation: String,
        events: Vec<Numbered>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
    },
    Conversations {
        #[serde(rename = "ref")]
        reference: String,
        conversations: Vec<Summary>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    CannedReplies {
        #[serde(rename = "ref")]
        reference: String,
        version: String,
        replies: Vec<CannedReply>,
    },
    SuggestionStarted {
        conversation: String,
        generation: u32,
        source: String,
    },
    SuggestionDelta {
        conversation: String,
        generation: u32,
        index: u32,
        text: Secret,
    },
    SuggestionFinished {
        conversation: String,
        generation: u32,
        suggestions: Vec<Suggestion>,
    },
    SuggestionCancelled {
        conversation: String,
        generation: u32,
        reason: String,
    },
    Restarting {
        reconnect_in_ms: u64,
    },
    Ping {},
}

impl Frame {
    /// Every type's name on the wire.
    pub const NAMES: &'static [&'static str] = &[
        "welcome",
        "ok",
        "error",
        "event",
        "events",
        "joined",
        "left",
        "resync",
        "typing",
        "read",
        "delivered",
        "queue_position",
        "offer",
        "offer_revoked",
        "presence_state",
        "presence_diff",
        "queue_state",
        "history",
        "conversations",
        "canned_replies",
        "suggestion_started",
        "suggestion_delta",
        "suggestion_finished",
        "suggestion_cancelled",
        "restarting",
        "ping",
    ];

    /// The frame's text.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("frames are plain data")
    }

    /// The error to a command.
    pub fn error(reference: Option<String>, code: ErrorCode) -> Self {
        Self::Error {
            reference,
            code,
            message: code.advice().to_owned(),
            retry_after_ms: None,
            field: None,
        }
    }
}

/// An agent as an author.
pub fn agent_author(agent: AgentName) -> Author {
    Author {
        kind: crate::shared::AuthorKind::Agent,
        id: Some(agent.id),
        name: Some(agent.name),
    }
}
