//! The projector: folds what the journal's tail brings, with the domain's own fold.

use crate::{ViewError, Views};
use domain::conversation::apply::fold;
use domain::conversation::{Conversation, Event, Phase};
use domain::id::{ConversationId, SiteId};
use domain::record::Record;
use journal::subject::{Filter, Subject};
use journal::{Position, ReadError, Stored};
use rusqlite::params;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use tokio_util::sync::CancellationToken;

/// Records in one transaction at most.
const BATCH: usize = 512;
/// Conversations kept folded; all are dropped when there are more.
const KEPT: usize = 10_000;

type Folded = HashMap<Subject, (Position, Conversation)>;

impl Views {
    /// Projects until cancelled. Every record moves the place on, those of other subjects too.
    ///
    /// # Errors
    /// The journal cannot be read or the file not written.
    pub async fn run(self: Arc<Self>, cancel: CancellationToken) -> Result<(), ViewError> {
        let from = *self.reached.borrow();
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
                if let Some((site, state)) = self.fold(&mut folded, &stored).await? {
                    changed.insert(state.id.clone(), (site, state));
                }
            }
            self.write(changed, last)?;
            if folded.len() > KEPT {
                folded.clear();
            }
        }
        Ok(())
    }

    async fn fold(
        &self,
        folded: &mut Folded,
        stored: &Stored,
    ) -> Result<Option<(SiteId, Conversation)>, ViewError> {
        let Some((site, id)) = address(&stored.subject) else {
            return Ok(None);
        };
        let Some((customer, _)) = id.parts() else {
            return Ok(None);
        };
        let known = folded
            .remove(&stored.subject)
            .filter(|(at, _)| *at == stored.prev)
            .map(|(_, state)| state);
        let state = match known {
            Some(state) => fold(Some(state), &id, &customer, &decode(stored)?),
            None => {
                let mut state = None;
                for earlier in self
                    .journal
                    .read(&stored.subject, Position(0), usize::MAX >> 1)
                    .await?
                {
                    if earlier.position > stored.position {
                        break;
                    }
                    state = fold(state, &id, &customer, &decode(&earlier)?);
                }
                state
            }
        };
        let Some(state) = state else { return Ok(None) };
        folded.insert(stored.subject.clone(), (stored.position, state.clone()));
        Ok(Some((site, state)))
    }

    fn write(
        &self,
        changed: HashMap<ConversationId, (SiteId, Conversation)>,
        last: Position,
    ) -> Result<(), ViewError> {
        let mut db = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = db.transaction()?;
        {
            let mut put = transaction.prepare_cached(
                "INSERT OR REPLACE INTO conversation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?;
            for (site, c) in changed.into_values() {
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
        transaction.commit()?;
        drop(db);
        self.reached.send_replace(last);
        Ok(())
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

fn decode(stored: &Stored) -> Result<Record<Event>, ReadError> {
    serde_json::from_slice(&stored.body).map_err(|e| {
        ReadError(
            format!(
                "record {} of {} cannot be decoded: {e}",
                stored.position.0, stored.subject
            )
            .into(),
        )
    })
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
