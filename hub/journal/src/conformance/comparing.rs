//! Compare-and-set.

use super::{Harness, append, append_after, assert_chain, last, record, subject, whole};
use crate::{AppendError, Expect, Journal, Position, RecordId};
use std::collections::HashSet;
use std::sync::Arc;

/// `Last(0)` is "nothing there yet".
pub async fn nothing_expected_lands_only_on_nothing<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let subject = subject("c.first");
    let early = append_after(&*journal, &subject, Position(1)).await;
    assert_eq!(early, Err(AppendError::Conflict));
    let first = append_after(&*journal, &subject, Position(0)).await;
    assert!(first.is_ok(), "{first:?}");
    let second = append_after(&*journal, &subject, Position(0)).await;
    assert_eq!(second, Err(AppendError::Conflict));
    assert_eq!(whole(&*journal, &subject).await.len(), 1);
}

/// Whoever decided on old knowledge does not land, and takes no place.
pub async fn an_old_expectation_conflicts_and_leaves_nothing<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let subject = subject("c.old");
    let first = append(&*journal, &subject).await;
    let second = append_after(&*journal, &subject, first).await;
    let second = second.expect("the expectation holds");
    for old in [first, Position(0), Position(second.0 + 1)] {
        let outcome = append_after(&*journal, &subject, old).await;
        assert_eq!(outcome, Err(AppendError::Conflict));
    }
    assert_eq!(last(&*journal, &subject).await, second);
    let third = append_after(&*journal, &subject, second).await;
    let records = whole(&*journal, &subject).await;
    assert_chain(&records);
    assert_eq!(records.len(), 3);
    assert_eq!(Ok(records[2].position), third);
}

/// An expectation is about one subject.
pub async fn other_subjects_do_not_conflict<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let own = subject("c.own");
    let mut expected = append(&*journal, &own).await;
    for n in 0..10 {
        append(&*journal, &subject(&format!("c.other{n}"))).await;
        append(&*journal, &subject("c.own.below")).await;
        let landed = append_after(&*journal, &own, expected).await;
        expected = landed.expect("only other subjects changed");
    }
}

/// 64 writers want the same place again and again: each place has one winner.
pub async fn of_64_writers_one_wins_each_position<H: Harness>(harness: &H) {
    const EACH: usize = 4;
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let writers: Vec<_> = (0..64)
        .map(|_| tokio::spawn(win(journal.clone(), EACH)))
        .collect();
    let mut won = Vec::new();
    let mut lost = HashSet::new();
    for writer in writers {
        let (own, refused) = writer.await.expect("a writer ends");
        won.extend(own);
        lost.extend(refused);
    }
    won.sort_unstable_by_key(|(position, _)| *position);
    let records = whole(&*journal, &subject("c.race")).await;
    assert_chain(&records);
    let stored: Vec<_> = records.iter().map(|r| (r.position, r.id)).collect();
    assert_eq!(stored, won);
    assert_eq!(stored.len(), 64 * EACH);
    assert!(stored.iter().all(|(_, id)| !lost.contains(id)));
    assert!(!lost.is_empty(), "64 writers met no conflict at all");
}

/// Tries until it won that many times; also tells the ids that were refused.
async fn win(
    journal: Arc<dyn Journal>,
    times: usize,
) -> (Vec<(Position, RecordId)>, Vec<RecordId>) {
    let (mut won, mut lost) = (Vec::new(), Vec::new());
    while won.len() < times {
        let expected = last(&*journal, &subject("c.race")).await;
        // Lets the others read the same place even on one thread.
        tokio::task::yield_now().await;
        let record = record(&subject("c.race"), Expect::Last(expected));
        let id = record.id;
        match journal.append(record).await {
            Ok(position) => won.push((position, id)),
            Err(AppendError::Conflict) => lost.push(id),
            Err(error) => panic!("a store at rest answers: {error}"),
        }
    }
    (won, lost)
}
