//! The signing secret: one file, the same on every node. One key a line in hexadecimal, at
//! most two: the first signs, both verify. To rotate, put a new line first and keep the old
//! one until its tokens have been renewed.

use ring::hmac::{HMAC_SHA256, Key};
use runtime::random::Random;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const KEY_BYTES: usize = 32;

/// Keys that sign customers' tokens.
#[derive(Clone)]
pub struct Secret {
    keys: Vec<Key>,
}

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read or made.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others may read it.
    #[error("{}: others may read this secret; run chmod 600 on it, or remove it for a new one", .0.display())]
    Readable(PathBuf),
    /// What is in it is no secret.
    #[error("{}, line {line}: a key is 64 hexadecimal digits, one or two lines", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
}

impl Secret {
    /// Reads the file, or makes one with mode 0600.
    ///
    /// # Errors
    /// It cannot be read or made, others may read it, or it is malformed.
    pub fn load_or_create(path: &Path, random: &dyn Random) -> Result<Self, SecretError> {
        match create(path, random) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(source) => {
                let path = path.to_owned();
                return Err(SecretError::File { path, source });
            }
        }
        Self::load(path)
    }

    /// The key that signs.
    pub(super) fn signing(&self) -> &Key {
        &self.keys[0]
    }

    /// The keys that verify.
    pub(super) fn verifying(&self) -> &[Key] {
        &self.keys
    }

    fn load(path: &Path) -> Result<Self, SecretError> {
        let unreadable = |source| SecretError::File {
            path: path.to_owned(),
            source,
        };
        let mode = std::fs::metadata(path)
            .map_err(unreadable)?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(SecretError::Readable(path.to_owned()));
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(&text).map_err(|line| SecretError::Malformed {
            path: path.to_owned(),
            line,
        })
    }

    fn parse(text: &str) -> Result<Self, usize> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let bytes = from_hex(line.trim()).ok_or(index + 1)?;
            keys.push(Key::new(HMAC_SHA256, &bytes));
        }
        match keys.len() {
            1 | 2 => Ok(Self { keys }),
            found => Err(found.clamp(1, 3)),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} keys)", self.keys.len())
    }
}

/// Whole or not at all: the text is written beside it and linked into place, which fails if
/// another start was faster.
fn create(path: &Path, random: &dyn Random) -> std::io::Result<()> {
    if path.exists() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    let mut key = [0; KEY_BYTES];
    random.fill(&mut key);
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();

    let beside = path.with_extension(random.id());
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    let written = file
        .write_all(format!("{hex}\n").as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::hard_link(&beside, path));
    std::fs::remove_file(&beside)?;
    written
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * KEY_BYTES || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..KEY_BYTES).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16));
    pairs.collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::random::SystemRandom;

    #[test]
    fn it_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        Secret::load_or_create(&path, &SystemRandom).expect("made");
        let first = std::fs::read_to_string(&path).expect("there");
        let mode = std::fs::metadata(&path)
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);

        Secret::load_or_create(&path, &SystemRandom).expect("read");
        assert_eq!(std::fs::read_to_string(&path).expect("there"), first);
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1);

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("set");
        let refused = Secret::load_or_create(&path, &SystemRandom);
        assert!(matches!(refused, Err(SecretError::Readable(_))));
    }

    #[test]
    fn what_is_no_key_is_named_by_its_line() {
        let key = "ab".repeat(32);
        assert!(Secret::parse(&key).is_ok());
        assert!(Secret::parse(&format!("{key}\n{key}\n")).is_ok());
        let rows = [
            (String::new(), 1),
            ("xy".repeat(32), 1),
            (format!("{key}\n{}", "ab".repeat(31)), 2),
            (format!("{key}\n{key}\n{key}"), 3),
        ];
        for (text, line) in rows {
            assert_eq!(Secret::parse(&text).err(), Some(line), "{text}");
        }
    }
}
