//! The binary as an operator uses it, on a store of its own.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs `hub` in a folder that has the repository's site files.
fn hub(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let sites = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/sites");
    let mut child = Command::new(env!("CARGO_BIN_EXE_hub"))
        .args(arguments)
        .current_dir(folder)
        .env("HUB_SITES__DIR", sites)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("piped");
    // A command that needs no input may have ended already.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("ended")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const ADD: [&str; 11] = [
    "agent",
    "add",
    "ada",
    "--site",
    "demo",
    "--department",
    "sales",
    "--skill",
    "zh:3",
    "--capacity",
    "2.5",
];

#[test]
fn an_account_from_its_making_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str], input: &str| hub(folder.path(), arguments, input);

    let added = run(&ADD, "correct horse\n");
    assert_eq!(code(&added), 0, "{}", err(&added));
    let again = run(&ADD, "correct horse\n");
    assert_eq!(code(&again), 1);
    assert!(
        err(&again).contains("ada exists already"),
        "{}",
        err(&again)
    );

    let list = out(&run(&["agent", "list"], ""));
    assert!(
        list.contains("ada") && list.contains("sales") && list.contains("enabled"),
        "{list}"
    );
    let token = out(&run(&["agent", "token", "ada"], ""));
    assert_eq!(token.trim().len(), 43, "256 bits in base64");
    assert_eq!(
        code(&run(&["agent", "passwd", "ada"], "another horse\n")),
        0
    );
    assert_eq!(code(&run(&["agent", "disable", "ada"], "")), 0);
    assert_eq!(code(&run(&["agent", "token", "ada"], "")), 1);
    assert!(out(&run(&["agent", "list"], "")).contains("disabled"));
    assert_eq!(code(&run(&["agent", "enable", "ada"], "")), 0);
    assert_eq!(code(&run(&["agent", "token", "eve"], "")), 1);
}

#[test]
fn an_import_is_all_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let head = "login,name,role,departments,skills,capacity,password\n";
    let bob = "bob,Bob,agent,sales support,zh:3 en:5,4,correct horse\n";
    let import = ["agent", "import", "-", "--site", "demo"];
    let refused = [
        (
            "eve,Eve,agent,nowhere,,4,correct horse\n",
            "line 3: site demo has no department nowhere",
        ),
        ("eve,Eve,agent,sales,,4,short\n", "line 3: a password has"),
        (
            "bob,Bob,agent,sales,,4,correct horse\n",
            "line 3: login bob is there twice",
        ),
    ];
    for (row, why) in refused {
        let output = hub(folder.path(), &import, &format!("{head}{bob}{row}"));
        assert_eq!(code(&output), 1);
        assert!(err(&output).contains(why), "{}", err(&output));
    }
    let wrong = hub(
        folder.path(),
        &import,
        &format!("{head}{bob}eve,Eve,boss,sales,,4,x\n"),
    );
    assert_eq!(code(&wrong), 2);
    assert!(
        !out(&hub(folder.path(), &["agent", "list"], "")).contains("bob"),
        "none was made"
    );

    let sam = "sam,Sam,supervisor,sales,,0,correct horse\n";
    let done = hub(folder.path(), &import, &format!("{head}{bob}{sam}"));
    assert_eq!(code(&done), 0, "{}", err(&done));
    assert_eq!(out(&done), "2 account(s) made\n");
}

#[test]
fn backup_and_verify() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| hub(folder.path(), arguments, "correct horse\n");
    assert_eq!(code(&run(&ADD)), 0);
    assert_eq!(code(&run(&["backup", "copy.db"])), 0);
    assert_eq!(
        code(&run(&["backup", "copy.db"])),
        1,
        "nothing is written over"
    );
    for arguments in [&["verify"][..], &["verify", "copy.db"]] {
        let verified = run(arguments);
        assert_eq!(code(&verified), 0, "{}", err(&verified));
        assert!(out(&verified).ends_with("0 fault(s)\n"));
    }
    std::fs::write(folder.path().join("junk.db"), "no store").expect("written");
    assert_eq!(code(&run(&["verify", "junk.db"])), 1);
}

#[test]
fn bad_configuration_is_exit_code_two() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, "[listen]\n\nbacklogg = 1\n").expect("written");
    for arguments in [
        &["check-config", "--config", "hub.toml"][..],
        &["serve", "--config", "hub.toml"],
        &["--config", "hub.toml"],
        &["agent", "list", "--config", "hub.toml"],
    ] {
        let output = hub(folder.path(), arguments, "");
        assert_eq!(code(&output), 2, "{arguments:?}");
        let expected =
            "hub: hub.toml, line 3: \"backlogg\" is not known; did you mean \"backlog\"?\n";
        assert_eq!(err(&output), expected);
    }
    assert_eq!(code(&hub(folder.path(), &["serv"], "")), 2);
    assert_eq!(code(&hub(folder.path(), &["agent", "add", "a.b"], "")), 2);
    assert_eq!(code(&hub(folder.path(), &["--help"], "")), 0);
}

#[test]
fn a_right_configuration_is_said_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = hub(folder.path(), &["check-config"], "");
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).contains("demo: departments sales, support"));
    let version = hub(folder.path(), &["version"], "");
    assert!(out(&version).starts_with("hub 0."));
}

#[test]
fn without_a_hub_the_healthcheck_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(".data");
    std::fs::create_dir(&file).expect("made");
    // A port that was just free: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = free.local_addr().expect("bound");
    drop(free);
    let json = format!(r#"{{"public":"{address}","operations":"{address}","pid":1}}"#);
    std::fs::write(file.join("addresses.json"), json).expect("written");
    let output = hub(folder.path(), &["healthcheck"], "");
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("no hub answers at"));
}
