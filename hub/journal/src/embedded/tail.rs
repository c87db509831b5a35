//! Tails: every record in order, from memory while near the end, else from the tables.
//! A slow consumer lags; it holds no transaction and no more than one batch.

use super::fanout::{Batch, Fanout};
use super::reader::Readers;
use crate::subject::Filter;
use crate::{Position, ReadError, Stored, Tail};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Records in one step.
const BATCH: usize = 256;
/// Records that wait for the consumer.
const WAITING: usize = 64;
/// Pause after a read that failed.
const RETRY: Duration = Duration::from_millis(200);

/// Starts a tail, which ends with the journal or with its receiver.
pub(crate) fn start(
    fanout: Arc<Fanout>,
    readers: Arc<Readers>,
    filter: Filter,
    from: Position,
) -> Tail {
    let (records, tail) = mpsc::channel(WAITING);
    let committed = fanout.committed();
    let feed = Feed {
        fanout,
        readers,
        filter,
        records,
    };
    tokio::spawn(feed.run(from, committed));
    tail
}

struct Feed {
    fanout: Arc<Fanout>,
    readers: Arc<Readers>,
    filter: Filter,
    records: mpsc::Sender<Stored>,
}

impl Feed {
    async fn run(self, mut from: Position, mut committed: watch::Receiver<Position>) {
        loop {
            // Looked at before the end, so that nothing committed before the close is missed.
            let closed = self.fanout.is_closed();
            let end = *committed.borrow_and_update();
            while from < end {
                match self.batch(from, end).await {
                    Ok(batch) => {
                        from = batch.upto;
                        if !self.deliver(batch.records).await {
                            return;
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a tail could not read and tries again");
                        tokio::time::sleep(RETRY).await;
                    }
                }
            }
            if closed {
                return;
            }
            tokio::select! {
                changed = committed.changed() => if changed.is_err() { return },
                () = self.records.closed() => return,
            }
        }
    }

    async fn batch(&self, from: Position, end: Position) -> Result<Batch, ReadError> {
        if let Some(batch) = self.fanout.recent(&self.filter, from, BATCH) {
            return Ok(batch);
        }
        let filter = self.filter.clone();
        self.readers
            .run(move |view| view.batch(&filter, from, end, BATCH))
            .await
    }

    /// Whether anybody still listens.
    async fn deliver(&self, records: Vec<Stored>) -> bool {
        for record in records {
            if self.records.send(record).await.is_err() {
                return false;
            }
        }
        !self.records.is_closed()
    }
}
