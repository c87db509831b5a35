//! Input to allocation. Facts about a conversation carry its whole demand and the `all`
//! ordinal of the event that caused them (`round`), so that a late or double one changes
//! nothing; facts about presence carry the node's incarnation and a counter.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every variant is documented"
)]

use crate::id::{
    AgentId, ConversationId, CustomerId, DepartmentId, Incarnation, NodeId, OfferId, Ref, SkillId,
};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// What an agent chose; one on all devices.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Takes offers.
    Available,
    /// No offers; direct transfers reach it.
    Busy,
    /// Takes nothing; keeps its chats.
    OnBreak,
    /// Takes nothing; offline when the last chat is done.
    Finishing,
    /// Signed off.
    #[default]
    Offline,
}

/// A skill with its level, 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SkillLevel {
    /// Which.
    pub skill: SkillId,
    /// How well (of an agent), how well at least (of a demand).
    pub level: u8,
}

/// What an agent can do and how much at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Departments that the agent serves.
    pub departments: Vec<DepartmentId>,
    /// What the agent can do.
    pub skills: Vec<SkillLevel>,
    /// Capacity in tenths: 40 = four chats.
    pub capacity: u32,
}

/// Where a presence fact comes from: within one incarnation only a higher counter counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The node that holds the sockets.
    pub node: NodeId,
    /// Its life.
    pub incarnation: Incarnation,
    /// Counts up within the life.
    pub counter: u64,
}

/// What a waiting conversation asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// Whose line.
    pub department: DepartmentId,
    /// Who asks; several conversations of one customer are possible over other channels.
    pub customer: CustomerId,
    /// Skills required.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillLevel>,
    /// 0 (default) to 9.
    #[serde(default)]
    pub priority: u8,
    /// Weight in tenths: chat 10, mail 3.
    pub weight: u32,
    /// First enqueue time of this wish: kept through returns and transfers.
    pub enqueued_at: Time,
    /// Stands before everybody of equal priority: returned by no fault of the customer.
    #[serde(default)]
    pub front: bool,
    /// The agent to prefer, and until when nobody else is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sticky: Option<Sticky>,
    /// The owner who lost its connection: takes it back by coming back before an acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_to: Option<AgentId>,
}

/// A preferred agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticky {
    /// Whom.
    pub agent: AgentId,
    /// Until then nobody else is asked.
    pub until: Time,
}

/// Where a transfer goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// To one agent, beyond capacity if need be.
    Agent(AgentId),
    /// To whoever of the department takes it.
    Department(DepartmentId),
}

/// What happened that allocation must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Fact {
    /// The conversation waits in a line.
    Enqueued {
        conversation: ConversationId,
        round: u64,
        demand: Demand,
    },
    /// The conversation is owned (`wrap_up`: after its close, still weighing).
    Held {
        conversation: ConversationId,
        round: u64,
        agent: AgentId,
        department: DepartmentId,
        weight: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wrap_up_until: Option<Time>,
    },
    /// The owner wants to pass it on, and owns it until somebody accepts.
    TransferRequested {
        conversation: ConversationId,
        round: u64,
        from: AgentId,
        to: Target,
        /// What the receiver will see; `department` is the one it is transferred to or stays in.
        demand: Demand,
    },
    /// Allocation has nothing more to do with it.
    Released {
        conversation: ConversationId,
        round: u64,
    },
    /// The waiting customer has no socket any more (`false`) or again (`true`). One that was
    /// never spoken of counts as present; after a node's start, customers who wait and come
    /// back to it are to be named again. Counts only for conversations that allocation knows.
    CustomerPresent {
        conversation: ConversationId,
        source: Source,
        present: bool,
        at: Time,
    },
    /// The first socket of the agent on that node.
    AgentOn {
        agent: AgentId,
        source: Source,
        at: Time,
    },
    /// The last one has gone, and the grace of 5 s is over. `at` is when it went, not when the
    /// grace was over: all later graces (20 s, 60 s) are counted from it.
    AgentOff {
        agent: AgentId,
        source: Source,
        at: Time,
    },
    /// A hub life has begun: agents left on by an earlier life of the node, and customers it
    /// had, have their grace from `at`. The first fact of a life; facts of an earlier one that
    /// come after it change nothing.
    NodeStarted {
        node: NodeId,
        incarnation: Incarnation,
        at: Time,
    },
    /// The desk was left idle, or used again.
    AgentIdle {
        agent: AgentId,
        idle: bool,
        at: Time,
    },
    /// The agent chose.
    AvailabilitySet {
        agent: AgentId,
        availability: Availability,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        at: Time,
    },
    /// The account says what the agent can do; `None`: the account is gone or disabled.
    ProfileSet {
        agent: AgentId,
        version: u64,
        profile: Option<Profile>,
    },
    /// A desk showed the offer: from then on missing it counts.
    OfferShown { offer: OfferId, agent: AgentId },
    /// The agent takes the offer. Answered by a decision.
    Accepted {
        conversation: ConversationId,
        offer: OfferId,
        agent: AgentId,
        #[serde(rename = "ref")]
        reference: Ref,
        digest: u64,
        at: Time,
    },
    /// The agent does not. Answered by a decision.
    Declined {
        conversation: ConversationId,
        offer: OfferId,
        agent: AgentId,
        #[serde(rename = "ref")]
        reference: Ref,
        at: Time,
    },
    /// The agent takes it out of the line by hand. Answered by a decision.
    Claimed {
        conversation: ConversationId,
        agent: AgentId,
        #[serde(rename = "ref")]
        reference: Ref,
        digest: u64,
        at: Time,
    },
}
