//! Copies of a store: a backup while it runs, and a backup put back as a store.

use super::schema;
use super::{Lock, OpenError};
use rusqlite::Connection;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Why a copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file is there already, and is left alone.
    #[error("{0} exists already: choose another name or move it away")]
    Exists(PathBuf),
    /// The source or the target is no store that this hub can use.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The disk refuses.
    #[error("the copy could not be written: {0}")]
    Io(#[from] io::Error),
    /// SQLite refuses.
    #[error("the copy could not be made: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Puts a backup into `dir` as a store. The store starts a new life: its epoch is new when
/// it is opened, so clients of the old one fetch everything again.
///
/// # Errors
/// `dir` has a store already or belongs to a running hub, the backup has another layout,
/// or the disk refuses; then nothing is left behind under the store's name.
pub fn restore(backup: &Path, dir: &Path) -> Result<(), CopyError> {
    schema::check_version(&schema::open_reader(backup)?)?;
    fs::create_dir_all(dir).map_err(CopyError::Io)?;
    let _lock = Lock::take(dir)?;
    let target = schema::file(dir);
    whole(&target, |partial| {
        fs::copy(backup, partial)?;
        schema::unmark(&Connection::open(partial)?)?;
        Ok(())
    })
}

/// Copies the store, as it is at one moment, into one file that belongs to no epoch.
pub(crate) fn write(store: &Path, target: &Path) -> Result<(), CopyError> {
    let db = schema::open_reader(store)?;
    whole(target, |partial| {
        let path = partial
            .to_str()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the name is not UTF-8"))?;
        db.execute("VACUUM INTO ?1", [path])?;
        let copy = Connection::open(partial)?;
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        Ok(schema::unmark(&copy)?)
    })
}

/// Makes a file under another name, and names it only when it is whole and on disk.
fn whole(
    target: &Path,
    make: impl FnOnce(&Path) -> Result<(), CopyError>,
) -> Result<(), CopyError> {
    if target.exists() {
        return Err(CopyError::Exists(target.to_owned()));
    }
    let mut partial = target.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    remove(&partial)?;
    let made = make(&partial).and_then(|()| name(&partial, target));
    if made.is_err() {
        remove(&partial)?;
    }
    made
}

fn name(partial: &Path, target: &Path) -> Result<(), CopyError> {
    File::open(partial)?.sync_all()?;
    fs::rename(partial, target)?;
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

fn remove(partial: &Path) -> io::Result<()> {
    match fs::remove_file(partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
