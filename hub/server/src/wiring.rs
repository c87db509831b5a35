//! Putting a hub together, in the order in which its parts need each other, and taking it apart
//! in the opposite one.

mod data;
mod ending;
mod listeners;
mod measures;

use crate::cli::control::{bind_control, serve_control};
use crate::cli::local::Local;
use crate::cli::{BUILD, CommandError};
use crate::config::Config;
use crate::gateway::operations::Readiness;
use crate::gateway::websocket::registry::Registry;
use runtime::clock::{SharedClock, SystemClock};
use runtime::metrics::Metrics;
use runtime::random::{SharedRandom, SystemRandom};
use runtime::shutdown::Shutdown;
use std::io;
use std::sync::Arc;

/// Runs a hub until it is told to end.
///
/// # Errors
/// Something it needs cannot be had.
pub fn serve(config: Config) -> Result<(), CommandError> {
    raise_file_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(io_error("starting"))?;
    runtime.block_on(run(Arc::new(config)))
}

/// What all parts share.
pub(crate) struct Shared {
    pub(crate) config: Arc<Config>,
    pub(crate) clock: SharedClock,
    pub(crate) random: SharedRandom,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) shutdown: Shutdown,
    pub(crate) readiness: Readiness,
}

async fn run(config: Arc<Config>) -> Result<(), CommandError> {
    let shared = Shared {
        config,
        clock: Arc::new(SystemClock::new()),
        random: Arc::new(SystemRandom),
        metrics: Arc::new(Metrics::new(BUILD)),
        shutdown: Shutdown::new(),
        readiness: Readiness::starting(),
    };
    shared
        .shutdown
        .listen_to_signals()
        .map_err(io_error("listening to signals"))?;
    let data = data::open(&shared).await?;
    let (registry, behind) = Registry::new();
    let services = data::services(&shared, &data, registry.clone()).await?;
    let control = bind_control(&shared.config.store.control_socket())
        .map_err(io_error("the control socket"))?;
    let administration = Local {
        accounts: data.accounts.clone(),
        sites: data.sites.clone(),
        journal: data.journal.clone(),
    };
    tokio::spawn(serve_control(control, Arc::new(administration)));
    let listening = listeners::open(&shared, services, registry, behind).await?;
    listeners::announce(&shared, &data, &listening)?;
    ending::wait(&shared, &data).await;
    ending::end(&shared, &data, listening).await;
    Ok(())
}

/// Sockets need descriptors: as many as the machine allows.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

pub(crate) fn io_error(what: &str) -> impl FnOnce(io::Error) -> CommandError {
    let what = what.to_owned();
    move |source| CommandError::Io { what, source }
}
