//! Read marks are shown at once and stored at most every five seconds a reader; typing and
//! delivered marks are only shown.

use super::Conversations;
use super::history::audience;
use crate::ports::{Fleeting, FleetingKind};
use crate::readmodel::Audience;
use domain::conversation::Conversation;
use domain::conversation::command::{Asker, Command};
use domain::id::{ConversationId, SiteId};
use domain::record::Actor;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio_util::sync::CancellationToken;

/// How often marks are stored.
const EVERY: std::time::Duration = std::time::Duration::from_secs(5);

type Key = (SiteId, ConversationId, Actor);

/// Marks that are shown and not stored yet.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<HashMap<Key, (Asker, u64)>>);

impl Conversations {
    /// The asker has seen everything up to `seq` in the own count. Ignored when it is not theirs.
    pub async fn mark_read(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        asker: &Asker,
        seq: u64,
    ) {
        let Some((all, fleeting)) = self
            .mark(site, conversation, asker, seq, |all, public| {
                FleetingKind::ReadUpTo { all, public }
            })
            .await
        else {
            return;
        };
        let key = (site.clone(), conversation.clone(), asker.actor());
        let fresh = {
            let mut pending = self.marks.0.lock().unwrap_or_else(PoisonError::into_inner);
            let mark = pending.entry(key).or_insert_with(|| (asker.clone(), 0));
            let fresh = all > mark.1;
            mark.1 = mark.1.max(all);
            fresh
        };
        if fresh {
            self.parts.delivery.fleeting(&fleeting);
        }
    }

    /// The agent wants everything from `seq` on to be unread again.
    pub async fn mark_unread(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        asker: &Asker,
        seq: u64,
    ) {
        {
            let key = (site.clone(), conversation.clone(), asker.actor());
            self.marks
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&key);
        }
        let command = Command::MarkRead {
            seq: seq.saturating_sub(1),
            unread: true,
        };
        if let Err(error) = self
            .execute(site, conversation, asker.clone(), command, None)
            .await
        {
            tracing::debug!(%conversation, %error, "a mark was not stored");
        }
    }

    /// The asker is typing.
    pub async fn typing(&self, site: &SiteId, conversation: &ConversationId, asker: &Asker) {
        if let Some((_, fleeting)) = self
            .mark(site, conversation, asker, 0, |_, _| FleetingKind::Typing)
            .await
        {
            self.parts.delivery.fleeting(&fleeting);
        }
    }

    /// Everything up to `seq` in the receiver's count was written to a socket of the receiver.
    pub async fn delivered(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        to: &Asker,
        seq: u64,
    ) {
        let kind = |all, public| FleetingKind::DeliveredUpTo { all, public };
        if let Some((_, fleeting)) = self.mark(site, conversation, to, seq, kind).await {
            self.parts.delivery.fleeting(&fleeting);
        }
    }

    async fn mark(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        asker: &Asker,
        seq: u64,
        kind: impl Fn(u64, u64) -> FleetingKind,
    ) -> Option<(u64, Fleeting)> {
        let found = self.with(site, conversation, |c| {
            member(c, asker).then(|| {
                let all = match audience(asker) {
                    Audience::Customer => c.to_all(seq.min(c.counts.public)),
                    Audience::Agent => seq.min(c.counts.all),
                };
                let fleeting = Fleeting {
                    site: site.clone(),
                    conversation: conversation.clone(),
                    customer: c.customer.clone(),
                    owner: c.owner().map(|o| o.id.clone()),
                    by: asker.actor(),
                    what: kind(all, c.to_public(all)),
                };
                (all, fleeting)
            })
        });
        found.await.ok().flatten().flatten()
    }

    /// Stores marks until cancelled, and once more then.
    pub async fn store_marks(self: Arc<Self>, cancel: CancellationToken) {
        loop {
            let stop = tokio::select! {
                () = cancel.cancelled() => true,
                () = tokio::time::sleep(EVERY) => false,
            };
            let pending =
                std::mem::take(&mut *self.marks.0.lock().unwrap_or_else(PoisonError::into_inner));
            for ((site, conversation, _), (asker, seq)) in pending {
                let command = Command::MarkRead { seq, unread: false };
                if let Err(error) = self
                    .execute(&site, &conversation, asker, command, None)
                    .await
                {
                    tracing::debug!(%conversation, %error, "a mark was not stored");
                }
            }
            if stop {
                return;
            }
        }
    }
}

/// Who is in the dialogue: its customer, its owner, and whoever owned it last.
pub(super) fn member(conversation: &Conversation, asker: &Asker) -> bool {
    match asker {
        Asker::Customer { id, .. } => *id == conversation.customer,
        Asker::Agent { person, .. } => conversation.last_agent().is_some_and(|a| a.id == person.id),
        Asker::System => true,
    }
}
