//! What happens after a commit: recent records for the tails, live records for the quick.

use crate::subject::Filter;
use crate::{Live, Position, Stored};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

/// Records that one live subscriber may be behind before it misses some.
const LIVE_CAPACITY: usize = 8_192;
/// Most records kept for tails.
const RECENT_RECORDS: usize = 4_096;
/// Most bytes of bodies kept for tails.
const RECENT_BYTES: usize = 8 * 1024 * 1024;

/// Records that pass a filter, and the position up to which all were looked at.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) records: Vec<Stored>,
    pub(crate) upto: Position,
}

/// Shared by the writer and everybody who listens.
#[derive(Debug)]
pub(crate) struct Fanout {
    recent: Mutex<Recent>,
    live: Mutex<Vec<(Filter, mpsc::Sender<Arc<Stored>>)>>,
    committed: watch::Sender<Position>,
    closed: AtomicBool,
}

/// Every record after `start`, up to the last committed one.
#[derive(Debug)]
struct Recent {
    start: Position,
    records: VecDeque<Arc<Stored>>,
    bytes: usize,
}

impl Fanout {
    pub(crate) fn new(committed: Position) -> Self {
        Self {
            recent: Mutex::new(Recent {
                start: committed,
                records: VecDeque::new(),
                bytes: 0,
            }),
            live: Mutex::default(),
            committed: watch::Sender::new(committed),
            closed: AtomicBool::new(false),
        }
    }

    /// Tells everybody of committed records, in order.
    pub(crate) fn publish(&self, records: Vec<Stored>) {
        let Some(last) = records.last().map(|record| record.position) else {
            return;
        };
        let records: Vec<_> = records.into_iter().map(Arc::new).collect();
        lock(&self.recent).push(&records);
        self.committed.send_replace(last);
        self.send_live(&records);
    }

    /// The last committed position, and every later one. Also wakes at the close.
    pub(crate) fn committed(&self) -> watch::Receiver<Position> {
        self.committed.subscribe()
    }

    pub(crate) fn subscribe(&self, filter: Filter) -> Live {
        let (sender, live) = mpsc::channel(LIVE_CAPACITY);
        let mut subscribers = lock(&self.live);
        if !self.is_closed() {
            subscribers.push((filter, sender));
        }
        drop(subscribers);
        live
    }

    /// Up to `limit` recent records after `from`; `None` when they are only in the tables.
    pub(crate) fn recent(&self, filter: &Filter, from: Position, limit: usize) -> Option<Batch> {
        let recent = lock(&self.recent);
        if from < recent.start {
            return None;
        }
        let mut batch = Batch {
            records: Vec::new(),
            upto: from,
        };
        let begin = recent.records.partition_point(|r| r.position <= from);
        for record in recent.records.range(begin..) {
            if batch.records.len() == limit {
                break;
            }
            if filter.matches(&record.subject) {
                batch.records.push(Stored::clone(record));
            }
            batch.upto = record.position;
        }
        Some(batch)
    }

    /// Forgets recent records, so that what was trimmed is not shown to new tails.
    pub(crate) fn forget_recent(&self) {
        let mut recent = lock(&self.recent);
        recent.start = *self.committed.borrow();
        recent.records.clear();
        recent.bytes = 0;
    }

    /// Ends every live channel, and every tail that has seen everything.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.committed.send_modify(|_| {});
        lock(&self.live).clear();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    fn send_live(&self, records: &[Arc<Stored>]) {
        lock(&self.live).retain(|(filter, sender)| {
            for record in records.iter().filter(|r| filter.matches(&r.subject)) {
                // Full: live records are lossy by contract, the tail brings them.
                let _ = sender.try_send(record.clone());
            }
            !sender.is_closed()
        });
    }
}

impl Recent {
    fn push(&mut self, records: &[Arc<Stored>]) {
        self.bytes += records.iter().map(|r| r.body.len()).sum::<usize>();
        self.records.extend(records.iter().cloned());
        while self.records.len() > RECENT_RECORDS || self.bytes > RECENT_BYTES {
            let Some(oldest) = self.records.pop_front() else {
                break;
            };
            self.bytes -= oldest.body.len();
            self.start = oldest.position;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordId;
    use crate::subject::Subject;
    use bytes::Bytes;

    fn record(position: u64, bytes: usize) -> Stored {
        Stored {
            position: Position(position),
            prev: Position(0),
            subject: Subject::stored(if position.is_multiple_of(2) {
                "a.x"
            } else {
                "b.x"
            }),
            id: RecordId(position.into()),
            body: Bytes::from(vec![0; bytes]),
        }
    }

    #[test]
    fn recent_records_are_bounded_in_count_and_bytes() {
        let fanout = Fanout::new(Position(0));
        fanout.publish((1..=10_000).map(|n| record(n, 1)).collect());
        assert!(fanout.recent(&Filter::EVERYTHING, Position(0), 9).is_none());
        let kept = Position(10_000 - RECENT_RECORDS as u64);
        let batch = fanout.recent(&Filter::below("a"), kept, 3).expect("recent");
        let positions: Vec<_> = batch.records.iter().map(|r| r.position.0).collect();
        assert_eq!(positions, [5_906, 5_908, 5_910]);
        assert_eq!(batch.upto, Position(5_910));

        fanout.publish(vec![record(10_001, RECENT_BYTES), record(10_002, 1)]);
        assert!(
            fanout
                .recent(&Filter::EVERYTHING, Position(10_000), 9)
                .is_none()
        );
        assert!(
            fanout
                .recent(&Filter::EVERYTHING, Position(10_001), 9)
                .is_some()
        );
    }

    #[test]
    fn a_slow_subscriber_misses_and_nobody_waits() {
        let fanout = Fanout::new(Position(0));
        let mut live = fanout.subscribe(Filter::EVERYTHING);
        fanout.publish(
            (1..=LIVE_CAPACITY as u64 + 5)
                .map(|n| record(n, 0))
                .collect(),
        );
        fanout.close();
        let mut seen = 0;
        while let Ok(record) = live.try_recv() {
            seen += 1;
            assert_eq!(record.position, Position(seen));
        }
        assert_eq!(seen, LIVE_CAPACITY as u64);
    }
}
