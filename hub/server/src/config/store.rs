//! `[store]`: the journal.

use super::ConfigError;
use super::problem::require;
use domain::time::Span;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where durable things live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// The data folder; relative to the working directory.
    pub dir: PathBuf,
    /// Appends that wait to become durable, in bytes; more is refused as `unavailable`.
    pub queue_bytes: u64,
    /// The oldest append that may wait, in ms; then new ones are refused.
    pub queue_age_ms: Span,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            dir: PathBuf::from(".data"),
            queue_bytes: 64 * 1024 * 1024,
            queue_age_ms: Span::seconds(5),
        }
    }
}

impl Store {
    /// Held by whoever has the store open.
    pub fn lock(&self) -> PathBuf {
        self.dir.join("lock")
    }

    /// Where a running hub takes commands.
    pub fn control_socket(&self) -> PathBuf {
        self.dir.join("control.sock")
    }

    /// Where a running hub tells its addresses.
    pub fn addresses(&self) -> PathBuf {
        self.dir.join("addresses.json")
    }

    /// The keys that sign customers' tokens.
    pub fn secret(&self) -> PathBuf {
        self.dir.join("secret")
    }

    /// The password of the demo accounts.
    pub fn demo_password(&self) -> PathBuf {
        self.dir.join("demo-password")
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        require(
            !self.dir.as_os_str().is_empty(),
            "store.dir",
            "must name a folder",
        )?;
        require(
            self.queue_bytes >= 1024 * 1024,
            "store.queue_bytes",
            "must be at least 1048576",
        )?;
        require(
            self.queue_age_ms >= Span(100),
            "store.queue_age_ms",
            "must be at least 100",
        )
    }
}
