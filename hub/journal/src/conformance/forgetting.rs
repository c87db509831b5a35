//! Trimming: retention is erasure.

use super::{Harness, append_after, append_many, last, positions, subject, whole};
use crate::subject::Filter;
use crate::{AppendError, Position};

/// What is at or after the cut stays, other subjects stay, and the chain goes on.
pub async fn a_trim_forgets_the_oldest_only<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let (own, other) = (subject("f.own"), subject("f.other"));
    let given = append_many(&*journal, &own, 10).await;
    let kept = append_many(&*journal, &other, 3).await;
    for _ in 0..2 {
        let trimmed = journal.trim(&own, given[6]).await;
        trimmed.expect("a store at rest trims");
        assert_eq!(positions(&whole(&*journal, &own).await), given[6..]);
        assert_eq!(positions(&whole(&*journal, &other).await), kept);
    }
    assert_eq!(last(&*journal, &own).await, given[9]);
    let next = append_after(&*journal, &own, given[9]).await;
    let records = whole(&*journal, &own).await;
    assert_eq!(Ok(records[4].position), next);
    assert_eq!(records[4].prev, given[9]);
    let nothing = journal.trim(&subject("f.absent"), given[9]).await;
    assert_eq!(nothing, Ok(()));
}

/// An erased subject is empty for everybody, also after a restart, and its places are not
/// given again.
pub async fn a_whole_trim_starts_the_subject_again<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let own = subject("f.erased");
    let given = append_many(&*journal, &own, 5).await;
    let trimmed = journal.trim(&own, Position(u64::MAX)).await;
    trimmed.expect("a store at rest trims");
    assert_eq!(last(&*journal, &own).await, Position(0));
    drop(journal);
    let store = harness.reopen(store).await;
    let journal = harness.journal(&store);
    assert_eq!(whole(&*journal, &own).await, []);
    let old = append_after(&*journal, &own, given[4]).await;
    assert_eq!(old, Err(AppendError::Conflict));
    let first = append_after(&*journal, &own, Position(0)).await;
    let first = first.expect("nothing is there");
    assert!(first > given[4]);
    let mut tail = journal.tail(Filter::only(&own), Position(0)).await;
    let record = tail.recv().await.expect("a tail goes on");
    assert_eq!((record.position, record.prev), (first, Position(0)));
}
