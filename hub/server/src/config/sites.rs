//! `[sites]`: where the site files are.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The folder of the site files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SitesFolder {
    /// Every `*.toml` in it is one site; relative to the working directory.
    pub dir: PathBuf,
}

impl Default for SitesFolder {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("config/sites"),
        }
    }
}
