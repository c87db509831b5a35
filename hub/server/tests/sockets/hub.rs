//! A real hub as a process.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

const PASSWORD: &str = "correct horse";

/// A hub that ends with the test.
pub(crate) struct Hub {
    child: Child,
    folder: Option<tempfile::TempDir>,
    pub(crate) public: SocketAddr,
    operations: SocketAddr,
}

impl Hub {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// With other settings than the defaults.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let sites = folder.path().join("config/sites");
        std::fs::create_dir_all(&sites).expect("made");
        let demo = services::sites::file::DEMO;
        std::fs::write(sites.join("demo.toml"), demo).expect("written");
        let other = demo.replace("\"demo\"", "\"other\"");
        std::fs::write(sites.join("other.toml"), other).expect("written");
        Self::on(folder, settings)
    }

    /// On a folder that another hub has left.
    pub(crate) fn on(folder: tempfile::TempDir, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hub"))
            .args(["serve", "--demo"])
            .current_dir(folder.path())
            .env("HUB_LISTEN__PUBLIC", "127.0.0.1:0")
            .env("HUB_LISTEN__OPERATIONS", "127.0.0.1:0")
            .env("HUB_DEMO__PASSWORD", PASSWORD)
            .env("HUB_DRAIN__WINDOW_MS", "100")
            .env("HUB_LOG__LEVEL", "warn")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("started");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let listens = lines.any(|line| line.expect("text").starts_with("logins"));
        assert!(listens, "the hub ended before it listened");
        let (public, operations) = addresses(folder.path());
        Self {
            child,
            folder: Some(folder),
            public,
            operations,
        }
    }

    /// Ends it without a chance to tidy up.
    pub(crate) fn kill(mut self) -> tempfile::TempDir {
        self.child.kill().expect("it runs");
        self.child.wait().expect("ended");
        self.folder.take().expect("taken once")
    }

    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("ended")
    }

    /// A token of a demo account.
    pub(crate) fn token(&self, login: &str) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_hub"))
            .args(["agent", "token", login])
            .current_dir(self.folder.as_ref().expect("it runs").path())
            .output()
            .expect("ended");
        let token = String::from_utf8(output.stdout).expect("text");
        assert!(output.status.success(), "no token for {login}");
        token.trim().to_owned()
    }

    /// The value of one line of the metrics.
    pub(crate) fn metric(&self, line: &str) -> f64 {
        let text = self.metrics();
        let found = text.lines().find_map(|l| l.strip_prefix(line));
        found.map_or(0.0, |value| value.trim().parse().expect("a number"))
    }

    fn metrics(&self) -> String {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(self.operations).expect("connected");
        let request = b"GET /metrics HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n";
        stream.write_all(request).expect("asked");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("answered");
        text
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn addresses(folder: &Path) -> (SocketAddr, SocketAddr) {
    let file = std::fs::read(folder.join(".data/addresses.json")).expect("written");
    let all: Value = serde_json::from_slice(&file).expect("JSON");
    let one = |name: &str| {
        all[name]
            .as_str()
            .and_then(|a| a.parse().ok())
            .expect("an address")
    };
    (one("public"), one("operations"))
}
