//! What is particular to the embedded store: its folder, its lock, its limits.

#![allow(clippy::unwrap_used)] // helpers of tests

use bytes::Bytes;
use domain::time::{Span, Time};
use journal::embedded::{Embedded, OpenError, Options};
use journal::subject::{Filter, Subject};
use journal::{AppendError, Expect, Journal, NewRecord, Position, RecordId};
use runtime::clock::ManualClock;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

fn record(subject: &str, body: impl Into<Bytes>) -> NewRecord {
    NewRecord {
        subject: Subject::stored(subject),
        expect: Expect::Any,
        id: RecordId(NEXT_ID.fetch_add(1, Ordering::SeqCst).into()),
        body: body.into(),
    }
}

#[tokio::test]
async fn a_second_owner_is_told_who_has_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let first = Embedded::open(dir.path(), Options::default()).unwrap();
    let second = Embedded::open(dir.path(), Options::default());
    let Err(OpenError::Held { owner, .. }) = second.map(drop) else {
        panic!("two owners of one store");
    };
    assert_eq!(owner, std::process::id().to_string());
    first.close().await;
    Embedded::open(dir.path(), Options::default()).unwrap();
}

#[tokio::test]
async fn a_copied_folder_has_another_epoch_and_the_same_records() {
    let dir = tempfile::tempdir().unwrap();
    let copy = tempfile::tempdir().unwrap();
    let original = Embedded::open(dir.path(), Options::default()).unwrap();
    original.append(record("a.b", "one")).await.unwrap();
    original.close().await;
    std::fs::copy(
        dir.path().join("journal.db"),
        copy.path().join("journal.db"),
    )
    .unwrap();
    let copied = Embedded::open(copy.path(), Options::default()).unwrap();
    assert_ne!(copied.epoch(), original.epoch());
    let records = copied
        .read(&Subject::stored("a.b"), Position(0), 10)
        .await
        .unwrap();
    assert_eq!(records[0].body, "one");
}

#[tokio::test]
async fn another_layout_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let refused = Embedded::open(dir.path(), Options::default()).map(drop);
    assert!(matches!(refused, Err(OpenError::Layout { found: 99, .. })));
}

#[tokio::test]
async fn a_full_store_refuses_reads_on_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        max_pages: Some(300),
        ..Options::default()
    };
    let store = Embedded::open(dir.path(), options).unwrap();
    let mut live = store.live(Filter::EVERYTHING).await;
    let subject = Subject::stored("fill.up");
    let mut landed = Vec::new();
    let refused = loop {
        match store.append(record("fill.up", vec![b'x'; 20_000])).await {
            Ok(position) => landed.push(position),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, AppendError::Unavailable);
    let read = store.read(&subject, Position(0), 1_000).await.unwrap();
    assert_eq!(read.iter().map(|r| r.position).collect::<Vec<_>>(), landed);

    let last = *landed.last().unwrap();
    store.trim(&subject, last).await.unwrap();
    let next = store.append(record("fill.up", "room again")).await.unwrap();
    assert_eq!(
        next,
        Position(last.0 + 1),
        "a refused record takes no position"
    );
    let left = store.read(&subject, Position(0), 10).await.unwrap();
    assert_eq!(left[1].prev, last);
    store.close().await;
    for position in landed.into_iter().chain([next]) {
        assert_eq!(live.recv().await.unwrap().position, position);
    }
    assert!(live.recv().await.is_none(), "only what landed is told");
}

#[tokio::test]
async fn a_writer_that_stalls_refuses_instead_of_hoarding() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(Time(0)));
    let options = Options {
        clock: clock.clone(),
        ..Options::default()
    };
    let store = Embedded::open(dir.path(), options).unwrap();
    // Somebody else writes to the file, so the writer waits with a job in hand.
    let other = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let spawn = |body: &'static str| {
        let store = store.clone();
        tokio::spawn(async move { store.append(record("a.b", body)).await })
    };
    let held: Vec<_> = (0..100).map(|_| spawn("held")).collect();
    tokio::task::yield_now().await;
    // However much the writer took in hand, the rest and every newcomer get older.
    let refused = loop {
        clock.advance(Span::seconds(1));
        let late = spawn("late");
        tokio::task::yield_now().await;
        if late.is_finished() {
            break late.await.unwrap();
        }
    };
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(refused, Err(AppendError::Unavailable));
    for append in held {
        let outcome = append.await.unwrap();
        assert!(outcome.is_ok() || outcome == Err(AppendError::Unavailable));
    }
    store.append(record("a.b", "after")).await.unwrap();
}

#[tokio::test]
async fn a_closed_store_takes_nothing_and_ends_its_streams() {
    let dir = tempfile::tempdir().unwrap();
    let store = Embedded::open(dir.path(), Options::default()).unwrap();
    let mut tail = store.tail(Filter::EVERYTHING, Position(0)).await;
    let mut hearing = store.hear(Filter::EVERYTHING).await;
    let appends: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.append(record("a.b", "x")).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut landed = 0;
    for append in appends {
        landed += u64::from(append.await.unwrap().is_ok());
    }
    assert_eq!(landed, 50);
    let refused = store.append(record("a.b", "late")).await;
    assert_eq!(refused, Err(AppendError::Unavailable));
    for n in 1..=landed {
        assert_eq!(tail.recv().await.unwrap().position, Position(n));
    }
    assert!(tail.recv().await.is_none());
    assert!(hearing.recv().await.is_none());
}

/// The index of subjects is brought up to date in portions of 32,768 records and by a trim;
/// in between it is in memory and found again at a start. Nobody sees where it stands.
#[tokio::test]
async fn reads_are_whole_wherever_the_index_stands() {
    let dir = tempfile::tempdir().unwrap();
    let mut written: Vec<Vec<Position>> = vec![Vec::new(); 50];
    for _ in 0..4 {
        let store = Embedded::open(dir.path(), Options::default()).unwrap();
        for _ in 0..9 {
            append_a_thousand(&store, &mut written).await;
            check_reads(&store, &written).await;
        }
        store.close().await;
    }
    let store = Embedded::open(dir.path(), Options::default()).unwrap();
    for subject in [0, 10] {
        let cut = written[subject].len() - 2;
        written[subject] = written[subject].split_off(cut);
        let name = Subject::stored(&format!("i.{subject}"));
        store.trim(&name, written[subject][0]).await.unwrap();
        check_reads(&store, &written).await;
        append_a_thousand(&store, &mut written).await;
        check_reads(&store, &written).await;
    }
    let report = store.verify(|_| Ok(())).await.unwrap();
    assert!(report.is_sound(), "{report:?}");
}

async fn append_a_thousand(store: &Arc<Embedded>, written: &mut [Vec<Position>]) {
    let mut appends = Vec::new();
    for n in 0..1_000 {
        let subject = n % written.len();
        let record = record(&format!("i.{subject}"), "x");
        let store = store.clone();
        let append = tokio::spawn(async move { store.append(record).await.unwrap() });
        appends.push((subject, append));
    }
    for (subject, append) in appends {
        written[subject].push(append.await.unwrap());
    }
}

async fn check_reads(store: &Embedded, written: &[Vec<Position>]) {
    for (n, own) in written.iter().enumerate().step_by(10) {
        let subject = Subject::stored(&format!("i.{n}"));
        let (first, last) = (own[0], own[own.len() - 1]);
        assert_eq!(store.last(&subject).await.unwrap(), last);
        let all = store.read(&subject, Position(0), 10_000).await.unwrap();
        let all: Vec<_> = all.iter().map(|record| record.position).collect();
        assert_eq!(&all, own);
        let page = store.read(&subject, first, 3).await.unwrap();
        assert!(
            page.iter()
                .map(|r| r.position)
                .eq(own[1..].iter().copied().take(3))
        );
        let newest = store.read_back(&subject, None, 3).await.unwrap();
        assert!(
            newest
                .iter()
                .map(|r| r.position)
                .eq(own.iter().rev().copied().take(3))
        );
        let old = NewRecord {
            expect: Expect::Last(Position(last.0 - 1)),
            ..record(&format!("i.{n}"), "x")
        };
        assert_eq!(store.append(old).await, Err(AppendError::Conflict));
    }
}
