//! Tables, settings of a connection, and the file's marks.

use super::{OpenError, Options};
use crate::Position;
use domain::id::Epoch;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The table layout that this code reads and writes.
const VERSION: i64 = 1;

/// `prev` makes each subject a chain; `trimmed` says up to where its chain was forgotten.
/// `place` is the index of subjects, as far as it was brought up to date.
const TABLES: &str = "
    CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
    CREATE TABLE subject (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        trimmed INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE record (
        position INTEGER PRIMARY KEY,
        subject INTEGER NOT NULL,
        prev INTEGER NOT NULL,
        id BLOB NOT NULL,
        body BLOB NOT NULL
    );
    CREATE TABLE place (
        subject INTEGER NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (subject, position)
    ) WITHOUT ROWID;
";

/// The store's file in its folder.
pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join("journal.db")
}

/// The writer's connection, with tables and epoch in place.
pub(crate) fn open_writer(
    path: &Path,
    options: &Options,
) -> Result<(Connection, Epoch), OpenError> {
    let db = Connection::open(path)?;
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    // Trimming is erasure: freed pages keep nothing.
    db.pragma_update(None, "secure_delete", "ON")?;
    // KiB: what the index needs between two of its portions.
    db.pragma_update(None, "cache_size", -16_384)?;
    // Four times the usual: fewer of the writes that a checkpoint makes a record wait for.
    db.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    // A long read may let the log grow; give the space back afterwards.
    db.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    create(&db)?;
    if let Some(pages) = options.max_pages {
        db.pragma_update(None, "max_page_count", pages)?;
    }
    let epoch = epoch(&db, path, options)?;
    Ok((db, epoch))
}

/// A connection that only reads.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Duration::from_secs(5))?;
    Ok(db)
}

/// Refuses a layout that this code does not know.
pub(crate) fn check_version(db: &Connection) -> Result<(), OpenError> {
    match version(db)? {
        VERSION => Ok(()),
        found => Err(OpenError::Layout {
            found,
            known: VERSION,
        }),
    }
}

/// The epoch in the file, unless it is a copy that has none yet.
pub(crate) fn stored_epoch(db: &Connection) -> rusqlite::Result<Option<Epoch>> {
    let text: Option<String> = meta(db, "epoch")?;
    Ok(text.and_then(|text| Epoch::new(text).ok()))
}

/// Makes a copy that belongs to no epoch.
pub(crate) fn unmark(db: &Connection) -> rusqlite::Result<()> {
    db.execute("DELETE FROM meta WHERE key IN ('epoch', 'inode')", [])
        .map(drop)
}

/// The highest position ever given, trimmed records included.
pub(crate) fn highest(db: &Connection) -> rusqlite::Result<Position> {
    let floor: Option<i64> = meta(db, "floor")?;
    let stored: Option<i64> =
        db.query_row("SELECT max(position) FROM record", [], |row| row.get(0))?;
    Ok(position(floor.max(stored).unwrap_or(0)))
}

/// Up to where `place` knows every record.
pub(crate) fn indexed(db: &Connection) -> rusqlite::Result<Position> {
    let indexed: Option<i64> = meta(db, "indexed")?;
    Ok(position(indexed.unwrap_or(0)))
}

/// Says up to where `place` knows every record.
pub(crate) fn set_indexed(db: &Connection, upto: Position) -> rusqlite::Result<()> {
    set(db, "indexed", number(upto))
}

/// Says that no position up to this one is given again.
pub(crate) fn set_floor(db: &Connection, upto: Position) -> rusqlite::Result<()> {
    set(db, "floor", number(upto))
}

/// A position as SQLite keeps it.
pub(crate) fn number(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// A position as SQLite gave it.
pub(crate) fn position(number: i64) -> Position {
    Position(number.cast_unsigned())
}

fn create(db: &Connection) -> Result<(), OpenError> {
    if version(db)? != 0 {
        return check_version(db);
    }
    let script = format!("BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;");
    Ok(db.execute_batch(&script)?)
}

fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// A file whose inode is not the remembered one is a copy, and starts a new life.
fn epoch(db: &Connection, path: &Path, options: &Options) -> Result<Epoch, OpenError> {
    let inode = std::fs::metadata(path)?.ino().to_string();
    let same_file = meta::<String>(db, "inode")?.as_ref() == Some(&inode);
    if let Some(epoch) = stored_epoch(db)?.filter(|_| same_file) {
        return Ok(epoch);
    }
    let text = format!("{:032x}", options.random.u128());
    let epoch = Epoch::new(text).expect("32 hexadecimal digits are an id");
    db.execute(
        "INSERT OR REPLACE INTO meta VALUES ('epoch', ?1), ('inode', ?2)",
        (epoch.as_str(), &inode),
    )?;
    Ok(epoch)
}

fn set(db: &Connection, key: &str, value: i64) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO meta VALUES (?1, ?2)")?
        .execute((key, value))
        .map(drop)
}

fn meta<T: rusqlite::types::FromSql>(db: &Connection, key: &str) -> rusqlite::Result<Option<T>> {
    db.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
        row.get(0)
    })
    .optional()
}
