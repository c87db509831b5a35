use super::*;
use crate::limits::Rate;
use crate::sites::Site;
use domain::allocation::fact::SkillLevel;
use domain::id::{DepartmentId, SiteId, SkillId};
use domain::time::{Span, Time};
use journal::embedded::{Embedded, Options};
use runtime::clock::ManualClock;
use runtime::random::SystemRandom;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "correct horse";

struct House {
    accounts: Arc<Accounts>,
    clock: Arc<ManualClock>,
    journal: Arc<Embedded>,
}

async fn open(folder: &Path) -> House {
    let journal = Embedded::open(folder, Options::default()).expect("opened");
    let clock = Arc::new(ManualClock::at(Time(1_000_000_000)));
    let limits = LoginLimits {
        per_login: Rate::new(1, Span::minutes(1), 3),
        per_address: Rate::new(100, Span::minutes(1), 100),
    };
    let accounts = Accounts::open(
        journal.clone(),
        clock.clone(),
        Arc::new(SystemRandom),
        limits,
    );
    House {
        accounts: accounts.await,
        clock,
        journal,
    }
}

fn id(login: &str) -> AgentId {
    AgentId::new(login).expect("valid")
}

fn site() -> SiteId {
    SiteId::new("demo").expect("valid")
}

fn account(login: &str) -> NewAccount {
    NewAccount {
        site: site(),
        login: id(login),
        name: "Ada".into(),
        role: Role::Agent,
        departments: vec![DepartmentId::new("sales").expect("valid")],
        skills: vec![SkillLevel {
            skill: SkillId::new("zh").expect("valid"),
            level: 3,
        }],
        capacity: 40,
        password: PASSWORD.into(),
    }
}

#[tokio::test]
async fn a_login_gives_a_token_that_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    house.accounts.add(account("ada")).await.expect("made");
    let (issued, agent) = house
        .accounts
        .login("ada", PASSWORD, HERE)
        .await
        .expect("in");
    assert_eq!(agent.id, id("ada"));
    assert_eq!(
        house
            .accounts
            .authenticate(&issued.token)
            .expect("good")
            .agent,
        agent
    );
    house.journal.close().await;
    drop(house);

    let house = open(folder.path()).await;
    assert_eq!(
        house
            .accounts
            .authenticate(&issued.token)
            .expect("good")
            .agent,
        agent
    );
    let profiles = house.accounts.profiles(&site());
    assert_eq!(profiles.len(), 1);
    assert_eq!(profiles[0].version, 2, "created, token issued");
    assert_eq!(profiles[0].profile.as_ref().expect("enabled").capacity, 40);
}

#[tokio::test]
async fn no_secret_is_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    house.accounts.add(account("ada")).await.expect("made");
    let issued = house.accounts.token(&id("ada")).await.expect("issued");
    house.journal.close().await;
    for file in std::fs::read_dir(folder.path()).expect("listed") {
        let bytes = std::fs::read(file.expect("listed").path()).expect("read");
        let holds = |word: &str| bytes.windows(word.len()).any(|w| w == word.as_bytes());
        assert!(!holds(PASSWORD) && !holds(&issued.token));
    }
}

#[tokio::test]
async fn wrong_unknown_and_disabled_look_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    house.accounts.add(account("ada")).await.expect("made");
    house.accounts.add(account("bob")).await.expect("made");
    house
        .accounts
        .set_disabled(&id("bob"), true)
        .await
        .expect("disabled");
    for (login, password) in [
        ("ada", "wrong horse"),
        ("eve", PASSWORD),
        ("bob", PASSWORD),
        ("a.b", PASSWORD),
    ] {
        let refused = house.accounts.login(login, password, HERE).await;
        assert_eq!(refused.err(), Some(LoginError::Refused), "{login}");
    }
}

#[tokio::test]
async fn tries_are_limited_per_login_and_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    house.accounts.add(account("ada")).await.expect("made");
    for _ in 0..3 {
        let refused = house.accounts.login("ada", "wrong", HERE).await;
        assert_eq!(refused.err(), Some(LoginError::Refused));
    }
    let limited = house.accounts.login("ada", PASSWORD, HERE).await;
    assert_eq!(limited.err(), Some(LoginError::Limited(Span::minutes(1))));
    let elsewhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    assert!(
        house
            .accounts
            .login("ada", PASSWORD, elsewhere)
            .await
            .is_ok()
    );
    house.clock.advance(Span::minutes(1));
    assert!(house.accounts.login("ada", PASSWORD, HERE).await.is_ok());
    assert!(
        house.accounts.login("ada", PASSWORD, HERE).await.is_ok(),
        "a success forgives"
    );
}

#[tokio::test]
async fn tokens_end_with_logout_password_and_account() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let accounts = &house.accounts;
    accounts.add(account("ada")).await.expect("made");
    let ada = id("ada");
    let mut notices = accounts.notices();

    let (one, two) = (
        accounts.token(&ada).await.expect("one"),
        accounts.token(&ada).await.expect("two"),
    );
    let signed_in = accounts.authenticate(&one.token).expect("good");
    accounts.logout(&signed_in).await.expect("out");
    accounts
        .logout(&signed_in)
        .await
        .expect("twice is no error");
    assert!(accounts.authenticate(&one.token).is_none());
    assert!(
        accounts.authenticate(&two.token).is_some(),
        "only one token ended"
    );
    let token = signed_in.token;
    let expected = Notice::SignedOut {
        site: site(),
        agent: ada.clone(),
        token,
    };
    assert_eq!(notices.recv().await, Ok(expected));

    accounts
        .set_password(&ada, "another horse")
        .await
        .expect("set");
    assert!(accounts.authenticate(&two.token).is_none());
    let expected = Notice::TokensEnded {
        site: site(),
        agent: ada.clone(),
        disabled: false,
    };
    assert_eq!(notices.recv().await, Ok(expected));

    let (issued, _) = accounts
        .login("ada", "another horse", HERE)
        .await
        .expect("in");
    accounts.set_disabled(&ada, true).await.expect("disabled");
    assert!(accounts.authenticate(&issued.token).is_none());
    assert!(matches!(
        notices.recv().await,
        Ok(Notice::Profile(ProfileChange { profile: None, .. }))
    ));
    assert!(matches!(
        notices.recv().await,
        Ok(Notice::TokensEnded { disabled: true, .. })
    ));
    assert_eq!(
        accounts.token(&ada).await,
        Err(AccountError::Disabled(ada.clone()))
    );

    accounts.set_disabled(&ada, false).await.expect("enabled");
    assert!(
        accounts.authenticate(&issued.token).is_none(),
        "ended for good"
    );
    assert!(accounts.token(&ada).await.is_ok());
}

#[tokio::test]
async fn a_used_token_slides_and_an_unused_one_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let accounts = &house.accounts;
    accounts.add(account("ada")).await.expect("made");
    let used = accounts.token(&id("ada")).await.expect("issued");
    let unused = accounts.token(&id("ada")).await.expect("issued");

    let version = || accounts.profiles(&site())[0].version;
    let before = version();
    house.clock.advance(Span::minutes(9));
    assert!(accounts.authenticate(&used.token).is_some());
    house.clock.advance(Span::minutes(60 * 11));
    assert!(accounts.authenticate(&used.token).is_some());
    while version() == before {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        version(),
        before + 1,
        "nine minutes were too early for a renewal"
    );

    house.clock.advance(Span::minutes(60));
    assert!(accounts.authenticate(&unused.token).is_none());
    assert!(accounts.authenticate(&used.token).is_some());
    house.clock.advance(Span::minutes(60 * 13));
    assert!(accounts.authenticate(&used.token).is_none());
}

#[tokio::test]
async fn a_login_exists_once_in_the_hub() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    house.accounts.add(account("ada")).await.expect("made");
    let mut twin = account("ada");
    twin.site = SiteId::new("other").expect("valid");
    let taken = Some(AccountError::Exists(id("ada")));
    assert_eq!(house.accounts.add(twin).await.err(), taken);
    let (one, two) = tokio::join!(
        house.accounts.add(account("bob")),
        house.accounts.add(account("bob"))
    );
    assert_eq!(i32::from(one.is_ok()) + i32::from(two.is_ok()), 1);
}

#[tokio::test]
async fn two_nodes_on_one_log_see_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let limits = LoginLimits {
        per_login: Rate::new(1, Span::seconds(1), 9),
        per_address: Rate::new(1, Span::seconds(1), 9),
    };
    let (clock, random) = (house.clock.clone(), Arc::new(SystemRandom));
    let other = Accounts::open(house.journal.clone(), clock, random, limits).await;
    house.accounts.add(account("ada")).await.expect("made");
    // The other node may not have heard yet: it finds out by the conflict.
    let refused = other.add(account("ada")).await.err();
    assert_eq!(refused, Some(AccountError::Exists(id("ada"))));
    let issued = house.accounts.token(&id("ada")).await.expect("issued");
    other
        .set_password(&id("ada"), "another horse")
        .await
        .expect("decided on the newest state");
    house
        .accounts
        .set_disabled(&id("ada"), true)
        .await
        .expect("likewise");
    assert!(house.accounts.authenticate(&issued.token).is_none());
}

#[tokio::test]
async fn fields_have_limits() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let wrong: [fn(&mut NewAccount); 6] = [
        |a| a.password = "short".into(),
        |a| a.password = "x".repeat(1025),
        |a| a.name = " ".into(),
        |a| a.departments.clear(),
        |a| a.skills[0].level = 6,
        |a| a.capacity = 1001,
    ];
    for spoil in wrong {
        let mut account = account("ada");
        spoil(&mut account);
        let refused = house.accounts.add(account).await;
        assert!(
            matches!(refused, Err(AccountError::Invalid(_))),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn the_demo_accounts_take_the_password_of_each_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let site = Site::parse(crate::sites::file::DEMO).expect("right");
    house
        .accounts
        .ensure_demo(&site, "demo-password-1")
        .await
        .expect("made");
    house
        .accounts
        .ensure_demo(&site, "demo-password-2")
        .await
        .expect("changed");
    let list = house.accounts.list();
    let logins: Vec<&str> = list.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(logins, ["ada", "lin", "sam"]);
    assert_eq!(list[2].role, Role::Supervisor);
    assert_eq!(list[0].departments.len(), 2);
    assert!(
        house
            .accounts
            .login("lin", "demo-password-2", HERE)
            .await
            .is_ok()
    );
}

#[test]
fn stored_events_keep_their_form() {
    let golden = [
        r#"{"type":"created","name":"Ada","role":"supervisor","departments":["sales"],"skills":[{"skill":"zh","level":3}],"capacity":40,"password":"h"}"#,
        r#"{"type":"password_set","password":"h"}"#,
        r#"{"type":"disabled"}"#,
        r#"{"type":"enabled"}"#,
        r#"{"type":"token_issued","token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","expires_at":5}"#,
        r#"{"type":"token_renewed","token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","expires_at":5}"#,
        r#"{"type":"token_revoked","token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
    ];
    for text in golden {
        let event: AccountEvent = serde_json::from_str(text).expect("decodes for ever");
        assert_eq!(serde_json::to_string(&event).expect("JSON"), text);
    }
}
