//! Order, and what a record keeps.

use super::{Harness, append, assert_chain, positions, read, record, subject, whole};
use crate::{AppendError, Expect, MAX_BODY, Position};
use bytes::Bytes;

/// Positions grow over the whole log; within a subject each record names the one before it.
pub async fn positions_grow_and_each_subject_is_a_chain<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let subjects = [subject("o.a"), subject("o.b"), subject("o.c")];
    let mut given = Vec::new();
    for n in 0..30 {
        given.push(append(&*journal, &subjects[n % 3]).await);
    }
    assert!(given[0] > Position(0));
    assert!(given.is_sorted_by(|a, b| a < b));
    for (n, subject) in subjects.iter().enumerate() {
        let records = whole(&*journal, subject).await;
        assert_chain(&records);
        let own: Vec<_> = given.iter().copied().skip(n).step_by(3).collect();
        assert_eq!(positions(&records), own);
    }
}

/// From an empty body to the largest.
pub async fn bodies_and_ids_come_back_unchanged<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let subject = subject("o.bodies");
    let bodies = [
        Bytes::new(),
        Bytes::from_static("{\"text\":\"你好\\u0000\"}".as_bytes()),
        (0..MAX_BODY).map(|n| n as u8).collect(),
    ];
    let mut written = Vec::new();
    for body in bodies {
        let mut record = record(&subject, Expect::Any);
        record.id.0 |= u128::MAX << 64;
        record.body = body;
        let landed = journal.append(record.clone()).await;
        landed.expect("up to 256 KiB are taken");
        written.push((record.id, record.body));
    }
    let read = whole(&*journal, &subject).await;
    let read: Vec<_> = read.into_iter().map(|r| (r.id, r.body)).collect();
    assert!(read == written);
}

/// One byte over the limit.
pub async fn too_large_is_refused_and_leaves_nothing<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let subject = subject("o.large");
    let mut large = record(&subject, Expect::Any);
    large.body = Bytes::from(vec![b'x'; MAX_BODY + 1]);
    assert_eq!(journal.append(large).await, Err(AppendError::TooLarge));
    assert_eq!(whole(&*journal, &subject).await, []);
}

/// What one writer appended earlier stands earlier, and nothing acknowledged is missing.
pub async fn writers_keep_their_order<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let mut writers = Vec::new();
    for _ in 0..64 {
        let journal = journal.clone();
        writers.push(tokio::spawn(async move {
            let mut own = Vec::new();
            for _ in 0..10 {
                let record = record(&subject("o.shared"), Expect::Any);
                let id = record.id;
                let landed = journal.append(record).await;
                own.push((landed.expect("a record without expectation lands"), id));
            }
            own
        }));
    }
    let mut acknowledged = Vec::new();
    for writer in writers {
        let own = writer.await.expect("a writer ends");
        assert!(own.is_sorted_by(|a, b| a.0 < b.0));
        acknowledged.extend(own);
    }
    acknowledged.sort_unstable_by_key(|(position, _)| *position);
    let records = whole(&*journal, &subject("o.shared")).await;
    assert_chain(&records);
    let stored: Vec<_> = records.iter().map(|r| (r.position, r.id)).collect();
    assert_eq!(stored, acknowledged);
    assert_eq!(read(&*journal, &subject("o"), Position(0), 9).await, []);
}
