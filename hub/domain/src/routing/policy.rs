//! What can be set. Every duration is a default of the service's rules.

use crate::id::DepartmentId;
use crate::time::Span;
use std::collections::BTreeMap;

/// How one department's line is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentPolicy {
    /// How long an agent is asked.
    pub offer_time: Span,
    /// Conversations are assigned without asking.
    pub auto_accept: bool,
    /// Within this an answer is due: departments with a short target are served first by agents
    /// of several.
    pub response_target: Span,
    /// How much waiting one level of priority is worth. Priority ages at this rate: who has
    /// waited that much longer stands beside the next level.
    pub priority_level: Span,
}

impl Default for DepartmentPolicy {
    fn default() -> Self {
        Self {
            offer_time: Span::seconds(20),
            auto_accept: false,
            response_target: Span::seconds(60),
            priority_level: Span::minutes(2),
        }
    }
}

/// What happens when an agent's or a customer's connection is lost. All are counted from the
/// moment the last socket went, and anew from the start of a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Graces {
    /// Then open offers are taken back.
    pub offer_revoke: Span,
    /// Then the customers are told.
    pub customer_told: Span,
    /// Then conversations whose customer waits go back into the line.
    pub requeue: Span,
    /// A waiting customer without a socket: then nobody is asked any more.
    pub customer_away: Span,
    /// … and then, after this, the wait is over.
    pub place_held: Span,
}

impl Default for Graces {
    fn default() -> Self {
        Self {
            offer_revoke: Span::seconds(5),
            customer_told: Span::seconds(20),
            requeue: Span::seconds(60),
            customer_away: Span::seconds(45),
            place_held: Span::minutes(5),
        }
    }
}

/// The policy of a site. Later rules (timed relaxation of skills, overflow to another
/// department, hours, rapid response) are further fields here, further entries of
/// [`super::filter::Filter`] and further parts of [`crate::allocation::queue::Turn`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Written into every decision.
    pub version: u32,
    /// Departments with settings of their own.
    pub departments: BTreeMap<DepartmentId, DepartmentPolicy>,
    /// For all others.
    pub default: DepartmentPolicy,
    /// Who declined or missed a conversation is not asked for it again before this, and then
    /// only where nobody else is free.
    pub ask_again: Span,
    /// So many missed offers in a row put the agent on a break.
    pub missed_limit: u8,
    /// Lost connections.
    pub graces: Graces,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: 1,
            departments: BTreeMap::new(),
            default: DepartmentPolicy::default(),
            ask_again: Span::seconds(30),
            missed_limit: 3,
            graces: Graces::default(),
        }
    }
}

impl Policy {
    /// The settings of a department.
    pub fn of(&self, department: &DepartmentId) -> &DepartmentPolicy {
        self.departments.get(department).unwrap_or(&self.default)
    }
}
