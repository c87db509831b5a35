//! The invariants on every prefix of the logs: random scripts of agents, customers and faults,
//! two routers that both believe in their lease, appends that conflict or are lost, facts that
//! come late and double, processes that sleep.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod dialogue;
mod node;
mod script;
mod world;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use script::Op;
use world::World;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_prefix_keeps_the_promises(script in prop::collection::vec(script::op(), 1..160)) {
        let mut world = World::new();
        for op in &script {
            world.play(op);
        }
        world.come_to_rest();
    }
}

/// The scripts are no good when they do not reach every kind of decision and of effect.
#[test]
fn the_scripts_reach_everything() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let scripts = prop::collection::vec(script::op(), 1..160);
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for _ in 0..400 {
        let script = scripts.new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        for op in &script {
            world.play(op);
        }
        world.come_to_rest();
        for kind in world.kinds() {
            *seen.entry(kind).or_default() += 1;
        }
    }
    println!("{seen:?}");
    for kind in EVERY_KIND {
        assert!(seen.contains_key(kind), "no script reaches {kind}");
    }
}

const EVERY_KIND: [&str; 30] = [
    "Abandon",
    "AgentReturned",
    "AgentUnreachable",
    "Assign",
    "FinishWrapUp",
    "Requeue",
    "ReturnTransfer",
    "assigned claim",
    "assigned offer",
    "assigned return",
    "assigned transfer",
    "declined",
    "expired",
    "offered",
    "place_held",
    "put_on_break",
    "refused already_assigned",
    "refused capacity_full",
    "refused not_found",
    "refused offer_expired",
    "returned declined",
    "returned expired",
    "returned unavailable",
    "revoked accepted_elsewhere",
    "revoked cancelled",
    "revoked closed",
    "revoked transferred",
    "revoked unreachable",
    "snapshot",
    "went_offline",
];

/// A script without chance, so that a broken model shows before the random ones.
#[test]
fn the_model_itself_serves_a_conversation() {
    let mut world = World::new();
    for op in [
        Op::Sign {
            agent: 0,
            node: 0,
            on: true,
        },
        Op::Choose {
            agent: 0,
            availability: 0,
        },
        Op::Open {
            conversation: 0,
            demand: 0,
        },
        Op::Settle,
        Op::Accept { offer: 0 },
        Op::Settle,
    ] {
        world.play(&op);
    }
    assert_eq!(world.owners(), 1);
    world.come_to_rest();
}
