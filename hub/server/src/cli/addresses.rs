//! `<store.dir>/addresses.json`: where the running hub listens, written whole after binding.

use serde::{Deserialize, Serialize};
use std::io;
use std::net::SocketAddr;
use std::path::Path;

/// Where a hub listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// For customers and agents.
    pub public: SocketAddr,
    /// For metrics and health.
    pub operations: SocketAddr,
    /// The process.
    pub pid: u32,
}

impl Addresses {
    /// Writes the file; readers see the old one or the new one, never a part.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension(format!("json.{}", self.pid));
        std::fs::write(&beside, serde_json::to_vec(self)?)?;
        std::fs::rename(&beside, path)
    }

    /// Reads the file; it may be that of a hub that is gone.
    ///
    /// # Errors
    /// There is none, or it is not ours.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_as_a_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("addresses.json");
        let addresses = Addresses {
            public: "127.0.0.1:1".parse().expect("an address"),
            operations: "[::1]:2".parse().expect("an address"),
            pid: 3,
        };
        addresses.write(&path).expect("written");
        addresses.write(&path).expect("written over");
        let text = std::fs::read_to_string(&path).expect("there");
        assert_eq!(
            text,
            r#"{"public":"127.0.0.1:1","operations":"[::1]:2","pid":3}"#
        );
        assert_eq!(Addresses::read(&path).expect("read"), addresses);
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1);
    }
}
