//! Allocation without I/O: `step(input, now)` folds and gives back actions. The driver feeds it
//! both logs on every node and carries the actions out, in order; only with the lease it decides.
//!
//! The router keeps the committed state and a working copy: the same with every fact that was
//! fed, and with the decisions of the one append in flight, on top. A commit confirms the copy;
//! a failed append, or a record of somebody else, has it built anew from the committed state.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every variant is documented"
)]

use crate::allocation::decision::{AssignedBy, Decided, ReturnReason};
use crate::allocation::fact::{Fact, Target};
use crate::allocation::replica::Applied;
use crate::id::{AgentId, ConversationId, DepartmentId, Ref};
use crate::time::Time;

mod agents;
mod answers;
mod due;
mod engine;
mod lines;
mod plan;

pub use engine::{Router, Settings};

/// What the driver tells the router.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The next fact of the log, with its ordinal (from 1, contiguous).
    Fact { ordinal: u64, fact: Fact },
    /// A record of the decisions' log, one's own after its append included.
    Decided(Decided),
    /// The lease is ours with this term; all of both logs has been fed.
    LeaseGained { term: u64 },
    /// Another holds it: fold, decide nothing.
    LeaseLost,
    /// The last `Append` failed with a conflict or for good: it is not in the log and never will
    /// be. The driver has fed the records that it missed before this.
    AppendFailed,
    /// The sockets that this node can see: an agent without any gets no offer at once, before
    /// the durable `agent_off`.
    Reachable { agent: AgentId, reachable: bool },
    /// Time has passed.
    Tick,
}

/// What the router wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Append to the decisions' log, expecting its present last record. One at a time: the next
    /// comes only after `Input::Decided` or `Input::AppendFailed`.
    Append(Decided),
    /// This decision took effect, on this node as on every other (lease or not): answer the
    /// agent's command, show or end the offer.
    Committed(Applied),
    /// Write into the conversation's log what a committed decision means there. In order;
    /// doing one twice must change nothing (`decision`: its ordinal in the site's log, 0 where
    /// a deadline and no decision is the reason).
    Effect { decision: u64, effect: Effect },
    /// Call `step(Tick)` at this time at the latest; replaces the last such wish.
    WakeAt(Time),
}

/// What happens to a conversation because of a decision or a deadline.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The agent owns it now.
    Assign {
        conversation: ConversationId,
        agent: AgentId,
        department: DepartmentId,
        by: AssignedBy,
        from: Option<AgentId>,
        reference: Option<(Ref, u64)>,
    },
    /// The transfer found nobody.
    ReturnTransfer {
        conversation: ConversationId,
        from: AgentId,
        to: Target,
        reason: ReturnReason,
    },
    /// 20 s without a socket: the customer is told.
    AgentUnreachable {
        conversation: ConversationId,
        agent: AgentId,
    },
    /// Back after the customer was told.
    AgentReturned {
        conversation: ConversationId,
        agent: AgentId,
    },
    /// 60 s without a socket, or signed off: back into the line (`only_if_waiting`: only where
    /// the customer waits for an answer).
    Requeue {
        conversation: ConversationId,
        agent: AgentId,
        only_if_waiting: bool,
    },
    /// The wrap-up time is over.
    FinishWrapUp {
        conversation: ConversationId,
        agent: AgentId,
    },
    /// The customer who waited has not come back.
    Abandon { conversation: ConversationId },
}
