//! Sockets as facts, and the merged sets of several nodes.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use domain::id::{AgentId, Incarnation, NodeId};
use domain::presence::grace::{Local, Patience, Said};
use domain::presence::merge::{Beat, Change, Floor};
use domain::time::Time;
use std::collections::BTreeSet;

fn ada() -> AgentId {
    AgentId::new("ada").unwrap()
}

fn local() -> Local {
    Local::new(Patience::default())
}

fn reachable(reachable: bool) -> Said {
    let agent = ada();
    Said::Reachable { agent, reachable }
}

fn on(counter: u64, at: u64) -> Said {
    Said::On {
        agent: ada(),
        counter,
        at: Time(at),
    }
}

fn off(counter: u64, at: u64) -> Said {
    Said::Off {
        agent: ada(),
        counter,
        at: Time(at),
    }
}

fn idle(idle: bool, at: u64) -> Said {
    Said::Idle {
        agent: ada(),
        idle,
        at: Time(at),
    }
}

/// Sweeps every second of the span, as a node does.
fn sweep(local: &mut Local, from: u64, to: u64) -> Vec<Said> {
    let mut said = Vec::new();
    for at in (from..=to).step_by(1000) {
        said.extend(local.sweep(Time(at)));
        local.sweep_at(Time(at));
    }
    said
}

#[test]
fn several_devices_count_as_one_agent() {
    let mut local = local();
    assert_eq!(local.open(&ada(), 1, Time(0)), [reachable(true), on(1, 0)]);
    assert_eq!(local.open(&ada(), 2, Time(10)), []);
    assert_eq!(local.close(&ada(), 1, Time(20)), []);
    assert_eq!(local.close(&ada(), 2, Time(30)), [reachable(false)]);
    assert_eq!(local.close(&ada(), 2, Time(40)), [], "closed already");
}

#[test]
fn the_end_of_the_last_socket_is_said_after_the_grace_with_its_own_time() {
    let mut local = local();
    local.open(&ada(), 1, Time(0));
    local.close(&ada(), 1, Time(1_000));
    assert_eq!(sweep(&mut local, 1_000, 5_000), []);
    assert_eq!(sweep(&mut local, 6_000, 6_000), [off(2, 1_000)]);
    assert_eq!(sweep(&mut local, 7_000, 60_000), [], "said once");
    let again = local.open(&ada(), 2, Time(61_000));
    assert_eq!(again, [reachable(true), on(3, 61_000)]);
}

#[test]
fn flapping_says_nothing_durable() {
    let mut local = local();
    local.open(&ada(), 1, Time(0));
    for n in 0..10 {
        let at = n * 4_000;
        assert_eq!(local.close(&ada(), n + 1, Time(at)), [reachable(false)]);
        assert_eq!(sweep(&mut local, at, at + 3_000), []);
        let open = local.open(&ada(), n + 2, Time(at + 3_500));
        assert_eq!(open, [reachable(true)]);
    }
}

#[test]
fn five_minutes_without_a_command_or_the_desk_saying_so_is_away() {
    let mut local = local();
    local.open(&ada(), 1, Time(0));
    assert_eq!(local.used(&ada(), 1, Time(60_000)), None);
    assert_eq!(sweep(&mut local, 61_000, 359_000), []);
    assert_eq!(sweep(&mut local, 360_000, 360_000), [idle(true, 360_000)]);
    let back = local.used(&ada(), 1, Time(400_000));
    assert_eq!(back, Some(idle(false, 400_000)));
    let told = local.idle(&ada(), 1, true, Time(401_000));
    assert_eq!(told, Some(idle(true, 401_000)), "at once");
    let other = local.open(&ada(), 2, Time(402_000));
    assert_eq!(other, [idle(false, 402_000)], "in use on another device");
    assert_eq!(local.close(&ada(), 2, Time(403_000)), [idle(true, 403_000)]);
}

#[test]
fn a_sweep_that_comes_late_puts_the_grace_off() {
    let mut local = local();
    local.open(&ada(), 1, Time(0));
    local.close(&ada(), 1, Time(1_000));
    local.sweep_at(Time(1_000));
    assert_eq!(local.sweep(Time(12_000)), [], "slept ten seconds");
    local.sweep_at(Time(12_000));
    assert_eq!(sweep(&mut local, 13_000, 15_000), []);
    assert_eq!(sweep(&mut local, 16_000, 16_000), [off(2, 1_000)]);
}

fn beat(node: &str, life: &str, counter: u64, agents: &[&str]) -> Beat {
    Beat {
        node: NodeId::new(node).unwrap(),
        incarnation: Incarnation::new(life).unwrap(),
        counter,
        agents: set(agents),
    }
}

fn set(agents: &[&str]) -> BTreeSet<AgentId> {
    agents.iter().map(|a| AgentId::new(a).unwrap()).collect()
}

#[test]
fn the_newest_set_of_each_node_counts() {
    let mut floor = Floor::default();
    floor.hear(beat("a", "x", 2, &["ada", "lin"]), Time(0));
    let none = Change::default();
    assert_eq!(floor.hear(beat("a", "x", 1, &[]), Time(1)), none, "late");
    assert_eq!(floor.hear(beat("b", "y", 1, &["ada"]), Time(2)), none);
    let change = floor.hear(beat("a", "x", 3, &[]), Time(3));
    assert_eq!(change.left, set(&["lin"]), "ada is on b");
    let change = floor.hear(beat("b", "z", 1, &["sam"]), Time(4));
    assert_eq!((change.joined, change.left), (set(&["sam"]), set(&["ada"])));
    assert_eq!(
        floor.hear(beat("b", "y", 9, &["ada"]), Time(5)),
        none,
        "past life"
    );
}

#[test]
fn three_missed_beats_make_a_node_suspect_until_its_next() {
    let mut floor = Floor::default();
    floor.hear(beat("a", "x", 1, &["ada"]), Time(0));
    assert_eq!(floor.sweep(Time(3_000)), Change::default());
    assert_eq!(floor.sweep(Time(3_001)).left, set(&["ada"]));
    let change = floor.hear(beat("a", "x", 2, &["ada"]), Time(3_500));
    assert_eq!(change.joined, set(&["ada"]));
    assert_eq!(
        floor.suspect(&NodeId::new("a").unwrap()).left,
        set(&["ada"])
    );
    assert!(!floor.is_reachable(&ada()));
}
