//! Where the records of each subject are.
//!
//! The index of subjects is a table that is brought up to date in portions, not with every
//! record: an index entry at a random place costs a page of the write-ahead log, and those
//! pages were most of what a commit wrote. What is not in the table yet is in memory, and is
//! found again at the start by reading the log's end.

use super::schema::{self, number};
use crate::Position;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Records after which the table is brought up to date.
const PORTION: usize = 32_768;

/// Records that the table does not know yet, by their subject's row.
#[derive(Debug, Default)]
pub(crate) struct Places(Mutex<Recent>);

#[derive(Debug, Default)]
struct Recent {
    by_subject: HashMap<i64, Vec<Position>>,
    count: usize,
}

impl Places {
    /// Reads the log's end.
    pub(crate) fn load(db: &Connection) -> rusqlite::Result<Self> {
        let places = Self::default();
        let mut statement = db.prepare(
            "SELECT subject, position FROM record WHERE position > ?1 ORDER BY position",
        )?;
        let mut rows = statement.query([number(schema::indexed(db)?)])?;
        while let Some(row) = rows.next()? {
            places.add([(row.get(0)?, schema::position(row.get(1)?))]);
        }
        drop(rows);
        drop(statement);
        Ok(places)
    }

    /// Adds committed records, before anybody is told of them.
    pub(crate) fn add(&self, records: impl IntoIterator<Item = (i64, Position)>) {
        let mut recent = self.lock();
        for (subject, position) in records {
            recent.by_subject.entry(subject).or_default().push(position);
            recent.count += 1;
        }
    }

    /// Forgets everything, after the table was brought up to date and committed.
    pub(crate) fn clear(&self) {
        *self.lock() = Recent::default();
    }

    /// Whether the table should be brought up to date.
    pub(crate) fn is_full(&self) -> bool {
        self.lock().count >= PORTION
    }

    /// The subject's newest record, where it is not in the table yet.
    pub(crate) fn last(&self, subject: i64) -> Option<Position> {
        self.lock().by_subject.get(&subject)?.last().copied()
    }

    /// The subject's records after `after` that may not be in the table yet, in order.
    ///
    /// Asked before the table is read, it leaves no hole: what leaves memory is in the table.
    pub(crate) fn after(&self, subject: i64, after: Position) -> Vec<Position> {
        let recent = self.lock();
        let all = recent.by_subject.get(&subject).map_or(&[][..], |all| all);
        all[all.partition_point(|position| *position <= after)..].to_vec()
    }

    /// Everything that the table does not know.
    pub(crate) fn all(&self) -> Vec<(i64, Position)> {
        let recent = self.lock();
        let mut all = Vec::with_capacity(recent.count);
        for (subject, positions) in &recent.by_subject {
            all.extend(positions.iter().map(|position| (*subject, *position)));
        }
        all
    }

    fn lock(&self) -> MutexGuard<'_, Recent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings the table up to date within the writer's transaction. What is in memory is cleared
/// when that is committed.
pub(crate) fn index(
    db: &Connection,
    mut places: Vec<(i64, Position)>,
    upto: Position,
) -> rusqlite::Result<()> {
    // In the table's order, so that each of its pages is touched once.
    places.sort_unstable();
    let mut insert = db.prepare_cached("INSERT INTO place VALUES (?1, ?2)")?;
    for (subject, position) in places {
        insert.execute((subject, number(position)))?;
    }
    schema::set_indexed(db, upto)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_in_memory_are_found_by_subject_and_position() {
        let places = Places::default();
        places.add((1..=10_i64).map(|n| (n % 2, Position(n.cast_unsigned()))));
        assert_eq!(
            places.after(0, Position(4)),
            [Position(6), Position(8), Position(10)]
        );
        assert_eq!(places.after(1, Position(9)), []);
        assert_eq!(places.last(1), Some(Position(9)));
        assert_eq!(places.last(7), None);
        places.clear();
        assert_eq!(places.after(0, Position(0)), []);
    }
}
