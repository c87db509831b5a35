//! What happened in a conversation. Stored for ever: add variants and optional fields only.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every variant is documented"
)]

use crate::allocation::decision::{AssignedBy, ReturnReason};
use crate::allocation::fact::{Sticky, Target};
use crate::id::{AgentId, ConversationId, CustomerId, DepartmentId, MessageId, Tag};
use crate::record::Actor;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    /// The person who asks.
    Customer {
        id: CustomerId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// Who answers.
    Agent(Person),
    /// The hub answering by rule; it says that it is one.
    Bot,
    /// The hub itself: position, nudges, survey.
    System,
}

/// An agent as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: AgentId,
    pub name: String,
}

/// How the conversation came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The widget.
    #[default]
    Chat,
    /// Mail.
    Email,
    /// A call.
    Phone,
}

/// Where the customer was when it began. Seen by agents only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

/// A page of the site, as the browser says it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Page {
    pub url: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
}

/// Why a conversation stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueuedReason {
    /// The customer's first message, no bot before it.
    Opened,
    /// "Talk to a person".
    Requested,
    /// The customer wrote again after the close.
    Reopened,
    /// The owner lost its connection for too long.
    AgentUnreachable,
    /// The owner signed off.
    AgentLeft,
}

/// Who closed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    Customer,
    Agent,
    Supervisor,
    Bot,
    System,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    Resolved,
    Unresolved,
    NoReply,
    Abandoned,
    Spam,
    Duplicate,
}

/// Why a transfer ended where it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferEnd {
    Declined,
    Expired,
    Unavailable,
    Withdrawn,
}

impl From<ReturnReason> for TransferEnd {
    fn from(reason: ReturnReason) -> Self {
        match reason {
            ReturnReason::Declined => Self::Declined,
            ReturnReason::Expired => Self::Expired,
            ReturnReason::Unavailable => Self::Unavailable,
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// It exists.
    ConversationOpened {
        department: DepartmentId,
        channel: Channel,
        #[serde(default)]
        origin: Origin,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<ConversationId>,
    },
    /// Somebody wrote.
    MessagePosted {
        message: MessageId,
        author: Author,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<MessageId>,
    },
    /// An agent wrote for colleagues only.
    NotePosted {
        note: MessageId,
        author: Author,
        text: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<AgentId>,
    },
    /// It waits in a line.
    ConversationQueued {
        department: DepartmentId,
        reason: QueuedReason,
        /// First enqueue time of this wish.
        enqueued_at: Time,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        front: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sticky: Option<Sticky>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        return_to: Option<AgentId>,
    },
    /// An agent owns it.
    AgentAssigned {
        agent: Person,
        by: AssignedBy,
        department: DepartmentId,
        /// Ordinal of the decision behind it; absent when it came without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<u64>,
    },
    /// The owner has had no connection for a while.
    AgentUnreachable { agent: Person },
    /// The owner is back.
    AgentReturned { agent: Person },
    /// The owner asks somebody else to take it.
    TransferRequested {
        to: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Nobody did.
    TransferReturned { to: Target, reason: TransferEnd },
    /// Somebody did.
    Transferred {
        from: Person,
        to: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The owner's time after the close.
    WrapUpStarted {
        until: Time,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        extended: bool,
    },
    /// It is over; the resolution may be corrected with it.
    WrapUpFinished {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<Resolution>,
    },
    /// All the conversation's labels.
    TagsSet { tags: Vec<Tag> },
    /// 0 to 9.
    PrioritySet { priority: u8 },
    /// The dialogue is over.
    Closed {
        by: ClosedBy,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<Resolution>,
    },
    /// The dialogue goes on.
    Reopened { by: ClosedBy },
    /// The customer was asked how it was.
    SurveySent,
    /// The customer's answer.
    Rated {
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// Somebody has seen everything up to `seq` in the count of all events. Not counted itself.
    ReadMarked { by: Actor, seq: u64 },
}
