//! Estimated waits of a site, learned from its own assignments. Not stored: a new hub learns
//! within minutes, and is honest from the first chat on.

use super::Site;
use crate::readmodel;
use domain::allocation::decision::Decision;
use domain::id::{ConversationId, DepartmentId};
use domain::routing::estimate::{Estimate, Estimator, Prior, Service};
use domain::time::Time;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A chat's weight in tenths: what an estimate is for.
const CHAT: u32 = domain::conversation::facts::CHAT_WEIGHT;

/// Per department.
#[derive(Debug, Default)]
pub(super) struct Estimates(Mutex<Learned>);

#[derive(Debug, Default)]
struct Learned {
    departments: HashMap<DepartmentId, Estimator>,
    /// The first promise to each waiting customer.
    promised: HashMap<ConversationId, (Estimate, Time)>,
    /// Since when each conversation has had its slot, and in which department.
    served: HashMap<ConversationId, (DepartmentId, Time)>,
}

impl Estimates {
    /// About how long from this place in line.
    pub(super) fn estimate(
        &self,
        service: Service,
        department: &DepartmentId,
        position: u32,
    ) -> Option<Estimate> {
        self.lock()
            .of(department)
            .estimate(position as usize, service)
    }

    /// The customer was told this.
    pub(super) fn promised(
        &self,
        conversation: &ConversationId,
        estimate: Option<Estimate>,
        now: Time,
    ) {
        if let Some(estimate) = estimate {
            self.lock()
                .promised
                .entry(conversation.clone())
                .or_insert((estimate, now));
        }
    }

    /// A decision was committed: promises are compared with what came.
    pub(super) fn learn(&self, decision: &Decision, now: Time) {
        let Decision::Assigned {
            conversation,
            department,
            ..
        } = decision
        else {
            return;
        };
        let mut learned = self.lock();
        if let Some((promise, told)) = learned.promised.remove(conversation) {
            learned.of(department).accepted(&promise, now.since(told));
        }
        learned
            .served
            .insert(conversation.clone(), (department.clone(), now));
    }

    /// Conversations that allocation no longer knows have given their slots back.
    pub(super) fn forget(&self, known: impl Fn(&ConversationId) -> bool, now: Time) {
        let mut learned = self.lock();
        let over: Vec<ConversationId> = learned
            .served
            .keys()
            .filter(|id| !known(id))
            .cloned()
            .collect();
        for id in over {
            if let Some((department, since)) = learned.served.remove(&id) {
                learned.of(&department).served(now.since(since));
            }
        }
        // Whoever left the line without an acceptance says nothing about it.
        learned.promised.retain(|id, _| known(id));
    }

    fn lock(&self) -> MutexGuard<'_, Learned> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Learned {
    fn of(&mut self, department: &DepartmentId) -> &mut Estimator {
        self.departments
            .entry(department.clone())
            .or_insert_with(|| Estimator::new(Prior::default()))
    }
}

impl Site {
    /// Who serves the department's line just now.
    pub(super) fn service(&self, department: &DepartmentId) -> Service {
        let router = self.router();
        let serving = router
            .view()
            .members(department)
            .filter(|(_, agent)| agent.takes_offers());
        let (capacity, room) = serving.fold((0, 0), |(capacity, room), (_, agent)| {
            (
                capacity + agent.capacity(),
                room + agent.capacity().saturating_sub(agent.load),
            )
        });
        Service {
            capacity,
            room,
            weight: CHAT,
        }
    }
}

/// For people.
pub(super) fn shown(estimate: Estimate) -> readmodel::Estimate {
    readmodel::Estimate {
        about: estimate.wait,
        low: estimate.low,
        high: estimate.high,
    }
}
