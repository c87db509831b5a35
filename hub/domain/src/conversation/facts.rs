//! What allocation must know of a conversation: its whole demand, a function of the state.

use super::state::{Conversation, Phase};
use crate::allocation::fact::{Demand, Fact, Target};
use crate::time::Time;

/// A chat's weight in tenths.
pub const CHAT_WEIGHT: u32 = 10;

impl Conversation {
    /// The fact that describes the present state. The same state gives the same fact, so it
    /// can be sent again at any time.
    pub fn fact(&self) -> Fact {
        let (conversation, round) = (self.id.clone(), self.round);
        match &self.phase {
            Phase::Bot | Phase::Closed { .. } => Fact::Released {
                conversation,
                round,
            },
            Phase::Queued { .. } => Fact::Enqueued {
                conversation,
                round,
                demand: self.demand(),
            },
            Phase::Assigned {
                agent,
                transfer: Some(transfer),
                ..
            } => Fact::TransferRequested {
                conversation,
                round,
                from: agent.id.clone(),
                to: transfer.to.clone(),
                demand: self.demand_at(&transfer.to),
            },
            Phase::Assigned { agent, .. } => self.held(agent.id.clone(), None),
            Phase::WrapUp { agent, until, .. } => self.held(agent.id.clone(), Some(*until)),
        }
    }

    fn held(&self, agent: crate::id::AgentId, wrap_up_until: Option<Time>) -> Fact {
        Fact::Held {
            conversation: self.id.clone(),
            round: self.round,
            agent,
            department: self.department.clone(),
            weight: CHAT_WEIGHT,
            wrap_up_until,
        }
    }

    fn demand(&self) -> Demand {
        let (front, sticky, return_to) = match &self.phase {
            Phase::Queued {
                front,
                sticky,
                return_to,
                ..
            } => (*front, sticky.clone(), return_to.clone()),
            _ => (false, None, None),
        };
        Demand {
            department: self.department.clone(),
            customer: self.customer.clone(),
            skills: Vec::new(),
            priority: self.priority,
            weight: CHAT_WEIGHT,
            enqueued_at: self.enqueued_at.unwrap_or(self.since),
            front,
            sticky,
            return_to,
        }
    }

    fn demand_at(&self, to: &Target) -> Demand {
        let mut demand = self.demand();
        if let Target::Department(department) = to {
            demand.department = department.clone();
        }
        demand
    }
}
