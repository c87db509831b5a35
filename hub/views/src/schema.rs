//! The file and its tables.

use journal::Position;
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// Changes whenever the tables or what they hold change: the file is then made again.
const VERSION: i64 = 2;

pub(crate) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL,
        epoch TEXT NOT NULL, position INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS conversation (
        site TEXT NOT NULL, conversation TEXT NOT NULL, customer TEXT NOT NULL, n INTEGER NOT NULL,
        state TEXT NOT NULL, department TEXT NOT NULL, agent TEXT, at INTEGER NOT NULL,
        PRIMARY KEY (site, conversation)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS by_customer ON conversation (site, customer, n);
    CREATE INDEX IF NOT EXISTS of_customer ON conversation (site, customer, at, conversation);
    CREATE INDEX IF NOT EXISTS of_agent ON conversation (site, agent, at, conversation) WHERE state <> 'closed';
    CREATE INDEX IF NOT EXISTS by_activity ON conversation (site, at, conversation);
    CREATE INDEX IF NOT EXISTS by_department ON conversation (site, department, at, conversation);
    CREATE INDEX IF NOT EXISTS open ON conversation (site, state, at, conversation) WHERE state <> 'closed';
";

/// Opens the file for writing; gives up to where it is projected.
pub(crate) fn open(path: &Path, epoch: &str) -> rusqlite::Result<(Connection, Position)> {
    let db = Connection::open(path)?;
    // Losing the file loses nothing: it is folded again.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.execute_batch(TABLES)?;
    let place: Option<(i64, String, i64)> = db
        .query_row("SELECT version, epoch, position FROM place", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    match place {
        Some((VERSION, known, position)) if known == epoch => {
            Ok((db, Position(position.unsigned_abs())))
        }
        _ => {
            db.execute_batch("DROP TABLE place; DROP TABLE conversation;")?;
            db.execute_batch(TABLES)?;
            db.execute(
                "INSERT INTO place VALUES (1, ?1, ?2, 0)",
                params![VERSION, epoch],
            )?;
            Ok((db, Position(0)))
        }
    }
}
