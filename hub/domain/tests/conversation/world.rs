//! A conversation in a small world: people who say things, and a clock that the test moves.

use domain::allocation::decision::AssignedBy;
use domain::allocation::fact::Target;
use domain::conversation::apply::{fold, next_ordinals};
use domain::conversation::command::{Asker, Command, Context};
use domain::conversation::event::{self, Channel, Origin, Resolution};
use domain::conversation::{Conversation, Event, decide};
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, MessageId};
use domain::record::{Record, VERSION};
use domain::rejection::Rejection;
use domain::time::{Span, Time};

pub(crate) struct World {
    state: Option<Conversation>,
    now: Time,
}

#[derive(Clone)]
pub(crate) struct Person(Asker);

impl Person {
    pub(crate) fn named(who: &str) -> Self {
        Self(match who {
            "customer" => Asker::Customer {
                id: customer(),
                name: None,
            },
            "other_customer" => Asker::Customer {
                id: CustomerId::new("somebody-else").expect("valid"),
                name: None,
            },
            "system" => Asker::System,
            agent => Asker::Agent {
                person: person(agent),
                supervisor: agent == "sam",
            },
        })
    }
}

pub(crate) fn person(id: &str) -> event::Person {
    event::Person {
        id: AgentId::new(id).expect("valid"),
        name: id.to_uppercase(),
    }
}

fn customer() -> CustomerId {
    CustomerId::new("cus").expect("valid")
}

impl World {
    pub(crate) fn in_state(state: &str) -> Self {
        let mut world = Self {
            state: None,
            now: Time(1_000_000),
        };
        if state == "none" {
            return world;
        }
        let message = MessageId::new("first").expect("valid");
        let sales = DepartmentId::new("sales").expect("valid");
        let open = Command::Open {
            message,
            text: "hi".into(),
            department: sales,
            channel: Channel::Chat,
            origin: Origin::default(),
            previous: None,
        };
        world.tell(Person::named("customer"), open).expect("opens");
        if state == "queued" {
            return world;
        }
        world.assign("ada");
        let (ada, system) = (Person::named("ada"), Person::named("system"));
        let id = AgentId::new("ada").expect("valid");
        let close = Command::Close {
            resolution: Resolution::Resolved,
            tags: None,
            note: None,
        };
        match state {
            "assigned" => {}
            "transferring" => {
                let to = Target::Agent(AgentId::new("lin").expect("valid"));
                world
                    .tell(ada, Command::Transfer { to, note: None })
                    .expect("owner");
            }
            "unreachable" => {
                world
                    .tell(system, Command::Unreachable { agent: id })
                    .expect("owner");
            }
            "wrap_up" => {
                world.tell(ada, close).expect("owner");
            }
            "closed" | "long_closed" => {
                world.tell(ada, close).expect("owner");
                world
                    .tell(system, Command::WrapUpOver { agent: id })
                    .expect("owner");
                if state == "long_closed" {
                    world.pass(Span::minutes(24 * 60 + 1));
                }
            }
            other => panic!("no state {other}"),
        }
        world
    }

    pub(crate) fn assign(&mut self, agent: &str) {
        let department = self.conversation().department.clone();
        let command = Command::Assign {
            agent: person(agent),
            department,
            by: AssignedBy::Offer,
            decision: 7,
        };
        self.tell(Person::named("system"), command).expect("waits");
    }

    pub(crate) fn pass(&mut self, span: Span) {
        self.now = self.now.plus(span);
    }

    pub(crate) fn conversation(&self) -> &Conversation {
        self.state.as_ref().expect("opened")
    }

    pub(crate) fn tell(&mut self, who: Person, command: Command) -> Result<Vec<Event>, Rejection> {
        let context = Context {
            now: self.now,
            asker: who.0,
            wrap_up: Span::seconds(60),
            sticky: Span::seconds(60),
            reopen_within: Span::minutes(24 * 60),
        };
        let events = decide(self.state.as_ref(), command, &context)?;
        let record = Record {
            v: VERSION,
            kind: "conversation".into(),
            at: self.now,
            by: context.asker.actor(),
            reference: None,
            digest: None,
            first: next_ordinals(self.state.as_ref()),
            events: events.clone(),
        };
        let id = ConversationId::nth(&customer(), 1).expect("fits");
        self.state = fold(self.state.take(), &id, &customer(), &record);
        Ok(events)
    }
}

/// The answer in the words of the table.
pub(crate) fn words(answer: &Result<Vec<Event>, Rejection>) -> String {
    match answer {
        Err(rejection) => format!("{rejection:?}"),
        Ok(events) if events.is_empty() => "-".into(),
        Ok(events) => events.iter().map(word).collect::<Vec<_>>().join(" "),
    }
}

fn word(event: &Event) -> &'static str {
    match event {
        Event::ConversationOpened { .. } => "opened",
        Event::MessagePosted { .. } => "message",
        Event::NotePosted { .. } => "note",
        Event::ConversationQueued { .. } => "queued",
        Event::AgentAssigned { .. } => "assigned",
        Event::AgentUnreachable { .. } => "unreachable",
        Event::AgentReturned { .. } => "returned",
        Event::TransferRequested { .. } => "transfer_requested",
        Event::TransferReturned { .. } => "transfer_returned",
        Event::Transferred { .. } => "transferred",
        Event::WrapUpStarted { .. } => "wrap_up",
        Event::WrapUpFinished { .. } => "wrap_up_finished",
        Event::TagsSet { .. } => "tags",
        Event::PrioritySet { .. } => "priority",
        Event::Closed { .. } => "closed",
        Event::Reopened { .. } => "reopened",
        Event::SurveySent => "survey",
        Event::Rated { .. } => "rated",
        Event::ReadMarked { .. } => "read",
    }
}
