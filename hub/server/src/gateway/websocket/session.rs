//! One socket as others see it: who is behind it, its outbox, its place in conversations.

use super::commands::Queue;
use super::cursor::Cursor;
use super::outbox::{Mark, Outbox, Outgoing};
use domain::conversation::command::Asker;
use domain::conversation::event::{Origin, Person};
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, SiteId};
use domain::time::Span;
use protocol::{CloseCode, Frame};
use runtime::metrics::{SessionKind, SiteMetrics};
use services::accounts::TokenDigest;
use services::limits::Gcra;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who is behind a socket.
#[derive(Debug)]
pub enum Who {
    /// A customer, and where.
    Customer {
        /// The person.
        id: CustomerId,
        /// For a new conversation; the page is the newest one.
        origin: Mutex<Box<Origin>>,
    },
    /// An agent or supervisor.
    Agent {
        /// The person.
        person: Person,
        /// Steps in and watches.
        supervisor: bool,
        /// Whose lines it sees.
        departments: Vec<DepartmentId>,
        /// Which token: a sign-out ends its sockets.
        token: TokenDigest,
    },
}

/// One socket.
#[derive(Debug)]
pub struct Session {
    /// Its name in `welcome`.
    pub id: u64,
    /// Where.
    pub site: SiteId,
    /// Who.
    pub who: Who,
    /// From where.
    pub address: IpAddr,
    /// The site's measures.
    pub metrics: Arc<SiteMetrics>,
    /// Commands that wait to be carried out.
    pub(super) queue: Queue,
    /// Held while something is read from the log for it: one thing after the other.
    pub(super) reading: tokio::sync::Mutex<()>,
    /// What waits to be written.
    pub outbox: Outbox,
    /// Its places in conversations.
    cursors: Mutex<HashMap<ConversationId, Cursor>>,
    /// Newest message written, by conversation, not told yet.
    written: Mutex<HashMap<ConversationId, u64>>,
    pace: Mutex<Pace>,
    heard: AtomicU64,
    said: AtomicU64,
}

/// Where a session is.
#[derive(Debug)]
pub struct At {
    /// The tenant.
    pub site: SiteId,
    /// Its measures.
    pub metrics: Arc<SiteMetrics>,
    /// The client's address.
    pub address: IpAddr,
}

#[derive(Debug, Default)]
struct Pace {
    gcra: Gcra,
    strikes: u32,
}

/// Commands over the rate before the socket ends.
const STRIKES: u32 = 2_000;
/// How many of them one command within the rate makes good.
const FORGIVEN: u32 = 10;

impl Session {
    /// A socket that has just said hello.
    pub fn new(id: u64, at: At, who: Who, outbox_bytes: usize, now: Span) -> Self {
        Self {
            id,
            site: at.site,
            who,
            address: at.address,
            metrics: at.metrics,
            queue: Queue::default(),
            reading: tokio::sync::Mutex::default(),
            outbox: Outbox::new(outbox_bytes),
            cursors: Mutex::default(),
            written: Mutex::default(),
            pace: Mutex::default(),
            heard: AtomicU64::new(now.0),
            said: AtomicU64::new(now.0),
        }
    }

    /// For the services.
    pub fn asker(&self) -> Asker {
        match &self.who {
            Who::Customer { id, .. } => Asker::Customer {
                id: id.clone(),
                name: None,
            },
            Who::Agent {
                person, supervisor, ..
            } => Asker::Agent {
                person: person.clone(),
                supervisor: *supervisor,
            },
        }
    }

    /// The agent behind it.
    pub fn agent(&self) -> Option<&AgentId> {
        match &self.who {
            Who::Agent { person, .. } => Some(&person.id),
            Who::Customer { .. } => None,
        }
    }

    /// Whether the other end is a customer.
    pub fn is_customer(&self) -> bool {
        matches!(self.who, Who::Customer { .. })
    }

    /// For the measures.
    pub fn kind(&self) -> SessionKind {
        match self.who {
            Who::Customer { .. } => SessionKind::Customer,
            Who::Agent {
                supervisor: true, ..
            } => SessionKind::Supervisor,
            Who::Agent { .. } => SessionKind::Agent,
        }
    }

    /// Sends a frame of its own.
    pub fn send(&self, frame: &Frame) {
        self.outbox.send(Outgoing {
            text: frame.encode().into(),
            message: None,
        });
    }

    /// Ends the socket.
    pub fn close(&self, code: CloseCode) {
        self.outbox.close(code);
    }

    /// Its places.
    pub fn cursors(&self) -> MutexGuard<'_, HashMap<ConversationId, Cursor>> {
        self.cursors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message was written to the socket.
    pub fn wrote(&self, mark: &Mark) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = written.entry(mark.conversation.clone()).or_insert(0);
        *seq = (*seq).max(mark.seq);
    }

    /// What was written since the last call.
    pub fn take_written(&self) -> HashMap<ConversationId, u64> {
        std::mem::take(&mut *self.written.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a command. `Err`: too fast, and after how long; `Ok(false)`: for so long that the
    /// socket should end.
    ///
    /// # Errors
    /// Too fast.
    pub fn pace(&self, rate: services::limits::Rate, now: Span) -> Result<bool, Span> {
        let mut pace = self.pace.lock().unwrap_or_else(PoisonError::into_inner);
        match pace.gcra.check(rate, now) {
            Ok(()) => {
                pace.strikes = pace.strikes.saturating_sub(FORGIVEN);
                Ok(true)
            }
            Err(_) if pace.strikes >= STRIKES => Ok(false),
            Err(after) => {
                pace.strikes += 1;
                Err(after)
            }
        }
    }

    /// Something was read from the socket.
    pub fn note_heard(&self, now: Span) {
        self.heard.store(now.0, Ordering::Relaxed);
    }

    /// Something was written to the socket.
    pub fn note_said(&self, now: Span) {
        self.said.store(now.0, Ordering::Relaxed);
    }

    /// How long nothing was read, and nothing written.
    pub fn silence(&self, now: Span) -> (Span, Span) {
        let since = |at: &AtomicU64| Span(now.0.saturating_sub(at.load(Ordering::Relaxed)));
        (since(&self.heard), since(&self.said))
    }
}
