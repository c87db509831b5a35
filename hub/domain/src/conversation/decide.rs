//! What a command does in which state: events, nothing (already so), or a rejection.

use super::command::{Asker, Command, Context};
use super::event::{Author, ClosedBy, Event, Person, QueuedReason, Resolution, TransferEnd};
use super::state::Conversation;
use crate::allocation::decision::AssignedBy;
use crate::allocation::fact::{Sticky, Target};
use crate::limits::{MAX_REMARK, MAX_TAGS, MAX_TEXT};
use crate::rejection::Rejection;

mod agent;
mod customer;
mod system;

type Decided = Result<Vec<Event>, Rejection>;

/// Decides one command. `Ok` with no events: it is so already.
///
/// # Errors
/// Why not; nothing has changed.
pub fn decide(state: Option<&Conversation>, command: Command, context: &Context) -> Decided {
    check_sizes(&command)?;
    let Some(state) = state else {
        return open(command, context);
    };
    match &context.asker {
        Asker::Customer { id, .. } if *id != state.customer => Err(Rejection::NotFound),
        Asker::Customer { .. } => customer::decide(state, command, context),
        Asker::Agent { person, supervisor } => {
            agent::decide(state, command, context, person, *supervisor)
        }
        Asker::System => system::decide(state, command, context),
    }
}

fn open(command: Command, context: &Context) -> Decided {
    let now = context.now;
    match (command, &context.asker) {
        (
            Command::Open {
                message,
                text,
                department,
                channel,
                origin,
                previous,
            },
            Asker::Customer { id, name },
        ) => {
            let author = Author::Customer {
                id: id.clone(),
                name: name.clone(),
            };
            Ok(vec![
                Event::ConversationOpened {
                    department: department.clone(),
                    channel,
                    origin,
                    previous,
                },
                Event::MessagePosted {
                    message,
                    author,
                    text,
                    reply_to: None,
                },
                queued(department, QueuedReason::Opened, now),
            ])
        }
        (
            Command::Start {
                message,
                text,
                department,
                previous,
            },
            Asker::Agent { person, .. },
        ) => {
            let (origin, channel) = Default::default();
            Ok(vec![
                Event::ConversationOpened {
                    department: department.clone(),
                    channel,
                    origin,
                    previous,
                },
                assigned(person.clone(), AssignedBy::Start, department),
                Event::MessagePosted {
                    message,
                    author: Author::Agent(person.clone()),
                    text,
                    reply_to: None,
                },
            ])
        }
        _ => Err(Rejection::NotFound),
    }
}

fn queued(
    department: crate::id::DepartmentId,
    reason: QueuedReason,
    enqueued_at: crate::time::Time,
) -> Event {
    Event::ConversationQueued {
        department,
        reason,
        enqueued_at,
        front: false,
        sticky: None,
        return_to: None,
    }
}

fn assigned(agent: Person, by: AssignedBy, department: crate::id::DepartmentId) -> Event {
    Event::AgentAssigned {
        agent,
        by,
        department,
        decision: None,
    }
}

/// The close, and what follows it: after-work for an owner, a survey where a person answered.
fn close(
    state: &Conversation,
    by: ClosedBy,
    resolution: Option<Resolution>,
    context: &Context,
) -> Vec<Event> {
    let mut events = vec![Event::Closed { by, resolution }];
    if state.owner().is_some() {
        if !matches!(resolution, Some(Resolution::Spam | Resolution::Duplicate)) {
            events.push(Event::SurveySent);
        }
        let until = context.now.plus(context.wrap_up);
        events.push(Event::WrapUpStarted {
            until,
            extended: false,
        });
    }
    events
}

fn check_sizes(command: &Command) -> Result<(), Rejection> {
    let text = match command {
        Command::Open { text, .. }
        | Command::Start { text, .. }
        | Command::Post { text, .. }
        | Command::Note { text, .. } => Some(text),
        Command::Close {
            note: Some((_, text)),
            ..
        } => Some(text),
        _ => None,
    };
    if text.is_some_and(|t| t.trim().is_empty() || t.chars().count() > MAX_TEXT) {
        return Err(Rejection::InvalidField("text"));
    }
    let long = |text: &Option<String>| {
        text.as_ref()
            .is_some_and(|t| t.chars().count() > MAX_REMARK)
    };
    match command {
        Command::Rate { score, .. } if !(1..=5).contains(score) => {
            Err(Rejection::InvalidField("score"))
        }
        Command::Rate { comment, .. } if long(comment) => Err(Rejection::InvalidField("comment")),
        Command::Transfer { note, .. } if long(note) => Err(Rejection::InvalidField("note")),
        Command::SetPriority { priority } if *priority > 9 => {
            Err(Rejection::InvalidField("priority"))
        }
        Command::SetTags { tags }
        | Command::Close {
            tags: Some(tags), ..
        } if tags.len() > MAX_TAGS => Err(Rejection::InvalidField("tags")),
        _ => Ok(()),
    }
}

/// A mark goes forward only, unless the reader asks to have it back; never past the end.
fn read(state: &Conversation, before: u64, seq: u64, unread: bool, context: &Context) -> Decided {
    let seq = seq.min(state.counts.all);
    let (moves, by) = (
        if unread { seq < before } else { seq > before },
        context.asker.actor(),
    );
    Ok(if moves {
        vec![Event::ReadMarked { by, seq }]
    } else {
        vec![]
    })
}

fn transfer_over(to: Target, reason: TransferEnd) -> Event {
    Event::TransferReturned { to, reason }
}

/// Back into the line because the owner cannot go on.
fn requeue(
    state: &Conversation,
    reason: QueuedReason,
    owner: &Person,
    returns: bool,
    context: &Context,
) -> Event {
    Event::ConversationQueued {
        department: state.department.clone(),
        reason,
        enqueued_at: state.enqueued_at.unwrap_or(context.now),
        front: true,
        sticky: None,
        return_to: returns.then(|| owner.id.clone()),
    }
}

fn prefer(agent: Option<&Person>, context: &Context) -> Option<Sticky> {
    agent.map(|a| Sticky {
        agent: a.id.clone(),
        until: context.now.plus(context.sticky),
    })
}
