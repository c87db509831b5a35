//! Conversations: commands are decided on the folded log and appended with an expectation;
//! reads are authorised by membership, and absent and forbidden look alike.

mod append;
mod execute;
mod history;
mod load;
mod marks;
mod open;
mod read;
mod summary;

pub use history::{Run, visible};
pub(crate) use load::decode;
pub use open::Writing;
pub use read::ListFilter;
pub(crate) use summary::card;

use crate::allocation::Boards;
use crate::customers::Customers;
use crate::failure::Failure;
use crate::generations::Generations;
use crate::ports::Delivery;
use crate::sites::Sites;
use domain::allocation::fact::Fact;
use domain::conversation::{Command, command::Asker};
use domain::id::{ConversationId, CustomerId, Ref, SiteId};
use domain::record::Actor;
use domain::time::{Span, Time};
use journal::Journal;
use load::Slot;
use runtime::clock::SharedClock;
use runtime::metrics::Metrics;
use runtime::random::SharedRandom;
use std::sync::Arc;
use views::Views;

/// A client's name of a command, with a digest of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The name.
    pub reference: Ref,
    /// FNV-1a over the canonical body without the name.
    pub digest: u64,
}

/// What is answered once it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Which conversation it was.
    pub conversation: Option<ConversationId>,
    /// The event's ordinal in the asker's own count.
    pub seq: Option<u64>,
    /// The record's time.
    pub at: Time,
}

/// Where facts about conversations go: to the site's allocation, in order.
pub type FactSink = Arc<dyn Fn(&SiteId, Fact) + Send + Sync>;

/// What conversations are built on.
#[derive(Clone)]
pub struct Parts {
    /// The store.
    pub journal: Arc<dyn Journal>,
    /// Lists and look-ups.
    pub views: Arc<Views>,
    /// Departments and their times.
    pub sites: Arc<Sites>,
    /// Who is offered what, for the state's word.
    pub boards: Arc<Boards>,
    /// The clock.
    pub clock: SharedClock,
    /// Ids.
    pub random: SharedRandom,
    /// Typing and marks go out here.
    pub delivery: Arc<dyn Delivery>,
    /// Who is blocked.
    pub customers: Arc<Customers>,
    /// An agent without a socket for that long has lost those who wait for it.
    pub requeue: Span,
    /// Facts go out here.
    pub facts: FactSink,
    /// Measures.
    pub metrics: Arc<Metrics>,
}

/// The use cases of conversations.
pub struct Conversations {
    parts: Parts,
    slots: Generations<(SiteId, ConversationId), Arc<Slot>>,
    newest: Generations<(SiteId, CustomerId), u32>,
    marks: marks::Pending,
}

/// Folded conversations that are kept in memory at least.
const SLOTS: usize = 20_000;

impl Conversations {
    /// New over its parts.
    pub fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            parts,
            slots: Generations::new(SLOTS),
            newest: Generations::new(SLOTS),
            marks: marks::Pending::default(),
        })
    }

    /// Carries a command out, or says why not. Durable when it returns.
    ///
    /// # Errors
    /// The rules' rejection, or the store's state; nothing of it has happened then.
    pub async fn execute(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        asker: Asker,
        command: Command,
        ticket: Option<Ticket>,
    ) -> Result<Done, Failure> {
        let by = asker.actor();
        execute::execute(self, site, conversation, asker, by, command, ticket).await
    }

    /// The same, recorded as caused by somebody else: the agent whose wish a decision granted.
    pub(crate) async fn execute_as(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        asker: Asker,
        by: Actor,
        command: Command,
        ticket: Option<Ticket>,
    ) -> Result<Done, Failure> {
        execute::execute(self, site, conversation, asker, by, command, ticket).await
    }
}
