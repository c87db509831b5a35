//! Each measure of the service on small scripts: a time in seconds, and what happened.

use domain::allocation::decision::AssignedBy;
use domain::allocation::fact::Target;
use domain::conversation::Event;
use domain::conversation::event::{
    Author, Channel, ClosedBy, Origin, Person, QueuedReason, Resolution, TransferEnd,
};
use domain::id::{AgentId, CustomerId, DepartmentId, MessageId};
use domain::measure::{Meter, Observation, observed, settled};
use domain::record::{Actor, Ordinals, Record};
use domain::time::{Span, Time};

fn department(name: &str) -> DepartmentId {
    DepartmentId::new(name).expect("valid")
}

fn agent(name: &str) -> Person {
    Person {
        id: AgentId::new(name).expect("valid"),
        name: name.to_owned(),
    }
}

fn message(author: Author) -> Event {
    Event::MessagePosted {
        message: MessageId::new("m").expect("valid"),
        author,
        text: "x".into(),
        reply_to: None,
    }
}

fn asks() -> Event {
    let id = CustomerId::new("c").expect("valid");
    message(Author::Customer { id, name: None })
}

fn answers(name: &str) -> Event {
    message(Author::Agent(agent(name)))
}

fn opened() -> Event {
    Event::ConversationOpened {
        department: department("sales"),
        channel: Channel::Chat,
        origin: Origin::default(),
        previous: None,
    }
}

fn queued(name: &str, first: u64) -> Event {
    Event::ConversationQueued {
        department: department(name),
        reason: QueuedReason::Opened,
        enqueued_at: Time(first * 1000),
        front: false,
        sticky: None,
        return_to: None,
    }
}

fn assigned(name: &str, to: &str) -> Event {
    Event::AgentAssigned {
        agent: agent(name),
        by: AssignedBy::Offer,
        department: department(to),
        decision: None,
    }
}

fn closed(resolution: impl Into<Option<Resolution>>) -> Event {
    Event::Closed {
        by: ClosedBy::Agent,
        resolution: resolution.into(),
    }
}

fn wrap_up() -> Event {
    Event::WrapUpStarted {
        until: Time(0),
        extended: false,
    }
}

fn finished(resolution: impl Into<Option<Resolution>>) -> Event {
    Event::WrapUpFinished {
        resolution: resolution.into(),
    }
}

fn reopened() -> Event {
    Event::Reopened {
        by: ClosedBy::Customer,
    }
}

fn returned(reason: TransferEnd) -> Event {
    Event::TransferReturned {
        to: Target::Department(department("support")),
        reason,
    }
}

fn transferred(from: &str) -> Event {
    Event::Transferred {
        from: agent(from),
        to: Target::Department(department("support")),
        note: None,
    }
}

fn record((seconds, events): (u64, Vec<Event>)) -> Record<Event> {
    Record {
        v: 1,
        kind: "conversation".into(),
        at: Time(seconds * 1000),
        by: Actor::System,
        reference: None,
        digest: None,
        events,
        first: Ordinals::default(),
    }
}

/// What the script gives, one word and its figures a line.
fn play(script: Vec<(u64, Vec<Event>)>) -> Vec<String> {
    let records: Vec<_> = script.into_iter().map(record).collect();
    observed(&records).iter().map(line).collect()
}

fn line(observation: &Observation) -> String {
    let s = |span: &Span| span.0 / 1000;
    match observation {
        Observation::Wait { department, span } => format!("wait {department} {}", s(span)),
        Observation::FirstResponse {
            department,
            agent,
            span,
        } => format!("first {department} {agent} {}", s(span)),
        Observation::Response {
            department,
            agent,
            span,
        } => format!("response {department} {agent} {}", s(span)),
        Observation::Handle {
            department,
            agent,
            from,
            to,
        } => format!("handle {department} {agent} {}", s(&to.since(*from))),
        Observation::Abandoned { department, short } => format!("abandoned {department} {short}"),
        Observation::Resolution {
            department,
            outcome,
            ..
        } => format!("end {department} {outcome:?}"),
        Observation::Reopened { department } => format!("reopened {department}"),
        Observation::Transfer { outcome } => format!("transfer {outcome:?}"),
        Observation::Rated { score } => format!("rated {score}"),
    }
}

fn begin() -> (u64, Vec<Event>) {
    (100, vec![opened(), asks(), queued("sales", 100)])
}

#[test]
fn a_plain_chat() {
    let seen = play(vec![
        begin(),
        (130, vec![assigned("ada", "sales")]),
        (140, vec![answers("ada")]),
        (150, vec![answers("ada")]),
        (160, vec![asks()]),
        (165, vec![asks()]),
        (180, vec![answers("ada")]),
        (200, vec![closed(Resolution::Resolved), wrap_up()]),
        (
            205,
            vec![Event::Rated {
                score: 5,
                comment: None,
            }],
        ),
        (230, vec![finished(None)]),
    ]);
    let expected = [
        "wait sales 30",
        "first sales ada 40",
        "response sales ada 40",
        "response sales ada 20",
        "rated 5",
        "handle sales ada 100",
        "end sales Resolved",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn nothing_is_certain_before_the_end() {
    let records = [
        begin(),
        (130, vec![assigned("ada", "sales"), answers("ada")]),
        (200, vec![closed(Resolution::Resolved), wrap_up()]),
    ];
    let mut meter = Meter::default();
    for each in records {
        assert_eq!(meter.apply(&record(each)), []);
    }
    assert!(!meter.is_finished());
    assert_eq!(meter.apply(&record((210, vec![finished(None)]))).len(), 5);
    assert!(meter.is_finished());
}

#[test]
fn spam_and_duplicates_count_nowhere() {
    for bad in [Resolution::Spam, Resolution::Duplicate] {
        let script = |closing, correction: Option<Resolution>| {
            vec![
                begin(),
                (130, vec![assigned("ada", "sales"), answers("ada")]),
                (140, vec![returned(TransferEnd::Declined)]),
                (200, vec![closed(closing), wrap_up()]),
                (230, vec![finished(correction)]),
                (
                    240,
                    vec![Event::Rated {
                        score: 1,
                        comment: None,
                    }],
                ),
            ]
        };
        assert_eq!(play(script(bad, None)), [""; 0], "{bad:?}");
        assert_eq!(
            play(script(Resolution::Resolved, Some(bad))),
            [""; 0],
            "corrected to {bad:?}"
        );
        let put_right = play(script(bad, Some(Resolution::Resolved)));
        assert!(
            put_right.contains(&"end sales Resolved".to_owned()),
            "{put_right:?}"
        );
    }
}

#[test]
fn a_line_that_was_left() {
    for (seconds, short) in [(109, true), (110, false)] {
        let abandoned = (seconds, vec![closed(Resolution::Abandoned)]);
        let expected = [
            format!("abandoned sales {short}"),
            "end sales Abandoned".into(),
        ];
        assert_eq!(play(vec![begin(), abandoned]), expected);
    }
    let never_in_line = vec![
        (100, vec![opened(), asks()]),
        (105, vec![closed(Resolution::Abandoned)]),
    ];
    assert_eq!(play(never_in_line), ["end sales Abandoned"]);
}

#[test]
fn another_line_and_a_lost_agent_are_inside_the_wait() {
    let seen = play(vec![
        begin(),
        (110, vec![queued("support", 100)]),
        (120, vec![assigned("ada", "support")]),
        (150, vec![queued("support", 100)]),
        (160, vec![assigned("lin", "support")]),
        (165, vec![answers("lin")]),
        (170, vec![closed(None), wrap_up(), finished(None)]),
    ]);
    let expected = [
        "handle support ada 30",
        "wait support 60",
        "first support lin 65",
        "response support lin 65",
        "handle support lin 10",
        "end support Unresolved",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_requeue_after_a_word_is_a_wait_of_its_own() {
    let seen = play(vec![
        begin(),
        (120, vec![assigned("ada", "sales"), answers("ada")]),
        (300, vec![asks()]),
        (360, vec![queued("sales", 100)]),
        (375, vec![assigned("lin", "sales")]),
        (380, vec![answers("lin")]),
        (390, vec![closed(Resolution::Unresolved)]),
    ]);
    let expected = [
        "wait sales 20",
        "first sales ada 20",
        "response sales ada 20",
        "handle sales ada 240",
        "wait sales 15",
        "response sales lin 80",
        "handle sales lin 15",
        "end sales Unresolved",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn each_owner_is_credited_with_its_own_segment() {
    let seen = play(vec![
        begin(),
        (110, vec![assigned("ada", "sales")]),
        (120, vec![returned(TransferEnd::Withdrawn)]),
        (130, vec![returned(TransferEnd::Expired)]),
        (170, vec![transferred("ada"), assigned("lin", "support")]),
        (180, vec![answers("lin")]),
        (190, vec![closed(Resolution::Resolved), wrap_up()]),
        (200, vec![finished(None)]),
    ]);
    let expected = [
        "transfer Withdrawn",
        "transfer Returned",
        "transfer Accepted",
        "wait sales 10",
        "handle sales ada 60",
        "first support lin 80",
        "response support lin 80",
        "handle support lin 30",
        "end support Resolved",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn bot_and_system_are_nobodys_answer() {
    let seen = play(vec![
        (100, vec![opened(), asks()]),
        (101, vec![message(Author::Bot)]),
        (120, vec![queued("sales", 120)]),
        (121, vec![message(Author::System)]),
        (130, vec![assigned("ada", "sales"), answers("ada")]),
        (140, vec![closed(Resolution::Resolved)]),
    ]);
    let expected = [
        "wait sales 10",
        "first sales ada 10",
        "response sales ada 30",
        "handle sales ada 10",
        "end sales Resolved",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_reopening_in_the_wrap_up_goes_on_with_the_same_segment() {
    let seen = play(vec![
        begin(),
        (110, vec![assigned("ada", "sales"), answers("ada")]),
        (150, vec![closed(Resolution::Resolved), wrap_up()]),
        (160, vec![reopened(), assigned("ada", "sales"), asks()]),
        (170, vec![answers("ada")]),
        (180, vec![closed(Resolution::Resolved), wrap_up()]),
        (190, vec![finished(None)]),
    ]);
    let expected = [
        "reopened sales",
        "wait sales 10",
        "first sales ada 10",
        "response sales ada 10",
        "response sales ada 10",
        "handle sales ada 80",
        "end sales Resolved",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn who_came_back_had_not_left() {
    let script = vec![
        begin(),
        (115, vec![closed(Resolution::Abandoned)]),
        (200, vec![reopened(), asks(), queued("sales", 200)]),
        (220, vec![assigned("ada", "sales"), answers("ada")]),
        (230, vec![closed(Resolution::Resolved)]),
        (235, vec![asks()]),
    ];
    let records: Vec<_> = script.into_iter().map(record).collect();
    let live = observed(&records);
    let lines: Vec<_> = live.iter().map(line).collect();
    assert_eq!(
        lines[..3],
        [
            "abandoned sales false",
            "end sales Abandoned",
            "reopened sales"
        ]
    );
    assert_eq!(lines[3..5], ["wait sales 20", "first sales ada 20"]);

    let reported: Vec<_> = settled(live).iter().map(line).collect();
    assert_eq!(reported[0], "reopened sales");
    assert_eq!(
        reported.last().map(String::as_str),
        Some("end sales Resolved")
    );
    assert!(
        !reported.iter().any(|l| l.contains("bandoned")),
        "{reported:?}"
    );
}

#[test]
fn a_resolution_is_provisional_for_72_hours() {
    let end = |outcome| Observation::Resolution {
        department: department("sales"),
        outcome,
        at: Time(1000),
    };
    let after = |hours: u64| Time(1000).plus(Span::minutes(60 * hours));
    assert!(end(Resolution::Resolved).is_provisional(after(71)));
    assert!(!end(Resolution::Resolved).is_provisional(after(72)));
    assert!(!end(Resolution::Unresolved).is_provisional(after(1)));
}
