//! `hub/PROTOCOL.md` says everything that the types say, and both tables row by row.

use protocol::{AgentCommand, CloseCode, CustomerCommand, ErrorCode, Event, Frame};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(here().join("../PROTOCOL.md")).expect("the page is there")
}

/// From the heading to the next one of the same rank.
fn section(page: &str, heading: &str) -> String {
    let start = page.find(heading).expect("the heading is there");
    let text = &page[start + heading.len()..];
    let rank = heading.split(' ').next().expect("a heading");
    let end = text.find(&format!("\n{rank} ")).unwrap_or(text.len());
    text[..end].to_owned()
}

fn lists(place: &str, text: &str, names: &[&str]) {
    for name in names {
        assert!(
            text.contains(&format!("`{name}`")),
            "{place} does not say `{name}`"
        );
    }
}

#[test]
fn every_message_has_its_place() {
    let page = page();
    let commands = section(&page, "## 3. Commands");
    let without_hello = |names: &'static [&'static str]| {
        let names = names.iter().filter(|name| **name != "hello").copied();
        names.collect::<Vec<_>>()
    };
    lists(
        "§3 of customers",
        &section(&commands, "### Of a customer"),
        &without_hello(CustomerCommand::NAMES),
    );
    lists(
        "§3 of agents",
        &section(&commands, "### Of an agent or a supervisor"),
        &without_hello(AgentCommand::NAMES),
    );
    lists("§2", &section(&page, "## 2. Connecting"), &["hello"]);
    lists("the page", &page, Frame::NAMES);
    let events = section(&page, "### Events");
    lists("§5, events", &events, Event::NAMES);
    lists("§5, events", &events, Event::RESERVED);
}

#[test]
fn what_comes_later_is_marked() {
    let later = section(&page(), "## 9. Not yet");
    for (names, fields) in [
        (CustomerCommand::LATER, CustomerCommand::LATER_FIELDS),
        (AgentCommand::LATER, AgentCommand::LATER_FIELDS),
    ] {
        lists("§9", &later, names);
        for (of, field) in fields {
            assert!(later.contains(&format!("`{field}` of `{of}`")), "{field}");
        }
    }
}

#[test]
fn the_tables_of_codes_are_those_of_the_types() {
    let codes = section(&page(), "## 8. Codes");
    let rows = |heading: &str| {
        let text = section(&codes, heading);
        let rows = text.lines().filter(|line| line.starts_with("| "));
        rows.skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let errors: Vec<String> = ErrorCode::ALL
        .iter()
        .map(|code| {
            let retry = if code.retry() { "yes" } else { "no" };
            format!("| `{}` | {retry} | {} |", code.word(), code.advice())
        })
        .collect();
    assert_eq!(rows("### Errors"), errors);
    let closes = rows("### Closes");
    assert_eq!(closes.len(), CloseCode::ALL.len());
    for (row, code) in closes.iter().zip(CloseCode::ALL) {
        let begin = format!(
            "| {} | {} | `{}`",
            code.number(),
            code.reason(),
            code.next().word()
        );
        assert!(row.starts_with(&begin), "{row} should begin {begin}");
    }
}

fn keys(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                into.insert(key.clone());
                keys(value, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
        _ => {}
    }
}

fn fields_of(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            fields_of(&path, into);
        } else {
            let text = std::fs::read(&path).expect("readable");
            keys(&serde_json::from_slice(&text).expect("JSON"), into);
        }
    }
}

#[test]
fn every_field_of_the_golden_frames_is_named() {
    let page = page();
    let words: BTreeSet<&str> = page
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    let mut fields = BTreeSet::new();
    fields_of(&here().join("fixtures"), &mut fields);
    assert!(fields.len() > 100, "the fixtures were read");
    let missing: Vec<_> = fields
        .iter()
        .filter(|field| !words.contains(field.as_str()))
        .collect();
    assert!(missing.is_empty(), "not in hub/PROTOCOL.md: {missing:?}");
}
