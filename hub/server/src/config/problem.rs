//! What is wrong with a configuration, in words that say where and what to do.

use services::strict_toml::Problem;
use std::path::PathBuf;

/// Why the hub does not start with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {source}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is wrong.
    #[error("{}, {problem}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Where and why.
        problem: Problem,
    },
    /// An environment variable is wrong.
    #[error("environment variable {name}: {reason}")]
    Environment {
        /// Which.
        name: String,
        /// Why, and what would be right.
        reason: String,
    },
    /// A value that does not work.
    #[error("{key}: {reason}")]
    Value {
        /// `section.key`.
        key: &'static str,
        /// What must hold.
        reason: String,
    },
}

/// Refuses a value unless the condition holds.
pub(super) fn require(
    holds: bool,
    key: &'static str,
    reason: impl Into<String>,
) -> Result<(), ConfigError> {
    if holds {
        return Ok(());
    }
    Err(ConfigError::Value {
        key,
        reason: reason.into(),
    })
}
