//! What every fold over one kind of subject needs: an append that finds out what became of
//! it, and a fold that knows when it has seen all that was there.

use crate::failure::Failure;
use bytes::Bytes;
use journal::subject::{Filter, Subject};
use journal::{AppendError, Expect, Journal, NewRecord, Position, ReadError, RecordId, Stored};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Appends at most this often, when the store does not say what became of one.
const ATTEMPTS: usize = 5;

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Landed {
    /// Durable, here.
    At(Position),
    /// Another record came first: fold and decide again.
    Conflict,
}

/// Appends behind `last` and does not come back before it is known what became of it.
///
/// # Errors
/// The store takes nothing now, or does not tell what became of the record.
pub(crate) async fn commit(
    journal: &dyn Journal,
    subject: &Subject,
    last: Position,
    id: RecordId,
    body: Bytes,
) -> Result<Landed, Failure> {
    let record = NewRecord {
        subject: subject.clone(),
        expect: Expect::Last(last),
        id,
        body,
    };
    for _ in 0..ATTEMPTS {
        match journal.append(record.clone()).await {
            Ok(position) => return Ok(Landed::At(position)),
            Err(AppendError::Conflict | AppendError::Unknown) => {}
            Err(refused) => return Err(refused.into()),
        }
        // Ours may be the record that is in the way: an earlier try that landed unnoticed.
        match records_after(journal, subject, last).await?.first() {
            Some(first) if first.id == id => return Ok(Landed::At(first.position)),
            Some(_) => return Ok(Landed::Conflict),
            None => {}
        }
    }
    Err(AppendError::Unknown.into())
}

/// Everything of the subject after a position, as the authority knows it.
///
/// # Errors
/// The store cannot be read.
pub(crate) async fn records_after(
    journal: &dyn Journal,
    subject: &Subject,
    after: Position,
) -> Result<Vec<Stored>, ReadError> {
    const PAGE: usize = 256;
    let last = journal.last(subject).await?;
    journal.catch_up(subject, last).await?;
    let mut all: Vec<Stored> = Vec::new();
    loop {
        let from = all.last().map_or(after, |record| record.position);
        let page = journal.read(subject, from, PAGE).await?;
        let full = page.len() == PAGE;
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

/// Gives every record below `prefix` to `apply`, in order and for ever; comes back when all
/// that was there at the call has been given. A mark appended behind them tells: one record,
/// the one of the last start being forgotten. A store that takes no appends now is followed
/// without that promise, so that its reads keep working.
pub(crate) async fn follow(
    journal: &Arc<dyn Journal>,
    prefix: &'static str,
    mark: (RecordId, Bytes),
    mut apply: impl FnMut(&Stored) + Send + 'static,
) {
    let subject = Subject::stored(&format!("{prefix}.mark"));
    let (seen, all_seen) = oneshot::channel();
    let mut tail = journal.tail(Filter::below(prefix), Position(0)).await;
    let (mark_id, mark_subject) = (mark.0, subject.clone());
    tokio::spawn(async move {
        let mut seen = Some(seen);
        while let Some(record) = tail.recv().await {
            if record.subject != mark_subject {
                apply(&record);
            } else if record.id == mark_id {
                seen.take().map(|seen| seen.send(()));
            }
        }
    });

    let record = NewRecord {
        subject: subject.clone(),
        expect: Expect::Any,
        id: mark.0,
        body: mark.1,
    };
    match journal.append(record).await {
        Ok(position) => {
            // An error means that the journal has been closed: nobody waits any longer.
            let _ = all_seen.await;
            if let Err(error) = journal.trim(&subject, position).await {
                tracing::debug!(%error, "an old mark stays");
            }
        }
        Err(error) => tracing::warn!(%error, prefix, "started without having seen everything"),
    }
}
