//! Load, decide, append; again where somebody was faster.

use super::load::{Folded, Slot};
use super::{Conversations, Done, Ticket};
use crate::failure::Failure;
use domain::allocation::fact::Target;
use domain::conversation::command::{Asker, Command, Context};
use domain::conversation::refs::{Answer, Seen};
use domain::conversation::{Conversation, Event, decide};
use domain::id::{ConversationId, SiteId};
use domain::record::{Actor, Record};
use domain::rejection::Rejection;
use domain::time::Span;

/// Lost races before a client is asked to come back.
const TRIES: usize = 50;

pub(super) async fn execute(
    all: &Conversations,
    site: &SiteId,
    id: &ConversationId,
    asker: Asker,
    by: Actor,
    command: Command,
    ticket: Option<Ticket>,
) -> Result<Done, Failure> {
    let slot = all.slot(site, id)?;
    let journal = &*all.parts.journal;
    let mut folded = slot.folded.lock().await;
    slot.ensure(journal, &mut folded).await?;
    for _ in 0..TRIES {
        if let Some(answered) = answered(folded.state.as_ref(), &by, ticket.as_ref()) {
            return answered
                .map(|answer| done(id, &asker, answer))
                .map_err(Failure::from);
        }
        let context = all.context(site, folded.state.as_ref(), asker.clone());
        if let (Command::Transfer { to, .. }, Asker::Agent { person, .. }) = (&command, &asker) {
            all.reachable(site, to, &person.id)?;
        }
        match decide(folded.state.as_ref(), command.clone(), &context) {
            // A node that lags never says no from old knowledge.
            Err(rejection) => {
                if !slot.catch_up(journal, &mut folded).await? {
                    return Err(rejection.into());
                }
            }
            Ok(events) if events.is_empty() => {
                let at = folded.state.as_ref().map_or(context.now, |s| s.at);
                return Ok(Done {
                    conversation: Some(id.clone()),
                    seq: None,
                    at,
                });
            }
            Ok(events) => {
                let decided = Decided {
                    context: &context,
                    by: &by,
                    ticket: ticket.as_ref(),
                    events,
                };
                if let Some(done) = commit(all, site, &slot, &mut folded, decided).await? {
                    return Ok(done);
                }
                slot.refresh(journal, &mut folded).await?;
            }
        }
    }
    Err(Failure::Unavailable {
        retry_after: Span::seconds(1),
    })
}

/// What was answered to this `ref` before: the same again, or that it names something else.
fn answered(
    state: Option<&Conversation>,
    by: &Actor,
    ticket: Option<&Ticket>,
) -> Option<Result<Answer, Rejection>> {
    let (state, ticket) = (state?, ticket?);
    match state.refs.check(by, &ticket.reference, ticket.digest) {
        Seen::New => None,
        Seen::Same(answer) => Some(Ok(answer)),
        Seen::Reused => Some(Err(Rejection::RefReused)),
    }
}

/// A decided command on its way into the log.
struct Decided<'a> {
    context: &'a Context,
    by: &'a Actor,
    ticket: Option<&'a Ticket>,
    events: Vec<Event>,
}

/// `None`: somebody was faster.
async fn commit(
    all: &Conversations,
    site: &SiteId,
    slot: &Slot,
    folded: &mut Folded,
    decided: Decided<'_>,
) -> Result<Option<Done>, Failure> {
    let Decided {
        context,
        by,
        ticket,
        events,
    } = decided;
    let round = folded.state.as_ref().map(|s| s.round);
    let record = all.record(
        folded.state.as_ref(),
        by.clone(),
        ticket,
        context.now,
        events,
    );
    let Some(position) = all.append(&slot.subject, folded.position, &record).await? else {
        return Ok(None);
    };
    slot.apply(folded, &record, position);
    if let Some(state) = folded.state.as_ref().filter(|s| Some(s.round) != round) {
        (all.parts.facts)(site, state.fact());
    }
    Ok(Some(done(&slot.id, &context.asker, answer_of(&record))))
}

fn answer_of(record: &Record<Event>) -> Answer {
    Answer::of(
        domain::conversation::apply::key_ordinals(record),
        record.at,
        record.digest.unwrap_or(0),
    )
}

/// The answer in the asker's own count.
fn done(id: &ConversationId, asker: &Asker, answer: Answer) -> Done {
    let seq = match asker {
        Asker::Customer { .. } => answer.event.public,
        Asker::Agent { .. } | Asker::System => answer.event.all,
    };
    Done {
        conversation: Some(id.clone()),
        seq: (seq > 0).then_some(seq),
        at: answer.at,
    }
}

impl Conversations {
    fn context(&self, site: &SiteId, state: Option<&Conversation>, asker: Asker) -> Context {
        let times = self.parts.sites.times(site, state.map(|s| &s.department));
        Context {
            now: self.parts.clock.now(),
            asker,
            wrap_up: times.wrap_up,
            sticky: times.sticky,
            reopen_within: times.reopen,
        }
    }

    /// A transfer goes where somebody can take it.
    fn reachable(
        &self,
        site: &SiteId,
        to: &Target,
        sender: &domain::id::AgentId,
    ) -> Result<(), Rejection> {
        if let Target::Department(department) = to
            && self
                .parts
                .sites
                .department(site, Some(department))
                .is_none()
        {
            return Err(Rejection::InvalidField("to"));
        }
        match to {
            _ if self.parts.boards.takes_transfer(site, to, sender) => Ok(()),
            Target::Agent(_) => Err(Rejection::AgentUnavailable),
            Target::Department(_) => Err(Rejection::DepartmentClosed),
        }
    }

    /// The answer to a `ref` in an earlier conversation, where there is one.
    pub(super) async fn answered_before(
        &self,
        site: &SiteId,
        id: &ConversationId,
        asker: &Asker,
        ticket: &Ticket,
    ) -> Result<Option<Done>, Failure> {
        let by = asker.actor();
        let found = self
            .with(site, id, |state| answered(Some(state), &by, Some(ticket)))
            .await?
            .flatten();
        match found {
            None => Ok(None),
            Some(Ok(answer)) => Ok(Some(done(id, asker, answer))),
            Some(Err(rejection)) => Err(rejection.into()),
        }
    }
}

impl Conversations {
    /// The answer that the agent's command got in this conversation, where it did.
    pub(crate) async fn answered_for(
        &self,
        site: &SiteId,
        id: &ConversationId,
        person: &domain::conversation::event::Person,
        ticket: &Ticket,
    ) -> Result<Option<Done>, Failure> {
        let asker = Asker::Agent {
            person: person.clone(),
            supervisor: false,
        };
        self.answered_before(site, id, &asker, ticket).await
    }
}
