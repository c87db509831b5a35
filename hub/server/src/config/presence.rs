//! `[presence]`: heartbeats, and how long anyone may be gone.

use super::ConfigError;
use super::problem::require;
use domain::time::Span;
use serde::{Deserialize, Serialize};

/// All in ms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Presence {
    /// An agent without a socket loses an open offer after this.
    pub offer_revoke_ms: Span,
    /// Then the customer is told that the agent is reconnecting.
    pub customer_told_ms: Span,
    /// Then conversations whose customer waits go back to the front of the line.
    pub requeue_ms: Span,
    /// A waiting customer without a socket is away after this.
    pub customer_away_ms: Span,
    /// From then the place in line is held this long.
    pub place_held_ms: Span,
    /// An agent without a command is away after this.
    pub idle_ms: Span,
    /// Quiet agents are asked for a sign of life.
    pub agent_ping_ms: Span,
    /// Agents without a sign of life are closed.
    pub agent_dead_ms: Span,
    /// Quiet customers are asked for a sign of life.
    pub customer_ping_ms: Span,
    /// Customers without a sign of life are closed.
    pub customer_dead_ms: Span,
}

impl Default for Presence {
    fn default() -> Self {
        Self {
            offer_revoke_ms: Span::seconds(5),
            customer_told_ms: Span::seconds(20),
            requeue_ms: Span::seconds(60),
            customer_away_ms: Span::seconds(45),
            place_held_ms: Span::minutes(5),
            idle_ms: Span::minutes(5),
            agent_ping_ms: Span::seconds(5),
            agent_dead_ms: Span::seconds(12),
            customer_ping_ms: Span::seconds(25),
            customer_dead_ms: Span::seconds(50),
        }
    }
}

impl Presence {
    #[rustfmt::skip]
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        require(self.offer_revoke_ms <= self.customer_told_ms, "presence.customer_told_ms", "must not be below presence.offer_revoke_ms")?;
        require(self.customer_told_ms <= self.requeue_ms, "presence.requeue_ms", "must not be below presence.customer_told_ms")?;
        require(self.agent_ping_ms >= Span(100), "presence.agent_ping_ms", "must be at least 100")?;
        require(self.customer_ping_ms >= Span(100), "presence.customer_ping_ms", "must be at least 100")?;
        require(self.agent_ping_ms.0.saturating_mul(2) <= self.agent_dead_ms.0, "presence.agent_dead_ms", "must be at least twice presence.agent_ping_ms")?;
        require(self.customer_ping_ms.0.saturating_mul(2) <= self.customer_dead_ms.0, "presence.customer_dead_ms", "must be at least twice presence.customer_ping_ms")?;
        require(self.idle_ms >= Span::seconds(1), "presence.idle_ms", "must be at least 1000")
    }
}
