//! A conversation from its opening, or reopening, to its end.

use super::observation::{Observation, SHORT, TransferOutcome};
use crate::conversation::event::{Author, Event, Person, Resolution, TransferEnd};
use crate::id::{AgentId, DepartmentId};
use crate::time::Time;

#[derive(Debug, Clone)]
pub(super) struct Life {
    /// What counts when it ends.
    pub(super) held: Vec<Observation>,
    department: DepartmentId,
    /// First enqueue of the present wish for a person, and whether a person has written since.
    wish: Option<Wish>,
    line: Option<Time>,
    /// An acceptance that nothing has followed yet.
    accepted: Option<Accepted>,
    unanswered: Option<Time>,
    segment: Option<Segment>,
    closing: Option<Closing>,
}

#[derive(Debug, Clone)]
struct Wish {
    since: Time,
    answered: bool,
}

#[derive(Debug, Clone)]
struct Accepted {
    department: DepartmentId,
    /// Since when the customer had waited.
    since: Time,
    at: Time,
}

#[derive(Debug, Clone)]
struct Segment {
    agent: AgentId,
    department: DepartmentId,
    from: Time,
}

#[derive(Debug, Clone)]
struct Closing {
    resolution: Option<Resolution>,
    at: Time,
    wrap_up: bool,
}

impl Life {
    pub(super) fn new(department: DepartmentId) -> Self {
        Self {
            held: Vec::new(),
            department,
            wish: None,
            line: None,
            accepted: None,
            unanswered: None,
            segment: None,
            closing: None,
        }
    }

    pub(super) fn department(&self) -> &DepartmentId {
        &self.department
    }

    /// Goes on out of its wrap-up: a new wish, the same owner.
    pub(super) fn reopen(&mut self) {
        self.closing = None;
        self.wish = None;
    }

    pub(super) fn event(&mut self, event: &Event, at: Time) {
        match event {
            Event::MessagePosted { author, .. } => self.message(author, at),
            Event::ConversationQueued {
                department,
                enqueued_at,
                ..
            } => self.queued(department, *enqueued_at, at),
            Event::AgentAssigned {
                agent, department, ..
            } => self.assigned(agent, department, at),
            Event::Transferred { .. } => self.transfer(TransferOutcome::Accepted),
            Event::TransferReturned { reason, .. } => self.transfer(match reason {
                TransferEnd::Withdrawn => TransferOutcome::Withdrawn,
                TransferEnd::Declined | TransferEnd::Expired | TransferEnd::Unavailable => {
                    TransferOutcome::Returned
                }
            }),
            Event::Closed { resolution, .. } => self.closed(*resolution, at),
            Event::WrapUpStarted { .. } => self.wrap_up(true),
            Event::WrapUpFinished { resolution } => {
                self.wrap_up(false);
                if let (Some(closing), Some(corrected)) = (&mut self.closing, resolution) {
                    closing.resolution = Some(*corrected);
                }
            }
            Event::Rated { score, .. } => self.held.push(Observation::Rated { score: *score }),
            _ => {}
        }
    }

    /// The resolution, once it is closed and nobody writes up any more.
    pub(super) fn finished(&mut self, at: Time) -> Option<Option<Resolution>> {
        let closing = self.closing.clone().filter(|c| !c.wrap_up)?;
        self.end_segment(at);
        self.held.push(Observation::Resolution {
            department: self.department.clone(),
            outcome: closing.resolution.unwrap_or(Resolution::Unresolved),
            at: closing.at,
        });
        Some(closing.resolution)
    }

    fn message(&mut self, author: &Author, at: Time) {
        match author {
            // A plain "thanks" after the close asks for nothing.
            Author::Customer { .. } if self.closing.is_none() => {
                self.unanswered.get_or_insert(at);
            }
            Author::Agent(person) => self.answered(person, at),
            Author::Customer { .. } | Author::Bot | Author::System => {}
        }
    }

    fn answered(&mut self, person: &Person, at: Time) {
        self.end_wait();
        let department = &self.department;
        if let Some(wish) = self.wish.as_mut().filter(|wish| !wish.answered) {
            wish.answered = true;
            self.held.push(Observation::FirstResponse {
                department: department.clone(),
                agent: person.id.clone(),
                span: at.since(wish.since),
            });
        }
        if let Some(asked) = self.unanswered.take() {
            self.held.push(Observation::Response {
                department: department.clone(),
                agent: person.id.clone(),
                span: at.since(asked),
            });
        }
    }

    fn queued(&mut self, department: &DepartmentId, enqueued_at: Time, at: Time) {
        self.end_segment(at);
        self.department = department.clone();
        let goes_on = self.line.or(self.accepted.take().map(|a| a.since));
        let begins = if self.wish.is_none() { enqueued_at } else { at };
        self.line = Some(goes_on.unwrap_or(begins));
        self.wish.get_or_insert(Wish {
            since: enqueued_at,
            answered: false,
        });
    }

    fn assigned(&mut self, agent: &Person, department: &DepartmentId, at: Time) {
        // Passed on without a word: the acceptance before it stands.
        self.end_wait();
        self.department = department.clone();
        self.accepted = self.line.take().map(|since| Accepted {
            department: department.clone(),
            since,
            at,
        });
        if self.segment.as_ref().is_some_and(|s| s.agent == agent.id) {
            return;
        }
        self.end_segment(at);
        self.segment = Some(Segment {
            agent: agent.id.clone(),
            department: department.clone(),
            from: at,
        });
    }

    fn closed(&mut self, resolution: Option<Resolution>, at: Time) {
        self.end_wait();
        if let Some(since) = self.line.take()
            && resolution == Some(Resolution::Abandoned)
        {
            self.held.push(Observation::Abandoned {
                department: self.department.clone(),
                short: at.since(since) < SHORT,
            });
        }
        self.unanswered = None;
        self.closing = Some(Closing {
            resolution,
            at,
            wrap_up: false,
        });
    }

    fn wrap_up(&mut self, now: bool) {
        if let Some(closing) = &mut self.closing {
            closing.wrap_up = now;
        }
    }

    fn transfer(&mut self, outcome: TransferOutcome) {
        self.held.push(Observation::Transfer { outcome });
    }

    fn end_wait(&mut self) {
        if let Some(accepted) = self.accepted.take() {
            self.held.push(Observation::Wait {
                department: accepted.department,
                span: accepted.at.since(accepted.since),
            });
        }
    }

    fn end_segment(&mut self, at: Time) {
        if let Some(segment) = self.segment.take() {
            self.held.push(Observation::Handle {
                department: segment.department,
                agent: segment.agent,
                from: segment.from,
                to: at,
            });
        }
    }
}
