//! What can happen.

use proptest::prelude::*;

#[derive(Debug, Clone)]
pub(crate) enum Op {
    Open {
        conversation: usize,
        demand: u8,
    },
    Close {
        conversation: usize,
        wrap_up: bool,
    },
    Reprioritise {
        conversation: usize,
        priority: u8,
    },
    Transfer {
        conversation: usize,
        to: u8,
    },
    Withdraw {
        conversation: usize,
    },
    Customer {
        conversation: usize,
        present: bool,
    },
    Accept {
        offer: usize,
    },
    Decline {
        offer: usize,
    },
    Shown {
        offer: usize,
    },
    Claim {
        conversation: usize,
        agent: usize,
    },
    Sign {
        agent: usize,
        node: usize,
        on: bool,
    },
    Choose {
        agent: usize,
        availability: u8,
    },
    Idle {
        agent: usize,
        idle: bool,
    },
    Profile {
        agent: usize,
        kind: u8,
    },
    Reachable {
        agent: usize,
        reachable: bool,
    },
    Restart {
        node: usize,
    },
    /// The next facts are kept back until `Late`.
    Hold {
        on: bool,
    },
    Late,
    Double {
        fact: usize,
    },
    Pass {
        ms: u64,
    },
    Sleep {
        ms: u64,
    },
    Feed {
        node: usize,
        facts: usize,
        records: usize,
    },
    Land {
        node: usize,
    },
    Lose {
        node: usize,
    },
    Lease {
        node: usize,
        tell: bool,
    },
    Forge,
    DropEffects {
        on: bool,
    },
    Settle,
    /// Everybody sees its offers and answers none, three times over.
    Ignore,
    /// Everybody accepts what it is offered.
    Welcome,
}

fn conversation() -> impl Strategy<Value = usize> {
    0..5_usize
}

fn people() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (conversation(), any::<u8>()).prop_map(|(conversation, demand)| Op::Open { conversation, demand }),
        2 => (conversation(), any::<bool>()).prop_map(|(conversation, wrap_up)| Op::Close { conversation, wrap_up }),
        1 => (conversation(), 0..10_u8).prop_map(|(conversation, priority)| Op::Reprioritise { conversation, priority }),
        4 => (conversation(), any::<u8>()).prop_map(|(conversation, to)| Op::Transfer { conversation, to }),
        1 => conversation().prop_map(|conversation| Op::Withdraw { conversation }),
        2 => (conversation(), any::<bool>()).prop_map(|(conversation, present)| Op::Customer { conversation, present }),
        6 => (0..3_usize).prop_map(|offer| Op::Accept { offer }),
        2 => (0..3_usize).prop_map(|offer| Op::Decline { offer }),
        6 => (0..2_usize).prop_map(|offer| Op::Shown { offer }),
        2 => (conversation(), 0..3_usize).prop_map(|(conversation, agent)| Op::Claim { conversation, agent }),
        4 => (0..3_usize, 0..2_usize, prop::bool::weighted(0.6)).prop_map(|(agent, node, on)| Op::Sign { agent, node, on }),
        3 => (0..3_usize, 0..8_u8).prop_map(|(agent, availability)| Op::Choose { agent, availability }),
        1 => (0..3_usize, any::<bool>()).prop_map(|(agent, idle)| Op::Idle { agent, idle }),
        1 => (0..3_usize, any::<u8>()).prop_map(|(agent, kind)| Op::Profile { agent, kind }),
        1 => (0..3_usize, prop::bool::weighted(0.7)).prop_map(|(agent, reachable)| Op::Reachable { agent, reachable }),
    ]
}

fn machines() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => (0..2_usize).prop_map(|node| Op::Restart { node }),
        1 => any::<bool>().prop_map(|on| Op::Hold { on }),
        2 => Just(Op::Late),
        2 => (0..100_usize).prop_map(|fact| Op::Double { fact }),
        6 => (0..4_000_u64).prop_map(|ms| Op::Pass { ms }),
        3 => (10_000..30_000_u64).prop_map(|ms| Op::Pass { ms }),
        1 => (60_000..400_000_u64).prop_map(|ms| Op::Pass { ms }),
        1 => (2_000..100_000_u64).prop_map(|ms| Op::Sleep { ms }),
        5 => (0..2_usize, 0..9_usize, 0..9_usize).prop_map(|(node, facts, records)| Op::Feed { node, facts, records }),
        6 => (0..2_usize).prop_map(|node| Op::Land { node }),
        1 => (0..2_usize).prop_map(|node| Op::Lose { node }),
        1 => (0..2_usize, any::<bool>()).prop_map(|(node, tell)| Op::Lease { node, tell }),
        1 => Just(Op::Forge),
        1 => any::<bool>().prop_map(|on| Op::DropEffects { on }),
        15 => Just(Op::Settle),
        1 => Just(Op::Ignore),
        4 => Just(Op::Welcome),
    ]
}

pub(crate) fn op() -> impl Strategy<Value = Op> {
    prop_oneof![3 => people(), 2 => machines()]
}
