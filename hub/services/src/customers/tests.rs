use super::*;
use crate::accounts::{Agent, Role};
use crate::failure::Failure;
use domain::id::{AgentId, CustomerId, Ref, SiteId};
use domain::rejection::Rejection;
use domain::time::{Span, Time};
use journal::embedded::{Embedded, Options};
use runtime::clock::ManualClock;
use runtime::random::SystemRandom;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

const NOW: Time = Time(1_800_000_000_000);

fn site(name: &str) -> SiteId {
    SiteId::new(name).expect("valid")
}

fn customer() -> CustomerId {
    CustomerId::new("c1").expect("valid")
}

fn tokens(folder: &Path) -> Tokens {
    let secret = Secret::load_or_create(&folder.join("secret"), &SystemRandom).expect("made");
    Tokens::new(secret, Span::minutes(60))
}

#[test]
fn a_token_makes_its_bearer_the_same_customer_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = tokens(folder.path()).issue(&site("demo"), &customer(), NOW);
    let later = NOW.plus(Span::minutes(60));
    let again = tokens(folder.path());
    assert_eq!(again.verify(&site("demo"), &token, later), Ok(customer()));
}

#[test]
fn a_rotated_key_still_verifies() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = tokens(folder.path()).issue(&site("demo"), &customer(), NOW);
    let path = folder.path().join("secret");
    let old = std::fs::read_to_string(&path).expect("there");
    let fresh = "ab".repeat(32);
    std::fs::write(&path, format!("{fresh}\n{old}")).expect("written");
    let rotated = tokens(folder.path());
    assert_eq!(rotated.verify(&site("demo"), &token, NOW), Ok(customer()));
    assert_ne!(
        rotated.issue(&site("demo"), &customer(), NOW),
        token,
        "the first line signs"
    );
    std::fs::write(&path, format!("{fresh}\n")).expect("written");
    let gone = tokens(folder.path()).verify(&site("demo"), &token, NOW);
    assert_eq!(gone, Err(TokenRefusal::BadSignature));
}

#[test]
fn what_is_not_ours_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let tokens = tokens(folder.path());
    let token = tokens.issue(&site("demo"), &customer(), NOW);
    let (claim, signature) = token.rsplit_once('.').expect("signed");
    let other = tokens.issue(&site("demo"), &customer(), Time(5));
    let (_, of_other) = other.rsplit_once('.').expect("signed");
    let rows = [
        (String::new(), TokenRefusal::Malformed),
        ("c1.demo.c1.5".into(), TokenRefusal::Malformed),
        ("c2.".to_owned() + &token[3..], TokenRefusal::Malformed),
        (format!("{claim}.x.{signature}"), TokenRefusal::Malformed),
        (format!("{claim}.!!"), TokenRefusal::Malformed),
        ("x".repeat(10_000), TokenRefusal::Malformed),
        (format!("{claim}."), TokenRefusal::BadSignature),
        (format!("{claim}.{of_other}"), TokenRefusal::BadSignature),
        (token.replace(".c1.", ".c2."), TokenRefusal::BadSignature),
        (token.replace("demo", "twin"), TokenRefusal::BadSignature),
    ];
    for (token, why) in rows {
        assert_eq!(
            tokens.verify(&site("demo"), &token, NOW),
            Err(why),
            "{token}"
        );
    }
    let refused = tokens.verify(&site("twin"), &token, NOW);
    assert_eq!(refused, Err(TokenRefusal::WrongSite));
    for odd in [NOW.plus(Span(3_600_001)), Time(NOW.0 - 300_001)] {
        let refused = tokens.verify(&site("demo"), &token, odd);
        assert_eq!(refused, Err(TokenRefusal::Expired));
    }
}

#[test]
fn new_customers_have_ids_that_read_one_way() {
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let id = new_customer_id(&SystemRandom);
        assert!(id.as_str().len() <= 40);
        assert!(id.as_str().bytes().all(|b| b.is_ascii_alphanumeric()));
        assert!(seen.insert(id));
    }
}

struct House {
    customers: Arc<Customers>,
    journal: Arc<Embedded>,
}

async fn open(folder: &Path) -> House {
    let journal = Embedded::open(folder, Options::default()).expect("opened");
    let clock = Arc::new(ManualClock::at(NOW));
    let customers = Customers::open(journal.clone(), clock, Arc::new(SystemRandom)).await;
    House { customers, journal }
}

fn agent(login: &str, role: Role) -> Agent {
    Agent {
        id: AgentId::new(login).expect("valid"),
        name: login.into(),
        role,
        site: site("demo"),
        departments: Vec::new(),
        disabled: false,
    }
}

fn command(reference: &str, digest: u64) -> (Ref, u64) {
    (Ref::new(reference).expect("valid"), digest)
}

#[tokio::test]
async fn a_block_holds_until_it_ends_and_over_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let ada = agent("ada", Role::Agent);
    let until = NOW.plus(Span::minutes(5));
    let (who, insults) = (customer(), command("r1", 1));
    let made = house
        .customers
        .block(&who, &ada, insults, "insults", Some(until));
    made.await.expect("blocked");
    house.journal.close().await;
    drop(house);

    let house = open(folder.path()).await;
    let blocked = |site: &SiteId, at| house.customers.blocked(site, &customer(), at);
    assert!(blocked(&site("demo"), NOW));
    assert!(!blocked(&site("demo"), until));
    assert!(!blocked(&site("twin"), NOW));
    let block = house
        .customers
        .block_of(&site("demo"), &customer(), NOW)
        .expect("in force");
    assert_eq!(block.reason, "insults");
}

#[tokio::test]
async fn only_a_supervisor_lifts_a_block() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let (ada, sam) = (agent("ada", Role::Agent), agent("sam", Role::Supervisor));
    let customers = &house.customers;
    customers
        .block(&customer(), &ada, command("r1", 1), "", None)
        .await
        .expect("blocked");
    let refused = customers.unblock(&customer(), &ada, command("r2", 2)).await;
    assert_eq!(refused, Err(Failure::Rejected(Rejection::NotAllowed)));
    assert!(customers.blocked(&site("demo"), &customer(), Time(u64::MAX)));
    customers
        .unblock(&customer(), &sam, command("r2", 2))
        .await
        .expect("lifted");
    assert!(!customers.blocked(&site("demo"), &customer(), NOW));
}

#[tokio::test]
async fn the_same_ref_gets_the_same_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let house = open(folder.path()).await;
    let (customers, sam) = (&house.customers, agent("sam", Role::Supervisor));
    let first = customers
        .block(&customer(), &sam, command("r1", 1), "", None)
        .await;
    customers
        .unblock(&customer(), &sam, command("r2", 2))
        .await
        .expect("lifted");
    let again = customers
        .block(&customer(), &sam, command("r1", 1), "", None)
        .await;
    assert_eq!(again, first);
    assert!(
        !customers.blocked(&site("demo"), &customer(), NOW),
        "a retry blocks nobody anew"
    );
    let other = customers
        .block(&customer(), &sam, command("r1", 9), "other", None)
        .await;
    assert_eq!(other, Err(Failure::Rejected(Rejection::RefReused)));
}
