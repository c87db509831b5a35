//! Allocation of each site: commands of agents become facts, the driver turns facts into
//! decisions, decisions are announced to agents and written into conversations.

mod announce;
mod boards;
mod commands;
mod driver;
mod effects;
mod estimates;
mod fact_log;
mod lines;
mod repair;
mod waiters;

pub use boards::Boards;
pub use lines::Standing;

use crate::accounts::Accounts;
use crate::conversations::Conversations;
use crate::ports::Delivery;
use crate::presence::Sources;
use crate::sites::Sites;
use domain::allocation::decision::Why;
use domain::allocation::fact::{Fact, Source};
use domain::conversation::Phase;
use domain::id::{AgentId, CustomerId, OfferId, SiteId};
use domain::router::{Input, Router};
use fact_log::FactLog;
use journal::{Journal, ReadError};
use runtime::clock::SharedClock;
use runtime::metrics::Metrics;
use runtime::random::SharedRandom;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use views::Views;

/// What allocation is built on.
#[derive(Clone)]
pub struct Parts {
    /// The store.
    pub journal: Arc<dyn Journal>,
    /// Look-ups for cards and repair.
    pub views: Arc<Views>,
    /// The clock.
    pub clock: SharedClock,
    /// Ids of records.
    pub random: SharedRandom,
    /// Offers and lines go out here.
    pub delivery: Arc<dyn Delivery>,
    /// Agents' names.
    pub accounts: Arc<Accounts>,
    /// Sites' departments.
    pub sites: Arc<Sites>,
    /// Sources for facts about presence that this node makes.
    pub sources: Arc<Sources>,
    /// Measures.
    pub metrics: Arc<Metrics>,
}

/// One site's allocation on this node.
struct Site {
    id: SiteId,
    parts: Parts,
    router: Mutex<Router>,
    waiters: waiters::Waiters,
    facts: FactLog,
    inputs: mpsc::UnboundedSender<Input>,
    announcements: mpsc::UnboundedSender<announce::Announcement>,
    changed: Notify,
    /// Of the open offers, to show again.
    whys: Mutex<HashMap<OfferId, Why>>,
    estimates: estimates::Estimates,
    /// Cancelled when both logs are folded: from then on answers are current.
    loaded: CancellationToken,
}

impl Site {
    /// An agent's name for people.
    fn name_of(&self, agent: &AgentId) -> String {
        self.parts
            .accounts
            .agent(agent)
            .map_or_else(|| agent.to_string(), |a| a.name)
    }

    fn router(&self) -> MutexGuard<'_, Router> {
        self.router.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use cases of allocation, over all sites.
pub struct Allocations {
    sites: HashMap<SiteId, Arc<Site>>,
    conversations: Arc<Conversations>,
}

/// What a site's allocation needs to run, besides its parts.
pub struct Ends {
    inputs: mpsc::UnboundedReceiver<Input>,
    announcements: mpsc::UnboundedReceiver<announce::Announcement>,
}

/// Hears of sockets and hands it to the sites.
pub struct Sink {
    sites: HashMap<SiteId, Arc<Site>>,
    conversations: Arc<Conversations>,
}

impl crate::presence::PresenceSink for Sink {
    fn fact(&self, site: &SiteId, fact: Fact) {
        if let Some(site) = self.sites.get(site) {
            site.facts.send(fact);
        }
    }

    fn reachable(&self, site: &SiteId, agent: &AgentId, reachable: bool) {
        if let Some(site) = self.sites.get(site) {
            let _ = site.inputs.send(Input::Reachable {
                agent: agent.clone(),
                reachable,
            });
        }
    }

    fn customer(&self, site: &SiteId, customer: &CustomerId, present: bool, source: Source) {
        let Some(site) = self.sites.get(site).cloned() else {
            return;
        };
        let (conversations, customer) = (self.conversations.clone(), customer.clone());
        tokio::spawn(async move {
            // Only a waiting customer's presence matters to allocation.
            let Ok(Some(conversation)) = conversations.current(&site.id, &customer).await else {
                return;
            };
            let waits = conversations
                .with(&site.id, &conversation, |c| {
                    matches!(c.phase, Phase::Queued { .. })
                })
                .await;
            if matches!(waits, Ok(Some(true))) {
                let at = site.parts.clock.now();
                site.facts.send(Fact::CustomerPresent {
                    conversation,
                    source,
                    present,
                    at,
                });
            }
        });
    }
}

/// The sites before they run: facts can be sent to them already.
pub struct Prepared {
    sites: HashMap<SiteId, (Arc<Site>, Ends)>,
}

impl Prepared {
    /// Makes the sites' allocations. `routers` says under which policy each decides.
    pub fn new(
        routers: impl IntoIterator<Item = (SiteId, Router)>,
        parts: &Parts,
        boards: &Boards,
    ) -> Self {
        let sites = routers.into_iter().map(|(id, router)| {
            let (inputs, received) = mpsc::unbounded_channel();
            let (announcements, announced) = mpsc::unbounded_channel();
            let facts = FactLog::start(
                id.clone(),
                parts.journal.clone(),
                parts.clock.clone(),
                parts.random.clone(),
            );
            let site = Arc::new(Site {
                id: id.clone(),
                parts: parts.clone(),
                router: Mutex::new(router),
                waiters: waiters::Waiters::default(),
                facts,
                inputs,
                announcements,
                changed: Notify::new(),
                whys: Mutex::default(),
                estimates: estimates::Estimates::default(),
                loaded: CancellationToken::new(),
            });
            boards.add(site.clone());
            (
                id,
                (
                    site,
                    Ends {
                        inputs: received,
                        announcements: announced,
                    },
                ),
            )
        });
        Self {
            sites: sites.collect(),
        }
    }

    /// Where presence goes.
    pub fn sink(&self, conversations: Arc<Conversations>) -> Sink {
        Sink {
            sites: self
                .sites
                .iter()
                .map(|(id, (s, _))| (id.clone(), s.clone()))
                .collect(),
            conversations,
        }
    }

    /// A sink for facts of any site.
    pub fn facts(&self) -> crate::conversations::FactSink {
        let logs: HashMap<SiteId, FactLog> = self
            .sites
            .iter()
            .map(|(id, (s, _))| (id.clone(), s.facts.clone()))
            .collect();
        Arc::new(move |site, fact| {
            if let Some(log) = logs.get(site) {
                log.send(fact);
            }
        })
    }

    /// Starts the drivers and everything around them. `terms`: of the leases that this node
    /// holds, by site. `failed` is called when a site can no longer be driven.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn start(
        self,
        conversations: Arc<Conversations>,
        terms: &HashMap<SiteId, u64>,
        tracker: &TaskTracker,
        cancel: &CancellationToken,
        failed: impl Fn(ReadError) + Clone + Send + 'static,
    ) -> Result<Arc<Allocations>, ReadError> {
        let mut sites = HashMap::new();
        for (id, (site, ends)) in self.sites {
            let lanes = effects::Lanes::start(&site, &conversations);
            let driver = driver::Driver::new(site.clone(), lanes);
            let (term, stop, failed) = (
                terms.get(&id).copied().unwrap_or(1),
                cancel.clone(),
                failed.clone(),
            );
            tracker.spawn(async move {
                if let Err(error) = driver.run(term, ends.inputs, stop).await {
                    failed(error);
                }
            });
            tokio::spawn(announce::run(
                site.clone(),
                conversations.clone(),
                ends.announcements,
            ));
            tracker.spawn(lines::run(
                site.clone(),
                conversations.clone(),
                cancel.clone(),
            ));
            site.loaded.cancelled().await;
            repair::run(&site, &conversations).await?;
            sites.insert(id, site);
        }
        Ok(Arc::new(Allocations {
            sites,
            conversations,
        }))
    }
}

impl Allocations {
    fn site(&self, id: &SiteId) -> Option<&Arc<Site>> {
        self.sites.get(id)
    }

    fn fact(&self, site: &SiteId, fact: Fact) {
        if let Some(site) = self.site(site) {
            site.facts.send(fact);
        }
    }
}
