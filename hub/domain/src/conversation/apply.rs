//! Folding what happened. Total: a stored event is never refused.

use super::event::{Author, ClosedBy, Event};
use super::state::{Closing, Conversation, Last, Phase, Transfer};
use super::visibility::Audience;
use crate::id::{ConversationId, CustomerId};
use crate::record::{Actor, Ordinals, Record};
use crate::time::Time;

/// Newest customer messages whose ordinals are kept for unread counts.
const ASKED_KEPT: usize = 100;

/// Folds one more record; the first one makes the conversation.
pub fn fold(
    state: Option<Conversation>,
    id: &ConversationId,
    customer: &CustomerId,
    record: &Record<Event>,
) -> Option<Conversation> {
    let mut state = match (state, record.events.first()) {
        (Some(state), _) => state,
        (None, Some(Event::ConversationOpened { .. })) => blank(id, customer, record)?,
        (None, _) => return None,
    };
    state.apply(record);
    Some(state)
}

fn blank(
    id: &ConversationId,
    customer: &CustomerId,
    record: &Record<Event>,
) -> Option<Conversation> {
    let Event::ConversationOpened {
        department,
        channel,
        origin,
        previous,
    } = record.events.first()?
    else {
        return None;
    };
    Some(Conversation {
        id: id.clone(),
        customer: customer.clone(),
        customer_name: None,
        department: department.clone(),
        channel: *channel,
        origin: origin.clone(),
        previous: previous.clone(),
        phase: Phase::Bot,
        priority: 0,
        tags: Vec::new(),
        opened_at: record.at,
        since: record.at,
        enqueued_at: None,
        waiting_since: None,
        counts: Ordinals::default(),
        hidden: Vec::new(),
        round: 0,
        at: record.at,
        last: None,
        read_by_customer: 0,
        read_by_agents: Default::default(),
        asked: Default::default(),
        hops: 0,
        rated: None,
        refs: Default::default(),
    })
}

impl Conversation {
    /// Folds one record of this conversation.
    pub fn apply(&mut self, record: &Record<Event>) {
        if let (Some(reference), Some(digest)) = (&record.reference, record.digest) {
            let event = key_ordinals(record);
            self.refs
                .remember(&record.by, reference, digest, event, record.at);
        }
        for event in &record.events {
            match event.audience() {
                Audience::Everyone => {
                    self.counts.all += 1;
                    self.counts.public += 1;
                }
                Audience::Agents => {
                    self.counts.all += 1;
                    self.hidden.push(self.counts.all);
                }
                Audience::Nobody => {}
            }
            self.event(event, record.at);
        }
        self.at = self.at.max(record.at);
    }

    fn event(&mut self, event: &Event, at: Time) {
        match event {
            Event::MessagePosted { author, text, .. } => self.message(author, text, at),
            Event::ConversationQueued {
                department,
                enqueued_at,
                front,
                sticky,
                return_to,
                ..
            } => {
                self.department = department.clone();
                self.enqueued_at = Some(*enqueued_at);
                let (front, sticky, return_to) = (*front, sticky.clone(), return_to.clone());
                self.enter(
                    Phase::Queued {
                        enqueued_at: *enqueued_at,
                        front,
                        sticky,
                        return_to,
                    },
                    at,
                );
            }
            Event::AgentAssigned {
                agent, department, ..
            } => {
                self.department = department.clone();
                self.enter(
                    Phase::Assigned {
                        agent: agent.clone(),
                        since: at,
                        unreachable: false,
                        transfer: None,
                    },
                    at,
                );
            }
            Event::AgentUnreachable { .. } => self.set_unreachable(true),
            Event::AgentReturned { .. } => self.set_unreachable(false),
            Event::TransferRequested { to, note } => {
                self.set_transfer(Some(Transfer {
                    to: to.clone(),
                    note: note.clone(),
                }));
            }
            Event::TransferReturned { .. } => self.set_transfer(None),
            Event::Transferred { .. } => self.hops += 1,
            Event::WrapUpStarted { until, extended } => self.wrap_up(*until, *extended, at),
            Event::WrapUpFinished { resolution } => self.finish(*resolution, at),
            Event::TagsSet { tags } => self.tags.clone_from(tags),
            Event::PrioritySet { priority } => {
                self.priority = *priority;
                self.round = self.counts.all;
            }
            Event::Closed { by, resolution } => self.close(Closing {
                by: *by,
                resolution: *resolution,
                at,
            }),
            Event::Rated { score, .. } => self.rated = Some(*score),
            Event::ReadMarked { by, seq } => self.mark(by, *seq),
            Event::ConversationOpened { .. }
            | Event::NotePosted { .. }
            | Event::SurveySent
            | Event::Reopened { .. } => {}
        }
    }

    fn enter(&mut self, phase: Phase, at: Time) {
        self.phase = phase;
        self.since = at;
        self.round = self.counts.all;
    }

    fn message(&mut self, author: &Author, text: &str, at: Time) {
        match author {
            Author::Customer { name, .. } => {
                if name.is_some() {
                    self.customer_name.clone_from(name);
                }
                self.waiting_since.get_or_insert(at);
                self.asked.push_back(self.counts.all);
                if self.asked.len() > ASKED_KEPT {
                    self.asked.pop_front();
                }
                self.read_by_customer = self.counts.all;
            }
            Author::Agent(person) => {
                self.waiting_since = None;
                self.read_by_agents
                    .insert(person.id.clone(), self.counts.all);
            }
            Author::Bot | Author::System => {}
        }
        self.last = Some(Last {
            at,
            author: author.clone(),
            text: text.to_owned(),
        });
    }

    fn set_unreachable(&mut self, now: bool) {
        if let Phase::Assigned { unreachable, .. } = &mut self.phase {
            *unreachable = now;
        }
    }

    fn set_transfer(&mut self, wish: Option<Transfer>) {
        if let Phase::Assigned { transfer, .. } = &mut self.phase {
            *transfer = wish;
            self.round = self.counts.all;
        }
    }

    fn close(&mut self, closing: Closing) {
        let last_agent = self.owner().cloned();
        self.waiting_since = None;
        self.enqueued_at = None;
        self.enter(
            Phase::Closed {
                closing,
                last_agent,
            },
            closing.at,
        );
    }

    fn wrap_up(&mut self, until: Time, extended: bool, at: Time) {
        let (agent, closing) = match &self.phase {
            Phase::Closed {
                closing,
                last_agent: Some(agent),
            } => (agent.clone(), *closing),
            Phase::WrapUp { agent, closing, .. } => (agent.clone(), *closing),
            _ => return,
        };
        self.enter(
            Phase::WrapUp {
                agent,
                until,
                extended,
                closing,
            },
            at,
        );
    }

    fn finish(&mut self, corrected: Option<super::event::Resolution>, at: Time) {
        if let Phase::WrapUp { agent, closing, .. } = &self.phase {
            let mut closing = *closing;
            closing.resolution = corrected.or(closing.resolution);
            let last_agent = Some(agent.clone());
            self.enter(
                Phase::Closed {
                    closing,
                    last_agent,
                },
                at,
            );
        }
    }

    fn mark(&mut self, by: &Actor, seq: u64) {
        match by {
            Actor::Customer(_) => self.read_by_customer = seq,
            Actor::Agent(agent) => {
                self.read_by_agents.insert(agent.clone(), seq);
            }
            Actor::Bot | Actor::System => {}
        }
    }
}

/// The ordinals that the first event of the next record gets.
pub fn next_ordinals(state: Option<&Conversation>) -> Ordinals {
    let counts = state.map_or(Ordinals::default(), |s| s.counts);
    Ordinals {
        all: counts.all + 1,
        public: counts.public + 1,
    }
}

/// The ordinals of the event that a command is answered with: the message or note that it
/// wrote, else its first. `public` is 0 where customers do not see it, both where none counts.
pub fn key_ordinals(record: &Record<Event>) -> Ordinals {
    let numbered = numbered(record);
    let wrote = |e: &Event| matches!(e, Event::MessagePosted { .. } | Event::NotePosted { .. });
    let key = numbered
        .iter()
        .find(|(_, _, e)| wrote(e))
        .or(numbered.first());
    key.map_or(Ordinals::default(), |(all, public, _)| Ordinals {
        all: *all,
        public: public.unwrap_or(0),
    })
}

/// Each counted event of a record with its ordinals; `public` only where customers see it.
pub fn numbered(record: &Record<Event>) -> Vec<(u64, Option<u64>, &Event)> {
    let mut next = record.first;
    let mut numbered = Vec::with_capacity(record.events.len());
    for event in &record.events {
        match event.audience() {
            Audience::Everyone => {
                numbered.push((next.all, Some(next.public), event));
                next.all += 1;
                next.public += 1;
            }
            Audience::Agents => {
                numbered.push((next.all, None, event));
                next.all += 1;
            }
            Audience::Nobody => {}
        }
    }
    numbered
}

impl ClosedBy {
    /// Who a person of the service closes as.
    pub fn agent(supervisor: bool) -> Self {
        if supervisor {
            Self::Supervisor
        } else {
            Self::Agent
        }
    }
}
