//! A site in memory: one router with the lease, a log that takes every append at once, and
//! facts in the words of the service.

use domain::allocation::decision::Decision;
use domain::allocation::fact::{Availability, Demand, Fact, Profile, SkillLevel, Source, Target};
use domain::allocation::fold::Allocation;
use domain::allocation::replica::{Applied, Replica};
use domain::id::{
    AgentId, ConversationId, CustomerId, DepartmentId, NodeId, OfferId, Ref, SkillId,
};
use domain::router::{Action, Effect, Input, Router, Settings};
use domain::routing::policy::Policy;
use domain::time::{Span, Time};
use std::collections::BTreeMap;

pub(crate) fn agent(name: &str) -> AgentId {
    AgentId::new(name).unwrap()
}

pub(crate) fn conv(name: &str) -> ConversationId {
    ConversationId::new(name).unwrap()
}

pub(crate) fn dept(name: &str) -> DepartmentId {
    DepartmentId::new(name).unwrap()
}

pub(crate) fn skill(name: &str, level: u8) -> SkillLevel {
    SkillLevel {
        skill: SkillId::new(name).unwrap(),
        level,
    }
}

pub(crate) struct Site {
    pub(crate) router: Router,
    pub(crate) now: Time,
    pub(crate) committed: Vec<Applied>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) wake: Option<Time>,
    pub(crate) facts: u64,
    /// Records of decisions in the log.
    pub(crate) records: usize,
    life: u64,
    counter: u64,
    rounds: BTreeMap<ConversationId, u64>,
    commands: u64,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(Policy::default(), Settings::default())
    }

    pub(crate) fn with(policy: Policy, settings: Settings) -> Self {
        let mut site = Self {
            router: Router::new(Replica::default(), policy, settings),
            now: Time(1_000_000),
            committed: Vec::new(),
            effects: Vec::new(),
            wake: None,
            facts: 0,
            records: 0,
            life: 1,
            counter: 0,
            rounds: BTreeMap::new(),
            commands: 0,
        };
        site.step(Input::LeaseGained { term: 1 });
        site
    }

    pub(crate) fn step(&mut self, input: Input) {
        let mut actions = self.router.step(input, self.now);
        while let Some(decided) = self.keep(actions) {
            self.records += 1;
            let text = serde_json::to_vec(&decided).unwrap();
            assert!(text.len() < domain::limits::MAX_RECORD);
            assert!(decided.decisions.len() <= domain::limits::MAX_DECISIONS);
            actions = self.router.step(Input::Decided(decided), self.now);
        }
    }

    fn keep(&mut self, actions: Vec<Action>) -> Option<domain::allocation::decision::Decided> {
        let mut append = None;
        for action in actions {
            match action {
                Action::Append(decided) => append = Some(decided),
                Action::Committed(applied) => self.committed.push(applied),
                Action::Effect { effect, .. } => self.effects.push(effect),
                Action::WakeAt(at) => self.wake = Some(at),
            }
        }
        append
    }

    pub(crate) fn fact(&mut self, fact: Fact) {
        self.facts += 1;
        let ordinal = self.facts;
        self.step(Input::Fact { ordinal, fact });
    }

    /// Time passes, and the router is woken whenever it wished.
    pub(crate) fn pass(&mut self, seconds: u64) {
        let end = self.now.plus(Span::seconds(seconds));
        while let Some(at) = self.wake.filter(|at| *at <= end) {
            self.wake = None;
            self.now = self.now.max(at);
            self.step(Input::Tick);
        }
        self.now = end;
        self.step(Input::Tick);
    }

    pub(crate) fn state(&self) -> &Allocation {
        self.router.view()
    }

    pub(crate) fn source(&mut self) -> Source {
        self.counter += 1;
        Source {
            node: NodeId::new("n1").unwrap(),
            incarnation: domain::id::Incarnation::new(format!("life{}", self.life)).unwrap(),
            counter: self.counter,
        }
    }

    pub(crate) fn restart_node(&mut self) {
        self.life += 1;
        let Source {
            node, incarnation, ..
        } = self.source();
        let at = self.now;
        self.fact(Fact::NodeStarted {
            node,
            incarnation,
            at,
        });
    }

    /// An agent of `sales` with room for so many chats, signed in and available.
    pub(crate) fn agent(&mut self, name: &str, chats: u32) {
        self.profile(name, &["sales"], &[], chats);
        self.on(name);
        self.choose(name, Availability::Available);
    }

    pub(crate) fn profile(&mut self, name: &str, at: &[&str], skills: &[SkillLevel], chats: u32) {
        self.counter += 1;
        let profile = Profile {
            departments: at.iter().map(|name| dept(name)).collect(),
            skills: skills.to_vec(),
            capacity: chats * 10,
        };
        self.fact(Fact::ProfileSet {
            agent: agent(name),
            version: self.counter,
            profile: Some(profile),
        });
    }

    pub(crate) fn on(&mut self, name: &str) {
        let (source, at) = (self.source(), self.now);
        self.fact(Fact::AgentOn {
            agent: agent(name),
            source,
            at,
        });
    }

    /// The last socket went just now; the fact comes after the first grace.
    pub(crate) fn off(&mut self, name: &str) {
        let (source, at) = (self.source(), self.now);
        self.fact(Fact::AgentOff {
            agent: agent(name),
            source,
            at,
        });
    }

    pub(crate) fn choose(&mut self, name: &str, availability: Availability) {
        let at = self.now;
        self.fact(Fact::AvailabilitySet {
            agent: agent(name),
            availability,
            reason: None,
            at,
        });
    }

    pub(crate) fn idle(&mut self, name: &str, idle: bool) {
        let at = self.now;
        self.fact(Fact::AgentIdle {
            agent: agent(name),
            idle,
            at,
        });
    }

    pub(crate) fn demand(&self) -> Demand {
        Demand {
            department: dept("sales"),
            customer: CustomerId::new("c").unwrap(),
            skills: Vec::new(),
            priority: 0,
            weight: 10,
            enqueued_at: self.now,
            front: false,
            sticky: None,
            return_to: None,
        }
    }

    pub(crate) fn round(&mut self, name: &str) -> u64 {
        let round = self.rounds.entry(conv(name)).or_default();
        *round += 1;
        *round
    }

    pub(crate) fn enqueue(&mut self, name: &str) {
        let demand = self.demand();
        self.enqueue_as(name, demand);
    }

    pub(crate) fn enqueue_as(&mut self, name: &str, demand: Demand) {
        let round = self.round(name);
        self.fact(Fact::Enqueued {
            conversation: conv(name),
            round,
            demand,
        });
    }

    pub(crate) fn held(&mut self, name: &str, by: &str, wrap_up_until: Option<Time>) {
        let round = self.round(name);
        self.fact(Fact::Held {
            conversation: conv(name),
            round,
            agent: agent(by),
            department: dept("sales"),
            weight: 10,
            wrap_up_until,
        });
    }

    pub(crate) fn release(&mut self, name: &str) {
        let round = self.round(name);
        self.fact(Fact::Released {
            conversation: conv(name),
            round,
        });
    }

    pub(crate) fn transfer(&mut self, name: &str, from: &str, to: Target) {
        let (round, demand) = (self.round(name), self.demand());
        self.fact(Fact::TransferRequested {
            conversation: conv(name),
            round,
            from: agent(from),
            to,
            demand,
        });
    }

    pub(crate) fn customer(&mut self, name: &str, present: bool) {
        let (source, at) = (self.source(), self.now);
        self.fact(Fact::CustomerPresent {
            conversation: conv(name),
            source,
            present,
            at,
        });
    }

    pub(crate) fn command(&mut self) -> Ref {
        self.commands += 1;
        Ref::new(format!("r{}", self.commands)).unwrap()
    }

    /// The agent accepts what it is offered.
    pub(crate) fn accept(&mut self, name: &str, by: &str) -> Ref {
        let offer = self.offered(name, by);
        self.accept_offer(name, by, offer)
    }

    pub(crate) fn accept_offer(&mut self, name: &str, by: &str, offer: OfferId) -> Ref {
        let (reference, at) = (self.command(), self.now);
        self.fact(Fact::Accepted {
            conversation: conv(name),
            offer,
            agent: agent(by),
            reference: reference.clone(),
            digest: 7,
            at,
        });
        reference
    }

    pub(crate) fn decline(&mut self, name: &str, by: &str) -> Ref {
        let offer = self.offered(name, by);
        let (reference, at) = (self.command(), self.now);
        self.fact(Fact::Declined {
            conversation: conv(name),
            offer,
            agent: agent(by),
            reference: reference.clone(),
            at,
        });
        reference
    }

    pub(crate) fn claim(&mut self, name: &str, by: &str) -> Ref {
        let (reference, at) = (self.command(), self.now);
        self.fact(Fact::Claimed {
            conversation: conv(name),
            agent: agent(by),
            reference: reference.clone(),
            digest: 7,
            at,
        });
        reference
    }

    pub(crate) fn show(&mut self, name: &str, by: &str) {
        let offer = self.offered(name, by);
        self.fact(Fact::OfferShown {
            offer,
            agent: agent(by),
        });
    }

    /// The open offer of the conversation, which is this agent's.
    pub(crate) fn offered(&self, name: &str, to: &str) -> OfferId {
        let (id, offer) = self.state().offer_of(&conv(name)).expect("an open offer");
        assert_eq!(offer.agent, agent(to), "offered to somebody else");
        id.clone()
    }

    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        let (_, offer) = self.state().offer_of(&conv(name))?;
        Some(offer.agent.to_string())
    }

    pub(crate) fn owner(&self, name: &str) -> Option<String> {
        self.state().owner(&conv(name)).map(ToString::to_string)
    }

    /// What was decided since the last call.
    pub(crate) fn decisions(&mut self) -> Vec<Decision> {
        std::mem::take(&mut self.committed)
            .into_iter()
            .map(|applied| applied.decision)
            .collect()
    }

    /// The names of what was decided since the last call.
    pub(crate) fn names(&mut self) -> Vec<String> {
        self.decisions().iter().map(name_of).collect()
    }

    pub(crate) fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}

pub(crate) fn name_of(decision: &Decision) -> String {
    let value = serde_json::to_value(decision).unwrap();
    value["type"].as_str().unwrap().to_owned()
}
