//! Configuration: compiled defaults, then a file, then the environment (`HUB_SECTION__KEY`).
//! Unknown names are refused in all of them. `config/hub.toml` holds every key with its
//! default; a test holds the two together.

mod demo;
mod drain;
mod limits;
mod listen;
mod log;
mod overlay;
mod presence;
mod problem;
mod sites;
mod store;

pub use demo::{Demo, Secret};
pub use drain::Drain;
pub use limits::Limits;
pub use listen::{Listen, Network};
pub use log::{Format, Log};
pub use presence::Presence;
pub use problem::ConfigError;
pub use sites::SitesFolder;
pub use store::Store;

use serde::{Deserialize, Serialize};
use std::path::Path;

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Addresses.
    pub listen: Listen,
    /// The journal.
    pub store: Store,
    /// Where the site files are.
    pub sites: SitesFolder,
    /// The demo.
    pub demo: Demo,
    /// Logs.
    pub log: Log,
    /// Sizes, rates and deadlines of what comes in.
    pub limits: Limits,
    /// Heartbeats and graces.
    pub presence: Presence,
    /// How the hub ends.
    pub drain: Drain,
}

/// The file that is read when none is named, if it is there.
pub const USUAL_FILE: &str = "config/hub.toml";

impl Config {
    /// Defaults, then the file (`None`: [`USUAL_FILE`] if it is there), then the process's
    /// environment.
    ///
    /// # Errors
    /// The file cannot be read, or something in it or in the environment is wrong.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let usual = Path::new(USUAL_FILE);
        let file = file.or_else(|| usual.exists().then_some(usual));
        Self::load_with(file, std::env::vars_os())
    }

    /// The same with another environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
    ) -> Result<Self, ConfigError> {
        let config = match file {
            Some(path) => Self::from_file(path)?,
            None => Self::default(),
        };
        let config = overlay::apply(config, environment)?;
        config.validate()?;
        Ok(config)
    }

    /// Checks what no single type can.
    ///
    /// # Errors
    /// The first key with a value that does not work, and what would.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.listen.validate()?;
        self.store.validate()?;
        self.log.validate()?;
        self.limits.validate()?;
        self.presence.validate()?;
        self.drain.validate()
    }

    fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            file: path.to_owned(),
            source,
        })?;
        services::strict_toml::parse(&text).map_err(|problem| ConfigError::File {
            file: path.to_owned(),
            problem,
        })
    }
}

#[cfg(test)]
mod tests;
