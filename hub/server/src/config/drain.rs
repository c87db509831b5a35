//! `[drain]`: how the hub ends after SIGTERM. The sum stays below 20 s.

use super::ConfigError;
use super::problem::require;
use domain::time::Span;
use serde::{Deserialize, Serialize};

/// All in ms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Drain {
    /// Sessions are told `restarting` one after the other over this time.
    pub window_ms: Span,
    /// Then outboxes may finish for this long.
    pub outbox_ms: Span,
    /// Then services and the store may finish for this long.
    pub flush_ms: Span,
}

impl Default for Drain {
    fn default() -> Self {
        Self {
            window_ms: Span::seconds(5),
            outbox_ms: Span::seconds(5),
            flush_ms: Span::seconds(5),
        }
    }
}

impl Drain {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let parts = [self.window_ms, self.outbox_ms, self.flush_ms];
        let sum = parts.iter().fold(0u64, |sum, p| sum.saturating_add(p.0));
        require(
            sum < 20_000,
            "drain.window_ms",
            "and the other times of [drain] must stay below 20000 together",
        )
    }
}
