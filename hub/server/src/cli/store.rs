//! `hub backup` and `hub verify`.

use super::CommandError;
use super::administration::{Answer, Request};
use super::open::carry_out;
use crate::config::Config;
use domain::allocation::decision::Decided;
use domain::allocation::fact::Fact;
use domain::conversation::Event;
use domain::record::{Record, VERSION};
use journal::Stored;
use journal::embedded::Report;
use serde::de::DeserializeOwned;
use serde_json::Value;
use services::accounts::AccountEvent;
use services::customers::CustomerEvent;
use std::collections::HashMap;
use std::path::Path;

/// Copies the store into a new file.
pub(super) fn backup(config: &Config, target: &Path) -> Result<(), CommandError> {
    let file = std::path::absolute(target).map_err(|source| CommandError::Io {
        what: target.display().to_string(),
        source,
    })?;
    carry_out(config, Request::Backup { file })?;
    println!("{} holds the store", target.display());
    Ok(())
}

/// Checks the store or a backup.
pub(super) fn verify(config: &Config, backup: Option<&Path>) -> Result<(), CommandError> {
    let answer = match backup {
        None => carry_out(config, Request::Verify)?,
        Some(file) => {
            let report = journal::embedded::verify(file, Decoder::default().into_check());
            answer(&report.map_err(|e| CommandError::Failed(e.to_string()))?)
        }
    };
    let Answer::Verified {
        records,
        subjects,
        faults,
    } = answer
    else {
        return Err(CommandError::Failed(
            "the hub answered something else".into(),
        ));
    };
    for fault in &faults {
        println!("{fault}");
    }
    println!(
        "{records} record(s) in {subjects} subject(s), {} fault(s)",
        faults.len()
    );
    if faults.is_empty() {
        return Ok(());
    }
    Err(CommandError::Failed(
        "the store is damaged; restore a backup".into(),
    ))
}

/// A report for the wire.
pub(super) fn answer(report: &Report) -> Answer {
    let mut faults = report.told.clone();
    let untold = report.faults.saturating_sub(faults.len() as u64);
    if untold > 0 {
        faults.push(format!("and {untold} more"));
    }
    Answer::Verified {
        records: report.records,
        subjects: report.subjects,
        faults,
    }
}

/// Checks that every record decodes and that the ordinals of a subject are contiguous.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The ordinal that the next record of a subject must begin with.
    next: HashMap<String, u64>,
}

impl Decoder {
    /// As the check that `verify` takes.
    pub(super) fn into_check(
        mut self,
    ) -> impl FnMut(&Stored) -> Result<(), String> + Send + 'static {
        move |stored| self.check(stored)
    }

    fn check(&mut self, stored: &Stored) -> Result<(), String> {
        let subject = stored.subject.as_str();
        let tokens: Vec<&str> = stored.subject.tokens().collect();
        match tokens[..] {
            ["ev", _, _, _] => self.record::<Event>(subject, stored),
            ["al", _, "f"] => self.record::<Fact>(subject, stored),
            ["al", _, "d"] => self.record::<Decided>(subject, stored),
            ["cu", ..] => self.record::<CustomerEvent>(subject, stored),
            ["ac", ..] => self.record::<AccountEvent>(subject, stored),
            _ => decode::<Value>(stored).map(drop),
        }
    }

    fn record<E: DeserializeOwned>(
        &mut self,
        subject: &str,
        stored: &Stored,
    ) -> Result<(), String> {
        let record: Record<E> = decode(stored)?;
        if record.v > VERSION {
            return Err(format!("format {} is newer than this hub", record.v));
        }
        // Facts are appended without knowing the end of their log, so they carry no ordinal.
        if record.events.is_empty() || record.first.all == 0 {
            return Ok(());
        }
        let after = record.first.all + record.events.len() as u64;
        match self.next.insert(subject.to_owned(), after) {
            Some(expected) if expected != record.first.all => Err(format!(
                "begins with event {} where {expected} was next",
                record.first.all
            )),
            _ => Ok(()),
        }
    }
}

fn decode<T: DeserializeOwned>(stored: &Stored) -> Result<T, String> {
    // The error's text could quote the body.
    serde_json::from_slice(&stored.body)
        .map_err(|e| format!("does not decode ({:?} error)", e.classify()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use journal::subject::Subject;
    use journal::{Position, RecordId};

    fn stored(subject: &str, body: &str) -> Stored {
        Stored {
            position: Position(1),
            prev: Position(0),
            subject: Subject::stored(subject),
            id: RecordId(1),
            body: body.to_owned().into(),
        }
    }

    fn account(first: u64) -> String {
        format!(
            r#"{{"v":1,"kind":"account","at":1,"by":{{"kind":"system"}},"events":[{{"type":"disabled"}}],"first":{{"all":{first},"public":{first}}}}}"#
        )
    }

    #[test]
    fn ordinals_must_be_contiguous_within_a_subject() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.check(&stored("ac.demo.ada", &account(4))), Ok(()));
        assert_eq!(decoder.check(&stored("ac.demo.lin", &account(9))), Ok(()));
        assert_eq!(decoder.check(&stored("ac.demo.ada", &account(5))), Ok(()));
        let fault = decoder.check(&stored("ac.demo.ada", &account(7)));
        assert_eq!(fault, Err("begins with event 7 where 6 was next".into()));
    }

    #[test]
    fn a_record_that_does_not_decode_is_a_fault_without_its_body() {
        let planted = account(1).replace("disabled", "planted-word");
        let fault = Decoder::default().check(&stored("ac.demo.ada", &planted));
        assert!(!fault.expect_err("unknown event").contains("planted"));
        let newer = account(1).replace("\"v\":1", "\"v\":99");
        assert!(
            Decoder::default()
                .check(&stored("ac.demo.ada", &newer))
                .is_err()
        );
        assert!(
            Decoder::default()
                .check(&stored("ls.alloc.3", "{"))
                .is_err()
        );
    }
}
