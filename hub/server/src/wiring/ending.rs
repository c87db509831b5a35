//! Reloads while it runs, and the end: no new sockets, everybody told, everything flushed.

use super::Shared;
use super::data::Data;
use super::listeners::Listening;
use crate::gateway::websocket::sweep;

/// Reads the site files again whenever asked, until the hub is told to end.
pub(crate) async fn wait(shared: &Shared, data: &Data) {
    loop {
        tokio::select! {
            () = shared.shutdown.token().cancelled() => return,
            () = shared.shutdown.reload_requested() => match data.sites.reload(&shared.config.sites.dir) {
                Ok(()) => tracing::info!("the site files are in force"),
                Err(error) => tracing::error!(%error, "a site file was refused; the old ones stay in force"),
            },
        }
    }
}

pub(crate) async fn end(shared: &Shared, data: &Data, listening: Listening) {
    shared.readiness.not_ready("draining");
    let drain = &shared.config.drain;
    sweep::drain(&listening.sockets, drain.window_ms, drain.outbox_ms).await;
    let flushed = tokio::time::timeout(drain.flush_ms.std(), shared.shutdown.finished()).await;
    if flushed.is_err() {
        tracing::warn!("some tasks did not end in time");
    }
    data.journal.close().await;
    listening.operations_end.cancel();
    let _ = std::fs::remove_file(shared.config.store.control_socket());
    let _ = std::fs::remove_file(shared.config.store.addresses());
    tracing::info!("ended");
}
