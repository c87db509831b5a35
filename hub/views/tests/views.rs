//! The projections over a journal in memory.

use domain::allocation::decision::AssignedBy;
use domain::conversation::Event;
use domain::conversation::event::{Channel, ClosedBy, Person, QueuedReason, Resolution};
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, SiteId};
use domain::record::{Actor, Ordinals, Record};
use domain::time::Time;
use journal::simulated::{Chances, Simulated};
use journal::subject::Subject;
use journal::{Expect, Journal, NewRecord, RecordId};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use views::{Filter, ViewError, Views};

struct World {
    journal: Arc<Simulated>,
    folder: TempDir,
    clock: AtomicU64,
}

fn site() -> SiteId {
    SiteId::new("demo").expect("valid")
}

fn customer(name: &str) -> CustomerId {
    CustomerId::new(name).expect("valid")
}

fn id(name: &str) -> ConversationId {
    ConversationId::new(name).expect("valid")
}

fn department(name: &str) -> DepartmentId {
    DepartmentId::new(name).expect("valid")
}

fn ada() -> AgentId {
    AgentId::new("ada").expect("valid")
}

fn opened() -> Event {
    Event::ConversationOpened {
        department: department("sales"),
        channel: Channel::Chat,
        origin: Default::default(),
        previous: None,
    }
}

fn queued(name: &str) -> Event {
    Event::ConversationQueued {
        department: department(name),
        reason: QueuedReason::Opened,
        enqueued_at: Time(1),
        front: false,
        sticky: None,
        return_to: None,
    }
}

fn assigned() -> Event {
    Event::AgentAssigned {
        agent: Person {
            id: ada(),
            name: "Ada".into(),
        },
        by: AssignedBy::Offer,
        department: department("sales"),
        decision: None,
    }
}

fn closed() -> Event {
    Event::Closed {
        by: ClosedBy::Agent,
        resolution: Some(Resolution::Resolved),
    }
}

fn wrap_up() -> Event {
    Event::WrapUpStarted {
        until: Time(9),
        extended: false,
    }
}

impl World {
    fn new() -> Self {
        Self {
            journal: Simulated::new(1, Chances::default()),
            folder: tempfile::tempdir().expect("a folder"),
            clock: AtomicU64::new(1),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("views.db")
    }

    /// Opens the projections of a journal and keeps them up until the guard falls.
    fn start(&self, journal: Arc<Simulated>) -> (Arc<Views>, Running) {
        let views = Views::open(&self.path(), journal).expect("opens");
        let cancel = CancellationToken::new();
        let task = tokio::spawn(views.clone().run(cancel.clone()));
        (views, Running { cancel, task })
    }

    async fn append(&self, subject: Subject, body: Vec<u8>) {
        let at = self.clock.fetch_add(1, Ordering::Relaxed);
        let record = NewRecord {
            subject,
            expect: Expect::Any,
            id: RecordId(u128::from(at)),
            body: body.into(),
        };
        self.journal.append(record).await.expect("appended");
    }

    async fn tell(&self, conversation: &str, events: Vec<Event>) {
        let record = Record {
            v: 1,
            kind: "conversation".into(),
            at: Time(self.clock.load(Ordering::Relaxed)),
            by: Actor::System,
            reference: None,
            digest: None,
            events,
            first: Ordinals::default(),
        };
        let body = serde_json::to_vec(&record).expect("encodes");
        self.append(subject(conversation), body).await;
    }
}

fn subject(conversation: &str) -> Subject {
    let (customer, _) = id(conversation).parts().expect("names its customer");
    Subject::events(&site(), &customer, &id(conversation))
}

struct Running {
    cancel: CancellationToken,
    task: tokio::task::JoinHandle<Result<(), ViewError>>,
}

impl Running {
    async fn stop(self) {
        self.cancel.cancel();
        self.task.await.expect("no panic").expect("no error");
    }
}

async fn names(views: &Views, filter: Filter) -> Vec<String> {
    let page = views.list(&site(), filter, None, 50).await.expect("a page");
    let names = page.0.iter().map(|row| row.conversation.to_string());
    names.collect()
}

#[tokio::test]
async fn lists_follow_the_journal() {
    let world = World::new();
    let (views, running) = world.start(world.journal.clone());
    world.tell("mei-1", vec![opened(), closed()]).await;
    world.tell("mei-2", vec![opened(), queued("sales")]).await;
    world.tell("bob-1", vec![opened(), queued("support")]).await;
    world
        .tell("eve-1", vec![opened(), queued("sales"), assigned()])
        .await;
    world
        .tell("zoe-1", vec![opened(), assigned(), closed(), wrap_up()])
        .await;
    views.caught_up().await.expect("projected");

    assert_eq!(
        names(&views, Filter::All).await,
        ["zoe-1", "eve-1", "bob-1", "mei-2", "mei-1"]
    );
    assert_eq!(names(&views, Filter::Waiting).await, ["bob-1", "mei-2"]);
    assert_eq!(
        names(&views, Filter::Agent(ada())).await,
        ["zoe-1", "eve-1"]
    );
    assert_eq!(
        names(&views, Filter::Customer(customer("mei"))).await,
        ["mei-2", "mei-1"]
    );
    assert_eq!(
        names(&views, Filter::Department(department("support"))).await,
        ["bob-1"]
    );
    assert_eq!(
        views.newest(&site(), &customer("mei")).await.expect("read"),
        Some(2)
    );
    assert_eq!(
        views
            .newest(&site(), &customer("nobody"))
            .await
            .expect("read"),
        None
    );
    assert_eq!(
        views
            .earlier(&site(), &customer("mei"), 2)
            .await
            .expect("read"),
        1
    );

    let mut open = views.open_conversations(&site()).await.expect("read");
    open.sort();
    assert_eq!(open, ["bob-1", "eve-1", "mei-2", "zoe-1"].map(id));

    world.tell("eve-1", vec![closed()]).await;
    world
        .tell("zoe-1", vec![Event::WrapUpFinished { resolution: None }])
        .await;
    world.tell("bob-1", vec![queued("sales")]).await;
    views.caught_up().await.expect("projected");
    assert_eq!(names(&views, Filter::Agent(ada())).await, [""; 0]);
    assert_eq!(
        names(&views, Filter::Department(department("support"))).await,
        [""; 0]
    );
    assert_eq!(
        names(&views, Filter::All).await[..3],
        ["bob-1", "zoe-1", "eve-1"]
    );
    running.stop().await;
}

#[tokio::test]
async fn pages_join_without_gap_or_repetition() {
    let world = World::new();
    let (views, running) = world.start(world.journal.clone());
    for n in 1..=25 {
        world.tell(&format!("mei-{n}"), vec![opened()]).await;
    }
    views.caught_up().await.expect("projected");
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let (rows, next) = views
            .list(&site(), Filter::All, before, 10)
            .await
            .expect("a page");
        seen.extend(rows.into_iter().map(|row| row.conversation));
        before = next;
        if before.is_none() {
            break;
        }
    }
    let expected: Vec<_> = (1..=25).rev().map(|n| id(&format!("mei-{n}"))).collect();
    assert_eq!(seen, expected);
    running.stop().await;
}

#[tokio::test]
async fn a_restart_goes_on_and_another_log_begins_anew() {
    let world = World::new();
    let (views, running) = world.start(world.journal.clone());
    world.tell("mei-1", vec![opened(), queued("sales")]).await;
    views.caught_up().await.expect("projected");
    running.stop().await;
    drop(views);

    // The fold goes on from what only the journal still knows.
    world.tell("mei-1", vec![closed()]).await;
    let idle = Views::open(&world.path(), world.journal.clone()).expect("opens");
    assert_eq!(
        names(&idle, Filter::All).await,
        ["mei-1"],
        "kept in the file"
    );
    drop(idle);
    let (views, running) = world.start(world.journal.clone());
    views.caught_up().await.expect("projected");
    assert_eq!(views.open_conversations(&site()).await.expect("read"), []);
    running.stop().await;
    drop(views);

    let other = Simulated::new(2, Chances::default());
    let (views, running) = world.start(other);
    views.caught_up().await.expect("projected");
    assert_eq!(names(&views, Filter::All).await, [""; 0]);
    running.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_stays_alone() {
    let world = World::new();
    let (views, running) = world.start(world.journal.clone());
    world.append(subject("odd-1"), b"{\"v\":99}".to_vec()).await;
    world
        .append(Subject::facts(&site()), b"no json".to_vec())
        .await;
    world.tell("mei-1", vec![opened()]).await;
    views.caught_up().await.expect("projected");
    assert_eq!(names(&views, Filter::All).await, ["mei-1"]);
    running.stop().await;
}

#[tokio::test]
async fn nobody_waits_for_a_projector_that_has_ended() {
    let world = World::new();
    let (views, running) = world.start(world.journal.clone());
    running.stop().await;
    world.tell("mei-1", vec![opened()]).await;
    assert!(matches!(views.caught_up().await, Err(ViewError::Ended)));
}
