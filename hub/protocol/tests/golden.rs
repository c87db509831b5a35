//! The golden frames under `fixtures/`, one per message: each is read and written again without
//! a difference, none is missing, and none of the words planted in them shows in a debug output.

use protocol::{AgentCommand, CustomerCommand, Event, Frame, codec, http};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::PathBuf;

/// Stands wherever a person's words, a token or a password stand in the fixtures.
const PLANTED: &str = "planted";

/// A fixture is `<type>.json`, or `<type>.<which>.json` where one type has several forms.
fn fixtures(folder: &str) -> Vec<(String, Vec<u8>)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(folder);
    let mut found: Vec<_> = std::fs::read_dir(&path)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy();
            let kind = name.split('.').next().expect("a name").to_owned();
            (kind, std::fs::read(&path).expect("readable"))
        })
        .collect();
    found.sort();
    found
}

fn same_and_silent<T: Serialize + Debug>(kind: &str, text: &[u8], parsed: &T) {
    let golden: Value = serde_json::from_slice(text).expect("a fixture is JSON");
    assert_eq!(
        serde_json::to_value(parsed).expect("plain data"),
        golden,
        "{kind}"
    );
    let shown = format!("{parsed:?} {parsed:#?}");
    assert!(
        !shown.contains(PLANTED),
        "{kind} shows what it holds: {shown}"
    );
}

fn complete(folder: &str, names: &[&str]) {
    let there: BTreeSet<String> = fixtures(folder).into_iter().map(|(kind, _)| kind).collect();
    let wanted: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(there, wanted, "fixtures/{folder} has one file per type");
}

/// The names that serde knows, from what it says to one that it does not.
fn known<T: DeserializeOwned>() -> BTreeSet<String> {
    let refusal = serde_json::from_str::<T>(r#"{"type":"no such type"}"#)
        .err()
        .expect("no such type")
        .to_string();
    let (_, list) = refusal.split_once("expected one of ").expect("a list");
    list.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn customers_commands() {
    complete("customer", CustomerCommand::NAMES);
    for (kind, text) in fixtures("customer") {
        let command = codec::parse_customer(&text).expect(&kind);
        assert_eq!(command.name(), kind);
        same_and_silent(&kind, &text, &command);
    }
}

#[test]
fn agents_commands() {
    complete("agent", AgentCommand::NAMES);
    for (kind, text) in fixtures("agent") {
        let command = codec::parse_agent(&text).expect(&kind);
        assert_eq!(command.name(), kind);
        same_and_silent(&kind, &text, &command);
    }
}

#[test]
fn frames_from_the_hub() {
    complete("frame", Frame::NAMES);
    assert_eq!(known::<Frame>(), set(Frame::NAMES));
    for (kind, text) in fixtures("frame") {
        let frame: Frame = serde_json::from_slice(&text).expect(&kind);
        same_and_silent(&kind, &text, &frame);
        let again: Frame = serde_json::from_str(&frame.encode()).expect(&kind);
        assert_eq!(again, frame);
    }
}

#[test]
fn events() {
    complete("event", Event::NAMES);
    assert_eq!(known::<Event>(), set(Event::NAMES));
    for (kind, text) in fixtures("event") {
        let event: Event = serde_json::from_slice(&text).expect(&kind);
        same_and_silent(&kind, &text, &event);
    }
}

#[test]
fn bodies_of_http() {
    fn body<T: Serialize + DeserializeOwned + Debug>(kind: &str, text: &[u8]) {
        same_and_silent(kind, text, &serde_json::from_slice::<T>(text).expect(kind));
    }
    complete("http", &["login", "logged_in", "account", "error"]);
    for (kind, text) in fixtures("http") {
        match kind.as_str() {
            "login" => body::<http::Login>(&kind, &text),
            "logged_in" => body::<http::LoggedIn>(&kind, &text),
            "account" => body::<http::Account>(&kind, &text),
            _ => body::<http::HttpError>(&kind, &text),
        }
    }
}

#[test]
fn planted_words_are_in_the_fixtures_at_all() {
    for folder in ["customer", "agent", "frame", "event", "http"] {
        let all = fixtures(folder);
        assert!(
            all.iter()
                .any(|(_, text)| String::from_utf8_lossy(text).contains(PLANTED)),
            "{folder}"
        );
    }
}
