//! What a reader may see, and lists.

use super::Conversations;
use super::history::audience;
use super::marks::member;
use super::open::unreadable;
use crate::readmodel::{Audience, Snapshot, Summary};
use domain::conversation::command::Asker;
use domain::id::{ConversationId, DepartmentId, SiteId};
use journal::ReadError;
use views::Filter;

/// Events in a snapshot at most.
const SNAPSHOT: usize = 50;
/// Conversations in a page of a list.
const LIST: usize = 50;

/// Which conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListFilter {
    /// The customer's, or those that the agent owns.
    Own,
    /// In a line.
    Waiting,
    /// Of one department.
    Department(DepartmentId),
    /// All: supervisors.
    All,
}

impl Conversations {
    /// The conversation as the reader sees it. `None`: absent, or not the reader's.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn snapshot(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        reader: &Asker,
    ) -> Result<Option<Snapshot>, ReadError> {
        let Some((events, before)) = self
            .history(site, conversation, reader, None, SNAPSHOT)
            .await?
        else {
            return Ok(None);
        };
        let target = |department: &DepartmentId| {
            self.parts
                .sites
                .times(site, Some(department))
                .response_target
        };
        let epoch = self.parts.journal.epoch();
        let offered = self.parts.boards.is_offered(site, conversation);
        let made = self.with(site, conversation, |c| {
            let mut snapshot = super::summary::snapshot(
                c,
                audience(reader),
                target(&c.department),
                epoch,
                offered,
            );
            // The events were read before the state: the newest of them is what this shows.
            snapshot.seq = events.last().map_or(0, |e| e.seq);
            snapshot
        });
        Ok(made.await?.map(|mut snapshot| {
            snapshot.events = events;
            snapshot.before = before;
            snapshot
        }))
    }

    /// A page of conversations, newest activity first, and where to go on.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn list(
        &self,
        site: &SiteId,
        reader: &Asker,
        filter: ListFilter,
        before: Option<String>,
    ) -> Result<(Vec<Summary>, Option<String>), ReadError> {
        let filter = match (filter, reader) {
            (_, Asker::Customer { id, .. }) => Filter::Customer(id.clone()),
            (ListFilter::Own, Asker::Agent { person, .. }) => Filter::Agent(person.id.clone()),
            (ListFilter::Waiting, _) => Filter::Waiting,
            (ListFilter::Department(department), _) => Filter::Department(department),
            (ListFilter::All | ListFilter::Own, _) => Filter::All,
        };
        self.parts.views.caught_up().await.map_err(unreadable)?;
        let (rows, next) = self
            .parts
            .views
            .list(site, filter, before, LIST)
            .await
            .map_err(unreadable)?;
        let mut summaries = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(summary) = self.summary(site, &row.conversation, reader).await? {
                summaries.push(summary);
            }
        }
        Ok((summaries, next))
    }

    /// One conversation for a list. `None`: it is not there.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn summary(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        reader: &Asker,
    ) -> Result<Option<Summary>, ReadError> {
        let offered = self.parts.boards.is_offered(site, conversation);
        let target = |department: &DepartmentId| {
            self.parts
                .sites
                .times(site, Some(department))
                .response_target
        };
        self.with(site, conversation, |c| {
            super::summary::summary(c, reader, target(&c.department), offered)
        })
        .await
    }

    /// Members may read; so may a supervisor, an agent who serves the customer now, and any
    /// agent while nobody owns it and it waits.
    pub(super) async fn may_read(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        reader: &Asker,
    ) -> Result<bool, ReadError> {
        let looked = self
            .with(site, conversation, |c| {
                (member(c, reader), c.owner().is_none() && c.is_open())
            })
            .await?;
        let Some((is_member, waits)) = looked else {
            return Ok(false);
        };
        match reader {
            _ if is_member => Ok(true),
            Asker::Customer { .. } => Ok(false),
            Asker::System
            | Asker::Agent {
                supervisor: true, ..
            } => Ok(true),
            Asker::Agent { person, .. } if waits => {
                Ok(self.parts.boards.serves(site, &person.id, conversation))
            }
            Asker::Agent { person, .. } => {
                self.serves_customer(site, conversation, &person.id).await
            }
        }
    }

    /// Whether the agent owns the newest conversation of the same customer.
    async fn serves_customer(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        agent: &domain::id::AgentId,
    ) -> Result<bool, ReadError> {
        let Some((customer, _)) = conversation.parts() else {
            return Ok(false);
        };
        let Some(current) = self.current(site, &customer).await? else {
            return Ok(false);
        };
        let owned = self
            .with(site, &current, |c| {
                c.owner().is_some_and(|o| o.id == *agent)
            })
            .await?;
        Ok(owned == Some(true) || self.parts.boards.is_offered_to(site, &current, agent))
    }

    /// Whether the reader counts public events only.
    pub fn audience(reader: &Asker) -> Audience {
        audience(reader)
    }
}

impl Conversations {
    /// Whether the agent serves the customer now or did last; supervisors serve everybody.
    pub async fn serves(
        &self,
        site: &SiteId,
        asker: &Asker,
        customer: &domain::id::CustomerId,
    ) -> bool {
        let Ok(Some(current)) = self.current(site, customer).await else {
            return false;
        };
        match asker {
            Asker::Agent {
                supervisor: true, ..
            } => true,
            asker => matches!(
                self.with(site, &current, |c| member(c, asker)).await,
                Ok(Some(true))
            ),
        }
    }
}
