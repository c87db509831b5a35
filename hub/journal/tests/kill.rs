//! A process that appends under 64 writers is killed at a random moment, again and again.
//! What it acknowledged is there, once, in order.

#![allow(clippy::unwrap_used)] // helpers of tests

use bytes::Bytes;
use journal::embedded::{Embedded, Options, verify};
use journal::subject::{Filter, Subject};
use journal::{Expect, Journal, NewRecord, Position, RecordId, Stored};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// Set for the process that is to be killed: the store's folder.
const CHILD: &str = "JOURNAL_KILL_CHILD";
/// Set for it too: the process that it must not outlive.
const PARENT: &str = "JOURNAL_KILL_PARENT";
const WRITERS: u64 = 64;
const SEEDS: u64 = 20;

/// One acknowledged record as the child tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Acknowledged {
    writer: u64,
    id: u128,
    position: Position,
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_once_and_in_order() {
    if let Ok(dir) = std::env::var(CHILD) {
        return write_for_ever(Path::new(&dir)).await;
    }
    let dir = tempfile::tempdir().unwrap();
    // One store for all seeds: each life begins where a kill left off.
    let mut acknowledged = Vec::new();
    for seed in 0..SEEDS {
        acknowledged.extend(live_and_die(dir.path(), lines_of(seed)));
        check(dir.path(), &acknowledged, seed).await;
    }
    assert!(acknowledged.len() as u64 > 10 * SEEDS);
}

/// How many acknowledgements are awaited before the kill.
fn lines_of(seed: u64) -> u64 {
    1 + (seed * 2_654_435_761) % 1_500
}

/// Runs a child until it has acknowledged so many records, and kills it.
fn live_and_die(dir: &Path, lines: u64) -> Vec<Acknowledged> {
    let mut child = spawn(dir);
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    while (acknowledged.len() as u64) < lines {
        let line = output.next().expect("the child writes until it is killed");
        acknowledged.extend(parse(&line.unwrap()));
    }
    child.kill().unwrap();
    // What it said before it died counts too; its last line may be cut off.
    let rest = output.map_while(Result::ok);
    acknowledged.extend(rest.filter_map(|line| parse(&line)));
    child.wait().unwrap();
    acknowledged
}

fn spawn(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "--test-threads=1"])
        .arg("what_was_acknowledged_survives_a_kill_once_and_in_order")
        .env(CHILD, dir)
        .env(PARENT, std::process::id().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// `ack <writer> <id> <position> .`: the dot tells a whole line from a cut one.
fn parse(line: &str) -> Option<Acknowledged> {
    let mut words = line.strip_suffix(" .")?.split(' ');
    (words.next()? == "ack").then_some(())?;
    Some(Acknowledged {
        writer: words.next()?.parse().ok()?,
        id: words.next()?.parse().ok()?,
        position: Position(words.next()?.parse().ok()?),
    })
}

async fn check(dir: &Path, acknowledged: &[Acknowledged], seed: u64) {
    let report = verify(dir, |_| Ok(())).unwrap();
    assert!(report.is_sound(), "seed {seed}: {report:?}");
    let store = Embedded::open(dir, Options::default()).unwrap();
    let mut tail = store.tail(Filter::EVERYTHING, Position(0)).await;
    let mut stored: HashMap<u128, Stored> = HashMap::new();
    let mut before = Position(0);
    for _ in 0..report.records {
        let record = tail.recv().await.unwrap();
        assert_eq!(record.position, Position(before.0 + 1), "seed {seed}");
        before = record.position;
        let twice = stored.insert(record.id.0, record);
        assert_eq!(twice, None, "seed {seed}");
    }
    let mut last = HashMap::new();
    for ack in acknowledged {
        let record = &stored[&ack.id];
        assert_eq!(record.position, ack.position, "seed {seed}");
        let before = last.insert(ack.writer, ack.position);
        assert!(before < Some(ack.position), "seed {seed}: {ack:?}");
    }
    store.close().await;
}

/// The child: 64 writers, each with its own subject and one that all share.
async fn write_for_ever(dir: &Path) {
    die_with_parent();
    let store = Embedded::open(dir, Options::default()).unwrap();
    let life = store.head().await.unwrap().0;
    let writers = (0..WRITERS).map(|writer| tokio::spawn(write(store.clone(), writer, life)));
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
}

async fn write(store: Arc<Embedded>, writer: u64, life: u64) {
    for n in 0.. {
        let shared = n % 2 == 0;
        let subject = if shared {
            "k.all".to_owned()
        } else {
            format!("k.{writer}")
        };
        let id = (u128::from(life) << 64) | u128::from(writer * 1_000_000 + n);
        let record = NewRecord {
            subject: Subject::stored(&subject),
            expect: Expect::Any,
            id: RecordId(id),
            body: Bytes::from(vec![b'x'; 200]),
        };
        let position = store.append(record).await.unwrap();
        let line = format!("ack {writer} {id} {} .\n", position.0);
        // One write, so that lines of several writers never mix.
        std::io::stdout().write_all(line.as_bytes()).unwrap();
    }
}

/// A test that is interrupted leaves no child behind.
fn die_with_parent() {
    let signal = Some(rustix::process::Signal::KILL);
    rustix::process::set_parent_process_death_signal(signal).unwrap();
    // The parent may have ended before the signal was set.
    let parent = std::env::var(PARENT).unwrap();
    let still_there = std::os::unix::process::parent_id().to_string() == parent;
    assert!(still_there, "the parent has ended");
}
