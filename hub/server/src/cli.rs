//! The command line. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration. Logs go to
//! standard error; addresses, credentials and answers to standard output.

pub mod addresses;
pub mod administration;
pub mod control;
pub mod demo;
pub mod local;

mod agents;
mod args;
mod health;
mod import;
mod open;
mod password;
mod store;
mod table;

use crate::config::{Config, ConfigError};
use args::{Command, Parsed};
use clap::Parser;
use runtime::telemetry::{self, LogFormat};
use services::sites::{Sites, SitesError};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Wrong usage or configuration.
pub const BAD_CONFIGURATION: u8 = 2;

/// What the binary is, for `version`, `/version` and the metrics.
pub const BUILD: runtime::metrics::Build = runtime::metrics::Build {
    version: env!("CARGO_PKG_VERSION"),
    revision: match option_env!("KEFU_REVISION") {
        Some(revision) => revision,
        None => "unknown",
    },
};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A site file is wrong.
    #[error(transparent)]
    Sites(#[from] SitesError),
    /// Something that was given is wrong.
    #[error("{0}")]
    Usage(String),
    /// It could not be done.
    #[error("{0}")]
    Failed(String),
    /// Reading or writing failed.
    #[error("{what}: {source}")]
    Io {
        /// What was read or written.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl CommandError {
    /// The process's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Config(_) | Self::Sites(_) | Self::Usage(_) => ExitCode::from(BAD_CONFIGURATION),
            Self::Failed(_) | Self::Io { .. } => ExitCode::FAILURE,
        }
    }
}

/// Carries the command line out; `serve` runs a hub with a configuration that was checked.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    serve: impl FnOnce(Config) -> Result<(), CommandError>,
) -> ExitCode {
    let parsed = match Parsed::try_parse_from(arguments) {
        Ok(parsed) => parsed,
        // Also help and version, which are no failure; clap knows the code.
        Err(error) => {
            let printed = error.print();
            let code = if printed.is_ok() {
                error.exit_code()
            } else {
                1
            };
            return ExitCode::from(u8::try_from(code).unwrap_or(1));
        }
    };
    match carry_out(parsed, serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hub: {error}");
            error.exit_code()
        }
    }
}

/// The sites of a configuration: its folder, or, for the demo without one, the compiled site.
///
/// # Errors
/// A file is wrong, or there is none and this is no demo.
pub fn load_sites(config: &Config) -> Result<Sites, SitesError> {
    if config.demo.enabled && !config.sites.dir.exists() {
        return Ok(Sites::demo());
    }
    Sites::load(&config.sites.dir)
}

fn carry_out(
    parsed: Parsed,
    serve: impl FnOnce(Config) -> Result<(), CommandError>,
) -> Result<(), CommandError> {
    let file = parsed.config.as_deref();
    match parsed.command.unwrap_or_default() {
        Command::Serve { demo } => {
            let mut config = Config::load(file)?;
            config.demo.enabled |= demo;
            start_logs(&config.log.level, config.log.format.into())?;
            serve(config)
        }
        Command::Agent { command } => agents::run(&quiet(file)?, command),
        Command::Backup { file: target } => store::backup(&quiet(file)?, &target),
        Command::Verify { file: backup } => store::verify(&quiet(file)?, backup.as_deref()),
        Command::CheckConfig => check_config(&Config::load(file)?),
        Command::Healthcheck { ready } => health::check(&Config::load(file)?, ready),
        Command::Version => {
            println!("hub {} ({})", BUILD.version, BUILD.revision);
            Ok(())
        }
    }
}

/// The configuration for a command that only speaks when something is wrong.
fn quiet(file: Option<&Path>) -> Result<Config, CommandError> {
    let config = Config::load(file)?;
    start_logs("warn", config.log.format.into())?;
    Ok(config)
}

fn start_logs(level: &str, format: LogFormat) -> Result<(), CommandError> {
    telemetry::start(level, format).map_err(|e| CommandError::Failed(e.to_string()))
}

fn check_config(config: &Config) -> Result<(), CommandError> {
    let sites = load_sites(config)?.snapshot();
    println!(
        "the configuration is right; {} site(s):",
        sites.all().count()
    );
    for site in sites.all() {
        let departments: Vec<&str> = site.departments.iter().map(|d| d.id.as_str()).collect();
        println!("  {}: departments {}", site.id, departments.join(", "));
    }
    Ok(())
}
