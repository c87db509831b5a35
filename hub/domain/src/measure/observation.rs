//! What can be observed.

use crate::conversation::event::Resolution;
use crate::id::{AgentId, DepartmentId};
use crate::time::{Span, Time};

/// A wait that was given up sooner is counted apart.
pub const SHORT: Span = Span::seconds(10);
/// How long after the close a resolution is provisional.
pub const SETTLED_AFTER: Span = Span::minutes(72 * 60);

/// How a transfer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransferOutcome {
    /// Somebody took it.
    Accepted,
    /// Nobody did.
    Returned,
    /// The owner took the wish back.
    Withdrawn,
}

/// One value of one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observation {
    /// `wait_time`: first enqueue to acceptance. An acceptance whose agent was lost before a
    /// word did not end it; a requeue after a word begins another.
    Wait {
        /// That accepted.
        department: DepartmentId,
        /// First enqueue to acceptance.
        span: Span,
    },
    /// `first_response_time`: the wish for a person to the first message of one.
    FirstResponse {
        /// At the message.
        department: DepartmentId,
        /// Who wrote it.
        agent: AgentId,
        /// Wall time.
        span: Span,
    },
    /// `response_time`: the first unanswered customer message to the next message of a person.
    Response {
        /// At the message.
        department: DepartmentId,
        /// Who wrote it.
        agent: AgentId,
        /// Wall time.
        span: Span,
    },
    /// `handle_time` of one owner: owned and wrap-up.
    Handle {
        /// Where the owner had it.
        department: DepartmentId,
        /// The owner.
        agent: AgentId,
        /// When it became the owner's. With `to` it says which chats ran side by side.
        from: Time,
        /// When it ended for the owner.
        to: Time,
    },
    /// The customer left the line.
    Abandoned {
        /// Whose line.
        department: DepartmentId,
        /// Under [`SHORT`] after the first enqueue.
        short: bool,
    },
    /// The conversation ended.
    Resolution {
        /// At the end.
        department: DepartmentId,
        /// Never spam or duplicate; `Unresolved` where nobody said.
        outcome: Resolution,
        /// When the dialogue was closed. Provisional for [`SETTLED_AFTER`] from here.
        at: Time,
    },
    /// A closed conversation goes on. Given at once.
    Reopened {
        /// At the close.
        department: DepartmentId,
    },
    /// A transfer ended.
    Transfer {
        /// How.
        outcome: TransferOutcome,
    },
    /// The customer rated.
    Rated {
        /// 1 to 5.
        score: u8,
    },
}

impl Observation {
    /// Whether it is a resolution that a return of the customer can still undo.
    pub fn is_provisional(&self, now: Time) -> bool {
        matches!(self, Self::Resolution { outcome: Resolution::Resolved, at, .. }
            if now.since(*at) < SETTLED_AFTER)
    }

    pub(super) fn is_undone_by_a_return(&self) -> bool {
        matches!(self, Self::Abandoned { .. } | Self::Resolution { .. })
    }
}
