//! Passing a conversation on.

use crate::support::{Site, agent, conv, dept};
use domain::allocation::decision::{Decision, ReturnReason, RevokeReason};
use domain::allocation::fact::{Availability, Target};

fn returned(site: &mut Site) -> Option<ReturnReason> {
    site.decisions()
        .into_iter()
        .find_map(|decision| match decision {
            Decision::Returned { reason, .. } => Some(reason),
            _ => None,
        })
}

fn sales() -> Target {
    Target::Department(dept("sales"))
}

/// `ada` owns c-1; `lin` and `sam` are of the department too.
fn three() -> Site {
    let mut site = Site::new();
    for name in ["ada", "lin", "sam"] {
        site.agent(name, 1);
    }
    site.held("c-1", "ada", None);
    site
}

#[test]
fn a_department_is_asked_one_by_one_then_it_returns() {
    let mut site = three();
    site.transfer("c-1", "ada", sales());
    assert_eq!(
        site.asked("c-1").as_deref(),
        Some("lin"),
        "never the sender"
    );
    site.decline("c-1", "lin");
    assert_eq!(site.asked("c-1").as_deref(), Some("sam"));
    site.show("c-1", "sam");
    site.pass(20);
    assert_eq!(returned(&mut site), Some(ReturnReason::Expired));
    assert_eq!(site.owner("c-1").as_deref(), Some("ada"));
}

#[test]
fn a_full_department_is_waited_for_while_the_sender_owns() {
    let mut site = three();
    site.held("x", "lin", None);
    site.held("y", "sam", None);
    site.transfer("c-1", "ada", sales());
    assert_eq!(site.asked("c-1"), None);
    assert_eq!(returned(&mut site), None);
    site.release("y");
    assert_eq!(site.asked("c-1").as_deref(), Some("sam"));
    site.accept("c-1", "sam");
    assert_eq!(site.owner("c-1").as_deref(), Some("sam"));
}

#[test]
fn nobody_there_returns_it_at_once() {
    for (target, availability) in [
        (sales(), Availability::Busy),
        (sales(), Availability::Offline),
        (Target::Agent(agent("lin")), Availability::OnBreak),
        (Target::Agent(agent("lin")), Availability::Finishing),
        (Target::Agent(agent("ada")), Availability::Available),
        (Target::Agent(agent("nobody")), Availability::Available),
    ] {
        let mut site = three();
        site.pass(1);
        site.choose("lin", availability);
        site.choose("sam", availability);
        let takes = site.state().target_takes(&target, &agent("ada"));
        assert!(!takes);
        site.transfer("c-1", "ada", target);
        assert_eq!(returned(&mut site), Some(ReturnReason::Unavailable));
    }
}

#[test]
fn a_later_round_withdraws_or_redirects_it() {
    let mut site = three();
    site.transfer("c-1", "ada", Target::Agent(agent("lin")));
    site.held("c-1", "ada", None);
    let reason = |site: &mut Site| {
        site.decisions()
            .into_iter()
            .find_map(|decision| match decision {
                Decision::Revoked {
                    reason, agent: to, ..
                } if to == agent("lin") => Some(reason),
                _ => None,
            })
    };
    assert_eq!(reason(&mut site), Some(RevokeReason::Cancelled));
    site.transfer("c-1", "ada", Target::Agent(agent("lin")));
    site.transfer("c-1", "ada", Target::Agent(agent("sam")));
    assert_eq!(reason(&mut site), Some(RevokeReason::Transferred));
    assert_eq!(site.asked("c-1").as_deref(), Some("sam"));
}

#[test]
fn when_the_sender_has_left_it_goes_to_the_front_and_the_offer_is_taken_back() {
    let mut site = three();
    site.transfer("c-1", "ada", Target::Agent(agent("lin")));
    site.pass(1);
    site.choose("ada", Availability::Offline);
    assert_eq!(site.effects().len(), 1, "requeue");
    let mut demand = site.demand();
    demand.front = true;
    site.enqueue_as("c-1", demand);
    let revoked = |d: &Decision| {
        matches!(
            d,
            Decision::Revoked {
                reason: RevokeReason::Transferred,
                ..
            }
        )
    };
    assert!(site.decisions().iter().any(revoked));
    assert!(site.asked("c-1").is_some(), "asked as one of the line");
    assert_eq!(site.owner("c-1"), None);
    assert!(
        site.state()
            .offer_of(&conv("c-1"))
            .unwrap()
            .1
            .from
            .is_none()
    );
}

#[test]
fn a_direct_transfer_reaches_who_is_away_or_full() {
    let mut site = three();
    site.held("x", "lin", None);
    site.idle("lin", true);
    site.transfer("c-1", "ada", Target::Agent(agent("lin")));
    assert_eq!(site.asked("c-1").as_deref(), Some("lin"));
    site.off("lin");
    site.pass(5);
    assert_eq!(returned(&mut site), Some(ReturnReason::Unavailable));
}
