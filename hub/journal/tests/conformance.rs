//! The suite on every store.

#![allow(clippy::unwrap_used)] // helpers of tests

use async_trait::async_trait;
use journal::Journal;
use journal::conformance::Harness;
use std::sync::Arc;

mod embedded {
    use super::*;
    use journal::embedded::{Embedded, Options, restore};
    use tempfile::TempDir;

    struct Folder;

    struct Store {
        embedded: Arc<Embedded>,
        dir: TempDir,
    }

    impl Store {
        fn open(dir: TempDir) -> Self {
            let embedded = Embedded::open(dir.path(), Options::default()).unwrap();
            Self { embedded, dir }
        }
    }

    #[async_trait]
    impl Harness for Folder {
        type Store = Store;

        async fn create(&self) -> Store {
            Store::open(tempfile::tempdir().unwrap())
        }

        async fn reopen(&self, store: Store) -> Store {
            store.embedded.close().await;
            Store::open(store.dir)
        }

        async fn restore(&self, store: &Store) -> Store {
            let backup = store.dir.path().join("backup.db");
            store.embedded.backup(&backup).await.unwrap();
            let dir = tempfile::tempdir().unwrap();
            restore(&backup, dir.path()).unwrap();
            Store::open(dir)
        }

        fn journal(&self, store: &Store) -> Arc<dyn Journal> {
            store.embedded.clone()
        }
    }

    journal::conformance!(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        Folder
    );
}

/// Calm, but live records, reads and tails behave as badly as the contract allows.
mod simulated {
    use super::*;
    use journal::simulated::{Chances, Simulated};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    /// Each case has its own, so that it runs the same way every time.
    #[derive(Default)]
    struct Memory {
        seeds: AtomicU64,
    }

    impl Memory {
        fn seed(&self) -> u64 {
            self.seeds.fetch_add(1, Ordering::SeqCst)
        }
    }

    const ROUGH: Chances = Chances {
        delay: 100,
        live_dropped: 300,
        stale_read: 300,
        longest: Duration::from_millis(20),
        tail_pause: Duration::from_millis(5),
        ..Chances::CALM
    };

    #[async_trait]
    impl Harness for Memory {
        type Store = Arc<Simulated>;

        async fn create(&self) -> Self::Store {
            Simulated::new(self.seed(), ROUGH)
        }

        async fn create_without_live(&self) -> Self::Store {
            let deaf = Chances {
                live_dropped: 1_000,
                ..ROUGH
            };
            Simulated::new(self.seed(), deaf)
        }

        async fn reopen(&self, store: Self::Store) -> Self::Store {
            store.close();
            store.another_node(self.seed(), ROUGH)
        }

        async fn restore(&self, store: &Self::Store) -> Self::Store {
            store.restored(self.seed(), ROUGH)
        }

        fn journal(&self, store: &Self::Store) -> Arc<dyn Journal> {
            store.clone()
        }
    }

    journal::conformance!(
        #[tokio::test(start_paused = true)]
        Memory::default()
    );
}
