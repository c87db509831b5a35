//! The lives of a log.

use super::{Harness, append_many, subject, whole};
use crate::subject::Filter;
use crate::{Position, Stored};

/// A restart is the same life, with the same records in the same places.
pub async fn the_epoch_survives_a_reopening<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let epoch = journal.epoch();
    append_many(&*journal, &subject("l.a"), 10).await;
    let before = whole(&*journal, &subject("l.a")).await;
    drop(journal);
    let store = harness.reopen(store).await;
    let journal = harness.journal(&store);
    assert_eq!(journal.epoch(), epoch);
    assert_eq!(whole(&*journal, &subject("l.a")).await, before);
    let other = harness.create().await;
    assert_ne!(harness.journal(&other).epoch(), epoch);
}

/// The same records in the same order; their places may differ, so the epoch does.
pub async fn a_restored_log_has_a_new_epoch_and_the_same_records<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    append_many(&*journal, &subject("l.a"), 10).await;
    append_many(&*journal, &subject("l.b"), 10).await;
    let copy = harness.restore(&store).await;
    let restored = harness.journal(&copy);
    assert_ne!(restored.epoch(), journal.epoch());
    let mut logs = Vec::new();
    for journal in [&journal, &restored] {
        let mut tail = journal.tail(Filter::EVERYTHING, Position(0)).await;
        let mut log = Vec::new();
        for _ in 0..20 {
            log.push(content(tail.recv().await.expect("a tail goes on")));
        }
        logs.push(log);
    }
    assert_eq!(logs[0], logs[1]);
    // From here on they are two logs.
    append_many(&*restored, &subject("l.a"), 1).await;
    assert_eq!(whole(&*journal, &subject("l.a")).await.len(), 10);
    assert_eq!(whole(&*restored, &subject("l.a")).await.len(), 11);
}

fn content(record: Stored) -> (String, u128, Vec<u8>) {
    (
        record.subject.to_string(),
        record.id.0,
        record.body.to_vec(),
    )
}
