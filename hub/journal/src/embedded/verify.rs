//! Reads every record of a store or a backup and checks what the log promises.

use super::{OpenError, schema};
use crate::subject::Subject;
use crate::{MAX_BODY, Position, RecordId, Stored};
use bytes::Bytes;
use domain::id::Epoch;
use rusqlite::{Connection, OptionalExtension, Row};
use std::collections::HashMap;
use std::path::Path;

/// Faults that are told in words; the rest are only counted.
const TOLD: usize = 100;
/// Records in one read.
const PAGE: i64 = 1_000;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// The life of this log; a backup has none until it is restored and opened.
    pub epoch: Option<Epoch>,
    /// Records read.
    pub records: u64,
    /// Subjects with at least one record.
    pub subjects: u64,
    /// Bytes of all bodies.
    pub bytes: u64,
    /// The last record's place.
    pub last: Position,
    /// Faults found.
    pub faults: u64,
    /// The first hundred faults, in words without bodies.
    pub told: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults == 0
    }

    fn fault(&mut self, text: String) {
        self.faults += 1;
        if self.told.len() < TOLD {
            self.told.push(text);
        }
    }
}

/// Reads every record of the store in a folder, or of a backup file. `check` judges each
/// record's body and says what is wrong with it; it sees records in log order.
///
/// # Errors
/// There is no store, it has another layout, or it cannot be read at all. Faults within it
/// are in the report.
pub fn verify(
    path: &Path,
    check: impl FnMut(&Stored) -> Result<(), String>,
) -> Result<Report, OpenError> {
    let file = if path.is_dir() {
        schema::file(path)
    } else {
        path.to_owned()
    };
    let db = schema::open_reader(&file)?;
    schema::check_version(&db)?;
    let mut report = Report {
        epoch: schema::stored_epoch(&db)?,
        ..Report::default()
    };
    pages(&db, &mut report)?;
    index(&db, &mut report)?;
    Verifier {
        db: &db,
        report,
        seen: HashMap::new(),
        check,
    }
    .run()
}

/// SQLite's own check of the file.
fn pages(db: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let mut statement = db.prepare("PRAGMA quick_check")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    for line in lines {
        match line? {
            line if line == "ok" => {}
            line => report.fault(format!("file: {line}")),
        }
    }
    Ok(())
}

/// The index of subjects agrees with the records, as far as it says.
fn index(db: &Connection, report: &mut Report) -> rusqlite::Result<()> {
    let wrong: i64 = db.query_row(
        "SELECT
           (SELECT count(*) FROM record r
            LEFT JOIN place p ON p.subject = r.subject AND p.position = r.position
            WHERE r.position <= ?1 AND p.position IS NULL)
         + (SELECT count(*) FROM place p LEFT JOIN record r ON r.position = p.position
            WHERE r.subject IS NOT p.subject)",
        [schema::number(schema::indexed(db)?)],
        |row| row.get(0),
    )?;
    if wrong > 0 {
        report.fault(format!(
            "index of subjects: {wrong} entries disagree with the records"
        ));
    }
    Ok(())
}

struct Verifier<'db, C> {
    db: &'db Connection,
    report: Report,
    /// The last record seen of each subject, by its row.
    seen: HashMap<i64, Position>,
    check: C,
}

impl<C: FnMut(&Stored) -> Result<(), String>> Verifier<'_, C> {
    fn run(mut self) -> Result<Report, OpenError> {
        // Short reads: a running hub's log must not grow because of this one.
        while self.page()? {}
        self.report.subjects = self.seen.len() as u64;
        Ok(self.report)
    }

    /// Whether there may be more.
    fn page(&mut self) -> rusqlite::Result<bool> {
        let db = self.db;
        let mut statement = db.prepare_cached(
            "SELECT r.position, r.prev, r.id, r.body, s.name, r.subject
             FROM record r LEFT JOIN subject s ON s.id = r.subject
             WHERE r.position > ?1 ORDER BY r.position LIMIT ?2",
        )?;
        let mut rows = statement.query((schema::number(self.report.last), PAGE))?;
        let mut looked = 0;
        while let Some(row) = rows.next()? {
            looked += 1;
            self.record(row)?;
        }
        Ok(looked == PAGE)
    }

    fn record(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let position = schema::position(row.get(0)?);
        self.report.last = position;
        self.report.records += 1;
        let record = match decode(row, position) {
            Ok(record) => record,
            Err(error) => {
                self.report.fault(format!("record {}: {error}", position.0));
                return Ok(());
            }
        };
        self.report.bytes += record.body.len() as u64;
        self.chain(row.get(5)?, &record)?;
        if record.body.len() > MAX_BODY {
            let text = format!("record {}: larger than 256 KiB", position.0);
            self.report.fault(text);
        }
        if let Err(wrong) = (self.check)(&record) {
            let text = format!("record {} of {}: {wrong}", position.0, record.subject);
            self.report.fault(text);
        }
        Ok(())
    }

    /// Each record names the one before it, except over what was trimmed.
    fn chain(&mut self, subject: i64, record: &Stored) -> rusqlite::Result<()> {
        let seen = self.seen.insert(subject, record.position);
        let seen = seen.unwrap_or(Position(0));
        if record.prev == seen {
            return Ok(());
        }
        let trimmed = self.trimmed(subject)?;
        let over_a_trim = record.prev > seen || record.prev == Position(0);
        if record.prev > trimmed || seen > trimmed || !over_a_trim {
            self.report.fault(format!(
                "record {} of {}: follows {}, but the record before it is {}",
                record.position.0, record.subject, record.prev.0, seen.0
            ));
        }
        Ok(())
    }

    fn trimmed(&self, subject: i64) -> rusqlite::Result<Position> {
        let trimmed = self
            .db
            .prepare_cached("SELECT trimmed FROM subject WHERE id = ?1")?
            .query_row([subject], |row| row.get(0))
            .optional()?;
        Ok(schema::position(trimmed.unwrap_or(0)))
    }
}

fn decode(row: &Row<'_>, position: Position) -> rusqlite::Result<Stored> {
    let subject: String = row.get(4)?;
    Ok(Stored {
        position,
        prev: schema::position(row.get(1)?),
        subject: Subject::stored(&subject),
        id: RecordId(u128::from_be_bytes(row.get(2)?)),
        body: Bytes::copy_from_slice(row.get_ref(3)?.as_blob()?),
    })
}
