//! The contract between the hub and its store.

use crate::subject::{Filter, Subject};
use async_trait::async_trait;
use bytes::Bytes;
use domain::id::Epoch;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Largest body of a record, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// A record's place in the whole log. 0 is before the first. Never stored inside a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub u64);

/// What must hold for an append to land.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Nothing: only order matters.
    Any,
    /// The subject's last record is still this one; `Last(Position(0))`: it has none yet.
    Last(Position),
}

/// The writer's own name of a record: how it finds its append again after `Unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordId(pub u128);

/// A record to append.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// Where.
    pub subject: Subject,
    /// Under which condition.
    pub expect: Expect,
    /// The writer's name for it; unique.
    pub id: RecordId,
    /// At most 256 KiB.
    pub body: Bytes,
}

/// A record in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its place.
    pub position: Position,
    /// The place of the record before it in the same subject; 0: it is the first.
    pub prev: Position,
    /// Where.
    pub subject: Subject,
    /// The writer's name for it.
    pub id: RecordId,
    /// What.
    pub body: Bytes,
}

/// Why an append did not land, or may not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The expectation failed: fold up to `last` and decide again.
    #[error("the subject has another last record")]
    Conflict,
    /// It may or may not have landed: look for the id, then append the same again.
    #[error("the store did not answer in time")]
    Unknown,
    /// Not now, and certainly not landed: disk full, queue full, shutting down.
    #[error("the store takes no appends now")]
    Unavailable,
    /// Over 256 KiB.
    #[error("the record is larger than 256 KiB")]
    TooLarge,
}

/// A read that failed; nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store could not be read: {0}")]
pub struct ReadError(pub Arc<str>);

/// A request with nobody to answer it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Nobody hears that subject.
    #[error("nobody hears that subject")]
    Gone,
    /// Somebody hears it, and did not answer in time.
    #[error("no answer in time")]
    TimedOut,
}

/// A cast that was heard.
#[derive(Debug)]
pub struct Heard {
    /// Where.
    pub subject: Subject,
    /// What.
    pub body: Bytes,
    /// Where the answer goes, when it was an `ask`.
    pub reply: Option<tokio::sync::oneshot::Sender<Bytes>>,
}

/// Records in order, for ever; ends only when the journal is closed.
pub type Tail = mpsc::Receiver<Stored>;
/// Records as they happen; may skip under pressure, never reorders within a subject.
pub type Live = mpsc::Receiver<Arc<Stored>>;
/// Casts as they happen; may skip under pressure.
pub type Hearing = mpsc::Receiver<Heard>;

/// The store. One durable write: [`append`](Journal::append); leases, configuration and
/// snapshots are helpers over it.
#[async_trait]
pub trait Journal: Send + Sync + 'static {
    /// The life of this log: new after creation, copy and restore.
    fn epoch(&self) -> Epoch;

    /// Appends one record. `Ok` means durable.
    async fn append(&self, record: NewRecord) -> Result<Position, AppendError>;

    /// The last committed record's position in the whole log, as this node's reads show it.
    async fn head(&self) -> Result<Position, ReadError>;

    /// The subject's last record's position at the authority; 0: none.
    async fn last(&self, subject: &Subject) -> Result<Position, ReadError>;

    /// Up to `limit` records of the subject after `after`, oldest first.
    async fn read(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Stored>, ReadError>;

    /// Up to `limit` newest records of the subject at or before `until` (`None`: the end), newest first.
    async fn read_back(
        &self,
        subject: &Subject,
        until: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Stored>, ReadError>;

    /// Waits until this node's reads of the subject show at least `at_least`.
    async fn catch_up(&self, subject: &Subject, at_least: Position) -> Result<(), ReadError>;

    /// Every committed record that passes, after `from`, in order, for ever.
    async fn tail(&self, filter: Filter, from: Position) -> Tail;

    /// Records that pass, as they happen, at most once.
    async fn live(&self, filter: Filter) -> Live;

    /// Forgets the subject's records before `before`.
    async fn trim(&self, subject: &Subject, before: Position) -> Result<(), AppendError>;

    /// Tells whoever hears, and forgets.
    fn cast(&self, subject: &Subject, body: Bytes);

    /// Hears casts and asks that pass.
    async fn hear(&self, filter: Filter) -> Hearing;

    /// Asks whoever hears and waits for the first answer.
    async fn ask(
        &self,
        subject: &Subject,
        body: Bytes,
        within: Duration,
    ) -> Result<Bytes, AskError>;
}
