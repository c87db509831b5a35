//! The order of the line and the choice of the agent.

use crate::support::{Site, agent, conv, dept, skill};
use domain::allocation::decision::{AssignedBy, Decision};
use domain::allocation::fact::{Availability, Demand, Sticky};
use domain::router::Settings;
use domain::routing::policy::{DepartmentPolicy, Policy};
use domain::time::Span;

/// Enqueues in the order given, one second apart, then lets one agent take all one by one.
fn served(site: &mut Site, demands: Vec<(&str, Demand)>) -> Vec<String> {
    for (name, mut demand) in demands {
        demand.enqueued_at = site.now;
        site.enqueue_as(name, demand);
        site.pass(1);
    }
    site.profile("ada", &["sales", "support"], &[], 1);
    site.on("ada");
    site.choose("ada", Availability::Available);
    let mut order = Vec::new();
    let next = |site: &Site| {
        let offer = site.state().offers().next().map(|(_, offer)| offer);
        offer.map(|offer| offer.conversation.to_string())
    };
    while let Some(name) = next(site) {
        site.accept(&name, "ada");
        site.held(&name, "ada", None);
        site.release(&name);
        order.push(name);
    }
    order
}

#[test]
fn the_order_is_front_then_priority_that_ages_then_arrival() {
    let mut site = Site::new();
    let plain = site.demand();
    let with = |priority, front| Demand {
        priority,
        front,
        ..plain.clone()
    };
    let order = served(
        &mut site,
        vec![
            ("a", with(0, false)),
            ("b", with(0, false)),
            ("urgent", with(1, false)),
            ("most", with(9, false)),
            ("returned", with(0, true)),
        ],
    );
    assert_eq!(order, ["returned", "most", "urgent", "a", "b"]);
}

#[test]
fn waiting_long_enough_outweighs_a_level_of_priority() {
    let mut site = Site::new();
    site.enqueue("patient");
    site.pass(121);
    let urgent = Demand {
        priority: 1,
        ..site.demand()
    };
    assert_eq!(
        served(&mut site, vec![("urgent", urgent)]),
        ["patient", "urgent"]
    );
}

#[test]
fn the_shorter_response_target_is_due_first() {
    let mut policy = Policy::default();
    let quick = DepartmentPolicy {
        response_target: Span::seconds(10),
        ..DepartmentPolicy::default()
    };
    policy.departments.insert(dept("support"), quick);
    let mut site = Site::with(policy, Settings::default());
    let plain = site.demand();
    let support = Demand {
        department: dept("support"),
        ..plain.clone()
    };
    let order = served(&mut site, vec![("slow", plain), ("quick", support)]);
    assert_eq!(order, ["quick", "slow"]);
}

#[test]
fn positions_follow_the_order_of_serving() {
    let mut site = Site::new();
    site.enqueue("a");
    site.pass(1);
    site.enqueue("b");
    let urgent = Demand {
        priority: 3,
        ..site.demand()
    };
    site.enqueue_as("c", urgent);
    let level = Span::minutes(2);
    let position = |site: &Site, name| site.state().position(&conv(name), level);
    assert_eq!(position(&site, "c"), Some(1));
    assert_eq!(position(&site, "a"), Some(2));
    assert_eq!(position(&site, "b"), Some(3));
    site.agent("ada", 1);
    assert_eq!(
        position(&site, "b"),
        Some(3),
        "who is offered still stands in line"
    );
    site.accept("c", "ada");
    assert_eq!(position(&site, "b"), Some(2));
    assert_eq!(position(&site, "c"), None);
    let line = site.state().line_state(&dept("sales"), level);
    assert_eq!((line.waiting, line.free, line.on_duty), (2, 0, 1));
    assert_eq!((line.capacity, line.room), (10, 0));
    assert_eq!(line.oldest, line.first.first().copied());
}

#[test]
fn the_least_loaded_relative_to_capacity_then_the_longest_idle_is_asked() {
    let mut site = Site::new();
    site.agent("ada", 2);
    site.agent("lin", 4);
    site.held("x-1", "ada", None);
    site.held("x-2", "lin", None);
    site.enqueue("c-1");
    assert_eq!(
        site.asked("c-1").as_deref(),
        Some("lin"),
        "a quarter, not a half"
    );
    site.accept("c-1", "lin");
    site.pass(1);
    site.release("x-1");
    site.enqueue("c-2");
    assert_eq!(site.asked("c-2").as_deref(), Some("ada"));
    site.accept("c-2", "ada");
    site.decisions();
    site.enqueue("c-3");
    assert_eq!(site.asked("c-3").as_deref(), Some("lin"), "both half full");
    let why = site
        .decisions()
        .into_iter()
        .find_map(|decision| match decision {
            Decision::Offered { why, .. } => Some(why),
            _ => None,
        });
    let why = why.expect("offered");
    assert_eq!(
        (why.candidates, why.tie_break.as_str()),
        (2, "longest_idle")
    );
    assert_eq!(why.rules, ["department", "longest_idle"]);
    let order: Vec<_> = why.top.iter().map(|(agent, _)| agent.as_str()).collect();
    assert_eq!(order, ["lin", "ada"]);
    assert!(why.top[0].1 > why.top[1].1);
}

#[test]
fn skills_are_required_with_their_levels() {
    let mut site = Site::new();
    site.profile("ada", &["sales"], &[skill("zh", 2)], 3);
    site.on("ada");
    site.choose("ada", Availability::Available);
    let chinese = Demand {
        skills: vec![skill("zh", 3)],
        ..site.demand()
    };
    site.enqueue_as("c-1", chinese);
    assert_eq!(site.asked("c-1"), None);
    site.profile("lin", &["sales"], &[skill("en", 5), skill("zh", 3)], 3);
    site.on("lin");
    site.choose("lin", Availability::Available);
    assert_eq!(site.asked("c-1").as_deref(), Some("lin"));
    let Some(Decision::Offered { why, .. }) = site.decisions().pop() else {
        panic!("offered last");
    };
    assert_eq!(why.filtered, [("skill".to_owned(), 1)]);
    assert!(why.rules.contains(&"skill".to_owned()));
}

#[test]
fn weights_share_the_capacity_and_open_offers_count() {
    let mut site = Site::new();
    site.agent("ada", 1);
    let mail = Demand {
        weight: 3,
        ..site.demand()
    };
    for name in ["m-1", "m-2", "m-3", "m-4"] {
        site.enqueue_as(name, mail.clone());
    }
    assert!(
        site.asked("m-3").is_some(),
        "three mails of 0.3 fit into one"
    );
    assert_eq!(site.asked("m-4"), None);
    assert_eq!(site.state().agent(&agent("ada")).unwrap().load, 9);
    site.enqueue("c-1");
    site.release("m-1");
    assert_eq!(site.asked("c-1"), None, "a chat does not fit");
    assert!(site.asked("m-4").is_some(), "what fits behind it does");
}

fn sticky(site: &Site, name: &str) -> Demand {
    let sticky = Sticky {
        agent: agent(name),
        until: site.now.plus(Span::seconds(60)),
    };
    Demand {
        sticky: Some(sticky),
        ..site.demand()
    }
}

#[test]
fn a_sticky_conversation_waits_for_its_agent_for_60_s_at_most() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.agent("lin", 1);
    site.held("x", "lin", None);
    let demand = sticky(&site, "lin");
    site.enqueue_as("c-1", demand);
    assert_eq!(site.asked("c-1"), None, "lin is full, ada is not asked");
    site.pass(59);
    assert_eq!(site.asked("c-1"), None);
    site.pass(1);
    assert_eq!(site.asked("c-1").as_deref(), Some("ada"));
}

#[test]
fn a_sticky_agent_with_room_is_preferred_and_one_who_cannot_take_it_is_not_waited_for() {
    let mut site = Site::new();
    site.agent("ada", 4);
    site.agent("lin", 2);
    site.held("x", "lin", None);
    let demand = sticky(&site, "lin");
    site.enqueue_as("c-1", demand);
    assert_eq!(
        site.asked("c-1").as_deref(),
        Some("lin"),
        "though more loaded"
    );
    let Some(Decision::Offered { why, .. }) = site.decisions().pop() else {
        panic!("offered last");
    };
    assert_eq!(why.rules, ["department", "sticky"]);
    site.decline("c-1", "lin");
    assert_eq!(
        site.asked("c-1").as_deref(),
        Some("ada"),
        "declined: anyone"
    );
    site.choose("lin", Availability::Busy);
    let demand = sticky(&site, "lin");
    site.enqueue_as("c-2", demand);
    assert_eq!(site.asked("c-2").as_deref(), Some("ada"));
}

#[test]
fn a_department_that_accepts_by_itself_assigns_in_one_record() {
    let mut policy = Policy::default();
    policy.default.auto_accept = true;
    let mut site = Site::with(policy, Settings::default());
    site.agent("ada", 1);
    site.enqueue("c-1");
    assert_eq!(site.names(), ["term", "offered", "assigned"]);
    assert_eq!(site.owner("c-1").as_deref(), Some("ada"));
    let auto = |decision: &Decision| matches!(decision, Decision::Assigned { by, .. } if *by == AssignedBy::Auto);
    site.enqueue("c-2");
    assert_eq!(site.owner("c-2"), None, "full");
    site.release("c-1");
    assert!(site.decisions().iter().any(auto));
}

#[test]
fn a_decision_explains_itself_in_a_kibibyte() {
    let long = |n: usize| format!("{n:x}{}", "a".repeat(62));
    let mut site = Site::new();
    let required = skill(&"s".repeat(64), 1);
    for n in 0..16 {
        site.profile(&long(n), &["sales"], std::slice::from_ref(&required), 1);
        site.on(&long(n));
        site.choose(&long(n), Availability::Available);
    }
    let demand = Demand {
        skills: vec![required],
        ..site.demand()
    };
    for n in 0..8 {
        site.step(domain::router::Input::Reachable {
            agent: agent(&long(n)),
            reachable: false,
        });
    }
    site.enqueue_as("c-1", demand);
    let Some(Decision::Offered { why, .. }) = site.decisions().pop() else {
        panic!("offered last");
    };
    assert_eq!((why.unreachable.len(), why.top.len()), (5, 5));
    let size = serde_json::to_vec(&why).unwrap().len();
    assert!(size <= 1024, "{size} bytes");
}

/// [`Site::step`] asserts both limits of every record.
#[test]
fn a_burst_goes_out_in_records_of_64_decisions() {
    let long = |n: usize| format!("{n:02x}{}", "a".repeat(62));
    let mut site = Site::new();
    site.step(domain::router::Input::LeaseLost);
    for n in 0..100 {
        site.agent(&long(n), 1);
        site.enqueue(&long(n));
    }
    let before = site.records;
    site.step(domain::router::Input::LeaseGained { term: 2 });
    assert_eq!(site.state().offers().count(), 100);
    assert_eq!(site.records - before, 3, "the term, then 64 and 36");
}
