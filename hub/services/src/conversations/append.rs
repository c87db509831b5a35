//! Making a record of decided events and appending it.

use super::{Conversations, Ticket};
use crate::failure::Failure;
use domain::conversation::apply::next_ordinals;
use domain::conversation::{Conversation, Event};
use domain::record::{Actor, Record, VERSION};
use domain::time::{Span, Time};
use journal::subject::Subject;
use journal::{Expect, NewRecord, Position, RecordId};
use journal::{SURE_WITHIN, SureError, append_sure};
use runtime::metrics::AppendFailure;

/// The kind of conversations' records.
pub(super) const KIND: &str = "conversation";

impl Conversations {
    /// The record of these events. Its time is never before the last record's.
    pub(super) fn record(
        &self,
        state: Option<&Conversation>,
        by: Actor,
        ticket: Option<&Ticket>,
        now: Time,
        events: Vec<Event>,
    ) -> Record<Event> {
        Record {
            v: VERSION,
            kind: KIND.into(),
            at: state.map_or(now, |s| s.at.max(now)),
            by,
            reference: ticket.map(|t| t.reference.clone()),
            digest: ticket.map(|t| t.digest),
            events,
            first: next_ordinals(state),
        }
    }

    /// Appends it after `last`. `None`: somebody was faster; fold and decide again.
    pub(super) async fn append(
        &self,
        subject: &Subject,
        last: Position,
        record: &Record<Event>,
    ) -> Result<Option<Position>, Failure> {
        let body = serde_json::to_vec(record).map_err(|_| Failure::TooLarge)?;
        let new = NewRecord {
            subject: subject.clone(),
            expect: Expect::Last(last),
            id: RecordId(self.parts.random.u128()),
            body: body.into(),
        };
        let (clock, metrics) = (&self.parts.clock, &self.parts.metrics);
        let began = clock.steady();
        let appended = append_sure(&*self.parts.journal, new, last, SURE_WITHIN).await;
        match appended {
            Ok(position) => {
                let took = Span(clock.steady().0.saturating_sub(began.0));
                metrics.append_seconds.observe(took.as_seconds());
                Ok(Some(position))
            }
            Err(error) => {
                metrics.append_failures.get(reason(error)).inc();
                if error == SureError::Conflict {
                    Ok(None)
                } else {
                    Err(error.into())
                }
            }
        }
    }
}

fn reason(error: SureError) -> AppendFailure {
    match error {
        SureError::Conflict => AppendFailure::Conflict,
        SureError::TooLarge => AppendFailure::TooLarge,
        SureError::Unavailable => AppendFailure::Unavailable,
    }
}
