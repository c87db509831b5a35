//! What every store must do, as one suite. A store's tests implement [`Harness`] and call
//! [`conformance!`](crate::conformance!), which makes one test of each case.
//!
//! The suite asks only what the contract promises: positions grow but may have holes, reads
//! may lag until `catch_up`, live records and casts to a slow hearer may be missing.

mod casting;
mod comparing;
mod forgetting;
mod living;
mod ordering;
mod reading;
mod tailing;

pub use casting::*;
pub use comparing::*;
pub use forgetting::*;
pub use living::*;
pub use ordering::*;
pub use reading::*;
pub use tailing::*;

use crate::subject::Subject;
use crate::{AppendError, Expect, Journal, NewRecord, Position, RecordId, Stored};
use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes stores of one kind.
#[async_trait]
pub trait Harness: Sync {
    /// A store and what it stands on.
    type Store: Send + Sync;

    /// A new store without a record.
    async fn create(&self) -> Self::Store;

    /// A new store whose live records are all dropped, where that can be arranged.
    async fn create_without_live(&self) -> Self::Store {
        self.create().await
    }

    /// The same log after this node's process ended and started again.
    async fn reopen(&self, store: Self::Store) -> Self::Store;

    /// A copy of the log, put back as from a backup.
    async fn restore(&self, store: &Self::Store) -> Self::Store;

    /// The store as the hub uses it.
    fn journal(&self, store: &Self::Store) -> Arc<dyn Journal>;
}

/// One test of each case of the suite: `conformance!(#[tokio::test] MyHarness);`
#[macro_export]
macro_rules! conformance {
    (#[$test:meta] $harness:expr) => {
        $crate::conformance!(@cases [#[$test] $harness]
            positions_grow_and_each_subject_is_a_chain,
            bodies_and_ids_come_back_unchanged,
            too_large_is_refused_and_leaves_nothing,
            writers_keep_their_order,
            nothing_expected_lands_only_on_nothing,
            an_old_expectation_conflicts_and_leaves_nothing,
            other_subjects_do_not_conflict,
            of_64_writers_one_wins_each_position,
            reads_page_forward,
            reads_page_backward,
            reads_of_nothing_are_empty,
            catch_up_shows_what_the_authority_has,
            a_trim_forgets_the_oldest_only,
            a_whole_trim_starts_the_subject_again,
            a_tail_from_any_position_has_all_the_rest,
            a_tail_goes_on_where_it_was_after_a_reopening,
            a_tail_keeps_up_with_64_writers,
            a_tail_nobody_reads_stops_no_other,
            live_is_a_part_of_the_log_in_order,
            without_live_everything_still_arrives,
            casts_reach_who_hears,
            an_ask_is_answered,
            an_ask_that_nobody_hears_is_gone,
            an_ask_without_answer_times_out,
            the_epoch_survives_a_reopening,
            a_restored_log_has_a_new_epoch_and_the_same_records,
        );
    };
    (@cases [#[$test:meta] $harness:expr] $($case:ident),* $(,)?) => {
        $(
            #[$test]
            async fn $case() {
                $crate::conformance::$case(&$harness).await;
            }
        )*
    };
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// A record with a new id and a short body.
fn record(subject: &Subject, expect: Expect) -> NewRecord {
    let id = NEXT_ID.fetch_add(1, Ordering::SeqCst);
    NewRecord {
        subject: subject.clone(),
        expect,
        id: RecordId(id.into()),
        body: Bytes::from(format!("{{\"n\":{id}}}")),
    }
}

/// Appends without an expectation.
async fn append(journal: &dyn Journal, subject: &Subject) -> Position {
    let outcome = journal.append(record(subject, Expect::Any)).await;
    outcome.expect("a store at rest takes a record")
}

/// Appends one after the other.
async fn append_many(journal: &dyn Journal, subject: &Subject, count: usize) -> Vec<Position> {
    let mut positions = Vec::new();
    for _ in 0..count {
        positions.push(append(journal, subject).await);
    }
    positions
}

/// Appends after `last`.
async fn append_after(
    journal: &dyn Journal,
    subject: &Subject,
    last: Position,
) -> Result<Position, AppendError> {
    journal.append(record(subject, Expect::Last(last))).await
}

/// Every record of the subject, as the authority has it.
async fn whole(journal: &dyn Journal, subject: &Subject) -> Vec<Stored> {
    let last = last(journal, subject).await;
    let caught_up = journal.catch_up(subject, last).await;
    caught_up.expect("the authority's position is reached");
    read(journal, subject, Position(0), usize::MAX).await
}

async fn last(journal: &dyn Journal, subject: &Subject) -> Position {
    let last = journal.last(subject).await;
    last.expect("a store at rest is readable")
}

async fn read(
    journal: &dyn Journal,
    subject: &Subject,
    after: Position,
    limit: usize,
) -> Vec<Stored> {
    let records = journal.read(subject, after, limit).await;
    records.expect("a store at rest is readable")
}

fn subject(text: &str) -> Subject {
    Subject::stored(text)
}

fn positions(records: &[Stored]) -> Vec<Position> {
    records.iter().map(|record| record.position).collect()
}

/// Each record names the one before it, and the first names none.
fn assert_chain(records: &[Stored]) {
    let mut prev = Position(0);
    for record in records {
        assert_eq!(record.prev, prev, "the record at {:?}", record.position);
        assert!(record.position > prev);
        prev = record.position;
    }
}
