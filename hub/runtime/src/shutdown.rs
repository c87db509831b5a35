//! How the process ends: the first SIGTERM or SIGINT asks for a drain, the second ends it at
//! once with status 1. SIGHUP asks for the site files to be read again.

use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Shared by everything that must end. Clones are the same shutdown.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    soft: CancellationToken,
    reload: Arc<Notify>,
    tasks: TaskTracker,
}

impl Shutdown {
    /// A shutdown that nothing has asked for.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when a drain begins. Tasks take a clone or a child.
    pub fn token(&self) -> &CancellationToken {
        &self.soft
    }

    /// Where long tasks are spawned, so that the end can wait for them.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Begins the drain.
    pub fn begin(&self) {
        self.soft.cancel();
    }

    /// Waits for one request to read the site files again.
    pub async fn reload_requested(&self) {
        self.reload.notified().await;
    }

    /// Asks for the site files to be read again.
    pub fn request_reload(&self) {
        self.reload.notify_one();
    }

    /// Waits until every tracked task has ended.
    pub async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Listens to the process's signals from now on. The task ends with the process.
    ///
    /// # Errors
    /// The operating system refuses a signal handler.
    pub fn listen_to_signals(&self) -> std::io::Result<()> {
        let signals = Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        };
        tokio::spawn(signals.run(self.clone()));
        Ok(())
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    async fn run(mut self, shutdown: Shutdown) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => end(&shutdown),
                _ = self.interrupt.recv() => end(&shutdown),
                _ = self.hangup.recv() => shutdown.request_reload(),
            }
        }
    }
}

fn end(shutdown: &Shutdown) {
    if shutdown.soft.is_cancelled() {
        tracing::warn!("second signal: ending at once");
        std::process::exit(1);
    }
    tracing::info!("draining; a second signal ends the hub at once");
    shutdown.begin();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_end_waits_for_tracked_tasks() {
        let shutdown = Shutdown::new();
        let token = shutdown.token().clone();
        let task = shutdown
            .tasks()
            .spawn(async move { token.cancelled().await });
        shutdown.begin();
        shutdown.finished().await;
        assert!(task.is_finished());
    }

    #[tokio::test]
    async fn a_reload_asked_for_early_is_not_lost() {
        let shutdown = Shutdown::new();
        shutdown.request_reload();
        shutdown.reload_requested().await;
    }
}
