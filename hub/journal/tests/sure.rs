//! `Unknown` is resolved by the log, and leases are resolved appends.

#![allow(clippy::unwrap_used)] // helpers of tests

use bytes::Bytes;
use domain::id::{Incarnation, NodeId};
use domain::time::Time;
use journal::lease::{self, LeaseError, Slot};
use journal::simulated::{Chances, Fault, Simulated};
use journal::subject::Subject;
use journal::{
    Expect, Journal, NewRecord, Position, RecordId, SURE_WITHIN, SureError, append_sure,
};
use std::sync::Arc;
use std::time::Duration;

fn record(expect: Expect, id: u128) -> NewRecord {
    NewRecord {
        subject: Subject::stored("a.b"),
        expect,
        id: RecordId(id),
        body: Bytes::from_static(b"{}"),
    }
}

async fn sure(journal: &Simulated, expect: Expect, id: u128) -> Result<Position, SureError> {
    append_sure(journal, record(expect, id), Position(0), SURE_WITHIN).await
}

async fn ids(journal: &Simulated) -> Vec<u128> {
    let subject = Subject::stored("a.b");
    let last = journal.last(&subject).await.unwrap();
    journal.catch_up(&subject, last).await.unwrap();
    let records = journal.read(&subject, Position(0), 1_000).await.unwrap();
    records.iter().map(|record| record.id.0).collect()
}

fn calm() -> Arc<Simulated> {
    Simulated::new(1, Chances::CALM)
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_found_in_the_log() {
    for expect in [Expect::Any, Expect::Last(Position(0))] {
        let journal = calm();
        journal.script_next([Some(Fault::LostAfter)]);
        assert_eq!(sure(&journal, expect, 7).await, Ok(Position(1)));
        assert_eq!(ids(&journal).await, [7]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_record_is_appended_again() {
    for expect in [Expect::Any, Expect::Last(Position(0))] {
        let journal = calm();
        journal.script_next([Some(Fault::LostBefore), Some(Fault::Unavailable), None]);
        assert_eq!(sure(&journal, expect, 7).await, Ok(Position(1)));
        assert_eq!(ids(&journal).await, [7]);
    }
}

#[tokio::test(start_paused = true)]
async fn with_last_a_late_record_lands_once_whoever_wins() {
    let journal = calm();
    let late = Fault::Late(Duration::from_millis(50));
    journal.script_next([Some(late), Some(Fault::LostBefore), Some(late), Some(late)]);
    assert_eq!(
        sure(&journal, Expect::Last(Position(0)), 7).await,
        Ok(Position(1))
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(ids(&journal).await, [7]);
}

#[tokio::test(start_paused = true)]
async fn only_others_after_the_expected_one_is_a_conflict() {
    let journal = calm();
    journal.script_next([None, Some(Fault::LostBefore)]);
    sure(&journal, Expect::Any, 1).await.unwrap();
    let outcome = sure(&journal, Expect::Last(Position(0)), 2).await;
    assert_eq!(outcome, Err(SureError::Conflict));
    assert_eq!(ids(&journal).await, [1]);
    // For `Any` others do not matter.
    journal.script_next([Some(Fault::LostBefore)]);
    assert_eq!(sure(&journal, Expect::Any, 3).await, Ok(Position(2)));
}

#[tokio::test(start_paused = true)]
async fn refusals_pass_through_and_silence_ends_after_its_time() {
    let journal = calm();
    journal.script_next([Some(Fault::Unavailable), Some(Fault::Conflict)]);
    let expect = Expect::Last(Position(0));
    assert_eq!(sure(&journal, expect, 1).await, Err(SureError::Unavailable));
    assert_eq!(sure(&journal, expect, 2).await, Err(SureError::Conflict));
    let mut large = record(expect, 3);
    large.body = Bytes::from(vec![0; journal::MAX_BODY + 1]);
    let outcome = append_sure(&*journal, large, Position(0), SURE_WITHIN).await;
    assert_eq!(outcome, Err(SureError::TooLarge));

    journal.set_rule(|_| Some(Fault::LostBefore));
    assert_eq!(sure(&journal, expect, 4).await, Err(SureError::Unavailable));
    assert_eq!(ids(&journal).await, [] as [u128; 0]);
}

/// In a storm, from two nodes: what is acknowledged is there once, in order.
#[tokio::test(start_paused = true)]
async fn a_storm_loses_and_doubles_nothing() {
    for seed in 0..50 {
        let first = Simulated::new(seed, Chances::STORM);
        let second = first.another_node(seed + 1_000, Chances::STORM);
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let node = if n % 2 == 0 {
                    first.clone()
                } else {
                    second.clone()
                };
                tokio::spawn(write(node, n))
            })
            .collect();
        let mut acknowledged = Vec::new();
        for writer in writers {
            acknowledged.extend(writer.await.unwrap());
        }
        let stored = ids(&first).await;
        acknowledged.sort_unstable();
        let acknowledged: Vec<_> = acknowledged.iter().map(|(_, id)| *id).collect();
        let certain: Vec<_> = stored
            .iter()
            .copied()
            .filter(|id| acknowledged.contains(id))
            .collect();
        assert_eq!(certain, acknowledged, "seed {seed}");
        assert!(
            acknowledged.len() > 80,
            "seed {seed}: {}",
            acknowledged.len()
        );
    }
}

/// Twenty records, each after the last one that this writer sees.
async fn write(journal: Arc<Simulated>, writer: u128) -> Vec<(Position, u128)> {
    let mut acknowledged = Vec::new();
    for n in 0..20 {
        let id = writer * 1_000 + n;
        loop {
            let last = journal.last(&Subject::stored("a.b")).await.unwrap();
            match sure(&journal, Expect::Last(last), id).await {
                Ok(position) => {
                    acknowledged.push((position, id));
                    break;
                }
                Err(SureError::Conflict) => {}
                Err(_) => break,
            }
        }
    }
    acknowledged
}

fn holder(node: &str) -> (NodeId, Incarnation) {
    (
        NodeId::new(node).unwrap(),
        Incarnation::new(format!("{node}-1")).unwrap(),
    )
}

const SLOT: Slot = Slot {
    kind: "site",
    slot: 3,
};

#[tokio::test(start_paused = true)]
async fn a_lease_has_terms_and_one_holder() {
    let journal = calm();
    assert_eq!(lease::read(&*journal, SLOT).await, Ok(None));
    let first = lease::take(&*journal, SLOT, holder("a"), Time(1), RecordId(1)).await;
    let first = first.unwrap();
    assert_eq!((first.term, first.at), (1, Time(1)));
    let first = lease::renew(&*journal, first, Time(2), RecordId(2))
        .await
        .unwrap();
    assert_eq!((first.term, first.at), (1, Time(2)));
    assert_eq!(lease::read(&*journal, SLOT).await, Ok(Some(first.clone())));

    let second = lease::take(&*journal, SLOT, holder("b"), Time(3), RecordId(3)).await;
    assert_eq!(second.unwrap().term, 2);
    let late = lease::renew(&*journal, first, Time(4), RecordId(4)).await;
    assert_eq!(late, Err(LeaseError::Lost));
}

#[tokio::test(start_paused = true)]
async fn a_lease_survives_a_lost_answer_and_refuses_what_it_cannot_read() {
    let journal = calm();
    journal.script_next([Some(Fault::LostAfter)]);
    let lease = lease::take(&*journal, SLOT, holder("a"), Time(1), RecordId(1)).await;
    assert_eq!(lease.unwrap().position, Position(1));

    let foreign = NewRecord {
        subject: SLOT.subject(),
        body: Bytes::from_static(b"{\"v\":99}"),
        ..record(Expect::Any, 9)
    };
    journal.append(foreign).await.unwrap();
    let taken = lease::take(&*journal, SLOT, holder("b"), Time(2), RecordId(2)).await;
    assert_eq!(taken, Err(LeaseError::Foreign(SLOT.subject())));
}
