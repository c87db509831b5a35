//! Every command in every state has an answer: accepted, already so, or a rejection.

#[path = "conversation/world.rs"]
mod world;

use domain::allocation::decision::{AssignedBy, ReturnReason};
use domain::allocation::fact::Target;
use domain::conversation::Command;
use domain::conversation::event::Resolution;
use domain::id::{AgentId, DepartmentId, MessageId};
use domain::rejection::Rejection;
use domain::time::Span;
use world::{Person, World};

const STATES: [&str; 8] = [
    "none",
    "queued",
    "assigned",
    "transferring",
    "unreachable",
    "wrap_up",
    "closed",
    "long_closed",
];

fn commands() -> Vec<(&'static str, Command)> {
    let message = || MessageId::new("m").expect("valid");
    let lin = || AgentId::new("lin").expect("valid");
    let support = || DepartmentId::new("support").expect("valid");
    vec![
        (
            "post",
            Command::Post {
                message: message(),
                text: "hello".into(),
                reply_to: None,
            },
        ),
        (
            "thanks",
            Command::Post {
                message: message(),
                text: "Thanks!".into(),
                reply_to: None,
            },
        ),
        (
            "note",
            Command::Note {
                note: message(),
                text: "n".into(),
                mentions: vec![],
            },
        ),
        ("request", Command::RequestAgent { department: None }),
        (
            "request_support",
            Command::RequestAgent {
                department: Some(support()),
            },
        ),
        ("cancel", Command::CancelWait),
        ("end", Command::End),
        (
            "rate",
            Command::Rate {
                score: 5,
                comment: None,
            },
        ),
        (
            "close",
            Command::Close {
                resolution: Resolution::Resolved,
                tags: None,
                note: None,
            },
        ),
        ("reopen", Command::Reopen),
        (
            "transfer",
            Command::Transfer {
                to: Target::Agent(lin()),
                note: None,
            },
        ),
        ("withdraw", Command::WithdrawTransfer),
        ("finish", Command::FinishWrapUp { resolution: None }),
        ("extend", Command::ExtendWrapUp),
        ("priority", Command::SetPriority { priority: 3 }),
        (
            "assign",
            Command::Assign {
                agent: world::person("lin"),
                department: support(),
                by: AssignedBy::Offer,
                decision: 1,
            },
        ),
        (
            "return",
            Command::ReturnTransfer {
                from: AgentId::new("ada").expect("valid"),
                to: Target::Agent(lin()),
                reason: ReturnReason::Declined,
            },
        ),
        (
            "unreachable",
            Command::Unreachable {
                agent: AgentId::new("ada").expect("valid"),
            },
        ),
        (
            "returned",
            Command::Returned {
                agent: AgentId::new("ada").expect("valid"),
            },
        ),
        (
            "requeue",
            Command::Requeue {
                agent: AgentId::new("ada").expect("valid"),
                only_if_waiting: false,
            },
        ),
        (
            "wrap_up_over",
            Command::WrapUpOver {
                agent: AgentId::new("ada").expect("valid"),
            },
        ),
        ("abandon", Command::Abandon),
    ]
}

/// One line a person and command: what happens in each of `STATES`, in order. An event list is
/// accepted, `-` already so, a word in capitals a rejection.
const TABLE: &[(&str, &str, [&str; 8])] = &[
    (
        "customer",
        "post",
        [
            "NotFound",
            "message",
            "message",
            "message",
            "message",
            "reopened assigned message",
            "reopened message queued",
            "ConversationClosed",
        ],
    ),
    (
        "customer",
        "thanks",
        [
            "NotFound",
            "message",
            "message",
            "message",
            "message",
            "message",
            "message",
            "ConversationClosed",
        ],
    ),
    (
        "customer",
        "note",
        [
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
        ],
    ),
    (
        "customer",
        "request",
        [
            "NotFound",
            "-",
            "-",
            "-",
            "-",
            "ConversationClosed",
            "ConversationClosed",
            "ConversationClosed",
        ],
    ),
    (
        "customer",
        "request_support",
        [
            "NotFound",
            "queued",
            "-",
            "-",
            "-",
            "ConversationClosed",
            "ConversationClosed",
            "ConversationClosed",
        ],
    ),
    (
        "customer",
        "cancel",
        [
            "NotFound",
            "closed",
            "AlreadyAssigned",
            "AlreadyAssigned",
            "AlreadyAssigned",
            "ConversationClosed",
            "ConversationClosed",
            "ConversationClosed",
        ],
    ),
    (
        "customer",
        "end",
        [
            "NotFound",
            "closed",
            "closed survey wrap_up",
            "closed survey wrap_up",
            "closed survey wrap_up",
            "-",
            "-",
            "-",
        ],
    ),
    (
        "customer",
        "rate",
        [
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "rated",
            "rated",
            "rated",
        ],
    ),
    (
        "customer",
        "close",
        [
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
        ],
    ),
    ("other_customer", "post", ["NotFound"; 8]),
    ("other_customer", "end", ["NotFound"; 8]),
    (
        "ada",
        "post",
        [
            "NotFound",
            "NotFound",
            "message",
            "message",
            "message",
            "ConversationClosed",
            "NotFound",
            "NotFound",
        ],
    ),
    (
        "ada",
        "note",
        [
            "NotFound", "NotFound", "note", "note", "note", "note", "NotFound", "NotFound",
        ],
    ),
    (
        "ada",
        "close",
        [
            "NotFound",
            "NotFound",
            "closed survey wrap_up",
            "closed survey wrap_up",
            "closed survey wrap_up",
            "ConversationClosed",
            "NotFound",
            "NotFound",
        ],
    ),
    (
        "ada",
        "reopen",
        [
            "NotFound",
            "NotFound",
            "-",
            "-",
            "-",
            "reopened assigned",
            "reopened assigned",
            "reopened assigned",
        ],
    ),
    (
        "ada",
        "transfer",
        [
            "NotFound",
            "NotFound",
            "transfer_requested",
            "-",
            "transfer_requested",
            "ConversationClosed",
            "NotFound",
            "NotFound",
        ],
    ),
    (
        "ada",
        "withdraw",
        [
            "NotFound",
            "NotFound",
            "-",
            "transfer_returned",
            "-",
            "NotAllowed",
            "NotFound",
            "NotFound",
        ],
    ),
    (
        "ada",
        "finish",
        [
            "NotFound",
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "wrap_up_finished",
            "NotFound",
            "NotFound",
        ],
    ),
    (
        "ada",
        "extend",
        [
            "NotFound",
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "wrap_up",
            "NotFound",
            "NotFound",
        ],
    ),
    (
        "ada",
        "priority",
        [
            "NotFound",
            "NotFound",
            "priority",
            "priority",
            "priority",
            "ConversationClosed",
            "NotFound",
            "NotFound",
        ],
    ),
    (
        "ada",
        "cancel",
        [
            "NotFound",
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotFound",
            "NotFound",
        ],
    ),
    ("lin", "post", ["NotFound"; 8]),
    ("lin", "note", ["NotFound"; 8]),
    ("lin", "close", ["NotFound"; 8]),
    ("lin", "reopen", ["NotFound"; 8]),
    ("lin", "transfer", ["NotFound"; 8]),
    ("sam", "post", ["NotFound"; 8]),
    (
        "sam",
        "close",
        [
            "NotFound",
            "closed",
            "closed survey wrap_up",
            "closed survey wrap_up",
            "closed survey wrap_up",
            "ConversationClosed",
            "ConversationClosed",
            "ConversationClosed",
        ],
    ),
    (
        "sam",
        "priority",
        [
            "NotFound",
            "priority",
            "priority",
            "priority",
            "priority",
            "ConversationClosed",
            "ConversationClosed",
            "ConversationClosed",
        ],
    ),
    (
        "sam",
        "reopen",
        [
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "reopened assigned",
            "reopened assigned",
            "reopened assigned",
        ],
    ),
    (
        "system",
        "assign",
        [
            "NotFound",
            "assigned",
            "-",
            "transferred assigned",
            "-",
            "-",
            "-",
            "-",
        ],
    ),
    (
        "system",
        "return",
        [
            "NotFound",
            "-",
            "-",
            "transfer_returned",
            "-",
            "-",
            "-",
            "-",
        ],
    ),
    (
        "system",
        "unreachable",
        [
            "NotFound",
            "-",
            "unreachable",
            "unreachable",
            "-",
            "-",
            "-",
            "-",
        ],
    ),
    (
        "system",
        "returned",
        ["NotFound", "-", "-", "-", "returned", "-", "-", "-"],
    ),
    (
        "system",
        "requeue",
        [
            "NotFound",
            "-",
            "queued",
            "transfer_returned queued",
            "queued",
            "wrap_up_finished",
            "-",
            "-",
        ],
    ),
    (
        "system",
        "wrap_up_over",
        ["NotFound", "-", "-", "-", "-", "wrap_up_finished", "-", "-"],
    ),
    (
        "system",
        "abandon",
        ["NotFound", "closed", "-", "-", "-", "-", "-", "-"],
    ),
    (
        "system",
        "post",
        [
            "NotFound",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
            "NotAllowed",
        ],
    ),
];

#[test]
fn every_command_in_every_state_has_its_answer() {
    let commands = commands();
    for (who, what, expected) in TABLE {
        let command = &commands
            .iter()
            .find(|(name, _)| name == what)
            .expect("in the list")
            .1;
        for (state, expected) in STATES.iter().zip(expected) {
            let mut world = World::in_state(state);
            let got = world.tell(Person::named(who), command.clone());
            assert_eq!(
                world::words(&got),
                *expected,
                "{who} says {what} in {state}"
            );
        }
    }
}

#[test]
fn whoever_is_not_in_the_table_is_refused() {
    for who in ["customer", "other_customer", "ada", "lin", "sam", "system"] {
        for (what, command) in commands() {
            if what == "thanks" || TABLE.iter().any(|(w, c, _)| *w == who && *c == what) {
                continue;
            }
            for state in STATES {
                let got = World::in_state(state).tell(Person::named(who), command.clone());
                assert!(
                    matches!(
                        got,
                        Err(Rejection::NotFound
                            | Rejection::NotAllowed
                            | Rejection::ConversationClosed)
                    ) || got == Ok(vec![]),
                    "{who} says {what} in {state}: {got:?}"
                );
            }
        }
    }
}

#[test]
fn the_same_state_gives_the_same_fact_and_each_change_a_later_round() {
    for state in STATES.iter().skip(1) {
        let world = World::in_state(state);
        let conversation = world.conversation();
        assert_eq!(conversation.fact(), conversation.fact(), "{state}");
        assert!(conversation.round <= conversation.counts.all);
    }
    let mut world = World::in_state("assigned");
    let before = world.conversation().round;
    world
        .tell(
            Person::named("ada"),
            Command::Post {
                message: MessageId::new("m").expect("valid"),
                text: "hi".into(),
                reply_to: None,
            },
        )
        .expect("owner");
    assert_eq!(
        world.conversation().round,
        before,
        "a message is no news for allocation"
    );
    world
        .tell(Person::named("customer"), Command::End)
        .expect("customer");
    assert!(world.conversation().round > before);
}

#[test]
fn first_enqueue_time_survives_a_return_to_the_line() {
    let mut world = World::in_state("queued");
    let since = world.conversation().enqueued_at.expect("queued");
    world.pass(Span::seconds(90));
    world.assign("ada");
    world
        .tell(
            Person::named("customer"),
            Command::Post {
                message: MessageId::new("m").expect("valid"),
                text: "hello?".into(),
                reply_to: None,
            },
        )
        .expect("open");
    world.pass(Span::seconds(60));
    let agent = AgentId::new("ada").expect("valid");
    world
        .tell(
            Person::named("system"),
            Command::Requeue {
                agent,
                only_if_waiting: true,
            },
        )
        .expect("waits");
    assert_eq!(world.conversation().enqueued_at, Some(since));
}

#[test]
fn the_two_counts_translate_into_each_other() {
    let mut world = World::in_state("assigned");
    for n in 0..5 {
        world
            .tell(
                Person::named("ada"),
                Command::Note {
                    note: MessageId::new(format!("n{n}")).expect("valid"),
                    text: "n".into(),
                    mentions: vec![],
                },
            )
            .expect("owner");
        world
            .tell(
                Person::named("customer"),
                Command::Post {
                    message: MessageId::new(format!("m{n}")).expect("valid"),
                    text: "m".into(),
                    reply_to: None,
                },
            )
            .expect("open");
    }
    let conversation = world.conversation();
    for public in 1..=conversation.counts.public {
        let all = conversation.to_all(public);
        assert_eq!(conversation.to_public(all), public);
        assert!(!conversation.hidden.contains(&all));
    }
    assert_eq!(
        conversation.to_public(conversation.counts.all),
        conversation.counts.public
    );
}
