//! Who is connected here, by person and department; the gateway's side of the services' port.
//! No guard of a map is ever held while something else is called.

use super::Context;
use super::cursor::{Cursor, Live};
use super::encode::{self, Encoded};
use super::outbox::Outgoing;
use super::session::{Session, Who};
use crate::config::Limits;
use crate::gateway::convert;
use dashmap::DashMap;
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, OfferId, SiteId};
use domain::record::Actor;
use protocol::{CloseCode, Frame};
use services::accounts::TokenDigest;
use services::limits::Openings;
use services::ports::{Delivered, Delivery, Fleeting, FleetingKind, OfferView};
use services::readmodel::{Audience, OfferEnd, Position, PresenceLine, QueueLine};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::mpsc;

/// A session must read something of a conversation from the log.
#[derive(Debug)]
pub struct Behind {
    /// Who.
    pub session: Arc<Session>,
    /// What.
    pub conversation: ConversationId,
    /// It is new to the conversation: with a snapshot.
    pub join: bool,
}

/// All sessions of this node.
pub struct Registry {
    customers: DashMap<(SiteId, CustomerId), Vec<Arc<Session>>>,
    agents: DashMap<(SiteId, AgentId), Vec<Arc<Session>>>,
    behind: mpsc::UnboundedSender<Behind>,
    names: AtomicU64,
    openings: OnceLock<Openings>,
}

/// A session that is reachable: found by what is delivered, counted as present. All of it ends
/// with this value.
pub struct Registered {
    context: Arc<Context>,
    session: Arc<Session>,
}

impl Registered {
    /// From here on records reach the session; they wait in its outbox.
    pub fn new(context: &Arc<Context>, session: Session) -> Self {
        let (context, session) = (context.clone(), Arc::new(session));
        session.metrics.sessions.get(session.kind()).inc();
        context.registry.add(&session);
        let presence = &context.services.presence;
        match &session.who {
            Who::Customer { id, .. } => presence.customer_connected(&session.site, id),
            Who::Agent { person, .. } => presence.agent_connected(&session.site, &person.id),
        }
        Self { context, session }
    }
}

impl std::ops::Deref for Registered {
    type Target = Arc<Session>;

    fn deref(&self) -> &Arc<Session> {
        &self.session
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let session = &self.session;
        self.context.registry.remove(session);
        session.metrics.sessions.get(session.kind()).dec();
        let presence = &self.context.services.presence;
        match &session.who {
            Who::Customer { id, .. } => presence.customer_disconnected(&session.site, id),
            Who::Agent { person, .. } => presence.agent_disconnected(&session.site, &person.id),
        }
        // Work that is still under way sends into nothing.
        session.close(CloseCode::Done);
    }
}

impl Registry {
    /// Nobody is here yet. What comes out of the other end must be caught up.
    pub fn new() -> (Arc<Self>, mpsc::UnboundedReceiver<Behind>) {
        let (behind, receiver) = mpsc::unbounded_channel();
        let registry = Self {
            customers: DashMap::new(),
            agents: DashMap::new(),
            behind,
            names: AtomicU64::new(0),
            openings: OnceLock::new(),
        };
        (Arc::new(registry), receiver)
    }

    /// Counts conversations that customers begin on this node.
    pub fn openings(&self, limits: &Limits) -> &Openings {
        self.openings
            .get_or_init(|| Openings::new(limits.openings()))
    }

    /// A name for the next session.
    pub fn next_id(&self) -> u64 {
        self.names.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The session is reachable from now on.
    pub fn add(&self, session: &Arc<Session>) {
        let site = session.site.clone();
        match &session.who {
            Who::Customer { id, .. } => self
                .customers
                .entry((site, id.clone()))
                .or_default()
                .push(session.clone()),
            Who::Agent { person, .. } => self
                .agents
                .entry((site, person.id.clone()))
                .or_default()
                .push(session.clone()),
        }
    }

    /// The session is gone.
    pub fn remove(&self, session: &Session) {
        let site = session.site.clone();
        let others = |sessions: &mut Vec<Arc<Session>>| sessions.retain(|s| s.id != session.id);
        match &session.who {
            Who::Customer { id, .. } => {
                let key = (site, id.clone());
                if let Some(mut sessions) = self.customers.get_mut(&key) {
                    others(&mut sessions);
                }
                self.customers
                    .remove_if(&key, |_, sessions| sessions.is_empty());
            }
            Who::Agent { person, .. } => {
                let key = (site, person.id.clone());
                if let Some(mut sessions) = self.agents.get_mut(&key) {
                    others(&mut sessions);
                }
                self.agents
                    .remove_if(&key, |_, sessions| sessions.is_empty());
            }
        }
    }

    /// Every session.
    pub fn all(&self) -> Vec<Arc<Session>> {
        let customers = self.customers.iter().flat_map(|e| e.value().clone());
        customers
            .chain(self.agents.iter().flat_map(|e| e.value().clone()))
            .collect()
    }

    /// Sessions with somebody behind them.
    pub fn is_empty(&self) -> bool {
        self.customers.is_empty() && self.agents.is_empty()
    }

    fn of_customer(&self, site: &SiteId, customer: &CustomerId) -> Vec<Arc<Session>> {
        self.customers
            .get(&(site.clone(), customer.clone()))
            .map(|s| s.clone())
            .unwrap_or_default()
    }

    fn of_agent(&self, site: &SiteId, agent: &AgentId) -> Vec<Arc<Session>> {
        self.agents
            .get(&(site.clone(), agent.clone()))
            .map(|s| s.clone())
            .unwrap_or_default()
    }

    /// Agents' sessions that see the department: its own, and supervisors'.
    fn watching(&self, site: &SiteId, department: &DepartmentId) -> Vec<Arc<Session>> {
        let sees = |s: &Arc<Session>| match &s.who {
            Who::Agent {
                departments,
                supervisor,
                ..
            } => s.site == *site && (*supervisor || departments.contains(department)),
            Who::Customer { .. } => false,
        };
        self.agents
            .iter()
            .flat_map(|e| e.value().clone())
            .filter(sees)
            .collect()
    }

    fn to_agent(&self, site: &SiteId, agent: &AgentId, frame: &Frame) {
        send_all(&self.of_agent(site, agent), frame);
    }

    /// The events go to one session, or are read for it later.
    fn bring(&self, session: &Arc<Session>, delivered: &Delivered, events: &[Encoded]) {
        let Some((first, last)) = events
            .first()
            .zip(events.last())
            .map(|(f, l)| (f.seq, l.seq))
        else {
            return;
        };
        let conversation = &delivered.conversation;
        let mut cursors = session.cursors();
        let new_here = !cursors.contains_key(conversation);
        let start = if first == 1 && session.is_customer() {
            Cursor::start()
        } else {
            Cursor::catching_up(0)
        };
        let cursor = cursors.entry(conversation.clone()).or_insert(start);
        match cursor.live(first, last) {
            // Under the lock: two deliveries to one session keep their order.
            Live::SendFrom(from) => {
                events
                    .iter()
                    .filter(|e| e.seq >= from)
                    .for_each(|e| session.outbox.send(e.outgoing(delivered)));
            }
            Live::CatchUp => self.fall_behind(session, conversation, false),
            Live::Skip if new_here => self.fall_behind(session, conversation, true),
            Live::Skip => {}
        }
    }

    fn fall_behind(&self, session: &Arc<Session>, conversation: &ConversationId, join: bool) {
        let behind = Behind {
            session: session.clone(),
            conversation: conversation.clone(),
            join,
        };
        // The other end lives as long as the hub does.
        let _ = self.behind.send(behind);
    }
}

fn send_all(sessions: &[Arc<Session>], frame: &Frame) {
    if sessions.is_empty() {
        return;
    }
    let text: tokio_tungstenite::tungstenite::Utf8Bytes = frame.encode().into();
    for session in sessions {
        session.outbox.send(Outgoing {
            text: text.clone(),
            message: None,
        });
    }
}

impl Delivery for Registry {
    fn record(&self, delivered: &Delivered) {
        let customers = self.of_customer(&delivered.site, &delivered.customer);
        if !customers.is_empty() {
            let events = encode::events(delivered, Audience::Customer);
            customers
                .iter()
                .for_each(|session| self.bring(session, delivered, &events));
        }
        let (before, after) = (&delivered.owner_before, &delivered.owner_after);
        let mut events = None;
        for agent in before
            .iter()
            .chain(after.iter().filter(|a| Some(*a) != before.as_ref()))
        {
            let sessions = self.of_agent(&delivered.site, agent);
            if sessions.is_empty() {
                continue;
            }
            let events = events.get_or_insert_with(|| encode::events(delivered, Audience::Agent));
            sessions
                .iter()
                .for_each(|session| self.bring(session, delivered, events));
            if after.as_ref() != Some(agent) {
                let conversation = delivered.conversation.to_string();
                let reason = convert::event::left_reason(&delivered.record).to_owned();
                let frame = Frame::Left {
                    conversation,
                    reason,
                };
                for session in &sessions {
                    session.cursors().remove(&delivered.conversation);
                    session.send(&frame);
                }
            }
        }
    }

    fn offer(&self, site: &SiteId, agent: &AgentId, offer: &OfferView) {
        self.to_agent(site, agent, &convert::offer::offer(offer));
    }

    fn offer_ended(
        &self,
        site: &SiteId,
        agent: &AgentId,
        conversation: &ConversationId,
        offer: &OfferId,
        reason: OfferEnd,
    ) {
        let (conversation, offer) = (conversation.to_string(), offer.to_string());
        let reason = convert::offer::end(reason).to_owned();
        self.to_agent(
            site,
            agent,
            &Frame::OfferRevoked {
                conversation,
                offer,
                reason,
            },
        );
    }

    fn fleeting(&self, fleeting: &Fleeting) {
        let by_customer = matches!(fleeting.by, Actor::Customer(_));
        let by = convert::event::actor(&fleeting.by);
        let conversation = fleeting.conversation.to_string();
        let frame = |all: u64, public: u64, to_customer: bool| {
            let seq = if to_customer { public } else { all };
            match fleeting.what {
                FleetingKind::Typing => Frame::Typing {
                    conversation: conversation.clone(),
                    by: Some(by.clone()),
                    text: None,
                },
                FleetingKind::ReadUpTo { .. } => Frame::Read {
                    conversation: conversation.clone(),
                    by: by.clone(),
                    seq,
                },
                FleetingKind::DeliveredUpTo { .. } => Frame::Delivered {
                    conversation: conversation.clone(),
                    by: by.clone(),
                    seq,
                },
            }
        };
        let (all, public) = match fleeting.what {
            FleetingKind::Typing => (0, 0),
            FleetingKind::ReadUpTo { all, public }
            | FleetingKind::DeliveredUpTo { all, public } => (all, public),
        };
        let shared = matches!(fleeting.what, FleetingKind::ReadUpTo { .. });
        // A read mark also goes to the reader's other devices.
        if !by_customer || shared {
            send_all(
                &self.of_customer(&fleeting.site, &fleeting.customer),
                &frame(all, public, true),
            );
        }
        if let Some(owner) = fleeting.owner.as_ref().filter(|_| by_customer || shared) {
            self.to_agent(&fleeting.site, owner, &frame(all, public, false));
        }
    }

    fn position(
        &self,
        site: &SiteId,
        customer: &CustomerId,
        conversation: &ConversationId,
        position: &Position,
    ) {
        send_all(
            &self.of_customer(site, customer),
            &convert::offer::position(conversation, position),
        );
    }

    fn queue(&self, site: &SiteId, line: &QueueLine) {
        send_all(
            &self.watching(site, &line.department),
            &Frame::QueueState(convert::offer::line(line)),
        );
    }

    fn presence(
        &self,
        site: &SiteId,
        department: &DepartmentId,
        joins: &[PresenceLine],
        leaves: &[AgentId],
    ) {
        let frame = Frame::PresenceDiff {
            department: department.to_string(),
            joins: joins.iter().map(convert::offer::presence).collect(),
            leaves: leaves.iter().map(ToString::to_string).collect(),
        };
        send_all(&self.watching(site, department), &frame);
    }

    fn sign_out(&self, site: &SiteId, agent: &AgentId, token: Option<&TokenDigest>) {
        for session in self.of_agent(site, agent) {
            let Who::Agent { token: own, .. } = &session.who else {
                continue;
            };
            if token.is_none_or(|token| token == own) {
                session.close(CloseCode::LoggedOut);
            }
        }
    }
}
