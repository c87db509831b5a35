//! `[demo]`: accounts to try the hub with.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The demo.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Demo {
    /// Makes the accounts `ada`, `lin` and `sam` and prints their password at each start.
    pub enabled: bool,
    /// Their password. Empty: made at random once and kept in the store. Better given as
    /// `HUB_DEMO__PASSWORD` than in a file.
    pub password: Secret,
}

/// A text that no log shows.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text itself, unless it is empty.
    pub fn reveal(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(self.0.as_str())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "unset" } else { "set" })
    }
}
