//! Bringing durable records to whoever is connected here. `live` accelerates, `tail`
//! guarantees; both come through one place that delivers each record of a subject once and in
//! order, whatever either of them does.

mod merge;

use crate::conversations::Conversations;
use crate::ports::{Delivered, Delivery};
use domain::conversation::Event;
use domain::id::{AgentId, ConversationId, SiteId};
use domain::record::Record;
use journal::subject::Filter;
use journal::{Journal, Position, ReadError, Stored};
use merge::{Merge, Verdict};
use std::collections::HashMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The delivering task's parts.
pub struct Fanout {
    journal: Arc<dyn Journal>,
    conversations: Arc<Conversations>,
    delivery: Arc<dyn Delivery>,
    merge: Merge,
    owners: HashMap<ConversationId, Option<AgentId>>,
    observers: Vec<Box<dyn Observer>>,
}

/// Sees every record of a conversation in order, before it is delivered.
pub trait Observer: Send + Sync {
    /// What a conversation's log held before the first record that is seen of it.
    fn recall(&mut self, conversation: &ConversationId, earlier: &[Record<Event>]);
    /// The next record.
    fn record(&mut self, delivered: &Delivered);
    /// The conversation has ended; should it go on, it is recalled.
    fn forget(&mut self, conversation: &ConversationId);
}

impl Fanout {
    /// New; delivers what comes after it runs.
    pub fn new(
        journal: Arc<dyn Journal>,
        conversations: Arc<Conversations>,
        delivery: Arc<dyn Delivery>,
        observers: Vec<Box<dyn Observer>>,
    ) -> Self {
        Self {
            journal,
            conversations,
            delivery,
            merge: Merge::default(),
            owners: HashMap::new(),
            observers,
        }
    }

    /// Delivers until cancelled. `from`: what is at or before it was delivered by an earlier life.
    pub async fn run(mut self, from: Position, cancel: CancellationToken) {
        self.merge.start(from);
        let mut live = self.journal.live(Filter::below("ev")).await;
        let mut tail = self.journal.tail(Filter::below("ev"), from).await;
        loop {
            let outcome = tokio::select! {
                () = cancel.cancelled() => return,
                Some(stored) = live.recv() => self.live(&stored).await,
                Some(stored) = tail.recv() => self.tail(&stored).await,
                else => return,
            };
            if let Err(error) = outcome {
                tracing::error!(%error, "a record could not be delivered; it stays in the log and is read on resume");
            }
        }
    }

    async fn live(&mut self, stored: &Stored) -> Result<(), ReadError> {
        match self.merge.live(stored) {
            Verdict::Deliver => self.deliver(stored).await,
            Verdict::Known => Ok(()),
            Verdict::Gap { after } => self.fill(stored, after).await,
        }
    }

    async fn tail(&mut self, stored: &Stored) -> Result<(), ReadError> {
        if self.merge.tail(stored) {
            self.deliver(stored).await
        } else {
            Ok(())
        }
    }

    /// Reads what live skipped.
    async fn fill(&mut self, stored: &Stored, after: Position) -> Result<(), ReadError> {
        for missed in self
            .journal
            .read(&stored.subject, after, usize::MAX >> 1)
            .await?
        {
            if matches!(self.merge.live(&missed), Verdict::Deliver) {
                self.deliver(&missed).await?;
            }
        }
        Ok(())
    }

    async fn deliver(&mut self, stored: &Stored) -> Result<(), ReadError> {
        let Some((site, conversation)) = address(stored) else {
            return Ok(());
        };
        let Some((customer, _)) = conversation.parts() else {
            return Ok(());
        };
        let record = crate::conversations::decode(stored)?;
        let owner_before = self.owner_before(&conversation, stored).await?;
        let owner_after = owner_after(owner_before.clone(), &record);
        self.conversations
            .observe(&site, &conversation, stored, &record);
        let ended = closes(&record);
        if ended {
            self.owners.remove(&conversation);
        } else {
            self.owners
                .insert(conversation.clone(), owner_after.clone());
        }
        let epoch = self.journal.epoch();
        let delivered = Delivered {
            site,
            conversation,
            customer,
            epoch,
            record,
            owner_before,
            owner_after,
        };
        for observer in &mut self.observers {
            observer.record(&delivered);
            if ended {
                observer.forget(&delivered.conversation);
            }
        }
        self.delivery.record(&delivered);
        Ok(())
    }

    /// From memory, or from the log; then the observers are told the log, too.
    async fn owner_before(
        &mut self,
        conversation: &ConversationId,
        stored: &Stored,
    ) -> Result<Option<AgentId>, ReadError> {
        if stored.prev == Position(0) {
            return Ok(None);
        }
        if let Some(owner) = self.owners.get(conversation) {
            return Ok(owner.clone());
        }
        let mut owner = None;
        let mut earlier = Vec::new();
        for stored_before in self
            .journal
            .read(&stored.subject, Position(0), usize::MAX >> 1)
            .await?
        {
            if stored_before.position >= stored.position {
                break;
            }
            let record = crate::conversations::decode(&stored_before)?;
            owner = owner_after(owner, &record);
            earlier.push(record);
        }
        self.observers
            .iter_mut()
            .for_each(|o| o.recall(conversation, &earlier));
        Ok(owner)
    }
}

/// The site and the conversation of an `ev` subject.
fn address(stored: &Stored) -> Option<(SiteId, ConversationId)> {
    let mut tokens = stored.subject.tokens().skip(2);
    Some((
        SiteId::new(tokens.next()?).ok()?,
        ConversationId::new(tokens.next()?).ok()?,
    ))
}

/// Who owns the conversation after the record.
fn owner_after(before: Option<AgentId>, record: &Record<Event>) -> Option<AgentId> {
    record
        .events
        .iter()
        .fold(before, |owner, event| match event {
            Event::AgentAssigned { agent, .. } => Some(agent.id.clone()),
            Event::ConversationQueued { .. } | Event::WrapUpFinished { .. } => None,
            _ => owner,
        })
}

/// Whether nobody owns it any more for good: what is kept of it can go.
fn closes(record: &Record<Event>) -> bool {
    let is = |wanted: fn(&Event) -> bool| record.events.iter().any(wanted);
    is(|e| matches!(e, Event::WrapUpFinished { .. }))
        || is(|e| matches!(e, Event::Closed { .. }))
            && !is(|e| matches!(e, Event::WrapUpStarted { .. }))
}
