//! Events of the domain as events of the wire.

use domain::allocation::fact;
use domain::conversation::Event;
use domain::conversation::event::{Author, Person, QueuedReason, Resolution};
use domain::record::{Actor, Record};
use protocol::event as wire;
use protocol::shared::{self, AgentName, AuthorKind, Body};
use serde::Serialize;
use services::readmodel::{Audience, Numbered};

/// One event with its place.
pub fn numbered(numbered: &Numbered, audience: Audience) -> protocol::snapshot::Numbered {
    protocol::snapshot::Numbered {
        seq: numbered.seq,
        at: numbered.at.0,
        event: event(numbered, audience),
    }
}

/// One event; customers do not get what is for agents only.
pub fn event(numbered: &Numbered, audience: Audience) -> wire::Event {
    let reference = || numbered.reference.as_ref().map(ToString::to_string);
    match numbered.event.clone() {
        Event::ConversationOpened {
            department,
            channel,
            ..
        } => wire::Event::ConversationOpened {
            department: department.into(),
            channel: word(&channel),
            language: None,
        },
        Event::MessagePosted {
            message,
            author: by,
            text,
            reply_to,
        } => wire::Event::MessagePosted {
            message: message.into(),
            author: author(&by),
            reference: reference(),
            body: Body {
                kind: "text".into(),
            },
            text: text.into(),
            reply_to: reply_to.map(Into::into),
        },
        Event::NotePosted {
            note,
            author: by,
            text,
            mentions,
        } => wire::Event::NotePosted {
            note: note.into(),
            author: author(&by),
            reference: reference(),
            text: text.into(),
            mentions: (!mentions.is_empty())
                .then(|| mentions.into_iter().map(Into::into).collect()),
        },
        Event::ConversationQueued {
            department, reason, ..
        } => wire::Event::ConversationQueued {
            department: department.into(),
            reason: word(&reason),
        },
        Event::AgentAssigned { agent, by, .. } => wire::Event::AgentAssigned {
            agent: name(&agent),
            by: word(&by),
        },
        Event::AgentUnreachable { agent } => wire::Event::AgentUnreachable {
            agent: name(&agent),
        },
        Event::AgentReturned { agent } => wire::Event::AgentReturned {
            agent: name(&agent),
        },
        Event::TransferRequested { to, note } => wire::Event::TransferRequested {
            to: target(to),
            note: note.map(Into::into),
        },
        Event::TransferReturned { to, reason } => wire::Event::TransferReturned {
            to: target(to),
            reason: word(&reason),
        },
        Event::Transferred { from, to, note } => wire::Event::Transferred {
            from: name(&from),
            to: target(to),
            note: note.filter(|_| audience == Audience::Agent).map(Into::into),
        },
        Event::WrapUpStarted { until, .. } => wire::Event::WrapUpStarted { until: until.0 },
        Event::WrapUpFinished { resolution: r } => wire::Event::WrapUpFinished {
            resolution: r.map(resolution),
        },
        Event::TagsSet { tags } => wire::Event::TagsSet {
            tags: tags.into_iter().map(Into::into).collect(),
        },
        Event::PrioritySet { priority } => wire::Event::PrioritySet { priority },
        Event::Closed { by, resolution: r } => wire::Event::Closed {
            by: word(&by),
            resolution: r.map(resolution),
        },
        Event::Reopened { by } => wire::Event::Reopened { by: word(&by) },
        // Marks are in no count and come as frames of their own.
        Event::SurveySent | Event::ReadMarked { .. } => wire::Event::SurveySent {},
        Event::Rated { score, comment } => wire::Event::Rated {
            score,
            comment: comment.map(Into::into),
        },
    }
}

/// Why an agent's membership ended with this record.
pub fn left_reason(record: &Record<Event>) -> &'static str {
    let reason = |event: &Event| match event {
        Event::Transferred { .. } => Some("transferred"),
        Event::WrapUpFinished { .. } => Some("closed"),
        Event::ConversationQueued {
            reason: QueuedReason::AgentUnreachable | QueuedReason::AgentLeft,
            ..
        } => Some("requeued"),
        _ => None,
    };
    record
        .events
        .iter()
        .find_map(reason)
        .unwrap_or("reassigned")
}

/// Who wrote.
pub fn author(author: &Author) -> shared::Author {
    match author {
        Author::Customer { id, name } => shared::Author {
            kind: AuthorKind::Customer,
            id: Some(id.to_string()),
            name: name.clone(),
        },
        Author::Agent(person) => protocol::frame::agent_author(name(person)),
        Author::Bot => shared::Author {
            kind: AuthorKind::Bot,
            id: None,
            name: None,
        },
        Author::System => shared::Author {
            kind: AuthorKind::System,
            id: None,
            name: None,
        },
    }
}

/// Who did something fleeting.
pub fn actor(actor: &Actor) -> shared::Author {
    let (kind, id) = match actor {
        Actor::Customer(id) => (AuthorKind::Customer, Some(id.to_string())),
        Actor::Agent(id) => (AuthorKind::Agent, Some(id.to_string())),
        Actor::Bot => (AuthorKind::Bot, None),
        Actor::System => (AuthorKind::System, None),
    };
    shared::Author {
        kind,
        id,
        name: None,
    }
}

/// An agent.
pub fn name(person: &Person) -> AgentName {
    AgentName {
        id: person.id.to_string(),
        name: person.name.clone(),
    }
}

fn target(target: fact::Target) -> shared::Target {
    match target {
        fact::Target::Agent(agent) => shared::Target::Agent(agent.into()),
        fact::Target::Department(department) => shared::Target::Department(department.into()),
    }
}

/// How it ended.
pub fn resolution(resolution: Resolution) -> shared::Resolution {
    match resolution {
        Resolution::Resolved => shared::Resolution::Resolved,
        Resolution::Unresolved => shared::Resolution::Unresolved,
        Resolution::NoReply => shared::Resolution::NoReply,
        Resolution::Abandoned => shared::Resolution::Abandoned,
        Resolution::Spam => shared::Resolution::Spam,
        Resolution::Duplicate => shared::Resolution::Duplicate,
    }
}

/// And back.
pub fn resolution_in(resolution: shared::Resolution) -> Resolution {
    match resolution {
        shared::Resolution::Resolved => Resolution::Resolved,
        shared::Resolution::Unresolved => Resolution::Unresolved,
        shared::Resolution::NoReply => Resolution::NoReply,
        shared::Resolution::Abandoned => Resolution::Abandoned,
        shared::Resolution::Spam => Resolution::Spam,
        shared::Resolution::Duplicate => Resolution::Duplicate,
    }
}

/// The word of a closed set whose stored form is the wire's.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
