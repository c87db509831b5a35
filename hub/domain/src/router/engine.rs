//! The router itself: what is committed, what is in flight, what is decided next.

use super::due::{Due, Scene, of_decision};
use super::plan::Plan;
use super::{Action, Input};
use crate::allocation::decision::{Decided, Decision};
use crate::allocation::fold::Allocation;
use crate::allocation::replica::{Applied, Replica};
use crate::allocation::snapshot;
use crate::id::AgentId;
use crate::routing::policy::Policy;
use crate::stall::Stalls;
use crate::time::{Span, Time};
use std::collections::{BTreeSet, VecDeque};

/// While anything has a deadline the router wants to be stepped this often, so that it notices
/// when the process slept.
const PULSE: Span = Span::seconds(1);

/// How the log is kept short and other nodes near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// A snapshot is due after so many decisions …
    pub snapshot_every: u64,
    /// … and an empty record after so many facts without a decision, so that nodes without the
    /// lease do not hold them for ever.
    pub advance_every: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            snapshot_every: 2_000,
            advance_every: 256,
        }
    }
}

/// Allocation of one site on one node.
#[derive(Debug, Clone)]
pub struct Router {
    policy: Policy,
    settings: Settings,
    replica: Replica,
    lease: Option<Lease>,
    unreachable: BTreeSet<AgentId>,
    stalls: Stalls,
    due: Due,
    parts: VecDeque<(u64, Decision)>,
    last_snapshot: u64,
    wish: Option<Time>,
}

/// What only a lease holder has.
#[derive(Debug, Clone)]
struct Lease {
    term: u64,
    /// `None`: to be built anew from the committed state.
    working: Option<Allocation>,
    in_flight: Option<Decided>,
    /// The term's record is committed.
    announced: bool,
    /// When the deadlines are to be looked at again; `None`: now.
    look_at: Option<Time>,
}

impl Router {
    /// Over a replica: an empty one, or one from the last snapshot.
    pub fn new(replica: Replica, policy: Policy, settings: Settings) -> Self {
        Self {
            policy,
            settings,
            last_snapshot: replica.state().decisions,
            replica,
            lease: None,
            unreachable: BTreeSet::new(),
            stalls: Stalls::default(),
            due: Due::default(),
            parts: VecDeque::new(),
            wish: None,
        }
    }

    /// The newest state that this node knows: with the lease every fact is in it, else those
    /// that decisions have folded.
    pub fn view(&self) -> &Allocation {
        let working = self.lease.as_ref().and_then(|lease| lease.working.as_ref());
        working.unwrap_or(self.replica.state())
    }

    /// The committed part.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// From the next step on another policy holds.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
        if let Some(lease) = &mut self.lease {
            lease.look_at = lease.look_at.map(|_| Time(0));
        }
    }

    /// The term, while this node decides.
    pub fn term(&self) -> Option<u64> {
        self.lease.as_ref().map(|lease| lease.term)
    }

    /// Folds the input and says what to do, in order.
    pub fn step(&mut self, input: Input, now: Time) -> Vec<Action> {
        let mut actions = Vec::new();
        self.stalls.notice(now);
        self.take(input, now, &mut actions);
        let again = self.lead(now, &mut actions);
        self.ask_to_wake(again, now, &mut actions);
        actions
    }

    fn take(&mut self, input: Input, now: Time, actions: &mut Vec<Action>) {
        match input {
            Input::Fact { ordinal, fact } => {
                let applied = self.replica.push_fact(ordinal, fact);
                self.catch_up();
                self.committed(applied, false, now, actions);
            }
            Input::Decided(decided) => self.decided(&decided, now, actions),
            Input::LeaseGained { term } => self.begin(term),
            Input::LeaseLost => self.end(),
            Input::AppendFailed => {
                self.parts.clear();
                if let Some(lease) = &mut self.lease {
                    lease.in_flight = None;
                    lease.working = None;
                    lease.look_at = lease.look_at.map(|_| Time(0));
                }
            }
            Input::Reachable {
                agent,
                reachable: true,
            } => {
                self.unreachable.remove(&agent);
            }
            Input::Reachable { agent, .. } => {
                self.unreachable.insert(agent);
            }
            // The driver's timer is spent, even where it woke a moment early.
            Input::Tick => self.wish = None,
        }
    }

    fn begin(&mut self, term: u64) {
        self.end();
        if term >= self.replica.state().term {
            self.lease = Some(Lease {
                term,
                working: None,
                in_flight: None,
                announced: false,
                look_at: None,
            });
        }
    }

    fn end(&mut self) {
        self.lease = None;
        self.parts.clear();
        self.stalls.expect(None);
        self.wish = None;
    }

    fn decided(&mut self, decided: &Decided, now: Time, actions: &mut Vec<Action>) {
        let own = match &mut self.lease {
            Some(lease) if lease.in_flight.as_ref() == Some(decided) => {
                lease.in_flight = None;
                lease.announced = true;
                true
            }
            Some(lease) => {
                lease.working = None;
                lease.look_at = lease.look_at.map(|_| Time(0));
                false
            }
            None => false,
        };
        let applied = self.replica.push_decided(decided);
        self.committed(applied, own, now, actions);
        if self
            .lease
            .as_ref()
            .is_some_and(|lease| lease.term < self.replica.state().term)
        {
            self.end();
        }
    }

    fn committed(&mut self, all: Vec<Applied>, own: bool, now: Time, actions: &mut Vec<Action>) {
        for applied in all {
            if let Decision::Snapshot { part, parts, .. } = &applied.decision
                && part + 1 == *parts
            {
                self.last_snapshot = applied.ordinal;
            }
            let effect = of_decision(&applied).filter(|_| own);
            let decision = applied.ordinal;
            actions.push(Action::Committed(applied));
            if let Some(effect) = effect {
                self.due.emitted(decision, now);
                actions.push(Action::Effect { decision, effect });
            }
        }
    }

    /// New facts go into the working copy as well.
    fn catch_up(&mut self) {
        let working = self.lease.as_mut().and_then(|lease| lease.working.as_mut());
        if let Some(working) = working {
            while let Some(fact) = self.replica.fact(working.facts + 1) {
                working.fold(fact);
            }
        }
    }

    /// With the lease: deadlines, then the next record.
    fn lead(&mut self, now: Time, actions: &mut Vec<Action>) -> Option<Time> {
        let lease = self.lease.as_mut()?;
        if lease.in_flight.is_some() || self.replica.blocked() > 0 {
            return Some(now.plus(PULSE));
        }
        let working = lease.working.get_or_insert_with(|| self.replica.working());
        if !lease.announced {
            let term = Decision::Term { term: lease.term };
            working.apply(&term, now);
            self.append(vec![term], now, actions);
            return Some(now.plus(PULSE));
        }
        let later = Self::look(
            lease,
            &mut self.due,
            (&self.policy, &self.stalls, now),
            actions,
        );
        let again = self.decide(now, actions);
        later.into_iter().chain(again).min()
    }

    /// Deadlines, when one is over or something changed that they hang on.
    fn look(
        lease: &mut Lease,
        due: &mut Due,
        (policy, stalls, now): (&Policy, &Stalls, Time),
        actions: &mut Vec<Action>,
    ) -> Option<Time> {
        let working = lease.working.as_mut()?;
        let stirred = working.index.stirred.take();
        if !stirred && lease.look_at.is_some_and(|at| now < at) {
            return lease.look_at.filter(|at| at.0 < u64::MAX);
        }
        let scene = Scene {
            state: working,
            graces: &policy.graces,
            stalls,
            now,
        };
        if lease.look_at.is_none() {
            due.begin(&scene);
        }
        let later = due.look(&scene, actions);
        lease.look_at = Some(later.unwrap_or(Time(u64::MAX)));
        later
    }

    fn decide(&mut self, now: Time, actions: &mut Vec<Action>) -> Option<Time> {
        let working = self.lease.as_mut()?.working.as_mut()?;
        let since_snapshot = working.decisions.saturating_sub(self.last_snapshot);
        let overdue = since_snapshot >= self.settings.snapshot_every;
        if self.parts.is_empty() && overdue {
            let facts = working.facts;
            let parts = snapshot::parts(working);
            self.parts.extend(parts.into_iter().map(|p| (facts, p)));
        }
        if let Some((facts, part)) = self.parts.pop_front() {
            working.apply(&part, now);
            self.append_at(facts, vec![part], now, actions);
            return Some(now.plus(PULSE));
        }
        let mut plan = Plan {
            state: working,
            policy: &self.policy,
            unreachable: &self.unreachable,
            stalls: &self.stalls,
            now,
            decisions: Vec::new(),
            again: None,
        };
        plan.make();
        let (decisions, again) = (plan.decisions, plan.again);
        let next = working.index.expiry.first().map(|(at, _)| *at);
        if !decisions.is_empty() || self.replica.unfolded() >= self.settings.advance_every {
            self.append(decisions, now, actions);
        }
        again.into_iter().chain(next).min()
    }

    fn append(&mut self, decisions: Vec<Decision>, now: Time, actions: &mut Vec<Action>) {
        let facts = self.view().facts;
        self.append_at(facts, decisions, now, actions);
    }

    fn append_at(
        &mut self,
        facts: u64,
        decisions: Vec<Decision>,
        now: Time,
        actions: &mut Vec<Action>,
    ) {
        let Some(lease) = &mut self.lease else { return };
        let decided = Decided {
            term: lease.term,
            facts,
            now,
            decisions,
        };
        lease.in_flight = Some(decided.clone());
        actions.push(Action::Append(decided));
    }

    /// With any deadline ahead: at it, but within a second, so that a stall is noticed.
    fn ask_to_wake(&mut self, again: Option<Time>, now: Time, actions: &mut Vec<Action>) {
        let at = again.map(|at| at.max(now.plus(Span(10))).min(now.plus(PULSE)));
        self.stalls.expect(at);
        if let Some(at) = at
            && self.wish.is_none_or(|wish| wish <= now || at < wish)
        {
            actions.push(Action::WakeAt(at));
            self.wish = Some(at);
        }
    }
}
