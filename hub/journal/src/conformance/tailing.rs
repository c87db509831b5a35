//! Tails and live records.

use super::{Harness, append, append_many, assert_chain, positions, subject, whole};
use crate::subject::Filter;
use crate::{Journal, Live, Position, Stored, Tail};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whatever the position and the filter.
pub async fn a_tail_from_any_position_has_all_the_rest<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let mut given = Vec::new();
    for n in 0..60 {
        let subject = subject(&format!("t.{}.{}", n % 3, n % 5));
        given.push((n % 3, append(&*journal, &subject).await));
    }
    for start in [0, 1, 17, 59] {
        let from = given[start].1;
        let rest = take(journal.tail(Filter::EVERYTHING, from).await, 59 - start).await;
        let expected: Vec<_> = given[start + 1..].iter().map(|g| g.1).collect();
        assert_eq!(positions(&rest), expected, "from {from:?}");
        let one = Filter::below("t.1");
        let expected: Vec<_> = given[start + 1..]
            .iter()
            .filter(|g| g.0 == 1)
            .map(|g| g.1)
            .collect();
        let rest = take(journal.tail(one, from).await, expected.len()).await;
        assert_eq!(positions(&rest), expected, "from {from:?}");
    }
    let mut tail = journal.tail(Filter::EVERYTHING, given[59].1).await;
    let next = append(&*journal, &subject("t.later")).await;
    let record = tail.recv().await.expect("a tail goes on");
    assert_eq!(record.position, next);
}

/// With what it saw last as its start, it misses and doubles nothing.
pub async fn a_tail_goes_on_where_it_was_after_a_reopening<H: Harness>(harness: &H) {
    let mut store = harness.create().await;
    let own = subject("t.life");
    let mut given = Vec::new();
    let mut seen = Vec::new();
    for life in 1..=4 {
        let journal = harness.journal(&store);
        given.extend(append_many(&*journal, &own, 20).await);
        let from = seen.last().copied().unwrap_or_default();
        let tail = journal.tail(Filter::only(&own), from).await;
        let wanted = given.len() - seen.len() - 5 * usize::from(life < 4);
        seen.extend(positions(&take(tail, wanted).await));
        drop(journal);
        store = harness.reopen(store).await;
    }
    assert_eq!(seen, given);
}

/// Started before, in the middle and after, each sees every record once and in order.
pub async fn a_tail_keeps_up_with_64_writers<H: Harness>(harness: &H) {
    const EACH: usize = 20;
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let everything = journal.tail(Filter::EVERYTHING, Position(0)).await;
    let some = journal.tail(Filter::below("t.7"), Position(0)).await;
    let everything = tokio::spawn(take(everything, 64 * EACH));
    let some = tokio::spawn(take(some, EACH));
    let writers = spawn_writers(&journal, 64, EACH);
    until_some_landed(&*journal).await;
    let middle = journal.tail(Filter::EVERYTHING, Position(0)).await;
    let middle = take(middle, 64 * EACH).await;
    for writer in writers {
        writer.await.expect("a writer ends");
    }
    let everything = everything.await.expect("the tail's task ends");
    assert!(positions(&everything).is_sorted_by(|a, b| a < b));
    assert_eq!(middle, everything);
    let after = journal.tail(Filter::EVERYTHING, Position(0)).await;
    assert_eq!(take(after, 64 * EACH).await, everything);
    let some = some.await.expect("the tail's task ends");
    assert_eq!(some, whole(&*journal, &subject("t.7")).await);
    let mut chains: BTreeMap<_, Vec<Stored>> = BTreeMap::new();
    for record in everything {
        let chain = chains.entry(record.subject.clone()).or_default();
        chain.push(record);
    }
    chains.values().for_each(|chain| assert_chain(chain));
}

/// Tails progress independently, however slow one of them is.
pub async fn a_tail_nobody_reads_stops_no_other<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let slow = journal.tail(Filter::EVERYTHING, Position(0)).await;
    let fast = journal.tail(Filter::below("t"), Position(0)).await;
    for writer in spawn_writers(&journal, 20, 50) {
        writer.await.expect("a writer ends");
    }
    let fast = take(fast, 1_000).await;
    assert_eq!(take(slow, 1_000).await, fast);
}

/// Live may miss records; it never doubles or reorders them within a subject.
pub async fn live_is_a_part_of_the_log_in_order<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let mut live = journal.live(Filter::below("t")).await;
    let mut deaf = journal.live(Filter::below("u")).await;
    for writer in spawn_writers(&journal, 8, 25) {
        writer.await.expect("a writer ends");
    }
    append(&*journal, &subject("u.1")).await;
    let log = take(journal.tail(Filter::below("t"), Position(0)).await, 200).await;
    let heard = drain(&mut live);
    for name in 0..8 {
        let of_one = |records: &[Stored]| -> Vec<Stored> {
            let subject = subject(&format!("t.{name}"));
            let own = records.iter().filter(|r| r.subject == subject);
            own.cloned().collect()
        };
        let (all, part) = (of_one(&log), of_one(&heard));
        assert!(positions(&part).is_sorted_by(|a, b| a < b));
        assert!(part.iter().all(|record| all.contains(record)));
    }
    let others = drain(&mut deaf);
    assert!(others.iter().all(|record| record.subject == subject("u.1")));
}

/// `live` accelerates, `tail` guarantees.
pub async fn without_live_everything_still_arrives<H: Harness>(harness: &H) {
    let store = harness.create_without_live().await;
    let journal = harness.journal(&store);
    let mut live = journal.live(Filter::EVERYTHING).await;
    let tail = journal.tail(Filter::EVERYTHING, Position(0)).await;
    for writer in spawn_writers(&journal, 16, 20) {
        writer.await.expect("a writer ends");
    }
    let mut delivered = BTreeMap::new();
    for record in drain(&mut live).into_iter().chain(take(tail, 320).await) {
        let known = delivered.insert(record.position, record.clone());
        assert!(known.is_none_or(|known| known == record));
    }
    let mut expected = Vec::new();
    for name in 0..16 {
        expected.extend(whole(&*journal, &subject(&format!("t.{name}"))).await);
    }
    expected.sort_unstable_by_key(|record| record.position);
    assert_eq!(delivered.into_values().collect::<Vec<_>>(), expected);
}

/// Exactly so many records; the test hangs where one is missing.
async fn take(mut tail: Tail, count: usize) -> Vec<Stored> {
    let mut records = Vec::with_capacity(count);
    while records.len() < count {
        records.push(tail.recv().await.expect("a tail goes on"));
    }
    records
}

/// What has come by now.
fn drain(live: &mut Live) -> Vec<Stored> {
    let mut records = Vec::new();
    while let Ok(record) = live.try_recv() {
        records.push(Stored::clone(&record));
    }
    records
}

fn spawn_writers(
    journal: &Arc<dyn Journal>,
    writers: usize,
    each: usize,
) -> Vec<tokio::task::JoinHandle<()>> {
    let spawn = |writer| {
        let journal = journal.clone();
        tokio::spawn(async move {
            append_many(&*journal, &subject(&format!("t.{writer}")), each).await;
        })
    };
    (0..writers).map(spawn).collect()
}

/// Returns in the middle of what others write.
async fn until_some_landed(journal: &dyn Journal) {
    let mut tail = journal.tail(Filter::EVERYTHING, Position(0)).await;
    for _ in 0..100 {
        tail.recv().await.expect("a tail goes on");
    }
}
