//! All services of a node, put together over one journal.

use crate::accounts::Accounts;
use crate::allocation::{self, Allocations, Boards, Prepared};
use crate::conversations::{self, Conversations};
use crate::customers::{Customers, Tokens};
use crate::fanout::{Fanout, Observer};
use crate::ports::Delivery;
use crate::presence::{Graces, Presence, Sources};
use crate::sites::Sites;
use crate::staff::Staff;
use domain::allocation::fact::Fact;
use domain::allocation::replica::Replica;
use domain::id::{Incarnation, NodeId, SiteId};
use domain::router::{Router, Settings};
use domain::routing::policy::{DepartmentPolicy, Policy};
use journal::{Journal, ReadError};
use runtime::clock::SharedClock;
use runtime::metrics::Metrics;
use runtime::random::SharedRandom;
use std::collections::HashMap;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use views::Views;

/// What the node gives.
pub struct Given {
    /// The store.
    pub journal: Arc<dyn Journal>,
    /// Its projections, running.
    pub views: Arc<Views>,
    /// The sites' files.
    pub sites: Arc<Sites>,
    /// The accounts.
    pub accounts: Arc<Accounts>,
    /// The customers.
    pub customers: Arc<Customers>,
    /// Their tokens.
    pub tokens: Arc<Tokens>,
    /// The clock.
    pub clock: SharedClock,
    /// Chance.
    pub random: SharedRandom,
    /// Who is connected here.
    pub delivery: Arc<dyn Delivery>,
    /// This node.
    pub node: NodeId,
    /// This life of it.
    pub incarnation: Incarnation,
    /// Presence graces.
    pub presence: Graces,
    /// Allocation's graces.
    pub graces: domain::routing::policy::Graces,
    /// Measures.
    pub metrics: Arc<Metrics>,
    /// See every record in order.
    pub observers: Vec<Box<dyn Observer>>,
    /// Terms of the allocation leases that this node holds, by site.
    pub terms: HashMap<SiteId, u64>,
    /// Called when the store can no longer be read: the process should end.
    pub failed: Arc<dyn Fn(ReadError) + Send + Sync>,
}

/// The use cases of a node.
pub struct Services {
    /// Conversations.
    pub conversations: Arc<Conversations>,
    /// Offers, lines, availability.
    pub allocation: Arc<Allocations>,
    /// Sockets by person.
    pub presence: Arc<Presence>,
    /// Who answers.
    pub accounts: Arc<Accounts>,
    /// Who asks.
    pub customers: Arc<Customers>,
    /// Their tokens.
    pub tokens: Arc<Tokens>,
    /// Tenants.
    pub sites: Arc<Sites>,
    /// The clock.
    pub clock: SharedClock,
    /// Chance.
    pub random: SharedRandom,
    /// This node.
    pub node: NodeId,
    /// The store.
    pub journal: Arc<dyn Journal>,
}

impl Services {
    /// Starts everything that runs by itself and waits until answers are current.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn start(
        given: Given,
        tracker: &TaskTracker,
        cancel: &CancellationToken,
    ) -> Result<Arc<Self>, ReadError> {
        let sources = Arc::new(Sources::new(given.node.clone(), given.incarnation.clone()));
        let boards = Arc::new(Boards::default());
        let prepared = Prepared::new(
            routers(&given),
            &allocation_parts(&given, &sources),
            &boards,
        );
        let facts = prepared.facts();
        let conversations = Conversations::new(conversation_parts(&given, boards, facts.clone()));
        let sink = Arc::new(prepared.sink(conversations.clone()));
        let presence = Presence::new(sources, given.presence, given.clock.clone(), sink);
        announce_life(&given, &facts);
        let from = given.journal.head().await?;
        let fanout = Fanout::new(
            given.journal.clone(),
            conversations.clone(),
            given.delivery.clone(),
            given.observers,
        );
        tracker.spawn(fanout.run(from, cancel.clone()));
        let staff = Staff {
            accounts: given.accounts.clone(),
            sites: given.sites.clone(),
            clock: given.clock.clone(),
            delivery: given.delivery.clone(),
            facts,
        };
        tracker.spawn(staff.run(cancel.clone()));
        tracker.spawn(presence.clone().sweep(cancel.clone()));
        tracker.spawn(conversations.clone().store_marks(cancel.clone()));
        let failed = given.failed;
        let failed = move |error| failed(error);
        let allocation = prepared
            .start(conversations.clone(), &given.terms, tracker, cancel, failed)
            .await?;
        Ok(Arc::new(Self {
            conversations,
            allocation,
            presence,
            accounts: given.accounts,
            customers: given.customers,
            tokens: given.tokens,
            sites: given.sites,
            clock: given.clock,
            random: given.random,
            node: given.node,
            journal: given.journal,
        }))
    }
}

fn routers(given: &Given) -> Vec<(SiteId, Router)> {
    let sites = given.sites.snapshot();
    sites
        .all()
        .map(|site| {
            (
                site.id.clone(),
                Router::new(
                    Replica::default(),
                    policy(site, given.graces),
                    Settings::default(),
                ),
            )
        })
        .collect()
}

fn policy(site: &crate::sites::Site, graces: domain::routing::policy::Graces) -> Policy {
    let departments = site.departments.iter().map(|d| {
        let own = DepartmentPolicy {
            offer_time: d.offer,
            auto_accept: d.auto_accept,
            response_target: d.response_target,
            ..DepartmentPolicy::default()
        };
        (d.id.clone(), own)
    });
    Policy {
        departments: departments.collect(),
        graces,
        ..Policy::default()
    }
}

fn allocation_parts(given: &Given, sources: &Arc<Sources>) -> allocation::Parts {
    allocation::Parts {
        journal: given.journal.clone(),
        views: given.views.clone(),
        clock: given.clock.clone(),
        random: given.random.clone(),
        delivery: given.delivery.clone(),
        accounts: given.accounts.clone(),
        sites: given.sites.clone(),
        sources: sources.clone(),
        metrics: given.metrics.clone(),
    }
}

fn conversation_parts(
    given: &Given,
    boards: Arc<Boards>,
    facts: conversations::FactSink,
) -> conversations::Parts {
    conversations::Parts {
        journal: given.journal.clone(),
        views: given.views.clone(),
        sites: given.sites.clone(),
        boards,
        clock: given.clock.clone(),
        random: given.random.clone(),
        delivery: given.delivery.clone(),
        customers: given.customers.clone(),
        requeue: given.graces.requeue,
        facts,
        metrics: given.metrics.clone(),
    }
}

/// Agents whom an earlier life left on have their grace from now.
fn announce_life(given: &Given, facts: &conversations::FactSink) {
    let at = given.clock.now();
    for site in given.sites.snapshot().all() {
        let (node, incarnation) = (given.node.clone(), given.incarnation.clone());
        facts(
            &site.id,
            Fact::NodeStarted {
                node,
                incarnation,
                at,
            },
        );
    }
}
