//! Snapshots and summaries for the wire.

use super::event;
use domain::conversation::event::Author;
use protocol::limits::MAX_FRAME;
use protocol::shared::{AuthorKind, CustomerName};
use protocol::snapshot as wire;
use services::readmodel::{Audience, Snapshot, Summary, Turn};

/// Room for the frame around a snapshot.
const ENVELOPE: usize = 4_096;

/// Room for what stands beside a snapshot in `welcome`: a page of summaries.
const WELCOME: usize = 32 * 1_024;

/// The conversation; fewer events where the frame would pass 64 KiB.
pub fn snapshot(s: &Snapshot, audience: Audience) -> wire::Snapshot {
    fitted(s, audience, ENVELOPE)
}

/// The same beside the lists of `welcome`.
pub fn in_welcome(s: &Snapshot, audience: Audience) -> wire::Snapshot {
    fitted(s, audience, WELCOME)
}

fn fitted(s: &Snapshot, audience: Audience, beside: usize) -> wire::Snapshot {
    let mut events: Vec<wire::Numbered> = Vec::with_capacity(s.events.len());
    let mut size = beside;
    for numbered in s.events.iter().rev() {
        let event = event::numbered(numbered, audience);
        size += serde_json::to_vec(&event).map_or(0, |bytes| bytes.len() + 1);
        if size > MAX_FRAME {
            break;
        }
        events.push(event);
    }
    events.reverse();
    let cut = events.len() < s.events.len();
    let before = if cut {
        Some(events.first().map_or(s.seq + 1, |e| e.seq))
    } else {
        s.before
    };
    wire::Snapshot {
        conversation: s.conversation.to_string(),
        epoch: s.epoch.to_string(),
        seq: s.seq,
        state: s.state.to_owned(),
        department: s.department.to_string(),
        agent: s.agent.as_ref().map(event::name),
        turn: turn(s.turn),
        waiting_since: s.waiting_since.map(|t| t.0),
        respond_by: s.respond_by.map(|t| t.0),
        read: wire::ReadUpTo {
            customer: s.read_by_customer,
            agent: s.read_by_agent,
        },
        events,
        before,
    }
}

/// A conversation in a list.
pub fn summary(s: &Summary) -> wire::Summary {
    wire::Summary {
        conversation: s.conversation.to_string(),
        state: s.state.to_owned(),
        department: s.department.to_string(),
        customer: CustomerName {
            id: s.customer.to_string(),
            name: s.customer_name.clone(),
        },
        agent: s.agent.as_ref().map(event::name),
        last: s.last.as_ref().map(|(at, author, text)| wire::LastMessage {
            at: at.0,
            author: kind(author),
            text: text.as_str().into(),
        }),
        turn: turn(s.turn),
        waiting_since: s.waiting_since.map(|t| t.0),
        respond_by: s.respond_by.map(|t| t.0),
        unread: s.unread,
        mentions: None,
        since: s.since.0,
    }
}

fn kind(author: &Author) -> AuthorKind {
    match author {
        Author::Customer { .. } => AuthorKind::Customer,
        Author::Agent(_) => AuthorKind::Agent,
        Author::Bot => AuthorKind::Bot,
        Author::System => AuthorKind::System,
    }
}

fn turn(turn: Turn) -> protocol::shared::Turn {
    match turn {
        Turn::Customer => protocol::shared::Turn::Customer,
        Turn::Agent => protocol::shared::Turn::Agent,
    }
}
