//! Two logs, two nodes, a few people, and what can go wrong between them.

use crate::dialogue::{Dialogue, agent, department, skills};
use crate::node::Node;
use crate::script::Op;
use domain::allocation::decision::{Decided, Decision};
use domain::allocation::fact::{Availability, Fact, Profile, Source, Target};
use domain::allocation::invariants::Checker;
use domain::allocation::replica::Replica;
use domain::allocation::snapshot::{Assembler, parts};
use domain::id::{AgentId, ConversationId, Incarnation, NodeId, OfferId, Ref};
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

    fn people(&mut self, op: &Op) {
        let (now, at) = (self.now, self.now);
        let fact = match *op {
            Op::Open {
                conversation,
                demand,
            } => self.dialogues[conversation].open(demand, now),
            Op::Close {
                conversation,
                wrap_up,
            } => self.dialogues[conversation].close(wrap_up, now),
            Op::Reprioritise {
                conversation,
                priority,
            } => self.dialogues[conversation].reprioritise(priority),
            Op::Transfer { conversation, to } => {
                let target = match to % 4 {
                    0 => Target::Department(department(to / 4)),
                    _ => Target::Agent(agent(usize::from(to / 4))),
                };
                self.dialogues[conversation].transfer(target)
            }
            Op::Withdraw { conversation } => self.dialogues[conversation].withdraw(),
            Op::Customer {
                conversation,
                present,
            } => Some(Fact::CustomerPresent {
                conversation: self.dialogues[conversation].id.clone(),
                source: self.source(conversation % 2),
                present,
                at,
            }),
            Op::Sign { agent: n, node, on } => {
                let (agent, source) = (agent(n), self.source(node));
                Some(match on {
                    true => Fact::AgentOn { agent, source, at },
                    false => Fact::AgentOff { agent, source, at },
                })
            }
            Op::Choose {
                agent: n,
                availability,
            } => Some(Fact::AvailabilitySet {
                agent: agent(n),
                availability: choice(availability),
                reason: None,
                at,
            }),
            Op::Idle { agent: n, idle } => Some(Fact::AgentIdle {
                agent: agent(n),
                idle,
                at,
            }),
            Op::Restart { node } => {
                self.lives[node] += 1;
                let Source {
                    node, incarnation, ..
                } = self.source(node);
                Some(Fact::NodeStarted {
                    node,
                    incarnation,
                    at,
                })
            }
            Op::Profile { agent, kind } => return self.profile(agent, kind),
            Op::Reachable {
                agent: n,
                reachable,
            } => {
                for node in &mut self.nodes {
                    node.reach(agent(n), reachable, now);
                }
                None
            }
            _ => self.command(op),
        };
        self.say(fact);
    }

    fn command(&mut self, op: &Op) -> Option<Fact> {
        let at = self.now;
        self.commands += 1;
        let reference = Ref::new(format!("r{}", self.commands)).unwrap();
        if let Op::Claim {
            conversation,
            agent: n,
        } = *op
        {
            return Some(Fact::Claimed {
                conversation: self.dialogues[conversation].id.clone(),
                agent: agent(n),
                reference,
                digest: 7,
                at,
            });
        }
        let (Op::Accept { offer } | Op::Decline { offer } | Op::Shown { offer }) = *op else {
            return None;
        };
        let (conversation, offer, agent) = self.some_offer(offer)?;
        Some(match op {
            Op::Accept { .. } => Fact::Accepted {
                conversation,
                offer,
                agent,
                reference,
                digest: 7,
                at,
            },
            Op::Decline { .. } => Fact::Declined {
                conversation,
                offer,
                agent,
                reference,
                at,
            },
            _ => Fact::OfferShown { offer, agent },
        })
    }

    /// Mostly an open one, sometimes one that is long over.
    fn some_offer(&self, n: usize) -> Option<(ConversationId, OfferId, AgentId)> {
        let open = self.checker.state().offers().nth(n);
        match open {
            Some((id, offer)) => {
                Some((offer.conversation.clone(), id.clone(), offer.agent.clone()))
            }
            None => self.offers.iter().rev().nth(n).cloned(),
        }
    }

    fn profile(&mut self, n: usize, kind: u8) {
        self.counter += 1;
        let both = vec![department(0), department(1)];
        let profile = Profile {
            departments: if kind.is_multiple_of(3) {
                vec![department(kind / 3)]
            } else {
                both
            },
            skills: skills(kind & 4 == 4, 1 + kind % 4),
            capacity: 10 * u32::from(1 + kind % 3),
        };
        let fact = Fact::ProfileSet {
            agent: agent(n),
            version: self.counter,
            profile: (kind < 200).then_some(profile),
        };
        self.say(Some(fact));
    }

    fn source(&mut self, node: usize) -> Source {
        self.counter += 1;
        Source {
            node: NodeId::new(format!("n{node}")).unwrap(),
            incarnation: Incarnation::new(format!("life{}", self.lives[node])).unwrap(),
            counter: self.counter,
        }
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

    /// Names of everything that was decided (with the way of assignment and the reason of a
    /// revocation or refusal) and caused.
    pub(crate) fn kinds(&self) -> Vec<String> {
        let decisions = self.records.iter().flat_map(|record| &record.decisions);
        let name = |decision: &Decision| {
            let value = serde_json::to_value(decision).unwrap();
            let word = |key: &str| value[key].as_str().map(|text| format!(" {text}"));
            let kind = value["type"].as_str().unwrap();
            let detail = word("by").or(word("reason")).or(word("code"));
            format!("{kind}{}", detail.unwrap_or_default())
        };
        decisions
            .map(name)
            .chain(self.caused.iter().cloned())
            .collect()
    }

    pub(crate) fn owners(&self) -> usize {
        let owned = |d: &&Dialogue| d.owner().is_some();
        self.dialogues.iter().filter(owned).count()
    }

    /// Faults end; what was lost is repaired; then all agree.
    pub(crate) fn come_to_rest(&mut self) {
        (self.holding, self.dropping) = (false, false);
        self.flush();
        self.lease(0, true);
        self.settle();
        for _ in 0..25 {
            self.pass(1_000);
            self.settle();
        }
        self.settle();
        self.agree();
    }

    fn agree(&mut self) {
        let view = self.nodes[0].router.view();
        for dialogue in &self.dialogues {
            let owner = view.owner(&dialogue.id);
            assert_eq!(owner, dialogue.owner(), "{dialogue:?}");
        }
        let state = self.checker.state();
        assert_eq!(self.follower.state(), state, "a follower differs");
        for node in &self.nodes {
            assert_eq!(node.router.replica().state(), state, "a node differs");
        }
        let mut assembler = Assembler::default();
        let mut read = None;
        for part in parts(state) {
            let record = Decided {
                term: state.term,
                facts: state.facts,
                now: state.now,
                decisions: vec![part],
            };
            read = assembler.push(&record).expect("readable");
        }
        let mut read = read.expect("whole");
        read.decisions = state.decisions;
        assert_eq!(read, *state, "a snapshot differs");
    }
}

fn choice(n: u8) -> Availability {
    match n {
        0..=4 => Availability::Available,
        5 => Availability::Busy,
        6 => Availability::Finishing,
        _ if n.is_multiple_of(2) => Availability::OnBreak,
        _ => Availability::Offline,
    }
}
