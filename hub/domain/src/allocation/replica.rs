//! A node's copy of the committed state: facts wait until a record of decisions says how many
//! of them come before it, and a record waits until those facts are there.

use super::decision::{Decided, Decision};
use super::fact::Fact;
use super::fold::Allocation;
use std::collections::{BTreeMap, VecDeque};

/// A decision that took effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Its ordinal in the site's log, from 1.
    pub ordinal: u64,
    /// What was decided.
    pub decision: Decision,
}

/// The committed state, and what waits to be folded. The two logs may be fed in any
/// interleaving; each by itself in order, doubles of facts allowed.
#[derive(Debug, Clone, Default)]
pub struct Replica {
    state: Allocation,
    facts: BTreeMap<u64, Fact>,
    records: VecDeque<Decided>,
}

impl Replica {
    /// From a snapshot; the next fact is the one after `state.facts`.
    pub fn from_snapshot(state: Allocation) -> Self {
        Self {
            state,
            ..Self::default()
        }
    }

    /// The committed state.
    pub fn state(&self) -> &Allocation {
        &self.state
    }

    /// Ordinal of the next fact that it wants.
    pub fn next_fact(&self) -> u64 {
        let first = self.state.facts + 1;
        let dense = first + self.facts.len() as u64;
        let last = self.facts.last_key_value().map_or(0, |(last, _)| *last);
        if last < dense {
            return dense;
        }
        (first..dense)
            .find(|n| !self.facts.contains_key(n))
            .unwrap_or(dense)
    }

    /// Takes a fact; one that it has is passed over. Gives back the decisions that waited for it.
    pub fn push_fact(&mut self, ordinal: u64, fact: Fact) -> Vec<Applied> {
        if ordinal > self.state.facts {
            self.facts.entry(ordinal).or_insert(fact);
        }
        self.advance()
    }

    /// Takes the next record of decisions and gives back what took effect: nothing while facts
    /// that it folds are missing, nothing ever of a record of an older term.
    pub fn push_decided(&mut self, decided: &Decided) -> Vec<Applied> {
        self.records.push_back(decided.clone());
        self.advance()
    }

    /// A fact that no decision has folded yet.
    pub fn fact(&self, ordinal: u64) -> Option<&Fact> {
        self.facts.get(&ordinal)
    }

    /// Facts that no decision has folded yet.
    pub fn unfolded(&self) -> usize {
        self.facts.len()
    }

    /// Records whose facts are missing.
    pub fn blocked(&self) -> usize {
        self.records.len()
    }

    /// The committed state with every fact that was fed on top: what a lease holder decides on.
    pub fn working(&self) -> Allocation {
        let mut working = self.state.clone();
        while let Some(fact) = self.facts.get(&(working.facts + 1)) {
            working.fold(fact);
        }
        working
    }

    fn advance(&mut self) -> Vec<Applied> {
        let mut applied = Vec::new();
        while let Some(record) = self.records.front() {
            let late = record.term < self.state.term;
            if !late && !self.fold_up_to(record.facts) {
                break;
            }
            let Some(record) = self.records.pop_front() else {
                break;
            };
            if late {
                self.state.decisions += record.decisions.len() as u64;
            } else {
                self.state.term = record.term;
                self.apply(record, &mut applied);
            }
        }
        applied
    }

    fn fold_up_to(&mut self, facts: u64) -> bool {
        let there = (self.state.facts + 1..=facts).all(|n| self.facts.contains_key(&n));
        if there {
            while self.state.facts < facts
                && let Some(fact) = self.facts.remove(&(self.state.facts + 1))
            {
                self.state.fold(&fact);
            }
        }
        there
    }

    fn apply(&mut self, record: Decided, applied: &mut Vec<Applied>) {
        for decision in record.decisions {
            self.state.apply(&decision, record.now);
            applied.push(Applied {
                ordinal: self.state.decisions,
                decision,
            });
        }
    }
}
