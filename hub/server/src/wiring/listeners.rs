//! The two listeners, and what they say at the start.

use super::data::Data;
use super::{Shared, io_error};
use crate::cli::addresses::Addresses;
use crate::cli::demo::announcement;
use crate::cli::{BUILD, CommandError};
use crate::gateway::accept::{self, Public};
use crate::gateway::admission::Admission;
use crate::gateway::http::HttpContext;
use crate::gateway::operations::{OperationsContext, serve_operations};
use crate::gateway::websocket::registry::{Behind, Registry};
use crate::gateway::websocket::{Context, upgrade};
use services::Services;
use std::io::Write;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What listens.
pub(crate) struct Listening {
    pub(crate) sockets: Arc<Context>,
    pub(crate) operations_end: CancellationToken,
    addresses: Addresses,
}

pub(crate) async fn open(
    shared: &Shared,
    services: Arc<Services>,
    registry: Arc<Registry>,
    behind: mpsc::UnboundedReceiver<Behind>,
) -> Result<Listening, CommandError> {
    let (config, listen) = (&shared.config, &shared.config.listen);
    let public = accept::bind(listen.public, listen.backlog)
        .map_err(io_error(&format!("listen.public {}", listen.public)))?;
    let operations = TcpListener::bind(listen.operations)
        .await
        .map_err(io_error(&format!(
            "listen.operations {}",
            listen.operations
        )))?;
    let address = |listener: &TcpListener| {
        listener
            .local_addr()
            .map_err(io_error("a listener's address"))
    };
    let addresses = Addresses {
        public: address(&public)?,
        operations: address(&operations)?,
        pid: std::process::id(),
    };
    let token = shared.shutdown.token();
    let admission = Arc::new(Admission::new(
        config.clone(),
        addresses.public,
        services.sites.clone(),
        shared.clock.clone(),
        shared.metrics.clone(),
        token.clone(),
    ));
    let http = HttpContext {
        config: config.clone(),
        accounts: services.accounts.clone(),
        admission: admission.clone(),
        metrics: shared.metrics.clone(),
    };
    let refresh = super::measures::refresh(shared, &services);
    let sockets = Arc::new(Context {
        services,
        registry,
        config: config.clone(),
        metrics: shared.metrics.clone(),
        tasks: TaskTracker::new(),
        admission,
    });
    upgrade::start(&sockets, behind, token);
    tokio::spawn(accept::serve(
        public,
        Arc::new(Public {
            sockets: sockets.clone(),
            http,
        }),
        token.clone(),
    ));
    let operations_end = CancellationToken::new();
    let told = OperationsContext {
        metrics: shared.metrics.clone(),
        refresh,
        readiness: shared.readiness.clone(),
        build: BUILD,
    };
    tokio::spawn(serve_operations(operations, told, operations_end.clone()));
    Ok(Listening {
        sockets,
        operations_end,
        addresses,
    })
}

pub(crate) fn announce(
    shared: &Shared,
    data: &Data,
    listening: &Listening,
) -> Result<(), CommandError> {
    let config = &shared.config;
    listening
        .addresses
        .write(&config.store.addresses())
        .map_err(io_error("addresses.json"))?;
    shared.readiness.ready("starting");
    let accounts = !data.accounts.list().is_empty();
    let text = announcement(
        config,
        &listening.addresses,
        data.demo_password.as_deref(),
        accounts,
    );
    let mut out = std::io::stdout().lock();
    // A closed standard output is no reason not to serve.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    tracing::info!(public = %listening.addresses.public, operations = %listening.addresses.operations, "listening");
    Ok(())
}
