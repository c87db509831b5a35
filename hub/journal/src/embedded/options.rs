//! What can be chosen when a store is opened.

use runtime::clock::{SharedClock, SystemClock};
use runtime::random::{SharedRandom, SystemRandom};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Called with the reason when the store cannot know any more whether a record is durable.
pub type OnFatal = Arc<dyn Fn(&str) + Send + Sync>;

/// How an embedded store behaves. The defaults are those of a hub.
#[derive(Clone)]
pub struct Options {
    /// Bytes of records that may wait for the writer; then `Unavailable`.
    pub queue_bytes: usize,
    /// How long a record may wait for the writer; then `Unavailable`.
    pub queue_age: Duration,
    /// Connections that read at the same time.
    pub readers: usize,
    /// Largest size of the store in pages of 4 KiB; then `Unavailable`. `None`: the disk's.
    pub max_pages: Option<u32>,
    /// What happens when an `fsync` fails: ends the process, since the kernel may have thrown
    /// the written pages away.
    pub on_fatal: OnFatal,
    /// Measures how long records wait.
    pub clock: SharedClock,
    /// Makes the epoch.
    pub random: SharedRandom,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue_bytes: 64 * 1024 * 1024,
            queue_age: Duration::from_secs(5),
            readers: 4,
            max_pages: None,
            on_fatal: Arc::new(abort),
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("queue_bytes", &self.queue_bytes)
            .field("queue_age", &self.queue_age)
            .field("readers", &self.readers)
            .field("max_pages", &self.max_pages)
            .finish_non_exhaustive()
    }
}

fn abort(reason: &str) {
    tracing::error!(
        reason,
        "the store is not durable any more: ending the process"
    );
    eprintln!("hub: {reason}; ending the process so that nothing is acknowledged that may be lost");
    std::process::abort();
}
