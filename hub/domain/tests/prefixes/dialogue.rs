//! The conversations' own log, as far as allocation depends on it: who owns, and the facts
//! that follow from it.

use domain::allocation::fact::{Demand, Fact, Sticky, Target};
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId};
use domain::router::Effect;
use domain::time::{Span, Time};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    Closed,
    Queued,
    Owned(AgentId),
    Transfer(AgentId, Target),
    WrapUp(AgentId, Time),
}

#[derive(Debug, Clone)]
pub(crate) struct Dialogue {
    pub(crate) id: ConversationId,
    pub(crate) phase: Phase,
    round: u64,
    last_decision: u64,
    demand: Demand,
    /// The customer waits for an answer.
    impatient: bool,
}

impl Dialogue {
    pub(crate) fn new(n: usize) -> Self {
        Self {
            id: ConversationId::new(format!("c-{n}")).unwrap(),
            phase: Phase::Closed,
            round: 0,
            last_decision: 0,
            demand: Demand {
                department: department(0),
                customer: CustomerId::new("c").unwrap(),
                skills: Vec::new(),
                priority: 0,
                weight: 10,
                enqueued_at: Time(0),
                front: false,
                sticky: None,
                return_to: None,
            },
            impatient: n.is_multiple_of(2),
        }
    }

    pub(crate) fn open(&mut self, kind: u8, now: Time) -> Option<Fact> {
        if self.phase != Phase::Closed {
            return None;
        }
        self.demand.department = department(kind % 2);
        self.demand.weight = if kind & 2 == 0 { 10 } else { 3 };
        self.demand.priority = 0;
        self.demand.front = false;
        self.demand.enqueued_at = now;
        self.demand.return_to = None;
        self.demand.skills = skills(kind & 12 == 12, 2);
        self.demand.sticky = (kind & 48 == 48).then(|| Sticky {
            agent: agent(usize::from(kind >> 6)),
            until: now.plus(Span::seconds(60)),
        });
        Some(self.become_now(Phase::Queued))
    }

    pub(crate) fn close(&mut self, wrap_up: bool, now: Time) -> Option<Fact> {
        match &self.phase {
            Phase::Closed => None,
            Phase::Owned(agent) if wrap_up => {
                let until = now.plus(Span::seconds(60));
                Some(self.become_now(Phase::WrapUp(agent.clone(), until)))
            }
            _ => Some(self.become_now(Phase::Closed)),
        }
    }

    pub(crate) fn reprioritise(&mut self, priority: u8) -> Option<Fact> {
        self.demand.priority = priority;
        (self.phase == Phase::Queued).then(|| self.become_now(Phase::Queued))
    }

    pub(crate) fn transfer(&mut self, to: Target) -> Option<Fact> {
        match &self.phase {
            Phase::Owned(from) | Phase::Transfer(from, _) => {
                let from = from.clone();
                if let Target::Department(department) = &to {
                    self.demand.department = department.clone();
                }
                Some(self.become_now(Phase::Transfer(from, to)))
            }
            _ => None,
        }
    }

    pub(crate) fn withdraw(&mut self) -> Option<Fact> {
        match &self.phase {
            Phase::Transfer(from, _) => Some(self.become_now(Phase::Owned(from.clone()))),
            _ => None,
        }
    }

    /// What the effect does, once.
    pub(crate) fn carry_out(&mut self, decision: u64, effect: &Effect) -> Option<Fact> {
        let phase = match (effect, &self.phase) {
            (Effect::Assign { .. }, _) if decision <= self.last_decision => return None,
            (Effect::Assign { agent, .. }, Phase::Queued) => {
                self.last_decision = decision;
                Phase::Owned(agent.clone())
            }
            (Effect::Assign { agent, from, .. }, Phase::Transfer(owner, _))
                if from.as_ref() == Some(owner) =>
            {
                self.last_decision = decision;
                Phase::Owned(agent.clone())
            }
            (Effect::ReturnTransfer { from, to, .. }, Phase::Transfer(owner, there))
                if from == owner && to == there =>
            {
                Phase::Owned(from.clone())
            }
            (
                Effect::Requeue {
                    agent,
                    only_if_waiting,
                    ..
                },
                Phase::Owned(owner) | Phase::Transfer(owner, _),
            ) if agent == owner && (self.impatient || !only_if_waiting) => {
                self.demand.front = true;
                self.demand.sticky = None;
                self.demand.return_to = only_if_waiting.then(|| agent.clone());
                Phase::Queued
            }
            (Effect::FinishWrapUp { agent, .. }, Phase::WrapUp(owner, _)) if agent == owner => {
                Phase::Closed
            }
            (Effect::Abandon { .. }, Phase::Queued) => Phase::Closed,
            _ => return None,
        };
        Some(self.become_now(phase))
    }

    /// The fact of the present state.
    pub(crate) fn fact(&self) -> Fact {
        let (conversation, round) = (self.id.clone(), self.round);
        let held = |agent: &AgentId, wrap_up_until| Fact::Held {
            conversation: self.id.clone(),
            round,
            agent: agent.clone(),
            department: self.demand.department.clone(),
            weight: self.demand.weight,
            wrap_up_until,
        };
        match &self.phase {
            Phase::Closed => Fact::Released {
                conversation,
                round,
            },
            Phase::Queued => Fact::Enqueued {
                conversation,
                round,
                demand: self.demand.clone(),
            },
            Phase::Owned(agent) => held(agent, None),
            Phase::WrapUp(agent, until) => held(agent, Some(*until)),
            Phase::Transfer(from, to) => Fact::TransferRequested {
                conversation,
                round,
                from: from.clone(),
                to: to.clone(),
                demand: self.demand.clone(),
            },
        }
    }

    pub(crate) fn owner(&self) -> Option<&AgentId> {
        match &self.phase {
            Phase::Owned(agent) | Phase::Transfer(agent, _) | Phase::WrapUp(agent, _) => {
                Some(agent)
            }
            _ => None,
        }
    }

    fn become_now(&mut self, phase: Phase) -> Fact {
        self.phase = phase;
        self.round += 1;
        self.fact()
    }
}

pub(crate) fn agent(n: usize) -> AgentId {
    AgentId::new(format!("a{}", n % 3)).unwrap()
}

pub(crate) fn department(n: u8) -> DepartmentId {
    DepartmentId::new(format!("d{}", n % 2)).unwrap()
}

pub(crate) fn skills(any: bool, level: u8) -> Vec<domain::allocation::fact::SkillLevel> {
    let skill = domain::id::SkillId::new("zh").unwrap();
    let has = domain::allocation::fact::SkillLevel { skill, level };
    any.then_some(has).into_iter().collect()
}
