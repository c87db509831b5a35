//! How a service says no.

use domain::rejection::Rejection;
use domain::time::Span;
use journal::SureError;
use journal::{AppendError, ReadError};

/// Why a command was not carried out; nothing of it has happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The rules' no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The customer is blocked; told to nobody in these words.
    #[error("the customer is blocked")]
    Blocked,
    /// Too many of these.
    #[error("too many; try again in {} ms", retry_after.0)]
    RateLimited {
        /// How long to wait.
        retry_after: Span,
    },
    /// The store takes nothing just now.
    #[error("the store takes nothing now; try again in {} ms", retry_after.0)]
    Unavailable {
        /// How long to wait.
        retry_after: Span,
    },
    /// Over the size of a record.
    #[error("this is too large to be stored")]
    TooLarge,
}

/// How long a client waits before it asks a store that was unavailable again.
const RETRY: Span = Span::seconds(1);

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::TooLarge => Self::TooLarge,
            AppendError::Conflict | AppendError::Unknown | AppendError::Unavailable => {
                Self::Unavailable { retry_after: RETRY }
            }
        }
    }
}

impl From<ReadError> for Failure {
    fn from(_: ReadError) -> Self {
        Self::Unavailable { retry_after: RETRY }
    }
}

impl From<SureError> for Failure {
    fn from(error: SureError) -> Self {
        match error {
            SureError::TooLarge => Self::TooLarge,
            _ => Self::Unavailable { retry_after: RETRY },
        }
    }
}
