//! What may be asked of a conversation, by people and by the hub itself.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every variant is documented"
)]

use super::event::{Channel, Origin, Person, Resolution};
use crate::allocation::decision::{AssignedBy, ReturnReason};
use crate::allocation::fact::Target;
use crate::id::{AgentId, ConversationId, DepartmentId, MessageId, Tag};
use crate::time::{Span, Time};

/// Who asks, with what the rules need to know of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// The conversation's customer; the service has checked that it is theirs.
    Customer {
        id: crate::id::CustomerId,
        name: Option<String>,
    },
    /// An agent.
    Agent { person: Person, supervisor: bool },
    /// The hub.
    System,
}

/// What the rules need besides the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    pub now: Time,
    pub asker: Asker,
    /// After-work time of the department.
    pub wrap_up: Span,
    /// How long the last agent is preferred after a reopening.
    pub sticky: Span,
    /// How long after the close writing reopens.
    pub reopen_within: Span,
}

/// One wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The first message of a conversation that does not exist yet.
    Open {
        message: MessageId,
        text: String,
        department: DepartmentId,
        channel: Channel,
        origin: Origin,
        previous: Option<ConversationId>,
    },
    /// An agent writes first.
    Start {
        message: MessageId,
        text: String,
        department: DepartmentId,
        previous: Option<ConversationId>,
    },
    /// A message.
    Post {
        message: MessageId,
        text: String,
        reply_to: Option<MessageId>,
    },
    /// A note among colleagues.
    Note {
        note: MessageId,
        text: String,
        mentions: Vec<AgentId>,
    },
    /// "Talk to a person", perhaps of another department.
    RequestAgent {
        department: Option<DepartmentId>,
    },
    /// The customer no longer waits.
    CancelWait,
    /// The customer ends it.
    End,
    /// 1 to 5.
    Rate {
        score: u8,
        comment: Option<String>,
    },
    /// The agent ends it.
    Close {
        resolution: Resolution,
        tags: Option<Vec<Tag>>,
        note: Option<(MessageId, String)>,
    },
    /// The agent goes on with it.
    Reopen,
    /// The owner wants to pass it on.
    Transfer {
        to: Target,
        note: Option<String>,
    },
    /// … and no longer does.
    WithdrawTransfer,
    /// The after-work is done.
    FinishWrapUp {
        resolution: Option<Resolution>,
    },
    /// Once per close.
    ExtendWrapUp,
    SetTags {
        tags: Vec<Tag>,
    },
    SetPriority {
        priority: u8,
    },
    /// In the count of all events; `unread` allows going back.
    MarkRead {
        seq: u64,
        unread: bool,
    },
    /// Effect of a decision.
    Assign {
        agent: Person,
        department: DepartmentId,
        by: AssignedBy,
        decision: u64,
    },
    /// Effect of a decision.
    ReturnTransfer {
        from: AgentId,
        to: Target,
        reason: ReturnReason,
    },
    /// The owner has no socket.
    Unreachable {
        agent: AgentId,
    },
    /// The owner has one again.
    Returned {
        agent: AgentId,
    },
    /// Back into the line.
    Requeue {
        agent: AgentId,
        only_if_waiting: bool,
    },
    /// The wrap-up's time is over.
    WrapUpOver {
        agent: AgentId,
    },
    /// The waiting customer is gone for good.
    Abandon,
}

impl Asker {
    /// For the record.
    pub fn actor(&self) -> crate::record::Actor {
        match self {
            Self::Customer { id, .. } => crate::record::Actor::Customer(id.clone()),
            Self::Agent { person, .. } => crate::record::Actor::Agent(person.id.clone()),
            Self::System => crate::record::Actor::System,
        }
    }

    /// As the author of a message, where it is a person.
    pub fn author(&self) -> Option<super::event::Author> {
        match self {
            Self::Customer { id, name } => Some(super::event::Author::Customer {
                id: id.clone(),
                name: name.clone(),
            }),
            Self::Agent { person, .. } => Some(super::event::Author::Agent(person.clone())),
            Self::System => None,
        }
    }
}
