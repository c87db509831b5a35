//! An append that ends in an answer: what was `Unknown` is looked up at the authority.

use crate::{AppendError, Expect, Journal, NewRecord, Position, ReadError};
use std::time::Duration;

/// How long an append is tried before the client is told to ask again.
pub const SURE_WITHIN: Duration = Duration::from_secs(10);

/// First pause before the same record is appended again; doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(320);
/// Records in one read.
const PAGE: usize = 256;

/// Why an append did not land within its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SureError {
    /// The expectation failed, and the record will not land: fold up to `last` and decide again.
    #[error("the subject has another last record")]
    Conflict,
    /// The store refused or kept silent. A record that is tried again under the same
    /// reference is safe; one that kept silent may still show up.
    #[error("the store takes no appends now")]
    Unavailable,
    /// Over 256 KiB.
    #[error("the record is larger than 256 KiB")]
    TooLarge,
}

/// Appends a record and does not leave it open whether it landed.
///
/// After `Unknown` every record after the known one is read: ours is there: done; with
/// `Last(n)` others are there: conflict; else the same record is appended again. With `Last`
/// at most one lands. With `Any` a late one may land twice, so facts carry their own version.
///
/// `known` is the subject's last position the caller knows, for `Any`; `Last(n)` knows `n`.
///
/// # Errors
/// See [`SureError`]; `Unavailable` at the latest after `within`.
pub async fn append_sure<J: Journal + ?Sized>(
    journal: &J,
    record: NewRecord,
    known: Position,
    within: Duration,
) -> Result<Position, SureError> {
    let after = match record.expect {
        Expect::Any => known,
        Expect::Last(position) => position,
    };
    let attempt = Attempt {
        journal,
        record,
        after,
    };
    tokio::time::timeout(within, attempt.run())
        .await
        .unwrap_or(Err(SureError::Unavailable))
}

struct Attempt<'j, J: ?Sized> {
    journal: &'j J,
    record: NewRecord,
    after: Position,
}

/// What was found at the authority.
enum Found {
    Ours(Position),
    Others,
    Nothing,
}

impl<J: Journal + ?Sized> Attempt<'_, J> {
    async fn run(&self) -> Result<Position, SureError> {
        match self.journal.append(self.record.clone()).await {
            Ok(position) => return Ok(position),
            Err(AppendError::Conflict) => return Err(SureError::Conflict),
            Err(AppendError::Unavailable) => return Err(SureError::Unavailable),
            Err(AppendError::TooLarge) => return Err(SureError::TooLarge),
            Err(AppendError::Unknown) => {}
        }
        let mut pause = FIRST_PAUSE;
        loop {
            // From here on an earlier attempt may have landed, so no answer but the log counts.
            match self.look().await {
                Ok(Found::Ours(position)) => return Ok(position),
                Ok(Found::Others) if self.record.expect != Expect::Any => {
                    return Err(SureError::Conflict);
                }
                Ok(_) => {
                    if let Ok(position) = self.journal.append(self.record.clone()).await {
                        return Ok(position);
                    }
                }
                Err(error) => tracing::warn!(%error, "the fate of a record is still unknown"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn look(&self) -> Result<Found, ReadError> {
        let subject = &self.record.subject;
        let last = self.journal.last(subject).await?;
        if last <= self.after {
            return Ok(Found::Nothing);
        }
        self.journal.catch_up(subject, last).await?;
        let mut after = self.after;
        while after < last {
            let records = self.journal.read(subject, after, PAGE).await?;
            let Some(end) = records.last() else { break };
            after = end.position;
            if let Some(ours) = records.iter().find(|record| record.id == self.record.id) {
                return Ok(Found::Ours(ours.position));
            }
        }
        Ok(Found::Others)
    }
}
