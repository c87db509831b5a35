//! Two logs, two nodes, a few people, and what can go wrong between them.

mod people;
mod rest;

use crate::dialogue::Dialogue;
use crate::node::Node;
use crate::script::Op;
use domain::allocation::decision::{Decided, Decision};
use domain::allocation::fact::Fact;
use domain::allocation::invariants::Checker;
use domain::allocation::replica::Replica;
use domain::id::{AgentId, ConversationId, OfferId};
use domain::router::Input;
use domain::time::{Span, Time};

pub(crate) struct World {
    now: Time,
    facts: Vec<Fact>,
    records: Vec<Decided>,
    late: Vec<Fact>,
    holding: bool,
    dropping: bool,
    checker: Checker,
    nodes: [Node; 2],
    follower: Replica,
    term: u64,
    lives: [u64; 2],
    counter: u64,
    commands: u64,
    dialogues: Vec<Dialogue>,
    offers: Vec<(ConversationId, OfferId, AgentId)>,
    caused: Vec<String>,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut world = Self {
            now: Time(1_000_000),
            facts: Vec::new(),
            records: Vec::new(),
            late: Vec::new(),
            holding: false,
            dropping: false,
            checker: Checker::default(),
            nodes: [Node::new(), Node::new()],
            follower: Replica::default(),
            term: 0,
            lives: [1, 1],
            counter: 0,
            commands: 0,
            dialogues: (0..5).map(Dialogue::new).collect(),
            offers: Vec::new(),
            caused: Vec::new(),
        };
        for n in 0..3 {
            world.profile(n, n as u8);
            for op in [
                Op::Sign {
                    agent: n,
                    node: n % 2,
                    on: true,
                },
                Op::Choose {
                    agent: n,
                    availability: 0,
                },
            ] {
                world.people(&op);
            }
        }
        world.lease(0, true);
        world.settle();
        world
    }

    pub(crate) fn play(&mut self, op: &Op) {
        match *op {
            Op::Feed {
                node,
                facts,
                records,
            } => self.feed(node, facts, records),
            Op::Land { node } => self.land(node),
            Op::Lose { node } => self.lose(node),
            Op::Lease { node, tell } => self.lease(node, tell),
            Op::Forge => self.forge(),
            Op::Settle => self.settle(),
            Op::Ignore => self.ignore(),
            Op::Welcome => self.welcome(),
            Op::Pass { ms } => self.pass(ms),
            Op::Sleep { ms } => {
                self.now = self.now.plus(Span(ms));
                self.tick();
            }
            Op::Hold { on } => self.holding = on,
            Op::DropEffects { on } => self.dropping = on,
            Op::Late => self.flush(),
            Op::Double { fact } => {
                if let Some(fact) = self.facts.iter().rev().nth(fact).cloned() {
                    self.append_fact(fact);
                }
            }
            _ => self.people(op),
        }
        self.carry_out();
    }

    fn say(&mut self, fact: Option<Fact>) {
        let Some(fact) = fact else { return };
        if self.holding {
            self.late.push(fact);
        } else {
            self.append_fact(fact);
        }
    }

    fn append_fact(&mut self, fact: Fact) {
        self.checker.fact(fact.clone());
        self.facts.push(fact.clone());
        self.follower.push_fact(self.facts.len() as u64, fact);
    }

    /// Facts that were kept back arrive in the wrong order.
    fn flush(&mut self) {
        while let Some(fact) = self.late.pop() {
            self.append_fact(fact);
        }
    }

    fn append_record(&mut self, record: Decided) {
        self.checker.decided(&record).expect("every prefix holds");
        for decision in &record.decisions {
            if let Decision::Offered {
                conversation,
                offer,
                agent,
                ..
            } = decision
            {
                let offer = (conversation.clone(), offer.clone(), agent.clone());
                self.offers.push(offer);
            }
        }
        self.follower.push_decided(&record);
        self.records.push(record);
    }

    fn feed(&mut self, node: usize, facts: usize, records: usize) {
        for _ in 0..records {
            self.nodes[node].feed_record(&self.records, self.now);
        }
        for _ in 0..facts {
            self.nodes[node].feed_fact(&self.facts, self.now);
        }
    }

    /// The append reaches the log: it is the next record, or it conflicts.
    fn land(&mut self, node: usize) {
        let Some((record, expected)) = self.nodes[node].in_flight.clone() else {
            return;
        };
        if self.records.len() == expected {
            self.append_record(record);
        } else if !self.records.contains(&record) {
            self.lose(node);
        }
    }

    fn lose(&mut self, node: usize) {
        let there = |world: &Self, record: &Decided| world.records.contains(record);
        let Some((record, _)) = self.nodes[node].in_flight.clone() else {
            return;
        };
        if there(self, &record) {
            return;
        }
        let Self {
            nodes,
            facts,
            records,
            now,
            ..
        } = self;
        while nodes[node].feed_record(records, *now) {}
        while nodes[node].feed_fact(facts, *now) {}
        if nodes[node].in_flight.is_some() {
            nodes[node].fail(*now);
        }
    }

    /// The other node may believe in its own lease for a while.
    fn lease(&mut self, node: usize, tell: bool) {
        self.term += 1;
        let Self {
            nodes,
            facts,
            records,
            now,
            term,
            ..
        } = self;
        if tell {
            nodes[1 - node].lose_lease(*now);
        }
        nodes[node].lose_lease(*now);
        nodes[node].feed_all(facts, records, *now);
        nodes[node].step(Input::LeaseGained { term: *term }, *now);
    }

    /// A record of an older term, which no router would write: nothing may come of it.
    fn forge(&mut self) {
        let term = self.checker.state().term;
        let Some(old) = self
            .records
            .iter()
            .find(|record| record.term < term)
            .cloned()
        else {
            return;
        };
        let before = self.checker.state().clone();
        self.append_record(old);
        let mut after = self.checker.state().clone();
        after.decisions = before.decisions;
        assert_eq!(before, after, "an older term took effect");
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now.plus(Span(ms));
        while let Some(at) = self.nodes.iter().filter_map(|node| node.wake).min() {
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            self.tick();
        }
        self.now = end;
        self.tick();
    }

    fn welcome(&mut self) {
        self.settle();
        for offer in (0..self.checker.state().offers().count()).rev() {
            self.people(&Op::Accept { offer });
        }
        self.settle();
    }

    fn ignore(&mut self) {
        for _ in 0..3 {
            self.settle();
            for offer in 0..self.checker.state().offers().count() {
                self.people(&Op::Shown { offer });
            }
            self.pass(31_000);
        }
    }

    fn tick(&mut self) {
        for node in &mut self.nodes {
            if node.wake.is_some_and(|at| at <= self.now) {
                node.wake = None;
            }
            node.step(Input::Tick, self.now);
        }
    }

    fn carry_out(&mut self) {
        for n in 0..2 {
            for (decision, effect) in std::mem::take(&mut self.nodes[n].effects) {
                if self.dropping {
                    continue;
                }
                let text = format!("{effect:?}");
                let kind = text.split(' ').next().unwrap_or_default();
                self.caused.push(kind.to_owned());
                let mut dialogues = self.dialogues.iter_mut();
                let dialogue = dialogues.find(|d| text.contains(d.id.as_str()));
                let fact = dialogue.and_then(|d| d.carry_out(decision, &effect));
                self.say(fact);
            }
        }
    }

    /// Everything arrives, at this moment.
    fn settle(&mut self) {
        for round in 0.. {
            assert!(round < 2_000, "the routers never come to rest");
            let mut busy = false;
            for node in 0..2 {
                busy |= self.nodes[node].in_flight.is_some();
                self.land(node);
                let Self {
                    nodes,
                    facts,
                    records,
                    now,
                    ..
                } = self;
                busy |= nodes[node].feed_all(facts, records, *now);
            }
            self.carry_out();
            if !busy {
                return;
            }
        }
    }
}
