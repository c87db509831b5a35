//! The folded state of a conversation, kept while it is used.

use super::Conversations;
use domain::conversation::apply::fold;
use domain::conversation::{Conversation, Event};
use domain::id::{ConversationId, CustomerId, SiteId};
use domain::record::Record;
use domain::rejection::Rejection;
use journal::subject::Subject;
use journal::{Position, ReadError, Stored};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Records read at once.
const PAGE: usize = 512;

/// One conversation's place in the cache. The lock makes this node's commands on it one by
/// one; the expectation of the append makes them so across nodes.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) subject: Subject,
    pub(super) id: ConversationId,
    pub(super) customer: CustomerId,
    pub(super) folded: Mutex<Folded>,
}

/// Folded up to a position.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) position: Position,
    pub(super) state: Option<Conversation>,
    loaded: bool,
}

/// Decodes a conversation's record.
///
/// # Errors
/// The record is of a newer version or damaged: nobody decides on that conversation here.
pub(crate) fn decode(stored: &Stored) -> Result<Record<Event>, ReadError> {
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

impl Slot {
    /// Folds what is new since the last look; says whether there was something.
    pub(super) async fn refresh(
        &self,
        journal: &dyn journal::Journal,
        folded: &mut Folded,
    ) -> Result<bool, ReadError> {
        let before = folded.position;
        loop {
            let page = journal.read(&self.subject, folded.position, PAGE).await?;
            let full = page.len() == PAGE;
            for stored in page {
                self.apply(folded, &decode(&stored)?, stored.position);
            }
            if !full {
                break;
            }
        }
        folded.loaded = true;
        Ok(folded.position != before)
    }

    /// Before any rejection: everything the authority has.
    pub(super) async fn catch_up(
        &self,
        journal: &dyn journal::Journal,
        folded: &mut Folded,
    ) -> Result<bool, ReadError> {
        let last = journal.last(&self.subject).await?;
        if last <= folded.position {
            return Ok(false);
        }
        journal.catch_up(&self.subject, last).await?;
        self.refresh(journal, folded).await
    }

    pub(super) async fn ensure(
        &self,
        journal: &dyn journal::Journal,
        folded: &mut Folded,
    ) -> Result<(), ReadError> {
        if !folded.loaded {
            self.refresh(journal, folded).await?;
        }
        Ok(())
    }

    /// Folds one record; one at or before the present position changes nothing.
    pub(super) fn apply(&self, folded: &mut Folded, record: &Record<Event>, position: Position) {
        if position > folded.position {
            folded.state = fold(folded.state.take(), &self.id, &self.customer, record);
            folded.position = position;
        }
    }
}

impl Conversations {
    /// The conversation's slot; a name that is no conversation's is not found.
    pub(super) fn slot(&self, site: &SiteId, id: &ConversationId) -> Result<Arc<Slot>, Rejection> {
        let (customer, _) = id.parts().ok_or(Rejection::NotFound)?;
        let key = (site.clone(), id.clone());
        Ok(self.slots.get_or(&key, || {
            let subject = Subject::events(site, &customer, id);
            Arc::new(Slot {
                subject,
                id: id.clone(),
                customer,
                folded: Mutex::default(),
            })
        }))
    }

    /// Calls `look` with the folded state, caught up with this node's store.
    pub(crate) async fn with<T>(
        &self,
        site: &SiteId,
        id: &ConversationId,
        look: impl FnOnce(&Conversation) -> T,
    ) -> Result<Option<T>, ReadError> {
        let Ok(slot) = self.slot(site, id) else {
            return Ok(None);
        };
        let mut folded = slot.folded.lock().await;
        slot.ensure(&*self.parts.journal, &mut folded).await?;
        if folded.state.is_none() {
            slot.catch_up(&*self.parts.journal, &mut folded).await?;
        }
        Ok(folded.state.as_ref().map(look))
    }

    /// Folds a record that came by the log, where its conversation is in memory and the record
    /// is the next one; anything else is read when it is needed.
    pub(crate) fn observe(
        &self,
        site: &SiteId,
        id: &ConversationId,
        stored: &Stored,
        record: &Record<Event>,
    ) {
        let Some(slot) = self.slots.get(&(site.clone(), id.clone())) else {
            return;
        };
        if let Ok(mut folded) = slot.folded.try_lock()
            && folded.loaded
            && folded.position == stored.prev
        {
            slot.apply(&mut folded, record, stored.position);
        }
    }
}
