//! `[log]`: what is written to standard error.

use super::ConfigError;
use runtime::telemetry::{LogFormat, check_level};
use serde::{Deserialize, Serialize};

/// Logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,hub=debug`.
    pub level: String,
    /// For people or for machines.
    pub format: Format,
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".into(),
            format: Format::Pretty,
        }
    }
}

impl Log {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        check_level(&self.level).map_err(|error| ConfigError::Value {
            key: "log.level",
            reason: error.to_string(),
        })
    }
}

impl From<Format> for LogFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Pretty => Self::Pretty,
            Format::Json => Self::Json,
        }
    }
}
