//! A real hub as a process: what it says at the start, how it is asked while it runs, how it
//! ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

/// A hub in a folder of its own; it ends with the test.
struct Hub {
    child: Child,
    folder: tempfile::TempDir,
    said: Vec<String>,
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("HUB_LISTEN__PUBLIC", "127.0.0.1:0")
        .env("HUB_LISTEN__OPERATIONS", "127.0.0.1:0")
        .env("HUB_DRAIN__WINDOW_MS", "100")
        .env("HUB_LOG__FORMAT", "json");
    command
}

impl Hub {
    /// Starts it and reads what it says until it listens.
    fn start(arguments: &[&str], last_line: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let sites = folder.path().join("config/sites");
        std::fs::create_dir_all(&sites).expect("made");
        std::fs::write(sites.join("demo.toml"), services::sites::file::DEMO).expect("written");
        let child = command(folder.path(), arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let mut hub = Self {
            child,
            folder,
            said: Vec::new(),
        };
        let out = hub.child.stdout.take().expect("piped");
        for line in BufReader::new(out).lines() {
            hub.said.push(line.expect("text"));
            if hub
                .said
                .last()
                .is_some_and(|line| line.starts_with(last_line))
            {
                return hub;
            }
        }
        let mut log = String::new();
        let mut stderr = hub.child.stderr.take().expect("piped");
        let _ = stderr.read_to_string(&mut log);
        panic!("the hub ended early: {:?}\n{log}", hub.said);
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = command(self.folder.path(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        let mut stdin = child.stdin.take().expect("piped");
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        child.wait_with_output().expect("ended")
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Reads the log until a line that holds `words`.
    fn read_log_until(log: &mut impl BufRead, words: &str) -> String {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert_ne!(
                log.read_line(&mut line).expect("text"),
                0,
                "the log ended before {words:?}"
            );
        }
        line
    }

    fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("ended")
    }

    fn store(&self, file: &str) -> PathBuf {
        self.folder.path().join(".data").join(file)
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_demo_says_its_addresses_and_its_password() {
    let mut hub = Hub::start(&["serve", "--demo"], "logins");
    let said = hub.said.join("\n");
    let password = std::fs::read_to_string(hub.store("demo-password")).expect("kept");
    assert!(
        said.contains(&format!("password {}", password.trim())),
        "{said}"
    );
    let file = std::fs::read_to_string(hub.store("addresses.json")).expect("written");
    let addresses: serde_json::Value = serde_json::from_str(&file).expect("JSON");
    let public = addresses["public"].as_str().expect("an address");
    assert!(said.contains(&format!("http://{public}/desk")), "{said}");
    assert_eq!(addresses["pid"], hub.child.id());

    let ready = hub.run(&["healthcheck", "--ready"], "");
    assert!(
        ready.status.success(),
        "{}",
        String::from_utf8_lossy(&ready.stderr)
    );
    let mut log = BufReader::new(hub.child.stderr.take().expect("piped"));
    hub.signal("TERM");
    assert_eq!(hub.wait().code(), Some(0));
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("text");
    assert!(!rest.contains(password.trim()), "no log shows the password");
}

#[test]
fn commands_go_through_the_running_hub() {
    let mut hub = Hub::start(&["serve"], "no account yet");
    let add = [
        "agent",
        "add",
        "ada",
        "--site",
        "demo",
        "--department",
        "sales",
    ];
    let added = hub.run(&add, "correct horse\n");
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    let list = hub.run(&["agent", "list"], "");
    assert!(String::from_utf8_lossy(&list.stdout).contains("ada"));
    assert!(hub.run(&["backup", "copy.db"], "").status.success());
    assert!(hub.run(&["verify"], "").status.success());

    let second = hub.run(&["serve"], "");
    assert_eq!(second.status.code(), Some(1), "one hub at a time");
    hub.signal("INT");
    assert_eq!(hub.wait().code(), Some(0));
    // The store is free again, and what was done is in it.
    let list = hub.run(&["agent", "list"], "");
    assert!(String::from_utf8_lossy(&list.stdout).contains("ada"));
}

#[test]
fn a_bad_site_file_is_refused_while_it_runs() {
    let mut hub = Hub::start(&["serve"], "no account yet");
    let mut log = BufReader::new(hub.child.stderr.take().expect("piped"));
    let file = hub.folder.path().join("config/sites/demo.toml");
    let wrong = services::sites::file::DEMO.replace("name = ", "nam = ");
    std::fs::write(&file, wrong).expect("written");
    hub.signal("HUP");
    let line = Hub::read_log_until(&mut log, "refused");
    assert!(line.contains("did you mean"), "{line}");

    std::fs::write(&file, services::sites::file::DEMO).expect("written");
    hub.signal("HUP");
    Hub::read_log_until(&mut log, "in force");
}
