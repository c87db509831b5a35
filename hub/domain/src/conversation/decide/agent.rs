//! The agent's and the supervisor's commands. Membership is authority: who does not own a
//! conversation cannot write into it.

use super::{Decided, assigned, close, read, transfer_over};
use crate::allocation::decision::AssignedBy;
use crate::allocation::fact::Target;
use crate::conversation::command::{Command, Context};
use crate::conversation::event::{Author, ClosedBy, Event, Person, TransferEnd};
use crate::conversation::state::{Conversation, Phase};
use crate::rejection::Rejection;
use crate::time::Span;

/// How much one extension of the after-work adds.
const EXTENSION: Span = Span::seconds(60);

pub(super) fn decide(
    state: &Conversation,
    command: Command,
    context: &Context,
    person: &Person,
    supervisor: bool,
) -> Decided {
    let owns = state.owner().is_some_and(|o| o.id == person.id);
    match command {
        Command::Start { .. } => Err(Rejection::NotAllowed),
        Command::Reopen => reopen(state, person, supervisor),
        Command::MarkRead { seq, unread } => {
            let before = state.read_by_agents.get(&person.id).copied().unwrap_or(0);
            read(state, before, seq, unread, context)
        }
        Command::SetTags { tags } if owns || supervisor => Ok(if tags == state.tags {
            vec![]
        } else {
            vec![Event::TagsSet { tags }]
        }),
        Command::SetPriority { priority } if owns || supervisor => match state.is_open() {
            false => Err(Rejection::ConversationClosed),
            true if priority == state.priority => Ok(vec![]),
            true => Ok(vec![Event::PrioritySet { priority }]),
        },
        Command::Close {
            resolution,
            tags,
            note,
        } if owns || supervisor => {
            if !state.is_open() {
                return Err(Rejection::ConversationClosed);
            }
            let author = Author::Agent(person.clone());
            let mut events: Vec<Event> = note
                .map(|(note, text)| Event::NotePosted {
                    note,
                    author,
                    text,
                    mentions: vec![],
                })
                .into_iter()
                .collect();
            events.extend(tags.map(|tags| Event::TagsSet { tags }));
            let by = ClosedBy::agent(supervisor && !owns);
            events.extend(close(state, by, Some(resolution), context));
            Ok(events)
        }
        command if owns => owner(state, command, person),
        _ => Err(Rejection::NotFound),
    }
}

fn owner(state: &Conversation, command: Command, person: &Person) -> Decided {
    let author = Author::Agent(person.clone());
    match (command, &state.phase) {
        (
            Command::Note {
                note,
                text,
                mentions,
            },
            _,
        ) => Ok(vec![Event::NotePosted {
            note,
            author,
            text,
            mentions,
        }]),
        (
            Command::Post {
                message,
                text,
                reply_to,
            },
            Phase::Assigned { .. },
        ) => Ok(vec![Event::MessagePosted {
            message,
            author,
            text,
            reply_to,
        }]),
        (Command::Transfer { to, note }, Phase::Assigned { transfer, .. }) => {
            if to == Target::Agent(person.id.clone()) {
                return Err(Rejection::InvalidField("to"));
            }
            match transfer {
                Some(open) if open.to == to => Ok(vec![]),
                Some(_) => Err(Rejection::NotAllowed),
                None => Ok(vec![Event::TransferRequested { to, note }]),
            }
        }
        (Command::WithdrawTransfer, Phase::Assigned { transfer, .. }) => Ok(transfer
            .iter()
            .map(|t| transfer_over(t.to.clone(), TransferEnd::Withdrawn))
            .collect()),
        (Command::FinishWrapUp { resolution }, Phase::WrapUp { .. }) => {
            Ok(vec![Event::WrapUpFinished { resolution }])
        }
        (
            Command::ExtendWrapUp,
            Phase::WrapUp {
                until,
                extended: false,
                ..
            },
        ) => Ok(vec![Event::WrapUpStarted {
            until: until.plus(EXTENSION),
            extended: true,
        }]),
        (Command::Post { .. } | Command::Transfer { .. }, Phase::WrapUp { .. }) => {
            Err(Rejection::ConversationClosed)
        }
        _ => Err(Rejection::NotAllowed),
    }
}

fn reopen(state: &Conversation, person: &Person, supervisor: bool) -> Decided {
    let last = state.last_agent().is_some_and(|a| a.id == person.id);
    match &state.phase {
        Phase::WrapUp { .. } | Phase::Closed { .. } if last || supervisor => Ok(vec![
            Event::Reopened {
                by: ClosedBy::agent(supervisor && !last),
            },
            assigned(person.clone(), AssignedBy::Reopen, state.department.clone()),
        ]),
        Phase::Assigned { agent, .. } if agent.id == person.id => Ok(vec![]),
        Phase::Bot | Phase::Queued { .. } | Phase::Assigned { .. } if last || supervisor => {
            Err(Rejection::NotAllowed)
        }
        _ => Err(Rejection::NotFound),
    }
}
