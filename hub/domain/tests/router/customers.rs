//! The tab is closed while the customer waits.

use crate::support::{Site, conv};
use domain::allocation::decision::{Decision, RevokeReason};
use domain::router::Effect;
use domain::time::Span;

#[test]
fn after_45_s_the_place_is_held_and_five_minutes_later_the_wait_is_over() {
    let mut site = Site::new();
    site.enqueue("c-1");
    site.customer("c-1", false);
    site.pass(44);
    assert_eq!(site.names(), ["term"]);
    site.pass(1);
    assert_eq!(site.names(), ["place_held"]);
    site.agent("ada", 1);
    assert_eq!(site.asked("c-1"), None, "not offered");
    let position = site.state().position(&conv("c-1"), Span(0));
    assert_eq!(position, Some(1), "the place is kept");
    site.pass(299);
    assert_eq!(site.effects(), []);
    site.pass(1);
    let conversation = conv("c-1");
    assert_eq!(site.effects(), [Effect::Abandon { conversation }]);
}

#[test]
fn the_running_offer_is_taken_back_and_the_customer_can_come_back() {
    let mut policy = domain::routing::policy::Policy::default();
    policy.default.offer_time = Span::seconds(90);
    let mut site = Site::with(policy, domain::router::Settings::default());
    site.agent("ada", 1);
    site.enqueue("c-1");
    site.customer("c-1", true);
    site.customer("c-1", false);
    site.pass(45);
    let decisions = site.decisions();
    assert!(decisions.iter().any(|decision| matches!(
        decision,
        Decision::Revoked {
            reason: RevokeReason::Cancelled,
            ..
        }
    )));
    assert_eq!(site.asked("c-1"), None);
    site.customer("c-1", true);
    assert_eq!(site.asked("c-1").as_deref(), Some("ada"));
    site.pass(600);
    assert_eq!(site.effects(), []);
}

#[test]
fn coming_back_within_the_grace_changes_nothing() {
    let mut site = Site::new();
    site.enqueue("c-1");
    site.customer("c-1", false);
    site.pass(44);
    site.customer("c-1", true);
    site.pass(600);
    assert_eq!(site.names(), ["term"]);
}

#[test]
fn after_a_restart_those_who_do_not_come_back_are_gone() {
    let mut site = Site::new();
    site.customer("c-1", true);
    site.enqueue("c-1");
    site.enqueue("c-2");
    site.restart_node();
    site.customer("c-2", true);
    site.pass(46);
    let held: Vec<_> = site
        .decisions()
        .into_iter()
        .filter(|d| matches!(d, Decision::PlaceHeld { .. }))
        .collect();
    let conversation = conv("c-1");
    assert_eq!(held, [Decision::PlaceHeld { conversation }]);
}

#[test]
fn a_requeued_conversation_counts_the_absence_from_then() {
    let mut site = Site::new();
    site.held("c-1", "ada", None);
    site.customer("c-1", false);
    site.pass(600);
    site.agent("ada", 1);
    site.enqueue("c-1");
    assert_eq!(site.asked("c-1").as_deref(), Some("ada"));
    site.pass(44);
    assert!(!site.names().contains(&"place_held".to_owned()));
}
