//! What the services ask of the gateways: bring this to whoever is connected here.

#![allow(
    missing_docs,
    reason = "fields are named by their type; every type is documented"
)]

use crate::accounts::TokenDigest;
use crate::readmodel::{Card, OfferEnd, Position, PresenceLine, QueueLine};
use domain::allocation::decision::Why;
use domain::conversation::Event;
use domain::id::{AgentId, ConversationId, CustomerId, DepartmentId, Epoch, OfferId, SiteId};
use domain::record::{Actor, Record};
use domain::time::Time;

/// A durable record of a conversation, as delivered on this node.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub customer: CustomerId,
    pub epoch: Epoch,
    /// Its events are numbered by `domain::conversation::apply::numbered`.
    pub record: Record<Event>,
    /// Who owned it before this record.
    pub owner_before: Option<AgentId>,
    /// Who owns it after: membership begins and ends here.
    pub owner_after: Option<AgentId>,
}

/// An agent is asked.
#[derive(Debug, Clone)]
pub struct OfferView {
    pub conversation: ConversationId,
    pub offer: OfferId,
    pub card: Card,
    pub why: Why,
    pub expires_at: Time,
}

/// Something fleeting in a conversation.
#[derive(Debug, Clone)]
pub struct Fleeting {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub customer: CustomerId,
    pub owner: Option<AgentId>,
    pub by: Actor,
    pub what: FleetingKind,
}

/// What it is. Ordinals are in the count of all events with the public one beside it.
#[derive(Debug, Clone)]
pub enum FleetingKind {
    Typing,
    /// Written to `by`'s socket.
    DeliveredUpTo {
        all: u64,
        public: u64,
    },
    /// Seen by `by`.
    ReadUpTo {
        all: u64,
        public: u64,
    },
}

/// The gateway's side. Never blocks; called from the task that delivers, in order.
pub trait Delivery: Send + Sync + 'static {
    /// Per conversation in order and each record once.
    fn record(&self, delivered: &Delivered);
    /// May repeat an offer.
    fn offer(&self, site: &SiteId, agent: &AgentId, offer: &OfferView);
    fn offer_ended(
        &self,
        site: &SiteId,
        agent: &AgentId,
        conversation: &ConversationId,
        offer: &OfferId,
        reason: OfferEnd,
    );
    fn fleeting(&self, fleeting: &Fleeting);
    /// To a waiting customer.
    fn position(
        &self,
        site: &SiteId,
        customer: &CustomerId,
        conversation: &ConversationId,
        position: &Position,
    );
    /// To the department's agents and to supervisors; at most 4/s a department.
    fn queue(&self, site: &SiteId, line: &QueueLine);
    fn presence(
        &self,
        site: &SiteId,
        department: &DepartmentId,
        joins: &[PresenceLine],
        leaves: &[AgentId],
    );
    /// Close the agent's sockets for good: those of one token, or all.
    fn sign_out(&self, site: &SiteId, agent: &AgentId, token: Option<&TokenDigest>);
}
