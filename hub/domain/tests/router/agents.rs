//! Availability, missed offers, lost connections.

use crate::support::{Site, agent, conv};
use domain::allocation::decision::{AssignedBy, Decision};
use domain::allocation::fact::{Availability, Fact, Target};
use domain::allocation::view::Presence;
use domain::router::{Effect, Input};

/// The table of SERVICE §5: offers, direct transfer.
#[test]
fn what_each_availability_lets_through() {
    use Availability::{Available, Busy, Finishing, Offline, OnBreak};
    for (availability, idle, offers, transfer) in [
        (Available, false, true, true),
        (Busy, false, false, true),
        (OnBreak, false, false, false),
        (Finishing, false, false, false),
        (Available, true, false, true),
        (Offline, false, false, false),
    ] {
        let mut site = Site::new();
        site.agent("ada", 4);
        site.held("own", "ada", None);
        site.idle("ada", idle);
        site.choose("ada", availability);
        site.enqueue("c-1");
        let label = format!("{availability:?}, idle {idle}");
        assert_eq!(site.asked("c-1").is_some(), offers, "{label}");
        site.on("lin");
        site.held("c-2", "lin", None);
        site.transfer("c-2", "lin", Target::Agent(agent("ada")));
        assert_eq!(site.asked("c-2").is_some(), transfer, "{label}");
        assert_eq!(site.owner("own").as_deref(), Some("ada"), "{label}");
    }
}

#[test]
fn changing_the_mind_takes_the_offer_back_without_counting_it() {
    for (availability, idle) in [
        (Availability::Busy, false),
        (Availability::OnBreak, false),
        (Availability::Available, true),
    ] {
        let mut site = Site::new();
        site.agent("ada", 1);
        site.enqueue("c-1");
        site.show("c-1", "ada");
        site.pass(1);
        site.choose("ada", availability);
        site.idle("ada", idle);
        assert_eq!(site.asked("c-1"), None);
        assert_eq!(site.state().agent(&agent("ada")).unwrap().missed, 0);
    }
}

fn miss(site: &mut Site, name: &str, shown: bool) {
    site.enqueue(name);
    if shown {
        site.show(name, "ada");
    }
    site.pass(20);
    site.release(name);
}

#[test]
fn three_missed_offers_in_a_row_make_a_break() {
    let mut site = Site::new();
    site.agent("ada", 4);
    miss(&mut site, "c-1", true);
    miss(&mut site, "c-2", true);
    assert_eq!(site.state().agent(&agent("ada")).unwrap().missed, 2);
    miss(&mut site, "c-3", true);
    let ada = site.state().agent(&agent("ada")).unwrap();
    assert_eq!(ada.availability, Availability::OnBreak);
    assert_eq!(ada.reason.as_deref(), Some("missed"));
    assert!(site.names().contains(&"put_on_break".to_owned()));
    site.pass(1);
    site.choose("ada", Availability::Available);
    site.enqueue("c-4");
    assert_eq!(site.asked("c-4").as_deref(), Some("ada"), "back by choice");
}

#[test]
fn an_offer_that_no_desk_showed_does_not_count_and_an_answer_resets() {
    let mut site = Site::new();
    site.agent("ada", 4);
    for n in 0..4 {
        miss(&mut site, &format!("u-{n}"), false);
    }
    assert_eq!(site.state().agent(&agent("ada")).unwrap().missed, 0);
    miss(&mut site, "c-1", true);
    miss(&mut site, "c-2", true);
    site.enqueue("c-3");
    site.decline("c-3", "ada");
    site.release("c-3");
    assert_eq!(site.state().agent(&agent("ada")).unwrap().missed, 0);
    miss(&mut site, "c-4", true);
    site.enqueue("c-5");
    site.accept("c-5", "ada");
    assert_eq!(site.state().agent(&agent("ada")).unwrap().missed, 0);
}

#[test]
fn finishing_is_offline_when_the_last_chat_is_done() {
    let mut site = Site::new();
    site.agent("ada", 4);
    site.held("c-1", "ada", None);
    site.choose("ada", Availability::Finishing);
    assert_eq!(
        site.state().agent(&agent("ada")).unwrap().availability,
        Availability::Finishing
    );
    site.held("c-1", "ada", Some(site.now));
    assert_eq!(site.names(), ["term"], "wrap-up is not done");
    site.release("c-1");
    assert_eq!(site.names(), ["went_offline"]);
    site.pass(1);
    site.choose("ada", Availability::Finishing);
    assert_eq!(site.names(), ["went_offline"], "at once without chats");
}

#[test]
fn signing_off_or_losing_the_account_requeues_at_once() {
    let requeue = Effect::Requeue {
        conversation: conv("c-1"),
        agent: agent("ada"),
        only_if_waiting: false,
    };
    for disabled in [false, true] {
        let mut site = Site::new();
        site.agent("ada", 4);
        site.held("c-1", "ada", None);
        site.pass(1);
        if disabled {
            site.fact(Fact::ProfileSet {
                agent: agent("ada"),
                version: 1_000,
                profile: None,
            });
        } else {
            site.choose("ada", Availability::Offline);
        }
        assert_eq!(site.effects(), std::slice::from_ref(&requeue));
        site.pass(10);
        assert_eq!(
            site.effects(),
            std::slice::from_ref(&requeue),
            "again until it is done"
        );
        site.enqueue("c-1");
        site.pass(60);
        assert_eq!(site.effects(), []);
    }
}

#[test]
fn a_lost_socket_stops_new_offers_at_once() {
    let mut site = Site::new();
    site.agent("ada", 4);
    let reachable = |reachable| Input::Reachable {
        agent: agent("ada"),
        reachable,
    };
    site.step(reachable(false));
    site.enqueue("c-1");
    assert_eq!(site.asked("c-1"), None);
    site.step(reachable(true));
    assert_eq!(site.asked("c-1").as_deref(), Some("ada"));
    let Some(Decision::Offered { why, .. }) = site.decisions().pop() else {
        panic!("offered last");
    };
    assert!(why.unreachable.is_empty());
}

#[test]
fn coming_back_in_time_tells_the_customers_and_keeps_the_chats() {
    let mut site = Site::new();
    site.agent("ada", 4);
    site.held("c-1", "ada", None);
    site.off("ada");
    site.pass(15);
    site.on("ada");
    assert_eq!(site.effects(), [], "nobody was told");
    site.off("ada");
    site.pass(25);
    site.effects();
    site.on("ada");
    let returned = Effect::AgentReturned {
        conversation: conv("c-1"),
        agent: agent("ada"),
    };
    assert_eq!(site.effects(), [returned]);
    site.pass(120);
    assert_eq!(site.effects(), []);
    assert_eq!(site.owner("c-1").as_deref(), Some("ada"));
}

#[test]
fn coming_back_before_somebody_accepted_takes_it_back() {
    let mut site = Site::new();
    site.agent("ada", 4);
    site.held("c-1", "ada", None);
    site.off("ada");
    site.pass(61);
    let mut demand = site.demand();
    demand.front = true;
    demand.return_to = Some(agent("ada"));
    site.enqueue_as("c-1", demand);
    site.agent("lin", 1);
    assert_eq!(site.asked("c-1").as_deref(), Some("lin"));
    site.decisions();
    site.on("ada");
    assert_eq!(site.owner("c-1").as_deref(), Some("ada"));
    let decisions = site.decisions();
    assert!(matches!(decisions[0], Decision::Revoked { .. }));
    assert!(matches!(
        decisions[1],
        Decision::Assigned {
            by: AssignedBy::Return,
            ..
        }
    ));
}

#[test]
fn a_restart_begins_every_grace_anew() {
    let mut site = Site::new();
    site.agent("ada", 4);
    site.held("c-1", "ada", None);
    site.off("ada");
    site.pass(55);
    site.effects();
    site.restart_node();
    site.pass(55);
    assert!(
        !site
            .effects()
            .iter()
            .any(|e| matches!(e, Effect::Requeue { .. }))
    );
    site.pass(5);
    assert!(
        site.effects()
            .iter()
            .any(|e| matches!(e, Effect::Requeue { .. }))
    );
}

#[test]
fn agents_left_on_by_an_older_life_have_their_grace_from_the_start() {
    let mut site = Site::new();
    site.agent("ada", 4);
    site.held("c-1", "ada", None);
    site.pass(1_000);
    site.restart_node();
    let ada = site.state().agent(&agent("ada")).unwrap();
    assert_eq!(ada.presence(), Presence::Unreachable);
    site.pass(30);
    site.effects();
    site.on("ada");
    assert_eq!(site.effects().len(), 1, "returned");
    site.pass(100);
    assert_eq!(site.effects(), []);
}

#[test]
fn wrap_up_ends_with_its_time_or_its_agent() {
    let finish = Effect::FinishWrapUp {
        conversation: conv("c-1"),
        agent: agent("ada"),
    };
    let mut site = Site::new();
    site.agent("ada", 1);
    let until = site.now.plus(domain::time::Span::seconds(60));
    site.held("c-1", "ada", Some(until));
    site.enqueue("c-2");
    assert_eq!(site.asked("c-2"), None, "it still weighs");
    site.pass(59);
    assert_eq!(site.effects(), []);
    site.pass(1);
    assert_eq!(site.effects(), std::slice::from_ref(&finish));
    let mut site = Site::new();
    site.agent("ada", 1);
    site.held("c-1", "ada", Some(until));
    site.off("ada");
    assert_eq!(site.effects(), [finish]);
}

#[test]
fn a_new_holder_announces_who_came_back_a_short_while_ago() {
    for (minutes, announced) in [(1, 1), (11, 0)] {
        let mut site = Site::new();
        site.agent("ada", 4);
        site.held("c-1", "ada", None);
        site.off("ada");
        site.pass(30);
        site.on("ada");
        site.pass(60 * minutes);
        site.effects();
        site.step(Input::LeaseGained { term: 2 });
        assert_eq!(site.effects().len(), announced, "{minutes} minutes");
    }
}
