//! What one read sees.

use super::fanout::Batch;
use super::places::Places;
use super::schema::{number, position};
use crate::subject::{Filter, Subject};
use crate::{Position, RecordId, Stored};
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row};

/// Records that one read looks at when a filter passes few of them.
const SCAN: usize = 4_096;
/// Bytes of bodies after which one read of a tail stops.
const BYTES: usize = 4 * 1024 * 1024;
/// A filter with at most so many subjects is read by subject.
const FEW: usize = 16;

/// A connection, and the places that the tables do not know yet.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) places: &'a Places,
}

/// Records of one subject.
struct Portion {
    records: Vec<Stored>,
    /// Where it was cut off, when there may be more.
    cut: Option<Position>,
}

impl View<'_> {
    /// The subject's last position; 0: none.
    pub(crate) fn last(self, subject: &Subject) -> rusqlite::Result<Position> {
        let Some(row) = self.row(subject)? else {
            return Ok(Position(0));
        };
        if let Some(last) = self.places.last(row) {
            return Ok(last);
        }
        let last: Option<i64> = self
            .db
            .prepare_cached("SELECT max(position) FROM place WHERE subject = ?1")?
            .query_row([row], |row| row.get(0))?;
        Ok(position(last.unwrap_or(0)))
    }

    /// Records of one subject after `after`, oldest first.
    pub(crate) fn forward(
        self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> rusqlite::Result<Vec<Stored>> {
        let portion = self.portion(subject, after, limit, usize::MAX)?;
        Ok(portion.records)
    }

    /// Records of one subject at or before `until`, newest first.
    pub(crate) fn backward(
        self,
        subject: &Subject,
        until: Position,
        limit: usize,
    ) -> rusqlite::Result<Vec<Stored>> {
        let Some(row) = self.row(subject)? else {
            return Ok(Vec::new());
        };
        let mut recent = self.places.after(row, Position(0));
        let snapshot = self.db.unchecked_transaction()?;
        let mut places = self.indexed(
            "SELECT position FROM place WHERE subject = ?1 AND position <= ?2
             ORDER BY position DESC LIMIT ?3",
            (row, number(until), rows(limit)),
        )?;
        recent.retain(|position| *position <= until);
        places.extend(recent);
        places.sort_unstable_by(|a, b| b.cmp(a));
        places.dedup();
        places.truncate(limit);
        let mut records = Vec::new();
        for place in places {
            records.extend(self.record(subject, place)?);
        }
        snapshot.finish()?;
        Ok(records)
    }

    /// Records of every subject that passes, after `from` and at most up to `end`.
    pub(crate) fn batch(
        self,
        filter: &Filter,
        from: Position,
        end: Position,
        limit: usize,
    ) -> rusqlite::Result<Batch> {
        match self.few_subjects(filter)? {
            Some(subjects) => self.by_subject(&subjects, from, end, limit),
            None => self.scan(filter, from, end, limit),
        }
    }

    /// The subjects that pass, when they are few.
    fn few_subjects(self, filter: &Filter) -> rusqlite::Result<Option<Vec<Subject>>> {
        let Some(prefix) = filter.prefix() else {
            return Ok(None);
        };
        // '/' is the character after '.', so this is the range of all below the prefix.
        let mut statement = self.db.prepare_cached(
            "SELECT name FROM subject
             WHERE name = ?1 OR (name > ?1 || '.' AND name < ?1 || '/') LIMIT ?2",
        )?;
        let subjects: Vec<Subject> = statement
            .query_map((prefix, rows(FEW + 1)), |row| {
                row.get_ref(0)?
                    .as_str()
                    .map(Subject::stored)
                    .map_err(Into::into)
            })?
            .collect::<Result<_, _>>()?;
        Ok((subjects.len() <= FEW).then_some(subjects))
    }

    fn by_subject(
        self,
        subjects: &[Subject],
        from: Position,
        end: Position,
        limit: usize,
    ) -> rusqlite::Result<Batch> {
        let mut records = Vec::new();
        let mut upto = end;
        for subject in subjects {
            let portion = self.portion(subject, from, limit, BYTES)?;
            upto = portion.cut.map_or(upto, |cut| upto.min(cut));
            records.extend(portion.records);
        }
        records.retain(|record| record.position <= upto);
        records.sort_unstable_by_key(|record| record.position);
        Ok(Batch { records, upto })
    }

    /// Records of one subject after `after`, within the bounds of one read.
    fn portion(
        self,
        subject: &Subject,
        after: Position,
        limit: usize,
        bytes: usize,
    ) -> rusqlite::Result<Portion> {
        let mut portion = Portion {
            records: Vec::new(),
            cut: None,
        };
        let Some(row) = self.row(subject)? else {
            return Ok(portion);
        };
        let recent = self.places.after(row, after);
        let snapshot = self.db.unchecked_transaction()?;
        let mut places = self.indexed(
            "SELECT position FROM place WHERE subject = ?1 AND position > ?2
             ORDER BY position LIMIT ?3",
            (row, number(after), rows(limit)),
        )?;
        places.extend(recent);
        places.sort_unstable();
        places.dedup();
        places.truncate(limit);
        let full = places.len() == limit;
        let mut left = bytes;
        for place in &places {
            if let Some(record) = self.record(subject, *place)? {
                left = left.saturating_sub(record.body.len());
                portion.records.push(record);
            }
            if left == 0 {
                portion.cut = Some(*place);
                break;
            }
        }
        if full && portion.cut.is_none() {
            portion.cut = places.last().copied();
        }
        snapshot.finish()?;
        Ok(portion)
    }

    fn scan(
        self,
        filter: &Filter,
        from: Position,
        end: Position,
        limit: usize,
    ) -> rusqlite::Result<Batch> {
        let mut statement = self.db.prepare_cached(
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
                let record = stored(row, &subject)?;
                bytes += record.body.len();
                batch.records.push(record);
            }
        }
        Ok(batch)
    }

    fn row(self, subject: &Subject) -> rusqlite::Result<Option<i64>> {
        self.db
            .prepare_cached("SELECT id FROM subject WHERE name = ?1")?
            .query_row([subject.as_str()], |row| row.get(0))
            .optional()
    }

    fn indexed(self, sql: &str, range: (i64, i64, i64)) -> rusqlite::Result<Vec<Position>> {
        self.db
            .prepare_cached(sql)?
            .query_map(range, |row| Ok(position(row.get(0)?)))?
            .collect()
    }

    /// `None`: it was trimmed.
    fn record(self, subject: &Subject, place: Position) -> rusqlite::Result<Option<Stored>> {
        self.db
            .prepare_cached("SELECT position, prev, id, body FROM record WHERE position = ?1")?
            .query_row([number(place)], |row| stored(row, subject))
            .optional()
    }
}

fn stored(row: &Row<'_>, subject: &Subject) -> rusqlite::Result<Stored> {
    Ok(Stored {
        position: position(row.get(0)?),
        prev: position(row.get(1)?),
        id: RecordId(u128::from_be_bytes(row.get(2)?)),
        body: Bytes::copy_from_slice(row.get_ref(3)?.as_blob()?),
        subject: subject.clone(),
    })
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
