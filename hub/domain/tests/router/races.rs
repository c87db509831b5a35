//! Two things at once: the order of the log decides, and every command gets one answer.

use crate::support::{Site, agent, conv};
use domain::allocation::decision::{AssignedBy, Decision, RefusalCode, RevokeReason};
use domain::allocation::fact::Fact;
use domain::id::Ref;

fn refused(site: &mut Site, reference: &Ref) -> Option<RefusalCode> {
    site.decisions()
        .into_iter()
        .find_map(|decision| match decision {
            Decision::Refused {
                reference: of,
                code,
                ..
            } if of == *reference => Some(code),
            _ => None,
        })
}

fn revoked(site: &mut Site) -> Option<RevokeReason> {
    site.decisions()
        .into_iter()
        .find_map(|decision| match decision {
            Decision::Revoked { reason, .. } => Some(reason),
            _ => None,
        })
}

#[test]
fn accept_against_decline_and_a_second_device() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    let offer = site.offered("c-1", "ada");
    site.accept("c-1", "ada");
    let second = site.accept_offer("c-1", "ada", offer.clone());
    assert_eq!(
        refused(&mut site, &second),
        Some(RefusalCode::AlreadyAssigned)
    );
    let (reference, at) = (site.command(), site.now);
    site.fact(Fact::Declined {
        conversation: conv("c-1"),
        offer,
        agent: agent("ada"),
        reference: reference.clone(),
        at,
    });
    assert_eq!(
        refused(&mut site, &reference),
        Some(RefusalCode::OfferExpired)
    );
    assert_eq!(site.owner("c-1").as_deref(), Some("ada"));
}

#[test]
fn accept_in_time_wins_over_an_expiry_that_nobody_decided_yet() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    let offer = site.offered("c-1", "ada");
    site.now = site.now.plus(domain::time::Span::seconds(21));
    site.accept_offer("c-1", "ada", offer);
    assert_eq!(
        site.owner("c-1").as_deref(),
        Some("ada"),
        "the log is the order"
    );
}

#[test]
fn accept_against_cancel() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    let offer = site.offered("c-1", "ada");
    site.release("c-1");
    assert_eq!(revoked(&mut site), Some(RevokeReason::Closed));
    let reference = site.accept_offer("c-1", "ada", offer);
    assert_eq!(
        refused(&mut site, &reference),
        Some(RefusalCode::OfferExpired)
    );
}

#[test]
fn two_claim_one() {
    let mut site = Site::new();
    site.enqueue("c-1");
    for name in ["ada", "lin"] {
        site.profile(name, &["sales"], &[], 1);
        site.on(name);
    }
    site.claim("c-1", "lin");
    let late = site.claim("c-1", "ada");
    assert_eq!(
        site.owner("c-1").as_deref(),
        Some("lin"),
        "needs no available"
    );
    assert_eq!(
        refused(&mut site, &late),
        Some(RefusalCode::AlreadyAssigned)
    );
}

#[test]
fn a_claim_needs_room_a_department_and_somebody_who_waits() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.held("x", "ada", None);
    site.enqueue("c-1");
    let full = site.claim("c-1", "ada");
    assert_eq!(refused(&mut site, &full), Some(RefusalCode::CapacityFull));
    site.profile("lin", &["support"], &[], 1);
    let other = site.claim("c-1", "lin");
    assert_eq!(refused(&mut site, &other), Some(RefusalCode::NotFound));
    let absent = site.claim("c-9", "lin");
    assert_eq!(refused(&mut site, &absent), Some(RefusalCode::NotFound));
}

#[test]
fn a_claim_ends_the_ringing_elsewhere_and_of_ones_own_offer() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    site.agent("lin", 1);
    site.claim("c-1", "lin");
    assert_eq!(revoked(&mut site), Some(RevokeReason::AcceptedElsewhere));
    site.enqueue("c-2");
    assert_eq!(site.asked("c-2").as_deref(), Some("ada"));
    site.claim("c-2", "ada");
    assert_eq!(
        site.owner("c-2").as_deref(),
        Some("ada"),
        "its own offer has the room"
    );
    let last = site.decisions().pop();
    assert!(matches!(
        last,
        Some(Decision::Assigned {
            by: AssignedBy::Claim,
            offer: Some(_),
            ..
        })
    ));
    assert_eq!(site.state().offers().count(), 0);
}

#[test]
fn the_same_command_twice_has_one_answer() {
    let mut site = Site::new();
    site.agent("ada", 2);
    site.enqueue("c-1");
    let offer = site.offered("c-1", "ada");
    let (reference, at) = (site.command(), site.now);
    let accept = Fact::Accepted {
        conversation: conv("c-1"),
        offer,
        agent: agent("ada"),
        reference: reference.clone(),
        digest: 7,
        at,
    };
    site.fact(accept.clone());
    site.decisions();
    site.fact(accept);
    assert_eq!(site.names(), Vec::<String>::new());
    let granted = site.state().granted(&agent("ada"), &reference);
    assert!(granted.is_some_and(|answer| !answer.declined));
}

#[test]
fn late_and_double_facts_change_nothing() {
    let mut site = Site::new();
    site.agent("ada", 2);
    let (demand, early) = (site.demand(), site.source());
    site.enqueue("c-1");
    site.accept("c-1", "ada");
    site.held("c-1", "ada", None);
    site.off("ada");
    let before = site.state().clone();
    let at = site.now;
    for fact in [
        Fact::Enqueued {
            conversation: conv("c-1"),
            round: 1,
            demand,
        },
        Fact::AgentOn {
            agent: agent("ada"),
            source: early,
            at,
        },
        Fact::ProfileSet {
            agent: agent("ada"),
            version: 1,
            profile: None,
        },
    ] {
        site.fact(fact);
    }
    let mut after = site.state().clone();
    assert_eq!(after.facts, before.facts + 3);
    after.facts = before.facts;
    assert_eq!(after, before);
}

#[test]
fn a_released_conversation_stays_released_and_a_reopened_one_waits() {
    let mut site = Site::new();
    let demand = site.demand();
    site.enqueue("c-1");
    site.release("c-1");
    site.fact(Fact::Enqueued {
        conversation: conv("c-1"),
        round: 1,
        demand,
    });
    assert!(site.state().entry(&conv("c-1")).is_none());
    site.enqueue("c-1");
    assert!(site.state().entry(&conv("c-1")).is_some());
}
