//! The log itself: what every node of the simulation shares.

use crate::casts::Casts;
use crate::subject::{Filter, Subject};
use crate::{AppendError, Expect, NewRecord, Position, Stored};
use domain::id::Epoch;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// Live records that one subscriber may be behind.
const LIVE_CAPACITY: usize = 8_192;

pub(crate) struct Log {
    pub(crate) epoch: Epoch,
    pub(crate) casts: Casts,
    state: Mutex<State>,
    committed: watch::Sender<Position>,
}

#[derive(Default, Clone)]
struct State {
    records: BTreeMap<Position, Arc<Stored>>,
    heads: HashMap<Subject, Position>,
    highest: Position,
    live: Vec<(Filter, mpsc::Sender<Arc<Stored>>)>,
}

impl Log {
    pub(crate) fn new(epoch: Epoch) -> Self {
        Self {
            epoch,
            casts: Casts::default(),
            state: Mutex::default(),
            committed: watch::Sender::new(Position(0)),
        }
    }

    /// The same records in a new life.
    pub(crate) fn copied(&self, epoch: Epoch) -> Self {
        let mut state = self.lock().clone();
        state.live.clear();
        Self {
            epoch,
            casts: Casts::default(),
            committed: watch::Sender::new(state.highest),
            state: Mutex::new(state),
        }
    }

    /// Appends, and tells each live subscriber unless `dropped`.
    pub(crate) fn append(
        &self,
        record: NewRecord,
        mut dropped: impl FnMut() -> bool,
    ) -> Result<Position, AppendError> {
        let mut state = self.lock();
        let prev = state.head(&record.subject);
        if matches!(record.expect, Expect::Last(expected) if expected != prev) {
            return Err(AppendError::Conflict);
        }
        let position = Position(state.highest.0 + 1);
        state.highest = position;
        state.heads.insert(record.subject.clone(), position);
        let stored = Arc::new(Stored {
            position,
            prev,
            subject: record.subject,
            id: record.id,
            body: record.body,
        });
        state.live.retain(|(filter, sender)| {
            if filter.matches(&stored.subject) && !dropped() {
                // Full: live records are lossy by contract.
                let _ = sender.try_send(stored.clone());
            }
            !sender.is_closed()
        });
        state.records.insert(position, stored);
        drop(state);
        self.committed.send_replace(position);
        Ok(position)
    }

    pub(crate) fn head(&self, subject: &Subject) -> Position {
        self.lock().head(subject)
    }

    pub(crate) fn highest(&self) -> Position {
        self.lock().highest
    }

    /// The last committed position, and every later one.
    pub(crate) fn committed(&self) -> watch::Receiver<Position> {
        self.committed.subscribe()
    }

    /// Records of one subject within a range, oldest first.
    pub(crate) fn records(
        &self,
        subject: &Subject,
        after: Position,
        until: Position,
    ) -> Vec<Stored> {
        if after >= until {
            return Vec::new();
        }
        let range = (
            std::ops::Bound::Excluded(after),
            std::ops::Bound::Included(until),
        );
        let state = self.lock();
        let records = state.records.range(range).map(|(_, record)| record);
        records
            .filter(|record| record.subject == *subject)
            .map(|record| Stored::clone(record))
            .collect()
    }

    /// The first record after `from` that passes, or how far was looked.
    pub(crate) fn next(&self, filter: &Filter, from: Position) -> Result<Stored, Position> {
        let state = self.lock();
        let range = (std::ops::Bound::Excluded(from), std::ops::Bound::Unbounded);
        let mut records = state.records.range(range).map(|(_, record)| record);
        let found = records.find(|record| filter.matches(&record.subject));
        found
            .map(|record| Stored::clone(record))
            .ok_or(state.highest.max(from))
    }

    pub(crate) fn subscribe(&self, filter: Filter) -> mpsc::Receiver<Arc<Stored>> {
        let (sender, live) = mpsc::channel(LIVE_CAPACITY);
        self.lock().live.push((filter, sender));
        live
    }

    pub(crate) fn trim(&self, subject: &Subject, before: Position) {
        let mut state = self.lock();
        state
            .records
            .retain(|position, record| *position >= before || record.subject != *subject);
        if state.head(subject) < before {
            state.heads.remove(subject);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn head(&self, subject: &Subject) -> Position {
        self.heads.get(subject).copied().unwrap_or_default()
    }
}
