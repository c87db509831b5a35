//! What an error of SQLite means for what was written.

use rusqlite::{Error, ErrorCode, ffi};

/// Where it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Before the commit.
    Write,
    /// In the commit.
    Commit,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Nothing was written; it may work later.
    Passing,
    /// Whether something was written cannot be known.
    Fatal,
}

/// Judges an error.
pub(crate) fn judge(stage: Stage, error: &Error) -> Trouble {
    let Error::SqliteFailure(failure, _) = error else {
        return match stage {
            Stage::Write => Trouble::Passing,
            Stage::Commit => Trouble::Fatal,
        };
    };
    match failure.extended_code {
        // After a failed fsync the kernel may have dropped the pages and marked them clean.
        ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => Trouble::Fatal,
        // A frame that was not written whole has a wrong checksum and is overwritten next.
        ffi::SQLITE_IOERR_WRITE => Trouble::Passing,
        _ => match (stage, failure.code) {
            (Stage::Write, _) => Trouble::Passing,
            (Stage::Commit, ErrorCode::DiskFull | ErrorCode::DatabaseBusy) => Trouble::Passing,
            (Stage::Commit, _) => Trouble::Fatal,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: i32) -> Error {
        Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn a_failed_fsync_is_never_ignored() {
        for stage in [Stage::Write, Stage::Commit] {
            assert_eq!(
                judge(stage, &error(ffi::SQLITE_IOERR_FSYNC)),
                Trouble::Fatal
            );
        }
        assert_eq!(
            judge(Stage::Commit, &error(ffi::SQLITE_IOERR)),
            Trouble::Fatal
        );
    }

    #[test]
    fn a_full_disk_passes() {
        for stage in [Stage::Write, Stage::Commit] {
            for code in [ffi::SQLITE_FULL, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_BUSY] {
                assert_eq!(judge(stage, &error(code)), Trouble::Passing);
            }
        }
    }
}
