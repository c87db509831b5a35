//! The embedded store as the hub uses it: each writer appends to its own subject after its
//! last record.

use crate::BODY;
use crate::load::{self, Load, Sample};
use bytes::Bytes;
use journal::embedded::{Embedded, OpenError, Options};
use journal::subject::Subject;
use journal::{Expect, Journal, NewRecord, Position, RecordId};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) struct Subjects {
    store: Arc<Embedded>,
    lasts: Arc<[AtomicU64]>,
}

impl Subjects {
    pub(crate) fn open(dir: &Path, writers: usize) -> Result<Self, OpenError> {
        Ok(Self {
            store: Embedded::open(dir, Options::default())?,
            lasts: (0..writers).map(|_| AtomicU64::new(0)).collect(),
        })
    }

    pub(crate) async fn round(&self, writers: usize) -> Result<Sample, Box<dyn Error>> {
        let load = Load::start();
        let tasks = (0..writers).map(|writer| {
            let (store, lasts) = (self.store.clone(), self.lasts.clone());
            let load = load.clone();
            tokio::spawn(async move { append(&store, &load, writer, &lasts[writer]).await })
        });
        load::finish(tasks.collect(), &load).await
    }

    pub(crate) async fn close(&self) {
        self.store.close().await;
    }
}

async fn append(store: &Embedded, load: &Load, writer: usize, last: &AtomicU64) -> Vec<u32> {
    let subject = Subject::stored(&format!("ev.00.bench.customer{writer}-1"));
    let mut timer = load.timer();
    while timer.goes_on() {
        let before = last.load(Ordering::Relaxed);
        let record = NewRecord {
            subject: subject.clone(),
            expect: Expect::Last(Position(before)),
            id: RecordId((writer as u128) << 64 | u128::from(before)),
            body: Bytes::from_static(BODY),
        };
        let landed = store.append(record).await;
        let position = landed.expect("the disk takes a record");
        last.store(position.0, Ordering::Relaxed);
        timer.lap();
    }
    timer.laps
}
