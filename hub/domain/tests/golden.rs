//! Records as they are stored. A record that was written once is read for ever: a fixture is
//! never edited. A new variant gets a new one; a changed format gets one more beside the old.

use domain::allocation::decision::{Decided, Decision};
use domain::allocation::fact::Fact;
use domain::conversation::Event;
use domain::record::{Record, VERSION};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Names every variant; one that is left out does not compile.
macro_rules! variants {
    ($name:ident, $all:ident, $type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        const $all: &[&str] = &[$($word),*];
        fn $name(value: &$type) -> &'static str {
            match value { $($type::$variant { .. } => $word),* }
        }
    };
}

variants!(event_name, EVENTS, Event {
    ConversationOpened = "conversation_opened", MessagePosted = "message_posted",
    NotePosted = "note_posted", ConversationQueued = "conversation_queued",
    AgentAssigned = "agent_assigned", AgentUnreachable = "agent_unreachable",
    AgentReturned = "agent_returned", TransferRequested = "transfer_requested",
    TransferReturned = "transfer_returned", Transferred = "transferred",
    WrapUpStarted = "wrap_up_started", WrapUpFinished = "wrap_up_finished",
    TagsSet = "tags_set", PrioritySet = "priority_set", Closed = "closed",
    Reopened = "reopened", SurveySent = "survey_sent", Rated = "rated",
    ReadMarked = "read_marked",
});

variants!(fact_name, FACTS, Fact {
    Enqueued = "enqueued", Held = "held", TransferRequested = "transfer_requested",
    Released = "released", CustomerPresent = "customer_present", AgentOn = "agent_on",
    AgentOff = "agent_off", NodeStarted = "node_started", AgentIdle = "agent_idle",
    AvailabilitySet = "availability_set", ProfileSet = "profile_set",
    OfferShown = "offer_shown", Accepted = "accepted", Declined = "declined",
    Claimed = "claimed",
});

variants!(decision_name, DECISIONS, Decision {
    Term = "term", Offered = "offered", Assigned = "assigned", Declined = "declined",
    Expired = "expired", Revoked = "revoked", Returned = "returned", Refused = "refused",
    PutOnBreak = "put_on_break", WentOffline = "went_offline", PlaceHeld = "place_held",
    Snapshot = "snapshot",
});

#[test]
fn every_event_is_read_as_it_was_written() {
    check("event", EVENTS, event_name);
}

#[test]
fn every_fact_is_read_as_it_was_written() {
    check("fact", FACTS, fact_name);
}

#[test]
fn every_decision_is_read_as_it_was_written() {
    check("decision", DECISIONS, |decided: &Decided| {
        decision_name(decided.decisions.first().expect("a fixture has one"))
    });
}

#[test]
fn optional_fields_may_be_absent() {
    let opened = r#"{"v":1,"kind":"conversation","at":1,"by":{"kind":"bot"},
        "events":[{"type":"conversation_opened","department":"d","channel":"chat"},
        {"type":"closed","by":"bot"}],"first":{"all":1,"public":1}}"#;
    let record: Record<Event> = serde_json::from_str(opened).expect("decodes");
    assert!(record.reference.is_none() && record.digest.is_none());
    assert_eq!(event_name(&record.events[1]), "closed");
}

/// Each variant has a fixture that decodes to it and is written again with the same value.
fn check<E: Serialize + DeserializeOwned>(
    family: &str,
    variants: &[&str],
    name: impl Fn(&E) -> &'static str,
) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/records");
    for variant in variants {
        let file = folder.join(format!("{family}.{variant}.json"));
        let text = fs::read_to_string(&file)
            .unwrap_or_else(|e| panic!("{family}.{variant}.json is needed: {e}"));
        let stored: Value = serde_json::from_str(&text).expect("the fixture is JSON");
        let record: Record<E> = serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("{family} {variant} is no longer read: {e}"));
        assert_eq!(record.v, VERSION, "{variant}");
        assert_eq!(
            record.events.iter().map(&name).collect::<Vec<_>>(),
            [*variant]
        );
        let written = serde_json::to_value(&record).expect("encodes");
        assert_eq!(
            written, stored,
            "{family} {variant} is written in another way"
        );
    }
    let files = fs::read_dir(&folder)
        .expect("the fixtures are there")
        .flatten();
    let prefix = format!("{family}.");
    let kept = files.filter(|f| f.file_name().to_string_lossy().starts_with(&prefix));
    assert_eq!(kept.count(), variants.len(), "a fixture that no test reads");
}
