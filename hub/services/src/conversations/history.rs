//! Events of a conversation in the reader's count, read from the log.

use super::Conversations;
use super::load::{Slot, decode};
use crate::readmodel::{Audience, Numbered};
use domain::conversation::apply::numbered;
use domain::conversation::command::Asker;
use domain::conversation::event::Event;
use domain::id::{ConversationId, SiteId};
use journal::{Position, ReadError};

/// Records read at once.
const PAGE: usize = 64;

/// Events after a place.
#[derive(Debug, Clone)]
pub struct Run {
    /// In order, without a hole.
    pub events: Vec<Numbered>,
    /// Nothing was newer when this was read.
    pub complete: bool,
    /// The newest ordinal.
    pub head: u64,
}

impl Conversations {
    /// Up to about `limit` events after `seq`. `None`: absent, or not the reader's.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn events_after(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        reader: &Asker,
        seq: u64,
        limit: usize,
    ) -> Result<Option<Run>, ReadError> {
        let Some((slot, head)) = self.readable(site, conversation, reader).await? else {
            return Ok(None);
        };
        let mut events = if seq >= head {
            Vec::new()
        } else {
            self.back_to(&slot, audience(reader), seq + 1, None).await?
        };
        events.retain(|e| e.seq <= head);
        let complete = events.len() <= limit;
        events.truncate(limit);
        Ok(Some(Run {
            events,
            complete,
            head,
        }))
    }

    /// The newest `limit` events before `before` (`None`: the end), oldest first, and where to
    /// go on. `None`: absent, or not the reader's.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn history(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        reader: &Asker,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Option<(Vec<Numbered>, Option<u64>)>, ReadError> {
        let Some((slot, head)) = self.readable(site, conversation, reader).await? else {
            return Ok(None);
        };
        let end = before.unwrap_or(u64::MAX).min(head + 1);
        let start = end.saturating_sub(limit as u64).max(1);
        let events = self
            .back_to(&slot, audience(reader), start, Some(end))
            .await?;
        Ok(Some((events, (start > 1).then_some(start))))
    }

    /// The slot and the newest ordinal in the reader's count, where the reader may look.
    async fn readable(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        reader: &Asker,
    ) -> Result<Option<(std::sync::Arc<Slot>, u64)>, ReadError> {
        if !self.may_read(site, conversation, reader).await? {
            return Ok(None);
        }
        let Ok(slot) = self.slot(site, conversation) else {
            return Ok(None);
        };
        let counts = self.with(site, conversation, |c| c.counts).await?;
        Ok(counts.map(|counts| {
            let head = if audience(reader) == Audience::Customer {
                counts.public
            } else {
                counts.all
            };
            (slot, head)
        }))
    }

    /// Events from ordinal `from` up to, not including, `end`; oldest first.
    async fn back_to(
        &self,
        slot: &Slot,
        audience: Audience,
        from: u64,
        end: Option<u64>,
    ) -> Result<Vec<Numbered>, ReadError> {
        let mut newest_first = Vec::new();
        let mut until = None;
        loop {
            let page = self
                .parts
                .journal
                .read_back(&slot.subject, until, PAGE)
                .await?;
            let full = page.len() == PAGE;
            let mut reached = false;
            for stored in &page {
                let record = decode(stored)?;
                reached = seen_by(audience, record.first.all, record.first.public) <= from;
                newest_first.extend(
                    visible(&record, audience)
                        .into_iter()
                        .rev()
                        .filter(|e| e.seq >= from && end.is_none_or(|end| e.seq < end)),
                );
                if reached {
                    break;
                }
            }
            match page.last() {
                Some(oldest) if full && !reached && oldest.position > Position(1) => {
                    until = Some(Position(oldest.position.0 - 1));
                }
                _ => break,
            }
        }
        newest_first.reverse();
        Ok(newest_first)
    }
}

pub(super) fn audience(reader: &Asker) -> Audience {
    match reader {
        Asker::Customer { .. } => Audience::Customer,
        Asker::Agent { .. } | Asker::System => Audience::Agent,
    }
}

fn seen_by(audience: Audience, all: u64, public: u64) -> u64 {
    if audience == Audience::Customer {
        public
    } else {
        all
    }
}

/// The record's events as the audience sees them, oldest first.
pub fn visible(record: &domain::record::Record<Event>, audience: Audience) -> Vec<Numbered> {
    numbered(record)
        .into_iter()
        .filter_map(|(all, public, event)| {
            let seq = if audience == Audience::Customer {
                public?
            } else {
                all
            };
            Some(Numbered {
                seq,
                at: record.at,
                event: event.clone(),
                reference: record.reference.clone(),
            })
        })
        .collect()
}
