//! Open offers, and the commands of agents that wait for an answer.

use super::decision::RevokeReason;
use crate::id::{AgentId, ConversationId, OfferId, Ref};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// An agent is being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// To take what.
    pub conversation: ConversationId,
    /// The conversation's round when it was made; a later one makes the offer stale.
    pub round: u64,
    /// Who.
    pub agent: AgentId,
    /// Counts into the agent's load while the offer is open, in tenths.
    pub weight: u32,
    /// For a transfer, and from whom.
    pub from: Option<AgentId>,
    /// The lease holder's clock when it was made.
    pub at: Time,
    /// For display, and for the lease holder's deadline.
    pub expires_at: Time,
    /// A desk has shown it.
    pub shown: bool,
    /// The conversation has gone on; the lease holder revokes it with this reason.
    pub stale: Option<RevokeReason>,
}

/// What an agent asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Wish {
    /// Take the offer.
    Accept {
        /// Which.
        offer: OfferId,
        /// Of the command's body.
        digest: u64,
    },
    /// Refuse the offer.
    Decline {
        /// Which.
        offer: OfferId,
    },
    /// Take it out of the line by hand.
    Claim {
        /// Of the command's body.
        digest: u64,
    },
}

/// A folded accept, decline or claim without an answer yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Who asks.
    pub agent: AgentId,
    /// The agent's name of the command.
    #[serde(rename = "ref")]
    pub reference: Ref,
    /// About what.
    pub conversation: ConversationId,
    /// For what.
    pub wish: Wish,
}
