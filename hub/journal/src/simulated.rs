//! A store in memory that misbehaves on purpose, the same way for the same seed.
//!
//! All its waiting is tokio's, so a single-threaded runtime with paused time runs it fast
//! and deterministically. Several handles ([`Simulated::another_node`]) share one log, each
//! with its own faults and its own, possibly old, view of it.

mod dice;
mod fault;
mod log;
mod script;

pub use fault::{Chances, Fault};

use crate::subject::{Filter, Subject};
use crate::{
    AppendError, AskError, Hearing, Journal, Live, MAX_BODY, NewRecord, Position, ReadError,
    Stored, Tail,
};
use async_trait::async_trait;
use bytes::Bytes;
use dice::Dice;
use domain::id::Epoch;
use log::Log;
use script::Script;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// One node's handle on a simulated log.
pub struct Simulated {
    log: Arc<Log>,
    script: Mutex<Script>,
    /// How much of the log this node's reads have shown.
    seen: Mutex<Position>,
    closed: watch::Sender<bool>,
}

impl Simulated {
    /// An empty log.
    pub fn new(seed: u64, chances: Chances) -> Arc<Self> {
        let mut dice = Dice::new(seed);
        let epoch = epoch(&mut dice);
        Self::on(Arc::new(Log::new(epoch)), dice.roll(), chances)
    }

    /// Another node on the same log, with its own faults.
    #[must_use]
    pub fn another_node(&self, seed: u64, chances: Chances) -> Arc<Self> {
        Self::on(self.log.clone(), seed, chances)
    }

    /// A copy of the log in a new life, as from a backup.
    #[must_use]
    pub fn restored(&self, seed: u64, chances: Chances) -> Arc<Self> {
        let mut dice = Dice::new(seed);
        let log = self.log.copied(epoch(&mut dice));
        Self::on(Arc::new(log), dice.roll(), chances)
    }

    /// Changes how often things go wrong from now on.
    pub fn set_chances(&self, chances: Chances) {
        self.script().chances = chances;
    }

    /// Scripts the next appends of this node, one by one; `None` is an append without fault.
    pub fn script_next(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.script().next.extend(faults);
    }

    /// Chooses faults by what is appended, before chance does.
    pub fn set_rule(&self, rule: impl FnMut(&NewRecord) -> Option<Fault> + Send + 'static) {
        self.script().rule = Some(Box::new(rule));
    }

    /// Ends this node's tails.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    fn on(log: Arc<Log>, seed: u64, chances: Chances) -> Arc<Self> {
        Arc::new(Self {
            log,
            script: Mutex::new(Script::new(seed, chances)),
            seen: Mutex::default(),
            closed: watch::Sender::new(false),
        })
    }

    fn land(&self, record: NewRecord) -> Result<Position, AppendError> {
        let mut script = self.script();
        let dropped = script.chances.live_dropped;
        self.log.append(record, || script.dice.chance(dropped))
    }

    /// Up to where this read sees the log.
    fn view(&self) -> Position {
        let mut script = self.script();
        let stale = script.chances.stale_read;
        let stale = script.dice.chance(stale);
        drop(script);
        let mut seen = lock(&self.seen);
        if !stale {
            *seen = self.log.highest();
        }
        *seen
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        lock(&self.script)
    }
}

#[async_trait]
impl Journal for Simulated {
    fn epoch(&self) -> Epoch {
        self.log.epoch.clone()
    }

    async fn append(&self, record: NewRecord) -> Result<Position, AppendError> {
        if record.body.len() > MAX_BODY {
            return Err(AppendError::TooLarge);
        }
        let fault = self.script().fault(&record);
        match fault {
            None => self.land(record),
            Some(Fault::Delay(span)) => {
                tokio::time::sleep(span).await;
                self.land(record)
            }
            Some(Fault::LostAfter) => self.land(record).and(Err(AppendError::Unknown)),
            Some(Fault::LostBefore) => Err(AppendError::Unknown),
            Some(Fault::Late(span)) => {
                let log = self.log.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(span).await;
                    // Nobody waits for this answer any more.
                    let _ = log.append(record, || false);
                });
                Err(AppendError::Unknown)
            }
            Some(Fault::Conflict) if record.expect == crate::Expect::Any => self.land(record),
            Some(Fault::Conflict) => Err(AppendError::Conflict),
            Some(Fault::Unavailable) => Err(AppendError::Unavailable),
        }
    }

    async fn head(&self) -> Result<Position, ReadError> {
        Ok(self.view())
    }

    async fn last(&self, subject: &Subject) -> Result<Position, ReadError> {
        Ok(self.log.head(subject))
    }

    async fn read(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Stored>, ReadError> {
        let mut records = self.log.records(subject, after, self.view());
        records.truncate(limit);
        Ok(records)
    }

    async fn read_back(
        &self,
        subject: &Subject,
        until: Option<Position>,
        limit: usize,
    ) -> Result<Vec<Stored>, ReadError> {
        let view = self.view();
        let until = until.map_or(view, |until| until.min(view));
        let mut records = self.log.records(subject, Position(0), until);
        records.reverse();
        records.truncate(limit);
        Ok(records)
    }

    async fn catch_up(&self, _: &Subject, at_least: Position) -> Result<(), ReadError> {
        let mut committed = self.log.committed();
        let mut closed = self.closed.subscribe();
        tokio::select! {
            _ = committed.wait_for(|position| *position >= at_least) => {}
            _ = closed.wait_for(|closed| *closed) => {
                return Err(ReadError("the store is closed".into()));
            }
        }
        let mut seen = lock(&self.seen);
        *seen = at_least.max(*seen);
        Ok(())
    }

    async fn tail(&self, filter: Filter, from: Position) -> Tail {
        let (records, tail) = mpsc::channel(64);
        let mut script = self.script();
        let feed = Feed {
            pause: script.chances.tail_pause,
            dice: script.dice.fork(),
            closed: self.closed.subscribe(),
            log: self.log.clone(),
            filter,
            records,
        };
        drop(script);
        tokio::spawn(feed.run(from));
        tail
    }

    async fn live(&self, filter: Filter) -> Live {
        self.log.subscribe(filter)
    }

    async fn trim(&self, subject: &Subject, before: Position) -> Result<(), AppendError> {
        self.log.trim(subject, before);
        Ok(())
    }

    fn cast(&self, subject: &Subject, body: Bytes) {
        self.log.casts.cast(subject, &body);
    }

    async fn hear(&self, filter: Filter) -> Hearing {
        self.log.casts.hear(filter)
    }

    async fn ask(
        &self,
        subject: &Subject,
        body: Bytes,
        within: Duration,
    ) -> Result<Bytes, AskError> {
        self.log.casts.ask(subject, &body, within).await
    }
}

/// One tail's task.
struct Feed {
    log: Arc<Log>,
    filter: Filter,
    records: mpsc::Sender<Stored>,
    closed: watch::Receiver<bool>,
    dice: Dice,
    pause: Duration,
}

impl Feed {
    async fn run(mut self, mut from: Position) {
        let mut committed = self.log.committed();
        loop {
            committed.borrow_and_update();
            while let Some(record) = self.next(&mut from) {
                self.rest().await;
                if self.records.send(record).await.is_err() {
                    return;
                }
            }
            tokio::select! {
                _ = committed.changed() => {}
                () = self.records.closed() => return,
                _ = self.closed.wait_for(|closed| *closed) => return,
            }
        }
    }

    fn next(&self, from: &mut Position) -> Option<Stored> {
        match self.log.next(&self.filter, *from) {
            Ok(record) => {
                *from = record.position;
                Some(record)
            }
            Err(looked) => {
                *from = looked;
                None
            }
        }
    }

    async fn rest(&mut self) {
        let pause = self.dice.span(self.pause);
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

fn epoch(dice: &mut Dice) -> Epoch {
    let text = format!("{:016x}{:016x}", dice.roll(), dice.roll());
    Epoch::new(text).expect("32 hexadecimal digits are an id")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
