//! One node's store: SQLite in a folder, one writer thread, natural group commit.
//!
//! - **Durable before the answer.** WAL, `synchronous=FULL`; everything queued becomes one
//!   transaction and one `fsync`, with no lingering for more.
//! - **A full disk passes**: appends answer `Unavailable`, reads go on, and appends work
//!   again as soon as there is room. **A failed `fsync` does not pass**: it ends the process.
//! - **The index of subjects follows in portions** (`places`): what it does not know yet is
//!   in memory and is read again from the log's end at the start.
//! - **Nothing grows without bound**: the queue, the heads, the recent records and every
//!   channel have limits; a slow tail lags and reads from the tables.

mod backup;
mod fanout;
mod heads;
mod lock;
mod options;
mod places;
mod queue;
mod reader;
mod schema;
mod tail;
mod trouble;
mod verify;
mod view;
mod writer;

pub use backup::{CopyError, restore};
pub use options::{OnFatal, Options};
pub use verify::{Report, verify};

use crate::casts::Casts;
use crate::subject::{Filter, Subject};
use crate::{
    AppendError, AskError, Hearing, Journal, Live, MAX_BODY, NewRecord, Position, ReadError,
    Stored, Tail,
};
use async_trait::async_trait;
use bytes::Bytes;
use domain::id::Epoch;
use fanout::Fanout;
use lock::Lock;
use places::Places;
use queue::{Job, Queue};
use reader::Readers;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "the store in {dir} belongs to the running process {owner}: talk to it through its \
         control.sock, or end it first"
    )]
    Held {
        /// The store's folder.
        dir: PathBuf,
        /// The process id, as it wrote it.
        owner: String,
    },
    /// Written by another version of the hub.
    #[error("the store has table layout {found}, this hub knows {known}: use a matching version")]
    Layout {
        /// What the file says.
        found: i64,
        /// What this code reads.
        known: i64,
    },
    /// The folder or a file in it cannot be used.
    #[error("the store's folder cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// The database cannot be used.
    #[error("the store's database cannot be used: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// The store in one folder. Drop or [`close`](Self::close) it to let another process have it.
pub struct Embedded {
    epoch: Epoch,
    path: PathBuf,
    shared: Arc<writer::Shared>,
    readers: Arc<Readers>,
    casts: Casts,
    writer: Mutex<Option<JoinHandle<()>>>,
    lock: Mutex<Option<Lock>>,
}

impl Embedded {
    /// Opens the store in `dir`, which is made when it is not there.
    ///
    /// # Errors
    /// Another process has it, it was written by another version, or the disk refuses.
    pub fn open(dir: impl AsRef<Path>, options: Options) -> Result<Arc<Self>, OpenError> {
        let dir = dir.as_ref();
        fs::create_dir_all(dir)?;
        let lock = Lock::take(dir)?;
        let path = schema::file(dir);
        let (db, epoch) = schema::open_writer(&path, &options)?;
        // The names of new files are durable only when their folder is.
        File::open(dir)?.sync_all()?;
        let highest = schema::highest(&db)?;
        let places = Arc::new(Places::load(&db)?);
        let shared = Arc::new(writer::Shared {
            places: places.clone(),
            queue: Queue::new(&options),
            fanout: Arc::new(Fanout::new(highest)),
            on_fatal: options.on_fatal.clone(),
        });
        let writer = spawn_writer(db, shared.clone())?;
        Ok(Arc::new(Self {
            epoch,
            shared,
            readers: Arc::new(Readers::new(path.clone(), places, options.readers)),
            path,
            casts: Casts::default(),
            writer: Mutex::new(Some(writer)),
            lock: Mutex::new(Some(lock)),
        }))
    }

    /// Writes and answers everything queued, ends tails and live channels, and lets go of
    /// the folder. Later appends are `Unavailable`; later reads still work.
    pub async fn close(&self) {
        self.shared.queue.close();
        let writer = self.take_writer();
        let joined = tokio::task::spawn_blocking(move || writer.map(JoinHandle::join));
        if joined.await.is_err() {
            tracing::error!("the store's writer could not be waited for");
        }
        self.end();
    }

    /// Copies the store, as it is at one moment and while it runs, into one new file:
    /// whole and on disk when this returns. A restored backup has a new epoch.
    ///
    /// # Errors
    /// `target` exists, or the disk refuses; then nothing is left behind under that name.
    pub async fn backup(&self, target: &Path) -> Result<(), CopyError> {
        let (store, target) = (self.path.clone(), target.to_owned());
        blocking(move || backup::write(&store, &target)).await?
    }

    /// Reads every record while the store runs; see [`verify`].
    ///
    /// # Errors
    /// The store cannot be read at all. Faults within it are in the report.
    pub async fn verify(
        &self,
        check: impl FnMut(&Stored) -> Result<(), String> + Send + 'static,
    ) -> Result<Report, OpenError> {
        let path = self.path.clone();
        blocking(move || verify(&path, check)).await?
    }

    async fn do_job<T>(
        &self,
        job: Job,
        outcome: oneshot::Receiver<Result<T, AppendError>>,
    ) -> Result<T, AppendError> {
        self.shared.queue.push(job);
        // No answer: the writer died with the job in hand.
        outcome.await.unwrap_or(Err(AppendError::Unknown))
    }

    fn end(&self) {
        self.shared.fanout.close();
        self.casts.close();
        drop(take(&self.lock));
    }

    fn take_writer(&self) -> Option<JoinHandle<()>> {
        take(&self.writer)
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.shared.queue.close();
        if let Some(writer) = self.take_writer() {
            let _ = writer.join();
        }
        self.end();
    }
}

#[async_trait]
impl Journal for Embedded {
    fn epoch(&self) -> Epoch {
        self.epoch.clone()
    }

    async fn append(&self, record: NewRecord) -> Result<Position, AppendError> {
        if record.body.len() > MAX_BODY {
            return Err(AppendError::TooLarge);
        }
        let (answer, outcome) = oneshot::channel();
        self.do_job(Job::Append { record, answer }, outcome).await
    }

    async fn head(&self) -> Result<Position, ReadError> {
        Ok(*self.shared.fanout.committed().borrow())
    }

    async fn last(&self, subject: &Subject) -> Result<Position, ReadError> {
        let subject = subject.clone();
        self.readers.run(move |view| view.last(&subject)).await
    }

    async fn read(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Stored>, ReadError> {
        let subject = subject.clone();
        self.readers
            .run(move |view| view.forward(&subject, after, limit))
            .await
    }

    async fn read_back(
        &self,
        subject: &Subject,
        until: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Stored>, ReadError> {
        let subject = subject.clone();
        let until = until.unwrap_or(Position(u64::MAX));
        self.readers
            .run(move |view| view.backward(&subject, until, limit))
            .await
    }

    /// Reads show every commit at once, so this waits only for positions still to come.
    async fn catch_up(&self, _: &Subject, at_least: Position) -> Result<(), ReadError> {
        let mut committed = self.shared.fanout.committed();
        while *committed.borrow_and_update() < at_least {
            if self.shared.fanout.is_closed() || committed.changed().await.is_err() {
                return Err(ReadError("the store is closed".into()));
            }
        }
        Ok(())
    }

    async fn tail(&self, filter: Filter, from: Position) -> Tail {
        tail::start(
            self.shared.fanout.clone(),
            self.readers.clone(),
            filter,
            from,
        )
    }

    async fn live(&self, filter: Filter) -> Live {
        self.shared.fanout.subscribe(filter)
    }

    async fn trim(&self, subject: &Subject, before: Position) -> Result<(), AppendError> {
        loop {
            let (answer, outcome) = oneshot::channel();
            let job = Job::Trim {
                subject: subject.clone(),
                before,
                answer,
            };
            if !self.do_job(job, outcome).await? {
                return Ok(());
            }
        }
    }

    fn cast(&self, subject: &Subject, body: Bytes) {
        self.casts.cast(subject, &body);
    }

    async fn hear(&self, filter: Filter) -> Hearing {
        self.casts.hear(filter)
    }

    async fn ask(
        &self,
        subject: &Subject,
        body: Bytes,
        within: Duration,
    ) -> Result<Bytes, AskError> {
        self.casts.ask(subject, &body, within).await
    }
}

fn spawn_writer(
    db: rusqlite::Connection,
    shared: Arc<writer::Shared>,
) -> Result<JoinHandle<()>, OpenError> {
    let thread = std::thread::Builder::new().name("journal-writer".to_owned());
    Ok(thread.spawn(move || {
        if let Err(error) = writer::run(db, &shared) {
            tracing::error!(%error, "the store's writer could not start");
        }
    })?)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, std::io::Error> {
    let outcome = tokio::task::spawn_blocking(work).await;
    outcome.map_err(std::io::Error::other)
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}
