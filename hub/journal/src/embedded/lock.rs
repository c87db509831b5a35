//! One process owns a store: an exclusive lock on `<dir>/lock`.

use super::OpenError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// Held for as long as the store is open.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says which process has it.
    pub(crate) fn take(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(dir, &mut file)),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        write!(file, "{}", std::process::id())?;
        Ok(Self { _file: file })
    }
}

fn held(dir: &Path, file: &mut File) -> OpenError {
    let mut owner = String::new();
    let known = file.read_to_string(&mut owner).is_ok() && !owner.is_empty();
    OpenError::Held {
        dir: dir.to_owned(),
        owner: if known { owner } else { "unknown".to_owned() },
    }
}
