//! One node with its router, fed from the logs at its own pace.

use domain::allocation::decision::Decided;
use domain::allocation::fact::Fact;
use domain::allocation::invariants::idle_pair;
use domain::allocation::replica::Replica;
use domain::id::AgentId;
use domain::router::{Action, Effect, Input, Router, Settings};
use domain::routing::policy::Policy;
use domain::time::Time;
use std::collections::BTreeSet;

pub(crate) struct Node {
    pub(crate) router: Router,
    pub(crate) facts_fed: usize,
    pub(crate) records_fed: usize,
    /// The append, and how long the log has to be for it.
    pub(crate) in_flight: Option<(Decided, usize)>,
    pub(crate) effects: Vec<(u64, Effect)>,
    pub(crate) wake: Option<Time>,
    unreachable: BTreeSet<AgentId>,
}

impl Node {
    pub(crate) fn new() -> Self {
        let settings = Settings {
            snapshot_every: 40,
            advance_every: 16,
        };
        Self {
            router: Router::new(Replica::default(), Policy::default(), settings),
            facts_fed: 0,
            records_fed: 0,
            in_flight: None,
            effects: Vec::new(),
            wake: None,
            unreachable: BTreeSet::new(),
        }
    }

    pub(crate) fn step(&mut self, input: Input, now: Time) {
        for action in self.router.step(input, now) {
            match action {
                Action::Append(decided) => {
                    assert!(self.in_flight.is_none(), "one append at a time");
                    self.in_flight = Some((decided, self.records_fed));
                }
                Action::Effect { decision, effect } => self.effects.push((decision, effect)),
                Action::Committed(_) => {}
                Action::WakeAt(at) => self.wake = Some(at),
            }
        }
        self.works(now);
    }

    /// In calm no free slot and no waiter that fit each other.
    fn works(&self, now: Time) {
        if self.router.term().is_none() || self.in_flight.is_some() {
            return;
        }
        let (state, policy) = (self.router.view(), self.router.policy());
        let pair = idle_pair(state, policy, &self.unreachable, now);
        assert_eq!(pair, None, "a free slot and a waiter coexist");
        assert_eq!(state.asks_pending(), 0, "a command without an answer");
        for (id, offer) in state.offers() {
            let current = state.offer_of(&offer.conversation).map(|(id, _)| id);
            assert_eq!(current, Some(id), "an offer that is over stays open");
        }
    }

    pub(crate) fn feed_fact(&mut self, log: &[Fact], now: Time) -> bool {
        let Some(fact) = log.get(self.facts_fed).cloned() else {
            return false;
        };
        self.facts_fed += 1;
        let ordinal = self.facts_fed as u64;
        self.step(Input::Fact { ordinal, fact }, now);
        true
    }

    pub(crate) fn feed_record(&mut self, log: &[Decided], now: Time) -> bool {
        let Some(record) = log.get(self.records_fed).cloned() else {
            return false;
        };
        self.records_fed += 1;
        if self
            .in_flight
            .as_ref()
            .is_some_and(|(own, _)| *own == record)
        {
            self.in_flight = None;
        }
        self.step(Input::Decided(record), now);
        true
    }

    pub(crate) fn feed_all(&mut self, facts: &[Fact], records: &[Decided], now: Time) -> bool {
        let mut any = false;
        while self.feed_fact(facts, now) {
            any = true;
        }
        while self.feed_record(records, now) {
            any = true;
        }
        any
    }

    pub(crate) fn fail(&mut self, now: Time) {
        self.in_flight = None;
        self.step(Input::AppendFailed, now);
    }

    pub(crate) fn lose_lease(&mut self, now: Time) {
        self.in_flight = None;
        self.step(Input::LeaseLost, now);
    }

    pub(crate) fn reach(&mut self, agent: AgentId, reachable: bool, now: Time) {
        if reachable {
            self.unreachable.remove(&agent);
        } else {
            self.unreachable.insert(agent.clone());
        }
        self.step(Input::Reachable { agent, reachable }, now);
    }
}
