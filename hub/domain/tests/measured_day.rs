//! A day of conversations through the real rules, measured twice: by the meter, and from the
//! folded conversations by other means.

use domain::allocation::decision::AssignedBy;
use domain::allocation::fact::Target;
use domain::conversation::apply::{fold, next_ordinals};
use domain::conversation::command::{Asker, Command, Context};
use domain::conversation::event::{Author, Channel, Origin, Person, Resolution};
use domain::conversation::{Conversation, Event, Phase, decide};
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, MessageId};
use domain::measure::{Observation, observed};
use domain::record::{Record, fnv1a};
use domain::time::{Span, Time};
use std::collections::BTreeMap;

const CONVERSATIONS: u64 = 2_000;
const STEPS: usize = 40;

/// Chance that a seed decides.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = fnv1a(&self.0.to_le_bytes());
        (self.0 >> 16) % n
    }
}

struct Play {
    dice: Dice,
    now: Time,
    state: Option<Conversation>,
    /// Each record with the conversation before it.
    records: Vec<(Option<Conversation>, Record<Event>)>,
}

fn customer() -> CustomerId {
    CustomerId::new("c").expect("valid")
}

fn person(name: &str) -> Person {
    Person {
        id: AgentId::new(name).expect("valid"),
        name: name.to_owned(),
    }
}

fn department(n: u64) -> DepartmentId {
    DepartmentId::new(["sales", "support"][n as usize]).expect("valid")
}

fn message() -> MessageId {
    MessageId::new("m").expect("valid")
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut play = Self {
            dice: Dice(seed),
            now: Time(1_000_000),
            state: None,
            records: Vec::new(),
        };
        let open = Command::Open {
            message: message(),
            text: "x".into(),
            department: department(0),
            channel: Channel::Chat,
            origin: Origin::default(),
            previous: None,
        };
        play.tell(play.customer(), open);
        for _ in 0..STEPS {
            let span = play.dice.below(40_000);
            play.now = play.now.plus(Span(span));
            play.step();
        }
        play
    }

    fn customer(&self) -> Asker {
        Asker::Customer {
            id: customer(),
            name: None,
        }
    }

    fn owner(&self) -> Option<Person> {
        self.state.as_ref().and_then(|s| s.owner().cloned())
    }

    fn step(&mut self) {
        let draw = self.dice.below(20);
        if draw < 6 {
            let (message, text, reply_to) = (message(), "x".into(), None);
            let post = Command::Post {
                message,
                text,
                reply_to,
            };
            return self.tell(self.customer(), post);
        }
        if draw == 6 {
            return self.tell(self.customer(), Command::End);
        }
        match self.owner() {
            Some(owner) => self.owned(draw, owner),
            None => self.waiting(draw),
        }
    }

    fn waiting(&mut self, draw: u64) {
        let command = match draw {
            7 => Command::Abandon,
            8 => {
                let department = Some(department(self.dice.below(2)));
                return self.tell(self.customer(), Command::RequestAgent { department });
            }
            _ => self.assignment(),
        };
        self.tell(Asker::System, command);
    }

    fn assignment(&mut self) -> Command {
        Command::Assign {
            agent: person(["ada", "lin", "sam"][self.dice.below(3) as usize]),
            department: department(self.dice.below(2)),
            by: AssignedBy::Offer,
            decision: 1,
        }
    }

    fn owned(&mut self, draw: u64, owner: Person) {
        let agent = owner.id.clone();
        let (message, text, reply_to) = (message(), "y".into(), None);
        let (to, note) = (Target::Department(department(1)), None);
        let command = match draw {
            7..=11 => Command::Post {
                message,
                text,
                reply_to,
            },
            12 => Command::Transfer { to, note },
            13 => {
                let taken = self.assignment();
                return self.tell(Asker::System, taken);
            }
            14 => {
                let only_if_waiting = self.dice.below(2) == 0;
                let back = Command::Requeue {
                    agent,
                    only_if_waiting,
                };
                return self.tell(Asker::System, back);
            }
            15 => Command::Close {
                resolution: self.resolution(),
                tags: None,
                note: None,
            },
            16 => Command::FinishWrapUp { resolution: None },
            17 => Command::FinishWrapUp {
                resolution: Some(self.resolution()),
            },
            18 => Command::ExtendWrapUp,
            _ => Command::Reopen,
        };
        let supervisor = false;
        let person = owner;
        self.tell(Asker::Agent { person, supervisor }, command);
    }

    fn resolution(&mut self) -> Resolution {
        use Resolution::{Duplicate, NoReply, Resolved, Spam, Unresolved};
        [Resolved, Resolved, Unresolved, NoReply, Spam, Duplicate][self.dice.below(6) as usize]
    }

    /// Whatever the rules allow becomes a record.
    fn tell(&mut self, asker: Asker, command: Command) {
        let by = asker.actor();
        let context = Context {
            now: self.now,
            asker,
            wrap_up: Span::seconds(30),
            sticky: Span::seconds(60),
            reopen_within: Span::minutes(24 * 60),
        };
        let Ok(events) = decide(self.state.as_ref(), command, &context) else {
            return;
        };
        if events.is_empty() {
            return;
        }
        let record = Record {
            v: 1,
            kind: "conversation".into(),
            at: self.now,
            by,
            reference: None,
            digest: None,
            events,
            first: next_ordinals(self.state.as_ref()),
        };
        let id = ConversationId::nth(&customer(), 1).expect("valid");
        let before = self.state.clone();
        self.state = fold(before.clone(), &id, &customer(), &record);
        self.records.push((before, record));
    }
}

/// Sums over the lives that count, from the folded conversations.
#[derive(Debug, Default, PartialEq)]
struct Sums {
    /// Each response in milliseconds, in order.
    responses: Vec<u64>,
    handled: BTreeMap<AgentId, u64>,
    ends: Vec<Resolution>,
    first_responses: usize,
    abandoned: usize,
}

impl Sums {
    fn add(&mut self, life: Sums) {
        self.responses.extend(life.responses);
        for (agent, span) in life.handled {
            *self.handled.entry(agent).or_default() += span;
        }
        self.ends.extend(life.ends);
        self.first_responses += life.first_responses;
        self.abandoned += life.abandoned;
    }
}

fn by_hand(play: &Play) -> Sums {
    let mut all = Sums::default();
    let mut life = Sums::default();
    let mut wished = None;
    for (i, (before, record)) in play.records.iter().enumerate() {
        let after = match play.records.get(i + 1) {
            Some((after, _)) => after.as_ref(),
            None => play.state.as_ref(),
        };
        let after = after.expect("there is one after a record");
        if let Some(before) = before {
            answer(before, record, &mut wished, &mut life);
            if let Some(owner) = before.owner() {
                *life.handled.entry(owner.id.clone()).or_default() += record.at.since(before.at).0;
            }
            let queued = matches!(before.phase, Phase::Queued { .. });
            let left = after.closing().and_then(|c| c.resolution);
            life.abandoned += usize::from(queued && left == Some(Resolution::Abandoned));
        }
        let closed = |c: &Conversation| matches!(c.phase, Phase::Closed { .. });
        if !closed(after) && after.closing().is_none() {
            wished = after.enqueued_at.map(|at| match wished {
                Some((known, done)) if known == at => (at, done),
                _ => (at, false),
            });
        } else {
            wished = None;
        }
        if closed(after) && !before.as_ref().is_some_and(closed) {
            let ended = std::mem::take(&mut life);
            let outcome = after.closing().and_then(|c| c.resolution);
            if !matches!(outcome, Some(Resolution::Spam | Resolution::Duplicate)) {
                all.add(ended);
                all.ends.push(outcome.unwrap_or(Resolution::Unresolved));
            }
        } else if closed(after) {
            life = Sums::default();
        }
    }
    all
}

/// An agent's message ends what the customer has waited for.
fn answer(
    before: &Conversation,
    record: &Record<Event>,
    wished: &mut Option<(Time, bool)>,
    life: &mut Sums,
) {
    let agent = |e: &Event| {
        matches!(
            e,
            Event::MessagePosted {
                author: Author::Agent(_),
                ..
            }
        )
    };
    if !record.events.iter().any(agent) {
        return;
    }
    if let Some(asked) = before.waiting_since {
        life.responses.push(record.at.since(asked).0);
    }
    if let Some((_, done @ false)) = wished {
        *done = true;
        life.first_responses += 1;
    }
}

fn by_meter(play: &Play) -> Sums {
    let mut sums = Sums::default();
    for observation in observed(play.records.iter().map(|(_, record)| record)) {
        match observation {
            Observation::Response { span, .. } => sums.responses.push(span.0),
            Observation::FirstResponse { .. } => sums.first_responses += 1,
            Observation::Handle {
                agent, from, to, ..
            } => *sums.handled.entry(agent).or_default() += to.since(from).0,
            Observation::Resolution { outcome, .. } => sums.ends.push(outcome),
            Observation::Abandoned { .. } => sums.abandoned += 1,
            Observation::Wait { .. }
            | Observation::Reopened { .. }
            | Observation::Transfer { .. }
            | Observation::Rated { .. } => {}
        }
    }
    sums
}

#[test]
fn the_meter_agrees_with_a_count_by_hand() {
    let (mut ends, mut responses) = (0, 0);
    for seed in 1..=CONVERSATIONS {
        let play = Play::new(seed);
        let (mut hand, mut meter) = (by_hand(&play), by_meter(&play));
        for sums in [&mut hand, &mut meter] {
            sums.handled.retain(|_, span| *span > 0);
        }
        assert_eq!(meter, hand, "seed {seed}: {:#?}", play.records);
        ends += hand.ends.len();
        responses += hand.responses.len();
    }
    assert!(
        ends > 1_000 && responses > 1_000,
        "a dull day: {ends} ends, {responses} responses"
    );
}
