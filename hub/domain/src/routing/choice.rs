//! The match: whom to ask for one conversation.

use super::candidate::{Candidate, Seeker};
use super::filter::{FILTERS, Filter, Lens, again_at, left_out};
use super::policy::Policy;
use super::score::{TieBreak, score};
use crate::allocation::decision::Why;
use crate::allocation::fact::{Demand, Target};
use crate::allocation::fold::Allocation;
use crate::allocation::queue::{Entry, Place};
use crate::id::{AgentId, DepartmentId};
use crate::time::Time;
use std::collections::BTreeSet;

/// Whom to ask, or how long to wait.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice {
    /// This one.
    Ask {
        /// Whom.
        agent: AgentId,
        /// For people, and for a replay.
        why: Why,
    },
    /// Nobody now. The same question has another answer at `again`, if nothing else changes.
    Nobody {
        /// When somebody's time comes: a reservation ends or who declined may be asked again.
        again: Option<Time>,
        /// Nobody free fits the demand, whoever was asked before: true of every conversation
        /// with the same demands.
        hopeless: bool,
    },
}

/// Chooses among the free agents of the department.
pub fn choose(
    state: &Allocation,
    policy: &Policy,
    entry: &Entry,
    unreachable: &BTreeSet<AgentId>,
    now: Time,
) -> Choice {
    let lens = Lens {
        policy,
        unreachable,
        now,
    };
    let nobody = Choice::Nobody {
        again: None,
        hopeless: false,
    };
    let Some(seeker) = Seeker::of(entry) else {
        return nobody;
    };
    if let Some(choice) = reserved(state, &lens, &seeker) {
        return choice;
    }
    let department = line_of(&entry.place, seeker.demand);
    let Some(free) = state.index.free.get(department) else {
        return nobody;
    };
    let mut field = Field::default();
    for id in free {
        field.add(&lens, &seeker, id, state);
    }
    let members = state.index.members.get(department).map_or(0, BTreeSet::len);
    field.count(Filter::NotFree, (members - free.len()) as u32);
    field.choice(&lens, &seeker)
}

/// The department whose agents are asked.
fn line_of<'a>(place: &'a Place, demand: &'a Demand) -> &'a DepartmentId {
    match place {
        Place::Transfer(transfer) => match &transfer.to {
            Target::Department(department) => department,
            Target::Agent(_) => &demand.department,
        },
        _ => &demand.department,
    }
}

/// While the preferred agent could take it, nobody else is asked.
fn reserved(state: &Allocation, lens: &Lens<'_>, seeker: &Seeker<'_>) -> Option<Choice> {
    let sticky = seeker.sticky(lens.now)?;
    let agent = state.agents.get(&sticky.agent)?;
    let could = agent.takes_offers()
        && agent.serves(&seeker.demand.department)
        && agent.masters(&seeker.demand.skills)
        && agent.capacity() >= seeker.demand.weight
        && !lens.unreachable.contains(&sticky.agent);
    if !could {
        return None;
    }
    if !agent.has_room(seeker.demand.weight) {
        return Some(Choice::Nobody {
            again: Some(sticky.until),
            hopeless: false,
        });
    }
    let mut field = Field::default();
    field.add(lens, seeker, &sticky.agent, state);
    let mut choice = field.choice(lens, seeker);
    if let Choice::Ask { why, .. } = &mut choice {
        why.rules.insert(1, "sticky".to_owned());
    }
    Some(choice)
}

/// Candidates and those left out.
#[derive(Default)]
struct Field<'a> {
    candidates: Vec<Candidate<'a>>,
    counts: [u32; FILTERS.len()],
    unreachable: Vec<AgentId>,
    again: Option<Time>,
}

impl<'a> Field<'a> {
    fn add(&mut self, lens: &Lens<'_>, seeker: &Seeker<'_>, id: &'a AgentId, state: &Allocation) {
        let Some(agent) = state.agents.get(id) else {
            return;
        };
        let Some(filter) = left_out(lens, seeker, id, agent) else {
            let asked = seeker.place.asked(id).is_some();
            self.candidates.push(Candidate::of(id, agent, asked));
            return;
        };
        self.count(filter, 1);
        match filter {
            Filter::Unreachable if self.unreachable.len() < 5 => self.unreachable.push(id.clone()),
            Filter::Asked => {
                let again = again_at(lens.policy, seeker, id).filter(|at| at.0 < u64::MAX);
                self.again = self.again.into_iter().chain(again).min();
            }
            _ => {}
        }
    }

    fn count(&mut self, filter: Filter, more: u32) {
        self.counts[filter as usize] += more;
    }

    fn choice(mut self, lens: &Lens<'_>, seeker: &Seeker<'_>) -> Choice {
        let shown = self.candidates.len().min(6);
        if self.candidates.len() > shown {
            self.candidates.select_nth_unstable(shown - 1);
        }
        self.candidates[..shown].sort_unstable();
        let Some(best) = self.candidates.first() else {
            let personal = [Filter::Asked, Filter::Sender];
            return Choice::Nobody {
                again: self.again,
                hopeless: personal.iter().all(|f| self.counts[*f as usize] == 0),
            };
        };
        Choice::Ask {
            agent: best.id.clone(),
            why: self.why(lens, seeker, best),
        }
    }

    fn why(&self, lens: &Lens<'_>, seeker: &Seeker<'_>, best: &Candidate<'_>) -> Why {
        let tie_break = TieBreak::between(best, self.candidates.get(1));
        let mut rules = vec!["department".to_owned()];
        if !seeker.demand.skills.is_empty() {
            rules.push("skill".to_owned());
        }
        if matches!(tie_break, TieBreak::LeastLoaded | TieBreak::LongestIdle) {
            rules.push(tie_break.word().to_owned());
        }
        let filtered = FILTERS
            .iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .map(|(filter, count)| (filter.word().to_owned(), count))
            .collect();
        let top = self.candidates.iter().take(5);
        Why {
            policy: lens.policy.version,
            rules,
            waited_ms: lens.now.since(seeker.demand.enqueued_at).0,
            relaxed: Vec::new(),
            candidates: self.candidates.len() as u32,
            tie_break: tie_break.word().to_owned(),
            top: top
                .map(|candidate| (candidate.id.clone(), score(candidate, lens.now)))
                .collect(),
            filtered,
            unreachable: self.unreachable.clone(),
        }
    }
}
