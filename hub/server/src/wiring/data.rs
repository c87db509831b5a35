//! The store, what is folded from it, and the services over it.

use super::{Shared, io_error};
use crate::cli::demo::demo_password;
use crate::cli::{CommandError, load_sites};
use crate::gateway::websocket::registry::Registry;
use domain::id::{Incarnation, NodeId, SiteId};
use domain::routing::policy;
use domain::time::Span;
use journal::embedded::{Embedded, Options};
use journal::lease::Slot;
use journal::{RecordId, lease};
use services::Services;
use services::accounts::Accounts;
use services::assembly::Given;
use services::customers::{Customers, Secret, Tokens};
use services::presence::Graces;
use services::sites::Sites;
use std::collections::HashMap;
use std::sync::Arc;
use views::Views;

/// What a hub keeps.
pub(crate) struct Data {
    pub(crate) journal: Arc<Embedded>,
    pub(crate) views: Arc<Views>,
    pub(crate) sites: Arc<Sites>,
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) customers: Arc<Customers>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) demo_password: Option<String>,
}

/// A day in ms.
const DAY: u64 = 24 * 60 * 60 * 1000;

pub(crate) async fn open(shared: &Shared) -> Result<Data, CommandError> {
    let config = &shared.config;
    let sites = Arc::new(load_sites(config)?);
    let options = Options {
        queue_bytes: config.store.queue_bytes as usize,
        queue_age: config.store.queue_age_ms.std(),
        ..Options::default()
    };
    let journal = Embedded::open(&config.store.dir, options)
        .map_err(|e| CommandError::Failed(e.to_string()))?;
    let views = Views::open(&config.store.dir.join("views.db"), journal.clone())
        .map_err(|e| CommandError::Failed(e.to_string()))?;
    let projector = views.clone().run(shared.shutdown.token().clone());
    shared.shutdown.tasks().spawn(async move {
        if let Err(error) = projector.await {
            tracing::error!(%error, "lists are no longer kept up");
        }
    });
    let (clock, random) = (shared.clock.clone(), shared.random.clone());
    let accounts = Accounts::open(
        journal.clone(),
        clock.clone(),
        random.clone(),
        config.limits.logins(),
    )
    .await;
    let customers = Customers::open(journal.clone(), clock, random).await;
    let secret = Secret::load_or_create(&config.store.secret(), &*shared.random)
        .map_err(|e| CommandError::Failed(e.to_string()))?;
    let tokens = Arc::new(Tokens::new(
        secret,
        Span(u64::from(config.limits.customer_token_days) * DAY),
    ));
    let demo_password = demo(shared, &sites, &accounts).await?;
    Ok(Data {
        journal,
        views,
        sites,
        accounts,
        customers,
        tokens,
        demo_password,
    })
}

async fn demo(
    shared: &Shared,
    sites: &Sites,
    accounts: &Accounts,
) -> Result<Option<String>, CommandError> {
    if !shared.config.demo.enabled {
        return Ok(None);
    }
    let password =
        demo_password(&shared.config, &*shared.random).map_err(io_error("the demo's password"))?;
    let demo = SiteId::new("demo").ok().and_then(|id| sites.site(&id));
    if let Some(site) = demo {
        accounts
            .ensure_demo(&site, &password)
            .await
            .map_err(|e| CommandError::Failed(e.to_string()))?;
    }
    Ok(Some(password))
}

pub(crate) async fn services(
    shared: &Shared,
    data: &Data,
    registry: Arc<Registry>,
) -> Result<Arc<Services>, CommandError> {
    let presence = &shared.config.presence;
    let node = NodeId::new("node").expect("a valid id");
    let incarnation = Incarnation::new(shared.random.id()).expect("drawn from the letters of ids");
    let shutdown = shared.shutdown.clone();
    let given = Given {
        journal: data.journal.clone(),
        views: data.views.clone(),
        sites: data.sites.clone(),
        accounts: data.accounts.clone(),
        customers: data.customers.clone(),
        tokens: data.tokens.clone(),
        clock: shared.clock.clone(),
        random: shared.random.clone(),
        delivery: registry,
        metrics: shared.metrics.clone(),
        node: node.clone(),
        incarnation: incarnation.clone(),
        presence: Graces {
            offer_revoke: presence.offer_revoke_ms,
            idle: presence.idle_ms,
        },
        graces: policy::Graces {
            offer_revoke: presence.offer_revoke_ms,
            customer_told: presence.customer_told_ms,
            requeue: presence.requeue_ms,
            customer_away: presence.customer_away_ms,
            place_held: presence.place_held_ms,
        },
        observers: super::measures::observers(shared, &data.sites),
        terms: terms(shared, data, &(node, incarnation)).await?,
        failed: Arc::new(move |error| {
            tracing::error!(%error, "allocation cannot go on; the hub ends");
            shutdown.begin();
        }),
    };
    Services::start(given, shared.shutdown.tasks(), shared.shutdown.token())
        .await
        .map_err(|e| CommandError::Failed(e.to_string()))
}

/// Sites hash to sixteen leases; the only node takes them all.
async fn terms(
    shared: &Shared,
    data: &Data,
    holder: &(NodeId, Incarnation),
) -> Result<HashMap<SiteId, u64>, CommandError> {
    let mut terms = HashMap::new();
    for site in data.sites.snapshot().all() {
        let number = (domain::record::fnv1a(site.id.as_str().as_bytes()) % 16) as u8;
        let slot = Slot {
            kind: "site",
            slot: number,
        };
        let id = RecordId(shared.random.u128());
        let taken = lease::take(&*data.journal, slot, holder.clone(), shared.clock.now(), id).await;
        let lease = taken.map_err(|e| CommandError::Failed(e.to_string()))?;
        terms.insert(site.id.clone(), lease.term);
    }
    Ok(terms)
}
