//! Ten thousand wait and five hundred serve. What is asserted is work, not time: how many
//! comparisons a step may cost shows in how long the test takes, which it prints.

use crate::support::{Site, agent, skill};
use domain::allocation::fact::Availability;
use domain::router::Input;
use std::time::Duration;

#[test]
fn ten_thousand_wait_and_five_hundred_come() {
    let mut site = Site::new();
    for n in 0..500 {
        let name = format!("agent-{n:03}");
        site.profile(&name, &["sales"], &[], 1);
        site.on(&name);
    }
    let begin = stopwatch();
    for n in 0..10_000 {
        site.enqueue(&format!("customer-{n:05}-1"));
    }
    let enqueued = begin();
    let begin = stopwatch();
    for n in 0..500 {
        site.choose(&format!("agent-{n:03}"), Availability::Available);
    }
    println!(
        "10,000 enqueued in {enqueued:?}, then 500 offered in {:?}",
        begin()
    );
    assert_eq!(site.state().offers().count(), 500);
    assert!(
        site.asked("customer-00499-1").is_some(),
        "the first in line"
    );
    let begin = stopwatch();
    for n in 0..500 {
        let name = site.asked(&format!("customer-{n:05}-1")).unwrap();
        site.accept(&format!("customer-{n:05}-1"), &name);
        site.held(&format!("customer-{n:05}-1"), &name, None);
        site.release(&format!("customer-{n:05}-1"));
    }
    println!("500 accepted, released and followed in {:?}", begin());
    assert_eq!(site.state().offers().count(), 500);
    let ada = site.state().agent(&agent("agent-000")).unwrap();
    assert_eq!(ada.load, 10);
}

#[test]
fn a_new_holder_finds_all_of_them_free_at_once() {
    let mut site = Site::new();
    site.step(Input::LeaseLost);
    for n in 0..10_000 {
        site.enqueue(&format!("customer-{n:05}-1"));
    }
    for n in 0..500 {
        site.agent(&format!("agent-{n:03}"), 4);
    }
    let begin = stopwatch();
    site.step(Input::LeaseGained { term: 2 });
    println!("2,000 of 10,000 offered in {:?}", begin());
    assert_eq!(site.state().offers().count(), 2_000);
}

#[test]
fn a_long_line_that_nobody_free_can_serve_is_walked_lightly() {
    let mut site = Site::new();
    for n in 0..10_000 {
        let mut demand = site.demand();
        demand.skills = vec![skill("zh", 1)];
        site.enqueue_as(&format!("customer-{n:05}-1"), demand);
    }
    for n in 0..500 {
        site.agent(&format!("agent-{n:03}"), 4);
    }
    let begin = stopwatch();
    for n in 0..100 {
        site.enqueue(&format!("other-{n:05}-1"));
    }
    println!("100 behind 10,000 that nobody can serve in {:?}", begin());
    assert_eq!(site.state().offers().count(), 100);
}

/// Shown, never asserted.
#[expect(clippy::disallowed_methods, reason = "a figure for people")]
fn stopwatch() -> impl Fn() -> Duration {
    let begin = std::time::Instant::now();
    move || begin.elapsed()
}
