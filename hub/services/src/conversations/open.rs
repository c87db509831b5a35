//! A customer's message finds its conversation: the open one, the one it reopens, or the next.

use super::{Conversations, Done, Ticket};
use crate::failure::Failure;
use domain::conversation::command::{Asker, Command};
use domain::conversation::event::{Channel, Origin};
use domain::id::{ConversationId, CustomerId, DepartmentId, MessageId, SiteId};
use domain::rejection::Rejection;
use journal::subject::Subject;
use journal::{Position, ReadError};

/// A message of a customer.
#[derive(Debug, Clone)]
pub struct Writing {
    /// The customer.
    pub asker: Asker,
    /// Into this one; `None`: into the open chat, or opens one.
    pub conversation: Option<ConversationId>,
    /// What.
    pub text: String,
    /// To which message.
    pub reply_to: Option<MessageId>,
    /// For a new conversation; `None`: the site's default.
    pub department: Option<DepartmentId>,
    /// Where the customer is.
    pub origin: Origin,
}

/// Earlier conversations that are asked whether they know a `ref` before a new one is opened.
const REMEMBERED: u32 = 3;

impl Conversations {
    /// Writes a customer's message. Two tabs, two nodes or a retry make one conversation:
    /// whoever loses the race to open finds its record there and follows up.
    ///
    /// # Errors
    /// The rules' rejection, or the store's state.
    pub async fn write(
        &self,
        site: &SiteId,
        writing: Writing,
        ticket: Ticket,
    ) -> Result<Done, Failure> {
        let Asker::Customer { id: customer, .. } = &writing.asker else {
            return Err(Rejection::NotAllowed.into());
        };
        let customer = customer.clone();
        if self
            .parts
            .customers
            .blocked(site, &customer, self.parts.clock.now())
        {
            return Err(Failure::Blocked);
        }
        let newest = self.newest(site, &customer).await?;
        let n = match &writing.conversation {
            None => newest,
            Some(named) => match named.parts() {
                Some((owner, n)) if owner == customer && n <= newest => n,
                _ => return Err(Rejection::NotFound.into()),
            },
        };
        if n > 0 {
            let id = nth(&customer, n)?;
            let post = Command::Post {
                message: self.message_id(),
                text: writing.text.clone(),
                reply_to: writing.reply_to.clone(),
            };
            match self
                .execute(site, &id, writing.asker.clone(), post, Some(ticket.clone()))
                .await
            {
                Err(Failure::Rejected(Rejection::ConversationClosed)) => {}
                answer => {
                    if answer.is_ok() {
                        self.move_from_gone(site, &id).await;
                    }
                    return answer;
                }
            }
        }
        self.open(site, &customer, newest, writing, ticket).await
    }

    /// The owner has been without a connection for too long, and now the customer waits: back
    /// into the line. A conversation in which nobody waited had stayed with its owner.
    async fn move_from_gone(&self, site: &SiteId, id: &ConversationId) {
        let owner = self.with(site, id, |c| c.owner().map(|o| o.id.clone()));
        let Ok(Some(Some(agent))) = owner.await else {
            return;
        };
        if !self
            .parts
            .boards
            .is_gone(site, &agent, self.parts.requeue, self.parts.clock.now())
        {
            return;
        }
        let command = Command::Requeue {
            agent,
            only_if_waiting: true,
        };
        if let Err(error) = self.execute(site, id, Asker::System, command, None).await {
            tracing::warn!(conversation = %id, %error, "the conversation stays with an agent who is gone");
        }
    }

    async fn open(
        &self,
        site: &SiteId,
        customer: &CustomerId,
        newest: u32,
        writing: Writing,
        ticket: Ticket,
    ) -> Result<Done, Failure> {
        for n in (newest.saturating_sub(REMEMBERED) + 1..=newest).rev() {
            let id = nth(customer, n)?;
            if let Some(done) = self
                .answered_before(site, &id, &writing.asker, &ticket)
                .await?
            {
                return Ok(done);
            }
        }
        let next = newest + 1;
        let command = Command::Open {
            message: self.message_id(),
            text: writing.text,
            department: self.department(site, writing.department)?,
            channel: Channel::Chat,
            origin: writing.origin,
            previous: if newest > 0 {
                Some(nth(customer, newest)?)
            } else {
                None
            },
        };
        let done = self
            .execute(
                site,
                &nth(customer, next)?,
                writing.asker,
                command,
                Some(ticket),
            )
            .await?;
        self.newest.insert((site.clone(), customer.clone()), next);
        Ok(done)
    }

    /// "Talk to a person", in the open chat or the one named.
    ///
    /// # Errors
    /// Nothing is open, the department is not listed, or the store's state.
    pub async fn request_agent(
        &self,
        site: &SiteId,
        asker: Asker,
        conversation: Option<ConversationId>,
        department: Option<DepartmentId>,
        ticket: Ticket,
    ) -> Result<Done, Failure> {
        let Asker::Customer { id: customer, .. } = &asker else {
            return Err(Rejection::NotAllowed.into());
        };
        let department = department
            .map(|d| self.department(site, Some(d)))
            .transpose()?;
        let id = match conversation {
            Some(id) => id,
            None => self
                .current(site, customer)
                .await?
                .ok_or(Rejection::NotFound)?,
        };
        self.execute(
            site,
            &id,
            asker,
            Command::RequestAgent { department },
            Some(ticket),
        )
        .await
    }

    /// An agent writes first, to a customer without an open chat.
    ///
    /// # Errors
    /// The customer has an open chat with somebody else, or is unknown.
    pub async fn start(
        &self,
        site: &SiteId,
        asker: Asker,
        customer: CustomerId,
        text: String,
        ticket: Ticket,
    ) -> Result<Done, Failure> {
        let newest = self.newest(site, &customer).await?;
        if newest == 0 {
            return Err(Rejection::NotFound.into());
        }
        let last = nth(&customer, newest)?;
        if let Some(done) = self.answered_before(site, &last, &asker, &ticket).await? {
            return Ok(done);
        }
        let (open, department) = self
            .with(site, &last, |c| (c.is_open(), c.department.clone()))
            .await?
            .ok_or(Rejection::NotFound)?;
        if open {
            return Err(Rejection::AlreadyAssigned.into());
        }
        let command = Command::Start {
            message: self.message_id(),
            text,
            department,
            previous: Some(last),
        };
        let done = self
            .execute(
                site,
                &nth(&customer, newest + 1)?,
                asker,
                command,
                Some(ticket),
            )
            .await?;
        self.newest.insert((site.clone(), customer), newest + 1);
        Ok(done)
    }

    /// The customer's newest conversation.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn current(
        &self,
        site: &SiteId,
        customer: &CustomerId,
    ) -> Result<Option<ConversationId>, ReadError> {
        let n = self.newest(site, customer).await?;
        Ok((n > 0)
            .then(|| ConversationId::nth(customer, n).ok())
            .flatten())
    }

    /// The number of the newest conversation; 0: none. What is remembered may lag, so the
    /// store is asked whether there is a later one.
    pub(super) async fn newest(
        &self,
        site: &SiteId,
        customer: &CustomerId,
    ) -> Result<u32, ReadError> {
        let key = (site.clone(), customer.clone());
        let mut n = match self.newest.get(&key) {
            Some(n) => n,
            None => self
                .parts
                .views
                .newest(site, customer)
                .await
                .map_err(unreadable)?
                .unwrap_or(0),
        };
        while let Ok(next) = ConversationId::nth(customer, n + 1) {
            if self
                .parts
                .journal
                .last(&Subject::events(site, customer, &next))
                .await?
                == Position(0)
            {
                break;
            }
            n += 1;
        }
        if n > 0 {
            self.newest.insert(key, n);
        }
        Ok(n)
    }

    pub(super) fn message_id(&self) -> MessageId {
        MessageId::new(self.parts.random.id()).expect("drawn from the letters of ids")
    }

    /// A department that the site lists; `None`: its default.
    fn department(
        &self,
        site: &SiteId,
        wish: Option<DepartmentId>,
    ) -> Result<DepartmentId, Rejection> {
        self.parts
            .sites
            .department(site, wish.as_ref())
            .ok_or(Rejection::InvalidField("department"))
    }
}

pub(super) fn unreadable(error: views::ViewError) -> ReadError {
    ReadError(error.to_string().into())
}

fn nth(customer: &CustomerId, n: u32) -> Result<ConversationId, Rejection> {
    ConversationId::nth(customer, n).map_err(|_| Rejection::NotFound)
}
