//! Blocks of customers: records on `cu.<site>.<customer>`, folded in memory.

use crate::accounts::{Agent, Role};
use crate::failure::Failure;
use crate::subject_log::{self, Landed};
use bytes::Bytes;
use domain::id::{CustomerId, Ref, SiteId};
use domain::limits::MAX_REMARK;
use domain::record::{Actor, Ordinals, Record, VERSION};
use domain::rejection::Rejection;
use domain::time::Time;
use journal::subject::Subject;
use journal::{Journal, Position, RecordId, Stored};
use runtime::clock::SharedClock;
use runtime::random::SharedRandom;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

const KIND: &str = "customer";
const ATTEMPTS: usize = 16;

/// What is known of a customer. Stored: variants and fields only ever grow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CustomerEvent {
    /// May write no more.
    Blocked {
        /// Why, for colleagues.
        reason: String,
        /// Until then; for ever when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Time>,
    },
    /// May write again.
    Unblocked,
}

/// A block in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Why, for colleagues.
    pub reason: String,
    /// Until then; for ever when absent.
    pub until: Option<Time>,
    /// Who blocked.
    pub by: Actor,
}

/// What the hub knows of its customers, conversations apart.
pub struct Customers {
    journal: Arc<dyn Journal>,
    clock: SharedClock,
    random: SharedRandom,
    known: Arc<RwLock<Known>>,
}

type Known = HashMap<(SiteId, CustomerId), Customer>;

#[derive(Debug, Default)]
struct Customer {
    block: Option<Block>,
    /// Commands carried out, so that the same one again gets the same answer.
    answered: HashMap<(Actor, Ref), (u64, Time)>,
    version: u64,
    at: Time,
    last: Position,
}

impl Customers {
    /// Folds what is known; comes back when everything in the log has been seen.
    pub async fn open(
        journal: Arc<dyn Journal>,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Arc<Self> {
        let customers = Arc::new(Self {
            journal,
            clock,
            random,
            known: Arc::default(),
        });
        let known = customers.known.clone();
        let nothing = encode(&Command::internal(), Time(0), 0, Vec::new());
        let mark = (RecordId(customers.random.u128()), nothing);
        let apply = move |stored: &Stored| fold(&known, stored);
        subject_log::follow(&customers.journal, "cu", mark, apply).await;
        customers
    }

    /// Whether the customer may write nothing at `now`.
    pub fn blocked(&self, site: &SiteId, customer: &CustomerId, now: Time) -> bool {
        self.block_of(site, customer, now).is_some()
    }

    /// The block in force at `now`.
    pub fn block_of(&self, site: &SiteId, customer: &CustomerId, now: Time) -> Option<Block> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let block = known
            .get(&(site.clone(), customer.clone()))?
            .block
            .clone()?;
        block.until.is_none_or(|until| until > now).then_some(block)
    }

    /// Blocks a customer. The caller has seen to it that this agent serves the customer.
    /// Returns when it was made durable; the same `reference` again returns the same.
    ///
    /// # Errors
    /// The reason is too long, the `reference` was used for something else, or the store
    /// takes nothing now.
    pub async fn block(
        &self,
        customer: &CustomerId,
        by: &Agent,
        command: (Ref, u64),
        reason: &str,
        until: Option<Time>,
    ) -> Result<Time, Failure> {
        if reason.chars().count() > MAX_REMARK {
            return Err(Rejection::InvalidField("reason").into());
        }
        let reason = reason.to_owned();
        let event = CustomerEvent::Blocked { reason, until };
        self.append(&by.site, customer, &Command::of(by, command), event)
            .await
    }

    /// Lifts a block; lifting none is no error.
    ///
    /// # Errors
    /// Only supervisors may; else as [`Customers::block`].
    pub async fn unblock(
        &self,
        customer: &CustomerId,
        by: &Agent,
        command: (Ref, u64),
    ) -> Result<Time, Failure> {
        if by.role != Role::Supervisor {
            return Err(Rejection::NotAllowed.into());
        }
        let command = Command::of(by, command);
        self.append(&by.site, customer, &command, CustomerEvent::Unblocked)
            .await
    }

    async fn append(
        &self,
        site: &SiteId,
        customer: &CustomerId,
        command: &Command,
        event: CustomerEvent,
    ) -> Result<Time, Failure> {
        let subject = Subject::customer(site, customer);
        for _ in 0..ATTEMPTS {
            let (at, last, version) = match self.look(site, customer, command)? {
                Looked::Answered(at) => return Ok(at),
                Looked::Open { at, last, version } => (at, last, version),
            };
            let id = RecordId(self.random.u128());
            let body = encode(command, at, version + 1, vec![event.clone()]);
            match subject_log::commit(&*self.journal, &subject, last, id, body.clone()).await? {
                Landed::At(position) => {
                    let stored = Stored {
                        position,
                        prev: last,
                        subject,
                        id,
                        body,
                    };
                    fold(&self.known, &stored);
                    return Ok(at);
                }
                Landed::Conflict => {
                    for stored in subject_log::records_after(&*self.journal, &subject, last).await?
                    {
                        fold(&self.known, &stored);
                    }
                }
            }
        }
        Err(journal::AppendError::Unavailable.into())
    }

    fn look(
        &self,
        site: &SiteId,
        customer: &CustomerId,
        command: &Command,
    ) -> Result<Looked, Failure> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let Some(customer) = known.get(&(site.clone(), customer.clone())) else {
            let (last, version) = (Position(0), 0);
            return Ok(Looked::Open {
                at: now,
                last,
                version,
            });
        };
        let key = command.reference.clone().map(|r| (command.by.clone(), r));
        match key.and_then(|key| customer.answered.get(&key)) {
            Some((digest, _)) if Some(*digest) != command.digest => {
                Err(Rejection::RefReused.into())
            }
            Some((_, at)) => Ok(Looked::Answered(*at)),
            None => Ok(Looked::Open {
                at: now.max(customer.at),
                last: customer.last,
                version: customer.version,
            }),
        }
    }
}

/// What the fold says of a command.
enum Looked {
    Answered(Time),
    Open {
        at: Time,
        last: Position,
        version: u64,
    },
}

struct Command {
    by: Actor,
    reference: Option<Ref>,
    digest: Option<u64>,
}

impl Command {
    fn of(agent: &Agent, (reference, digest): (Ref, u64)) -> Self {
        Self {
            by: Actor::Agent(agent.id.clone()),
            reference: Some(reference),
            digest: Some(digest),
        }
    }

    fn internal() -> Self {
        Self {
            by: Actor::System,
            reference: None,
            digest: None,
        }
    }
}

/// Folds a record once, however often it comes.
fn fold(known: &RwLock<Known>, stored: &Stored) {
    let mut tokens = stored.subject.tokens().skip(1);
    let ids = (
        tokens.next().map(SiteId::new),
        tokens.next().map(CustomerId::new),
    );
    let (Some(Ok(site)), Some(Ok(customer))) = ids else {
        return;
    };
    let Ok(record) = serde_json::from_slice::<Record<CustomerEvent>>(&stored.body) else {
        tracing::error!("a customer's record was written by a newer hub and is left out here");
        return;
    };
    let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
    let customer = known.entry((site, customer)).or_default();
    if customer.last >= stored.position {
        return;
    }

    for event in record.events {
        customer.version += 1;
        customer.block = match event {
            CustomerEvent::Blocked { reason, until } => {
                let by = record.by.clone();
                Some(Block { reason, until, by })
            }
            CustomerEvent::Unblocked => None,
        };
    }
    customer.at = record.at;
    customer.last = stored.position;
    if let (Some(reference), Some(digest)) = (record.reference, record.digest) {
        let answer = (digest, record.at);
        customer.answered.insert((record.by, reference), answer);
    }
}

fn encode(command: &Command, at: Time, first: u64, events: Vec<CustomerEvent>) -> Bytes {
    let record = Record {
        v: VERSION,
        kind: KIND.into(),
        at,
        by: command.by.clone(),
        reference: command.reference.clone(),
        digest: command.digest,
        events,
        first: Ordinals {
            all: first,
            public: first,
        },
    };
    serde_json::to_vec(&record)
        .expect("records are always JSON")
        .into()
}
