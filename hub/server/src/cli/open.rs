//! Where a command is carried out: in the hub that runs, or on the store itself.

use super::administration::{Administration, Answer, Request};
use super::control::Remote;
use super::local::Local;
use super::{CommandError, load_sites};
use crate::config::Config;
use journal::embedded::{Embedded, OpenError, Options};
use runtime::clock::SystemClock;
use runtime::random::SystemRandom;
use services::accounts::Accounts;
use std::sync::Arc;

/// Carries one request out wherever it can be.
pub(super) fn carry_out(config: &Config, request: Request) -> Result<Answer, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| CommandError::Io {
            what: "starting".into(),
            source,
        })?;
    runtime.block_on(async {
        if let Some(remote) = Remote::connect(&config.store.control_socket()).await {
            return Ok(remote.carry_out(request).await?);
        }
        let local = open(config).await?;
        let result = local.carry_out(request).await;
        local.journal.close().await;
        Ok(result?)
    })
}

/// A refusal keeps its account's index, so that an import can name the line.
#[derive(Debug)]
pub(super) enum Failed {
    Before(CommandError),
    Refused(super::administration::Refusal),
}

impl From<CommandError> for Failed {
    fn from(error: CommandError) -> Self {
        Self::Before(error)
    }
}

impl From<super::administration::Refusal> for Failed {
    fn from(refusal: super::administration::Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Failed> for CommandError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Before(error) => error,
            Failed::Refused(refusal) => Self::Failed(refusal.message),
        }
    }
}

async fn open(config: &Config) -> Result<Local, CommandError> {
    let sites = Arc::new(load_sites(config)?);
    let journal = Embedded::open(&config.store.dir, Options::default()).map_err(|e| match e {
        OpenError::Held { .. } => CommandError::Failed(
            "a hub is just starting or ending on this store; try again in a moment".into(),
        ),
        other => CommandError::Failed(other.to_string()),
    })?;
    let (clock, random) = (Arc::new(SystemClock::new()), Arc::new(SystemRandom));
    let accounts = Accounts::open(journal.clone(), clock, random, config.limits.logins()).await;
    Ok(Local {
        accounts,
        sites,
        journal,
    })
}
