//! Output of allocation. A decision says how many facts it has folded; the fold applies
//! exactly those before it, so that every node comes to the same state.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every variant is documented"
)]

use super::fact::Target;
use crate::id::{AgentId, ConversationId, DepartmentId, OfferId, Ref, SkillId};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// How an agent came to own a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedBy {
    /// Accepted an offer.
    Offer,
    /// The department accepts by itself.
    Auto,
    /// Taken by hand.
    Claim,
    /// A supervisor gave it.
    Assign,
    /// A transfer was accepted.
    Transfer,
    /// A supervisor took it.
    TakeOver,
    /// The customer wrote again, or the agent reopened it.
    Reopen,
    /// The owner came back in time.
    Return,
    /// The agent began it.
    Start,
}

/// Why an offer ended without acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeReason {
    /// Taken by hand or through another way.
    AcceptedElsewhere,
    /// The customer or the sender no longer wants it.
    Cancelled,
    /// The conversation was closed.
    Closed,
    /// The agent lost its connection or stopped taking offers.
    Unreachable,
    /// It goes somewhere else now.
    Transferred,
}

/// Why an answer to an agent's fact is no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The offer is over.
    OfferExpired,
    /// Somebody owns it.
    AlreadyAssigned,
    /// No capacity is left.
    CapacityFull,
    /// It waits nowhere that this agent serves.
    NotFound,
}

/// Why this agent: for people, and for a replay.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Why {
    /// Version of the policy that decided.
    pub policy: u32,
    /// The words shown to the agent: `department`, `sticky`, `skill`, `least_loaded`, `longest_idle`…
    pub rules: Vec<String>,
    /// How long the customer has waited, in ms.
    pub waited_ms: u64,
    /// Skills that were relaxed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relaxed: Vec<SkillId>,
    /// How many could have been asked.
    pub candidates: u32,
    /// What settled it between equals.
    pub tie_break: String,
    /// The best five with their scores.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub top: Vec<(AgentId, i64)>,
    /// How many each filter put out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filtered: Vec<(String, u32)>,
    /// Put out because this node could not reach them just then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreachable: Vec<AgentId>,
}

/// What allocation decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Decision {
    /// A lease holder begins; decisions of older terms no longer count.
    Term { term: u64 },
    /// An agent is asked.
    Offered {
        conversation: ConversationId,
        offer: OfferId,
        agent: AgentId,
        transfer: bool,
        expires_at: Time,
        why: Why,
    },
    /// The conversation is the agent's. `reference` and `digest` answer the agent's command.
    Assigned {
        conversation: ConversationId,
        agent: AgentId,
        department: DepartmentId,
        by: AssignedBy,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offer: Option<OfferId>,
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<Ref>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<u64>,
        /// Where it came from, when it was a transfer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<AgentId>,
        /// The load goes beyond the capacity (transfers only).
        #[serde(default)]
        over_capacity: bool,
    },
    /// The agent said no; also the answer to its command.
    Declined {
        conversation: ConversationId,
        offer: OfferId,
        agent: AgentId,
        #[serde(rename = "ref")]
        reference: Ref,
    },
    /// Nobody answered in time. `missed`: the desk had shown it.
    Expired {
        conversation: ConversationId,
        offer: OfferId,
        agent: AgentId,
        missed: bool,
    },
    /// The offer was taken back.
    Revoked {
        conversation: ConversationId,
        offer: OfferId,
        agent: AgentId,
        reason: RevokeReason,
    },
    /// A transfer found nobody; the sender keeps it.
    Returned {
        conversation: ConversationId,
        from: AgentId,
        to: Target,
        reason: ReturnReason,
    },
    /// An agent's accept, claim or decline had no effect, and why.
    Refused {
        agent: AgentId,
        #[serde(rename = "ref")]
        reference: Ref,
        code: RefusalCode,
    },
    /// Three missed offers in a row.
    PutOnBreak { agent: AgentId },
    /// Finishing, and the last chat is done.
    WentOffline { agent: AgentId },
    /// The waiting customer has been gone for long; the place is kept, nobody is asked.
    PlaceHeld { conversation: ConversationId },
    /// One part of the folded state, as JSON text; `part` counts from 0 to `parts` - 1.
    Snapshot {
        part: u32,
        parts: u32,
        state: String,
    },
}

/// Why a transfer came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// Declined.
    Declined,
    /// Not answered in time.
    Expired,
    /// Nobody there could take it.
    Unavailable,
}

/// A record of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Who held the lease.
    pub term: u64,
    /// How many facts (by ordinal, from 1) are folded before these decisions.
    pub facts: u64,
    /// The lease holder's clock.
    pub now: Time,
    /// At most 64.
    pub decisions: Vec<Decision>,
}
