//! Who sees an event. Customers have a count of their own, because they never see notes.

use super::event::Event;

/// Which counts an event is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Customers and agents: both counts.
    Everyone,
    /// Agents: the count of all events.
    Agents,
    /// A mark: in no count.
    Nobody,
}

impl Event {
    /// Who sees it.
    pub fn audience(&self) -> Audience {
        match self {
            Self::NotePosted { .. }
            | Self::TransferRequested { .. }
            | Self::TransferReturned { .. }
            | Self::WrapUpStarted { .. }
            | Self::WrapUpFinished { .. }
            | Self::TagsSet { .. }
            | Self::PrioritySet { .. } => Audience::Agents,
            Self::ReadMarked { .. } => Audience::Nobody,
            _ => Audience::Everyone,
        }
    }
}
