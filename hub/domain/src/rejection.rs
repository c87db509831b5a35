//! Why a command is not carried out. Each has one word on the wire.

/// The rules' no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// Absent, or not yours: the two look alike.
    #[error("there is no such thing for you")]
    NotFound,
    /// Yours, but not now or not you.
    #[error("this is not allowed in the present state")]
    NotAllowed,
    /// The conversation has ended; open a new one.
    #[error("the conversation is closed")]
    ConversationClosed,
    /// The offer is over or was never yours.
    #[error("the offer is no longer open")]
    OfferExpired,
    /// Somebody else has it.
    #[error("the conversation belongs to another agent already")]
    AlreadyAssigned,
    /// No free capacity; close something first.
    #[error("this would exceed the agent's capacity")]
    CapacityFull,
    /// The agent named takes nothing now; choose another.
    #[error("the agent does not take transfers now")]
    AgentUnavailable,
    /// Nobody of that department is on duty; choose another.
    #[error("nobody of the department is on duty")]
    DepartmentClosed,
    /// The same `ref` with another body; use a new one.
    #[error("the ref was used for another command")]
    RefReused,
    /// A field is outside its limits.
    #[error("the field {0} is outside its limits")]
    InvalidField(&'static str),
}
