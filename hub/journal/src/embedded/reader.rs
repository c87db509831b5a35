//! Reads: a few connections on blocking threads, each read a short transaction.

use super::fanout::Batch;
use super::schema::{self, number, position};
use crate::subject::{Filter, Subject};
use crate::{Position, ReadError, RecordId, Stored};
use bytes::Bytes;
use rusqlite::{Connection, Row};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Records that one read looks at when a filter passes few of them.
const SCAN: usize = 4_096;
/// Bytes of bodies after which one read of a tail stops.
const BYTES: usize = 4 * 1024 * 1024;
const FORWARD: &str = "SELECT position, prev, id, body, ?1 FROM record
     WHERE subject = (SELECT id FROM subject WHERE name = ?1) AND position > ?2
     ORDER BY position LIMIT ?3";
/// A filter with at most so many subjects is read by subject.
const FEW: usize = 16;

/// The pool.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, size: usize) -> Self {
        Self {
            path,
            idle: Mutex::default(),
            turns: Semaphore::new(size.max(1)),
        }
    }

    /// Runs a read on a blocking thread.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let _turn = self.turns.acquire().await.map_err(failure)?;
        let pool = self.clone();
        tokio::task::spawn_blocking(move || pool.read(read))
            .await
            .map_err(failure)?
            .map_err(failure)
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let idle = self.lock().pop();
        let db = match idle {
            Some(db) => db,
            None => schema::open_reader(&self.path)?,
        };
        // A connection that failed is not used again.
        let value = read(&db)?;
        self.lock().push(db);
        Ok(value)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The subject's last position; 0: none.
pub(crate) fn last(db: &Connection, subject: &Subject) -> rusqlite::Result<Position> {
    let last: Option<i64> = db
        .prepare_cached(
            "SELECT max(position) FROM record
             WHERE subject = (SELECT id FROM subject WHERE name = ?1)",
        )?
        .query_row([subject.as_str()], |row| row.get(0))?;
    Ok(position(last.unwrap_or(0)))
}

/// Records of one subject after `after`, oldest first.
pub(crate) fn forward(
    db: &Connection,
    subject: &Subject,
    after: Position,
    limit: usize,
) -> rusqlite::Result<Vec<Stored>> {
    db.prepare_cached(FORWARD)?
        .query_map((subject.as_str(), number(after), rows(limit)), stored)?
        .collect()
}

/// Records of one subject at or before `until`, newest first.
pub(crate) fn backward(
    db: &Connection,
    subject: &Subject,
    until: Position,
    limit: usize,
) -> rusqlite::Result<Vec<Stored>> {
    db.prepare_cached(
        "SELECT position, prev, id, body, ?1 FROM record
         WHERE subject = (SELECT id FROM subject WHERE name = ?1) AND position <= ?2
         ORDER BY position DESC LIMIT ?3",
    )?
    .query_map((subject.as_str(), number(until), rows(limit)), stored)?
    .collect()
}

/// Records of every subject that passes, after `from` and at most up to `end`.
pub(crate) fn batch(
    db: &Connection,
    filter: &Filter,
    from: Position,
    end: Position,
    limit: usize,
) -> rusqlite::Result<Batch> {
    match few_subjects(db, filter)? {
        Some(subjects) => by_subject(db, &subjects, from, end, limit),
        None => scan(db, filter, from, end, limit),
    }
}

/// The subjects that pass, when they are few.
fn few_subjects(db: &Connection, filter: &Filter) -> rusqlite::Result<Option<Vec<Subject>>> {
    let Some(prefix) = filter.prefix() else {
        return Ok(None);
    };
    // '/' is the character after '.', so this is the range of everything below the prefix.
    let subjects: Vec<Subject> = db
        .prepare_cached(
            "SELECT name FROM subject
             WHERE name = ?1 OR (name > ?1 || '.' AND name < ?1 || '/') LIMIT ?2",
        )?
        .query_map((prefix, rows(FEW + 1)), |row| {
            row.get::<_, String>(0).map(|name| Subject::stored(&name))
        })?
        .collect::<Result<_, _>>()?;
    Ok((subjects.len() <= FEW).then_some(subjects))
}

fn by_subject(
    db: &Connection,
    subjects: &[Subject],
    from: Position,
    end: Position,
    limit: usize,
) -> rusqlite::Result<Batch> {
    let mut records = Vec::new();
    let mut upto = end;
    for subject in subjects {
        let portion = portion(db, subject, from, limit)?;
        if let Some(cut) = portion.cut {
            upto = upto.min(cut);
        }
        records.extend(portion.records);
    }
    records.retain(|record| record.position <= upto);
    records.sort_unstable_by_key(|record| record.position);
    Ok(Batch { records, upto })
}

struct Portion {
    records: Vec<Stored>,
    /// Where it was cut off, when there may be more.
    cut: Option<Position>,
}

/// Records of one subject, within the bounds of one read.
fn portion(
    db: &Connection,
    subject: &Subject,
    from: Position,
    limit: usize,
) -> rusqlite::Result<Portion> {
    let mut statement = db.prepare_cached(FORWARD)?;
    let mut found = statement.query((subject.as_str(), number(from), rows(limit)))?;
    let mut records = Vec::new();
    let mut bytes = 0;
    while let Some(row) = found.next()? {
        let record = stored(row)?;
        bytes += record.body.len();
        let position = record.position;
        records.push(record);
        if bytes > BYTES || records.len() == limit {
            let cut = Some(position);
            return Ok(Portion { records, cut });
        }
    }
    Ok(Portion { records, cut: None })
}

fn scan(
    db: &Connection,
    filter: &Filter,
    from: Position,
    end: Position,
    limit: usize,
) -> rusqlite::Result<Batch> {
    let mut statement = db.prepare_cached(
        "SELECT r.position, r.prev, r.id, r.body, s.name
         FROM record r JOIN subject s ON s.id = r.subject
         WHERE r.position > ?1 AND r.position <= ?2 ORDER BY r.position LIMIT ?3",
    )?;
    let mut found = statement.query((number(from), number(end), rows(SCAN)))?;
    let mut batch = Batch {
        records: Vec::new(),
        upto: from,
    };
    let (mut looked, mut bytes) = (0, 0);
    while batch.records.len() < limit && bytes <= BYTES {
        let Some(row) = found.next()? else {
            // Everything was seen: what is missing up to the end was trimmed.
            if looked < SCAN {
                batch.upto = end;
            }
            break;
        };
        looked += 1;
        batch.upto = position(row.get(0)?);
        let subject = Subject::stored(row.get_ref(4)?.as_str()?);
        if filter.matches(&subject) {
            let record = stored(row)?;
            bytes += record.body.len();
            batch.records.push(record);
        }
    }
    Ok(batch)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        position: position(row.get(0)?),
        prev: position(row.get(1)?),
        id: RecordId(u128::from_be_bytes(row.get(2)?)),
        body: Bytes::copy_from_slice(row.get_ref(3)?.as_blob()?),
        subject: Subject::stored(row.get_ref(4)?.as_str()?),
    })
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn failure(error: impl std::fmt::Display) -> ReadError {
    ReadError(error.to_string().into())
}
