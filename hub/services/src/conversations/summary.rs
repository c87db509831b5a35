//! Read models of one folded conversation.

use super::history::audience;
use crate::readmodel::{Audience, Card, Snapshot, StateWord, Summary, Turn};
use domain::conversation::command::Asker;
use domain::conversation::{Conversation, Phase};
use domain::id::Epoch;
use domain::time::{Span, Time};

/// Characters of a message shown in lists.
const PREVIEW: usize = 200;

pub(super) fn state_word(conversation: &Conversation, offered: bool) -> StateWord {
    match &conversation.phase {
        Phase::Bot => "bot",
        Phase::Queued { .. } if offered => "offered",
        Phase::Queued { .. } => "queued",
        Phase::Assigned { .. } => "assigned",
        Phase::WrapUp { .. } => "wrap_up",
        Phase::Closed { .. } => "closed",
    }
}

fn turn(conversation: &Conversation) -> Turn {
    if conversation.waiting_since.is_some() {
        Turn::Agent
    } else {
        Turn::Customer
    }
}

fn respond_by(conversation: &Conversation, target: Span) -> Option<Time> {
    conversation.waiting_since.map(|since| since.plus(target))
}

pub(super) fn snapshot(
    c: &Conversation,
    audience: Audience,
    target: Span,
    epoch: Epoch,
    offered: bool,
) -> Snapshot {
    let own = |all: u64| {
        (all > 0).then(|| {
            if audience == Audience::Customer {
                c.to_public(all)
            } else {
                all
            }
        })
    };
    let by_agent = c
        .last_agent()
        .and_then(|a| c.read_by_agents.get(&a.id))
        .copied()
        .unwrap_or(0);
    Snapshot {
        conversation: c.id.clone(),
        epoch,
        seq: if audience == Audience::Customer {
            c.counts.public
        } else {
            c.counts.all
        },
        // A customer does not see who is being asked.
        state: state_word(c, offered && audience == Audience::Agent),
        department: c.department.clone(),
        agent: c.owner().cloned(),
        turn: turn(c),
        waiting_since: c.waiting_since,
        respond_by: respond_by(c, target),
        read_by_customer: own(c.read_by_customer),
        read_by_agent: own(by_agent),
        events: Vec::new(),
        before: None,
    }
}

pub(super) fn summary(c: &Conversation, reader: &Asker, target: Span, offered: bool) -> Summary {
    let unread = match reader {
        Asker::Agent { person, .. } => c.unread_by(&person.id),
        Asker::Customer { .. } => unread_by_customer(c),
        Asker::System => 0,
    };
    Summary {
        conversation: c.id.clone(),
        state: state_word(c, offered && audience(reader) == Audience::Agent),
        department: c.department.clone(),
        customer: c.customer.clone(),
        customer_name: c.customer_name.clone(),
        agent: c.last_agent().cloned(),
        last: c
            .last
            .as_ref()
            .map(|l| (l.at, l.author.clone(), shortened(&l.text))),
        turn: turn(c),
        waiting_since: c.waiting_since,
        respond_by: respond_by(c, target),
        unread,
        since: c.since,
    }
}

/// The public events after the customer's mark: messages of agents, mostly.
fn unread_by_customer(c: &Conversation) -> u32 {
    (c.counts.public - c.to_public(c.read_by_customer)) as u32
}

pub(crate) fn card(c: &Conversation, earlier: u32, now: Time) -> Card {
    Card {
        customer: c.customer.clone(),
        name: c.customer_name.clone(),
        page: c.origin.page.clone(),
        locale: c.origin.locale.clone(),
        user_agent: c.origin.user_agent.clone(),
        channel: c.channel,
        earlier,
        department: c.department.clone(),
        waiting: now.since(c.enqueued_at.unwrap_or(c.since)),
        preview: c.last.as_ref().map(|l| shortened(&l.text)),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(PREVIEW) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
