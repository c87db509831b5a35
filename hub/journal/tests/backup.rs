//! Backup, restore and verify, drilled.

#![allow(clippy::unwrap_used)] // helpers of tests

use bytes::Bytes;
use journal::embedded::{CopyError, Embedded, Options, restore, verify};
use journal::subject::{Filter, Subject};
use journal::{Expect, Journal, NewRecord, Position, RecordId, Stored};
use std::path::Path;
use std::sync::Arc;

fn open(dir: &Path) -> Arc<Embedded> {
    Embedded::open(dir, Options::default()).unwrap()
}

async fn append(store: &Embedded, subject: &str, n: u32) -> Position {
    let record = NewRecord {
        subject: Subject::stored(subject),
        expect: Expect::Any,
        id: RecordId(n.into()),
        body: Bytes::from(format!("{{\"n\":{n}}}")),
    };
    store.append(record).await.unwrap()
}

/// All at once, in this order: one queue, few transactions.
async fn append_all(store: &Arc<Embedded>, subjects: u32, range: std::ops::Range<u32>) {
    let appends: Vec<_> = range
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { append(&store, &format!("s.{}", n % subjects), n).await })
        })
        .collect();
    for append in appends {
        append.await.unwrap();
    }
}

async fn everything(store: &Embedded, count: usize) -> Vec<Stored> {
    let mut tail = store.tail(Filter::EVERYTHING, Position(0)).await;
    let mut records = Vec::new();
    while records.len() < count {
        records.push(tail.recv().await.unwrap());
    }
    records
}

fn sound(_: &Stored) -> Result<(), String> {
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_under_load_comes_back_whole_with_a_new_epoch() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    append_all(&store, 7, 0..500).await;
    let load = {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..100 {
                append_all(&store, 7, 500 + 5 * n..505 + 5 * n).await;
            }
        })
    };
    let file = other.path().join("copy.db");
    store.backup(&file).await.unwrap();
    load.await.unwrap();

    let report = verify(&file, sound).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.epoch, None);
    assert!((500..=1_000).contains(&report.records));
    let count = usize::try_from(report.records).unwrap();

    let back = other.path().join("back");
    restore(&file, &back).unwrap();
    let restored = open(&back);
    assert_ne!(restored.epoch(), store.epoch());
    let original = everything(&store, 1_000).await;
    assert_eq!(everything(&restored, count).await, original[..count]);
    let next = append(&restored, "s.0", 5_000).await;
    assert_eq!(next, Position(report.records + 1));
    let epoch = restored.epoch();
    restored.close().await;
    assert_eq!(open(&back).epoch(), epoch, "one restore is one life");
}

#[tokio::test]
async fn nothing_is_overwritten_and_nothing_half_done_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("a"));
    append(&store, "s.0", 1).await;
    let file = dir.path().join("copy.db");
    store.backup(&file).await.unwrap();
    let again = store.backup(&file).await;
    assert!(matches!(again, Err(CopyError::Exists(_))));
    store.close().await;
    let over = restore(&file, &dir.path().join("a"));
    assert!(matches!(over, Err(CopyError::Exists(_))));

    let absent = dir.path().join("no/such/folder.db");
    let store = open(&dir.path().join("a"));
    assert!(store.backup(&absent).await.is_err());
    let no_backup = dir.path().join("text");
    std::fs::write(&no_backup, "this is no backup").unwrap();
    assert!(restore(&no_backup, &dir.path().join("b")).is_err());
    let mut names: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["a", "copy.db", "text"]);
}

#[tokio::test]
async fn verify_accepts_a_trimmed_log() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    append_all(&store, 2, 0..2_500).await;
    store
        .trim(&Subject::stored("s.0"), Position(2_400))
        .await
        .unwrap();
    store
        .trim(&Subject::stored("s.1"), Position(u64::MAX))
        .await
        .unwrap();
    append(&store, "s.1", 9_000).await;
    let report = store.verify(sound).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.records, 51);
    assert_eq!(report.epoch, Some(store.epoch()));
    assert_eq!((report.subjects, report.last), (2, Position(2_501)));
}

#[tokio::test]
async fn verify_tells_broken_chains_and_bad_bodies() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for n in 1..=10 {
        append(&store, "s.0", n).await;
    }
    store.close().await;
    let report = verify(dir.path(), |record| match record.position {
        Position(4) => Err("ordinal 9 instead of 4".to_owned()),
        _ => Ok(()),
    });
    let report = report.unwrap();
    assert_eq!(report.told, ["record 4 of s.0: ordinal 9 instead of 4"]);

    let db = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    db.execute("DELETE FROM record WHERE position = 7", [])
        .unwrap();
    let report = verify(dir.path(), sound).unwrap();
    assert_eq!(report.faults, 1, "{report:?}");
    db.execute("UPDATE record SET id = x'00' WHERE position = 3", [])
        .unwrap();
    let report = verify(dir.path(), sound).unwrap();
    assert!(!report.is_sound());
    assert!(verify(&dir.path().join("absent"), sound).is_err());
}
