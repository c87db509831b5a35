//! Holding the lease: taking over, failing appends, sleeping, snapshots.

use crate::support::{Site, agent, conv};
use domain::allocation::decision::{Decided, Decision};
use domain::allocation::replica::Replica;
use domain::allocation::snapshot::Assembler;
use domain::router::{Action, Effect, Input, Router, Settings};
use domain::routing::policy::Policy;
use domain::time::{Span, Time};

fn append(actions: &[Action]) -> Option<Decided> {
    actions.iter().find_map(|action| match action {
        Action::Append(decided) => Some(decided.clone()),
        _ => None,
    })
}

fn effects(actions: &[Action]) -> Vec<Effect> {
    let effect = |action: &Action| match action {
        Action::Effect { effect, .. } => Some(effect.clone()),
        _ => None,
    };
    actions.iter().filter_map(effect).collect()
}

/// A second node over the committed state of the first.
fn second(site: &Site) -> Router {
    let mut replica = site.router.replica().clone();
    for ordinal in site.router.replica().state().facts + 1..=site.facts {
        let fact = site.router.replica().fact(ordinal).unwrap().clone();
        replica.push_fact(ordinal, fact);
    }
    Router::new(replica, Policy::default(), Settings::default())
}

#[test]
fn a_new_holder_says_its_term_first_then_repairs() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    site.accept("c-1", "ada");
    let said = site.effects();
    let mut router = second(&site);
    let actions = router.step(Input::LeaseGained { term: 2 }, site.now);
    assert_eq!(effects(&actions), []);
    let term = append(&actions).expect("its term");
    assert_eq!(term.decisions, [Decision::Term { term: 2 }]);
    let actions = router.step(Input::Decided(term), site.now);
    assert_eq!(effects(&actions), said, "the assignment was not confirmed");
    site.held("c-1", "ada", None);
    let mut router = second(&site);
    let term = append(&router.step(Input::LeaseGained { term: 2 }, site.now)).unwrap();
    let actions = router.step(Input::Decided(term), site.now);
    assert_eq!(effects(&actions), [], "confirmed");
}

#[test]
fn an_effect_is_repeated_until_the_conversation_confirms_it() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    site.accept("c-1", "ada");
    let said = site.effects();
    site.pass(9);
    assert_eq!(site.effects(), []);
    site.pass(1);
    assert_eq!(site.effects(), said);
    site.held("c-1", "ada", None);
    site.pass(60);
    assert_eq!(site.effects(), []);
}

#[test]
fn a_failed_append_is_decided_anew_on_what_was_missed() {
    let mut site = Site::new();
    site.agent("ada", 1);
    let mut router = second(&site);
    let term = append(&router.step(Input::LeaseGained { term: 2 }, site.now)).unwrap();
    router.step(Input::Decided(term), site.now);
    let ordinal = site.facts + 1;
    site.enqueue("c-1");
    let fact = site.router.replica().fact(ordinal).cloned();
    let fact = fact.unwrap_or_else(|| {
        let demand = site.demand();
        domain::allocation::fact::Fact::Enqueued {
            conversation: conv("c-1"),
            round: 1,
            demand,
        }
    });
    let first = append(&router.step(Input::Fact { ordinal, fact }, site.now)).expect("an offer");
    assert_eq!(
        append(&router.step(Input::Tick, site.now)),
        None,
        "one in flight"
    );
    assert_eq!(router.view().offers().count(), 1);
    let again = append(&router.step(Input::AppendFailed, site.now)).expect("decided anew");
    assert_eq!(first, again);
    assert_eq!(router.replica().state().offers().count(), 0);
    router.step(Input::Decided(again), site.now);
    assert_eq!(router.replica().state().offers().count(), 1);
}

#[test]
fn who_hears_of_a_later_term_stops_deciding() {
    let mut site = Site::new();
    let later = Decided {
        term: 2,
        facts: site.facts,
        now: site.now,
        decisions: vec![Decision::Term { term: 2 }],
    };
    site.router.step(Input::Decided(later), site.now);
    assert_eq!(site.router.term(), None);
    let actions = site.router.step(Input::LeaseGained { term: 1 }, site.now);
    assert_eq!(append(&actions), None, "an old lease is none");
}

#[test]
fn a_stall_puts_every_deadline_off() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.held("c-0", "ada", None);
    site.agent("lin", 1);
    site.enqueue("c-1");
    site.off("ada");
    site.pass(10);
    site.now = site.now.plus(Span::seconds(100));
    site.step(Input::Tick);
    assert_eq!(
        site.asked("c-1").as_deref(),
        Some("lin"),
        "ten seconds are left"
    );
    assert_eq!(site.effects(), [], "so are those of ada's customer");
    site.pass(8);
    assert_eq!(site.asked("c-1").as_deref(), Some("lin"));
    site.pass(3);
    assert_eq!(site.asked("c-1"), None);
    assert_eq!(site.effects().len(), 1, "told now");
}

#[test]
fn a_snapshot_in_parts_is_the_state() {
    let settings = Settings {
        snapshot_every: 300,
        ..Settings::default()
    };
    let mut site = Site::with(Policy::default(), settings);
    for n in 0..1_000 {
        site.enqueue(&format!("customer-with-a-long-id-{n}-1"));
    }
    site.agent("ada", 400);
    let mut records = Vec::new();
    let decisions = site.decisions();
    for decision in decisions {
        records.push(Decided {
            term: 1,
            facts: site.router.replica().state().facts,
            now: site.now,
            decisions: vec![decision],
        });
    }
    let mut assembler = Assembler::default();
    let whole: Vec<_> = records
        .iter()
        .filter_map(|record| assembler.push(record).unwrap())
        .collect();
    assert_eq!(whole.len(), 1, "one every 300 decisions");
    let parts = site_parts(&records);
    assert!(parts > 1, "{parts} parts");
    let restored = Replica::from_snapshot(whole[0].clone());
    assert_eq!(restored.next_fact(), restored.state().facts + 1);
    assert_eq!(restored.state().entries().count(), 1_000);
    assert!(restored.state().offers().count() >= 300);
    let ada = restored.state().agent(&agent("ada")).unwrap();
    assert_eq!(ada.load as usize, restored.state().offers().count() * 10);
}

fn site_parts(records: &[Decided]) -> usize {
    let part = |record: &&Decided| matches!(record.decisions[0], Decision::Snapshot { .. });
    records.iter().filter(part).count()
}

#[test]
fn a_follower_waits_for_the_facts_of_a_record() {
    let mut site = Site::new();
    site.agent("ada", 1);
    let mut replica = Replica::default();
    let record = Decided {
        term: 1,
        facts: 1,
        now: Time(5),
        decisions: vec![Decision::Term { term: 1 }],
    };
    assert_eq!(replica.push_decided(&record), []);
    assert_eq!(replica.blocked(), 1);
    let fact = domain::allocation::fact::Fact::Released {
        conversation: conv("c"),
        round: 1,
    };
    assert_eq!(replica.push_fact(1, fact).len(), 1);
    assert_eq!((replica.state().term, replica.unfolded()), (1, 0));
}

#[test]
fn a_tick_that_comes_a_moment_early_is_asked_for_again() {
    let mut site = Site::new();
    site.agent("ada", 1);
    site.enqueue("c-1");
    let early = Time(site.wake.expect("an offer runs").0 - 1);
    let actions = site.router.step(Input::Tick, early);
    assert!(
        actions
            .iter()
            .any(|a| matches!(a, Action::WakeAt(at) if *at > early))
    );
}
