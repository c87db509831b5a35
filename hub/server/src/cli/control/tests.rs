use super::super::local::Local;
use super::*;
use crate::config::Config;
use domain::id::AgentId;
use journal::embedded::{Embedded, Options};
use runtime::clock::SystemClock;
use runtime::random::SystemRandom;
use services::accounts::{Accounts, Role};
use services::sites::Sites;

async fn house(folder: &Path) -> (Local, std::path::PathBuf) {
    let journal = Embedded::open(folder, Options::default()).expect("opened");
    let (clock, random) = (Arc::new(SystemClock::new()), Arc::new(SystemRandom));
    let limits = Config::default().limits.logins();
    let local = Local {
        accounts: Accounts::open(journal.clone(), clock, random, limits).await,
        sites: Arc::new(Sites::demo()),
        journal,
    };
    let path = folder.join("control.sock");
    let listener = bind_control(&path).expect("bound");
    tokio::spawn(serve_control(listener, Arc::new(local.clone())));
    (local, path)
}

fn request(login: &str) -> Request {
    let account = super::super::administration::AccountRequest {
        site: "demo".parse().expect("valid"),
        login: login.parse().expect("valid"),
        name: "Ada".into(),
        role: Role::Agent,
        departments: vec!["sales".parse().expect("valid")],
        skills: Vec::new(),
        capacity: 40,
        password: "planted-password".into(),
    };
    Request::AddAgents {
        accounts: vec![account],
    }
}

#[tokio::test]
async fn a_running_hub_is_asked_through_its_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let (local, path) = house(folder.path()).await;
    let mode = std::fs::metadata(&path)
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let remote = Remote::connect(&path).await.expect("it listens");
    assert_eq!(remote.carry_out(request("ada")).await, Ok(Answer::Done));
    let twice = remote.carry_out(request("ada")).await.expect_err("taken");
    assert_eq!(twice.index, Some(0));
    let login: AgentId = "ada".parse().expect("valid");
    assert_eq!(local.accounts.agent(&login).expect("made").name, "Ada");

    let token = remote
        .carry_out(Request::Token { login })
        .await
        .expect("issued");
    let Answer::Token { token, .. } = token else {
        panic!("another answer");
    };
    assert!(local.accounts.authenticate(&token).is_some());
    let file = folder.path().join("copy");
    let backup = Request::Backup { file: file.clone() };
    assert_eq!(remote.carry_out(backup).await, Ok(Answer::Done));
    assert!(file.exists());
    let verified = remote.carry_out(Request::Verify).await.expect("read");
    assert!(matches!(verified, Answer::Verified { faults, records: 1.., .. } if faults.is_empty()));
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_the_socket_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_local, path) = house(folder.path()).await;
    for junk in ["\n", "{}\n", "{\"command\":\"drop\"}\n", "\u{0}\n"] {
        let mut stream = UnixStream::connect(&path).await.expect("connected");
        stream.write_all(junk.as_bytes()).await.expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("answered");
        assert!(text.contains("Err"), "{text}");
    }
    let remote = Remote::connect(&path).await.expect("it listens");
    assert!(remote.carry_out(Request::ListAgents).await.is_ok());
}

#[tokio::test]
async fn a_socket_that_was_left_behind_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("control.sock");
    drop(bind_control(&path).expect("bound"));
    assert!(Remote::connect(&path).await.is_none(), "nobody listens");
    let _listener = bind_control(&path).expect("bound again");
    assert!(Remote::connect(&path).await.is_some());
}

#[test]
fn a_logged_request_shows_no_secret() {
    assert!(!format!("{:?}", request("ada")).contains("planted"));
}
