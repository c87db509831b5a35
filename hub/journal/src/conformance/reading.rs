//! Reads of one subject.

use super::{Harness, append, append_many, last, positions, read, subject, whole};
use crate::subject::Subject;
use crate::{Journal, Position};

/// Page after page, nothing is missing and nothing comes twice.
pub async fn reads_page_forward<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let (own, given) = mixed(&*journal).await;
    for size in [1, 7, 25, 100] {
        let mut after = Position(0);
        let mut pages = Vec::new();
        loop {
            let page = read(&*journal, &own, after, size).await;
            assert!(page.len() <= size);
            let Some(end) = page.last() else { break };
            after = end.position;
            pages.extend(positions(&page));
        }
        assert_eq!(pages, given, "pages of {size}");
    }
    let rest = read(&*journal, &own, given[20], 100).await;
    assert_eq!(positions(&rest), given[21..]);
}

/// The same, from the end.
pub async fn reads_page_backward<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let (own, mut given) = mixed(&*journal).await;
    let back = async |until: Option<Position>, limit: usize| {
        let records = journal.read_back(&own, until, limit).await;
        positions(&records.expect("a store at rest is readable"))
    };
    let until = back(Some(given[10]), 3).await;
    assert_eq!(until, [given[10], given[9], given[8]]);
    // Between two records counts the earlier one; beyond the end, the end.
    let between = back(Some(Position(given[10].0 + 1)), 1).await;
    assert_eq!(between, [given[10]]);
    assert_eq!(back(Some(Position(u64::MAX)), 1).await, [given[24]]);
    assert_eq!(back(None, 2).await, [given[24], given[23]]);
    given.reverse();
    assert_eq!(back(None, 100).await, given);
    assert_eq!(back(Some(Position(0)), 100).await, []);
}

/// No subject, no limit, nothing after the end.
pub async fn reads_of_nothing_are_empty<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let absent = subject("r.absent");
    assert_eq!(last(&*journal, &absent).await, Position(0));
    assert_eq!(whole(&*journal, &absent).await, []);
    let (own, given) = mixed(&*journal).await;
    assert_eq!(read(&*journal, &own, Position(0), 0).await, []);
    assert_eq!(read(&*journal, &own, given[24], 9).await, []);
    assert_eq!(read(&*journal, &own, Position(u64::MAX), 9).await, []);
    let back = journal.read_back(&absent, None, 9).await;
    assert_eq!(back, Ok(Vec::new()));
}

/// Afterwards this node's reads show the authority's last record.
pub async fn catch_up_shows_what_the_authority_has<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let own = subject("r.fresh");
    for count in 1..=20 {
        let position = append(&*journal, &own).await;
        assert_eq!(last(&*journal, &own).await, position);
        let caught_up = journal.catch_up(&own, position).await;
        caught_up.expect("the position is there");
        let records = read(&*journal, &own, Position(0), 100).await;
        assert_eq!(records.len(), count);
        let head = journal.head().await;
        assert!(head.expect("a store at rest is readable") >= position);
    }
}

/// 25 records of one subject between others, all visible to reads.
async fn mixed(journal: &dyn Journal) -> (Subject, Vec<Position>) {
    let own = subject("r.own");
    let mut given = Vec::new();
    for n in 0..25 {
        append_many(journal, &subject("r.other"), n % 3 + 1).await;
        given.push(append(journal, &own).await);
    }
    append(journal, &subject("r.own.below")).await;
    assert_eq!(whole(journal, &own).await.len(), 25);
    (own, given)
}
