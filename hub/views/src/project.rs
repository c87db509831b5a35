//! The projector: folds what the journal's tail brings, with the domain's own fold.

use crate::{ViewError, Views, on};
use domain::conversation::apply::fold;
use domain::conversation::{Conversation, Event, Phase};
use domain::id::{ConversationId, SiteId};
use domain::record::Record;
use journal::subject::{Filter, Subject};
use journal::{Position, Stored};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Records in one transaction at most.
const BATCH: usize = 512;
/// Conversations kept folded. When there are more, closed ones are dropped, then all: one that
/// goes on is read from the journal again.
const KEPT: usize = 10_000;

type Folded = HashMap<Subject, (Position, Conversation)>;

/// A conversation's row.
struct Line {
    site: SiteId,
    state: Conversation,
}

impl Views {
    /// Projects until cancelled. Every record moves the place on, those of other subjects too.
    ///
    /// # Errors
    /// The journal cannot be read or the file not written; nobody waits for it from then on.
    pub async fn run(self: Arc<Self>, cancel: CancellationToken) -> Result<(), ViewError> {
        let outcome = self.project(cancel).await;
        self.progress.send_modify(|progress| progress.ended = true);
        outcome
    }

    async fn project(&self, cancel: CancellationToken) -> Result<(), ViewError> {
        let from = self.progress.borrow().reached;
        let mut tail = self.journal.tail(Filter::EVERYTHING, from).await;
        let mut folded = Folded::new();
        let mut batch = Vec::new();
        while let Some(n) = cancel
            .run_until_cancelled(tail.recv_many(&mut batch, BATCH))
            .await
        {
            let Some(last) = batch.last().filter(|_| n > 0).map(|s: &Stored| s.position) else {
                return Ok(());
            };
            let mut changed = HashMap::new();
            for stored in batch.drain(..) {
                if let Some(line) = self.fold(&mut folded, &stored).await? {
                    changed.insert(stored.subject, line);
                }
            }
            on(&self.writer, move |db| write(db, changed, last)).await?;
            self.progress
                .send_modify(|progress| progress.reached = last);
            shrink(&mut folded);
        }
        Ok(())
    }

    async fn fold(&self, folded: &mut Folded, stored: &Stored) -> Result<Option<Line>, ViewError> {
        let Some((site, id)) = address(&stored.subject) else {
            return Ok(None);
        };
        let Some((customer, _)) = id.parts() else {
            return Ok(None);
        };
        let before = folded
            .remove(&stored.subject)
            .filter(|(at, _)| *at == stored.prev)
            .map(|(_, state)| state);
        let earlier = if before.is_some() || stored.prev == Position(0) {
            Vec::new()
        } else {
            self.before(stored).await?
        };
        let mut state = before;
        for each in earlier.iter().chain([stored]) {
            let Some(record) = decode(each) else {
                return Ok(None);
            };
            state = fold(state, &id, &customer, &record);
        }
        let Some(state) = state else { return Ok(None) };
        folded.insert(stored.subject.clone(), (stored.position, state.clone()));
        Ok(Some(Line { site, state }))
    }

    /// Everything of the subject before the record.
    async fn before(&self, stored: &Stored) -> Result<Vec<Stored>, ViewError> {
        let mut all = self
            .journal
            .read(&stored.subject, Position(0), usize::MAX >> 1)
            .await?;
        all.retain(|earlier| earlier.position < stored.position);
        Ok(all)
    }
}

fn write(
    db: &mut Connection,
    changed: HashMap<Subject, Line>,
    last: Position,
) -> rusqlite::Result<()> {
    let transaction = db.transaction()?;
    {
        let mut put = transaction.prepare_cached(
            "INSERT OR REPLACE INTO conversation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for Line { site, state: c } in changed.into_values() {
            let n = c.id.parts().map_or(0, |(_, n)| n);
            put.execute(params![
                site.as_str(),
                c.id.as_str(),
                c.customer.as_str(),
                n,
                word(&c),
                c.department.as_str(),
                c.owner().map(|o| o.id.as_str()),
                c.at.0 as i64,
            ])?;
        }
        transaction.execute("UPDATE place SET position = ?1", params![last.0 as i64])?;
    }
    transaction.commit()
}

fn shrink(folded: &mut Folded) {
    if folded.len() > KEPT {
        folded.retain(|_, (_, state)| !matches!(state.phase, Phase::Closed { .. }));
    }
    if folded.len() > KEPT {
        folded.clear();
    }
}

fn word(conversation: &Conversation) -> &'static str {
    match conversation.phase {
        Phase::Bot => "bot",
        Phase::Queued { .. } => "queued",
        Phase::Assigned { .. } => "assigned",
        Phase::WrapUp { .. } => "wrap_up",
        Phase::Closed { .. } => "closed",
    }
}

/// One conversation that cannot be read, as a newer version may leave it, must not take the
/// lists of all others with it.
fn decode(stored: &Stored) -> Option<Record<Event>> {
    serde_json::from_slice(&stored.body)
        .inspect_err(|error| {
            tracing::warn!(
                subject = %stored.subject,
                position = stored.position.0,
                %error,
                "a record cannot be decoded; its conversation is left out of lists"
            );
        })
        .ok()
}

/// The site and the conversation of an `ev` subject.
fn address(subject: &Subject) -> Option<(SiteId, ConversationId)> {
    let mut tokens = subject.tokens();
    if tokens.next() != Some("ev") {
        return None;
    }
    Some((
        SiteId::new(tokens.nth(1)?).ok()?,
        ConversationId::new(tokens.next()?).ok()?,
    ))
}
