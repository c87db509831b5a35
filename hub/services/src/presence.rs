//! Who has a socket on this node. A node is the only authority on its own sockets; what
//! allocation must know follows as facts, `agent_on` at once and `agent_off` after the grace.

use domain::allocation::fact::{Fact, Source};
use domain::id::{AgentId, CustomerId, Incarnation, NodeId, SiteId};
use domain::time::{Span, Time};
use runtime::clock::SharedClock;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Where what is seen goes.
pub trait PresenceSink: Send + Sync + 'static {
    /// For the site's log of facts.
    fn fact(&self, site: &SiteId, fact: Fact);
    /// At once, before any fact: an agent out of reach gets no new offer.
    fn reachable(&self, site: &SiteId, agent: &AgentId, reachable: bool);
    /// The customer's first socket came, or the last one went.
    fn customer(&self, site: &SiteId, customer: &CustomerId, present: bool, source: Source);
}

/// Times, from the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Graces {
    /// Without a socket for that long, an agent is off.
    pub offer_revoke: Span,
    /// Without a command for that long, an agent is away.
    pub idle: Span,
}

/// Numbers what this life of the node says about presence.
#[derive(Debug)]
pub struct Sources {
    node: NodeId,
    incarnation: Incarnation,
    counter: AtomicU64,
}

impl Sources {
    /// Counts from 1.
    pub fn new(node: NodeId, incarnation: Incarnation) -> Self {
        Self {
            node,
            incarnation,
            counter: AtomicU64::new(0),
        }
    }

    /// The next; each is above all before it.
    pub fn next(&self) -> Source {
        let counter = self.counter.fetch_add(1, Ordering::SeqCst) + 1;
        Source {
            node: self.node.clone(),
            incarnation: self.incarnation.clone(),
            counter,
        }
    }
}

/// The sockets of this node, by person.
pub struct Presence {
    sources: Arc<Sources>,
    graces: Graces,
    clock: SharedClock,
    sink: Arc<dyn PresenceSink>,
    people: Mutex<People>,
}

#[derive(Default)]
struct People {
    agents: HashMap<(SiteId, AgentId), Local>,
    customers: HashMap<(SiteId, CustomerId), u32>,
}

/// One agent's devices here.
struct Local {
    sockets: u32,
    gone_at: Option<Time>,
    active_at: Time,
    idle: bool,
}

impl Presence {
    /// Nobody is here yet.
    pub fn new(
        sources: Arc<Sources>,
        graces: Graces,
        clock: SharedClock,
        sink: Arc<dyn PresenceSink>,
    ) -> Arc<Self> {
        Arc::new(Self {
            sources,
            graces,
            clock,
            sink,
            people: Mutex::default(),
        })
    }

    /// A desk said hello.
    pub fn agent_connected(&self, site: &SiteId, agent: &AgentId) {
        let now = self.clock.now();
        let mut people = self.lock();
        let source = self.sources.next();
        let key = (site.clone(), agent.clone());
        let known = people.agents.contains_key(&key);
        let local = people.agents.entry(key).or_insert(Local {
            sockets: 0,
            gone_at: None,
            active_at: now,
            idle: false,
        });
        local.sockets += 1;
        local.gone_at = None;
        local.active_at = now;
        let was_idle = std::mem::take(&mut local.idle);
        drop(people);
        self.sink.reachable(site, agent, true);
        // Back within the grace: nobody has to know.
        if !known {
            self.sink.fact(
                site,
                Fact::AgentOn {
                    agent: agent.clone(),
                    source,
                    at: now,
                },
            );
        }
        if was_idle {
            self.sink.fact(
                site,
                Fact::AgentIdle {
                    agent: agent.clone(),
                    idle: false,
                    at: now,
                },
            );
        }
    }

    /// A desk's socket ended.
    pub fn agent_disconnected(&self, site: &SiteId, agent: &AgentId) {
        let now = self.clock.now();
        let mut people = self.lock();
        let Some(local) = people.agents.get_mut(&(site.clone(), agent.clone())) else {
            return;
        };
        local.sockets = local.sockets.saturating_sub(1);
        if local.sockets == 0 {
            local.gone_at = Some(now);
            drop(people);
            self.sink.reachable(site, agent, false);
        }
    }

    /// The agent did something.
    pub fn agent_active(&self, site: &SiteId, agent: &AgentId) {
        self.set_idle(site, agent, false);
    }

    /// The desk says that nobody is at it, or somebody again.
    pub fn agent_idle(&self, site: &SiteId, agent: &AgentId, idle: bool) {
        self.set_idle(site, agent, idle);
    }

    fn set_idle(&self, site: &SiteId, agent: &AgentId, idle: bool) {
        let at = self.clock.now();
        let mut people = self.lock();
        let Some(local) = people.agents.get_mut(&(site.clone(), agent.clone())) else {
            return;
        };
        if !idle {
            local.active_at = at;
        }
        if std::mem::replace(&mut local.idle, idle) != idle {
            drop(people);
            self.sink.fact(
                site,
                Fact::AgentIdle {
                    agent: agent.clone(),
                    idle,
                    at,
                },
            );
        }
    }

    /// A customer's socket came.
    pub fn customer_connected(&self, site: &SiteId, customer: &CustomerId) {
        let mut people = self.lock();
        let source = self.sources.next();
        let sockets = people
            .customers
            .entry((site.clone(), customer.clone()))
            .or_insert(0);
        *sockets += 1;
        if *sockets == 1 {
            drop(people);
            self.sink.customer(site, customer, true, source);
        }
    }

    /// A customer's socket went.
    pub fn customer_disconnected(&self, site: &SiteId, customer: &CustomerId) {
        let mut people = self.lock();
        let key = (site.clone(), customer.clone());
        let Some(sockets) = people.customers.get_mut(&key) else {
            return;
        };
        *sockets = sockets.saturating_sub(1);
        if *sockets == 0 {
            people.customers.remove(&key);
            let source = self.sources.next();
            drop(people);
            self.sink.customer(site, customer, false, source);
        }
    }

    /// Whether the customer has a socket here.
    pub fn customer_present(&self, site: &SiteId, customer: &CustomerId) -> bool {
        self.lock()
            .customers
            .contains_key(&(site.clone(), customer.clone()))
    }

    /// Ends graces and finds the idle, until cancelled.
    pub async fn sweep(self: Arc<Self>, cancel: CancellationToken) {
        while tokio::time::timeout(Duration::from_millis(250), cancel.cancelled())
            .await
            .is_err()
        {
            self.tick();
        }
    }

    fn tick(&self) {
        let now = self.clock.now();
        let mut facts = Vec::new();
        let mut people = self.lock();
        let over = |local: &Local| {
            local
                .gone_at
                .is_some_and(|gone| now.since(gone) >= self.graces.offer_revoke)
        };
        let gone: Vec<_> = people
            .agents
            .iter()
            .filter(|(_, l)| over(l))
            .map(|(k, l)| (k.clone(), l.gone_at))
            .collect();
        for ((site, agent), at) in gone {
            people.agents.remove(&(site.clone(), agent.clone()));
            let source = self.sources.next();
            facts.push((
                site,
                Fact::AgentOff {
                    agent,
                    source,
                    at: at.unwrap_or(now),
                },
            ));
        }
        for ((site, agent), local) in &mut people.agents {
            if !local.idle && now.since(local.active_at) >= self.graces.idle {
                local.idle = true;
                facts.push((
                    site.clone(),
                    Fact::AgentIdle {
                        agent: agent.clone(),
                        idle: true,
                        at: now,
                    },
                ));
            }
        }
        drop(people);
        for (site, fact) in facts {
            self.sink.fact(&site, fact);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
