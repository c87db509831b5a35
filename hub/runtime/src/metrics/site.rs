//! What is measured per site and per department: families, and the handles cached from them.

use super::family::{Builder, Label, PerLabel};
use super::labels::*;
use super::{SERVICE_SECONDS, TRANSPORT_SECONDS};
use domain::allocation::fact::Availability;
use domain::id::{DepartmentId, SiteId};
use prometheus::{
    Gauge, GaugeVec, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec,
};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The families with a `site` label.
#[derive(Debug, Clone)]
pub(super) struct Families {
    sessions: IntGaugeVec,
    messages: IntCounterVec,
    delivery_seconds: HistogramVec,
    connect_seconds: HistogramVec,
    resumes: IntCounterVec,
    offers: IntCounterVec,
    transfers: IntCounterVec,
    agents: IntGaugeVec,
    ratings: IntCounterVec,
    conversations: IntGaugeVec,
    queue_length: IntGaugeVec,
    longest_wait: GaugeVec,
    wait: HistogramVec,
    first_response: HistogramVec,
    response: HistogramVec,
    handle: HistogramVec,
    accepted: IntCounterVec,
    abandoned: IntCounterVec,
    resolutions: IntCounterVec,
    reopened: IntCounterVec,
}

impl Families {
    #[rustfmt::skip]
    pub(super) fn register(b: &mut Builder) -> Self {
        const DEPARTMENT: &[&str] = &["site", "department"];
        Self {
            sessions: b.gauge("hub_sessions", "Sockets past hello, now.", &["site", "kind"]),
            messages: b.counter("hub_messages_total", "Messages made durable.", &["site", "author"]),
            delivery_seconds: b.histogram("hub_delivery_seconds", "From a message's arrival at the hub to its write to a peer's socket.", &["site", "to"], TRANSPORT_SECONDS),
            connect_seconds: b.histogram("hub_connect_seconds", "From the click on the launcher to ready to write, as the widget reports it.", &["site"], TRANSPORT_SECONDS),
            resumes: b.counter("hub_resumes_total", "Conversations named in a resume.", &["site", "outcome"]),
            offers: b.counter("hub_offers_total", "Offers that ended.", &["site", "outcome"]),
            transfers: b.counter("hub_transfers_total", "Transfers that ended.", &["site", "outcome"]),
            agents: b.gauge("hub_agents", "Agents now.", &["site", "availability", "presence"]),
            ratings: b.counter("hub_ratings_total", "Ratings given.", &["site", "score"]),
            conversations: b.gauge("hub_conversations", "Open conversations now.", &["site", "department", "state"]),
            queue_length: b.gauge("hub_queue_length", "Conversations waiting now.", DEPARTMENT),
            longest_wait: b.seconds_gauge("hub_queue_longest_wait_seconds", "Wait of the conversation that has waited longest, now.", DEPARTMENT),
            wait: b.histogram("hub_wait_seconds", "First enqueue to acceptance.", DEPARTMENT, SERVICE_SECONDS),
            first_response: b.histogram("hub_first_response_seconds", "Wish for a person to the first message of a person.", DEPARTMENT, SERVICE_SECONDS),
            response: b.histogram("hub_response_seconds", "First unanswered customer message to the next message of a person.", DEPARTMENT, SERVICE_SECONDS),
            handle: b.histogram("hub_handle_seconds", "Owned and wrap-up time of one owner's segment.", DEPARTMENT, SERVICE_SECONDS),
            accepted: b.counter("hub_accepted_total", "Waits that ended with an acceptance.", &["site", "department", "target"]),
            abandoned: b.counter("hub_abandoned_total", "Waits that the customer gave up.", &["site", "department", "kind"]),
            resolutions: b.counter("hub_resolutions_total", "Conversations that ended.", &["site", "department", "outcome"]),
            reopened: b.counter("hub_reopened_total", "Closed conversations that were opened again.", DEPARTMENT),
        }
    }
}

/// One site's handles. Keep the `Arc`: looking it up costs a lock.
#[derive(Debug)]
pub struct SiteMetrics {
    /// Sockets past `hello`, now.
    pub sessions: PerLabel<SessionKind, IntGauge>,
    /// Messages made durable; notes are not messages.
    pub messages: PerLabel<Author, IntCounter>,
    /// Seconds from a message's arrival to its write to a peer's socket on the same node.
    pub delivery_seconds: PerLabel<Receiver, Histogram>,
    /// Seconds from the click on the launcher to ready to write.
    pub connect_seconds: Histogram,
    /// Conversations named in a `resume`.
    pub resumes: PerLabel<ResumeOutcome, IntCounter>,
    /// Offers that ended, transfers included.
    pub offers: PerLabel<OfferOutcome, IntCounter>,
    /// Transfers that ended.
    pub transfers: PerLabel<TransferOutcome, IntCounter>,
    /// Agents by what they chose and what their sockets say, now.
    pub agents: PerLabel<Availability, PerLabel<Presence, IntGauge>>,
    /// Ratings given.
    pub ratings: PerLabel<Score, IntCounter>,
    departments: RwLock<HashMap<DepartmentId, Arc<DepartmentMetrics>>>,
    families: Families,
    site: SiteId,
}

/// One department's handles. Keep the `Arc`: looking it up costs a lock.
#[derive(Debug)]
pub struct DepartmentMetrics {
    /// Open conversations, now.
    pub conversations: PerLabel<ConversationState, IntGauge>,
    /// Conversations waiting, now.
    pub queue_length: IntGauge,
    /// Seconds that the first of the line has waited, now; 0 without a line.
    pub longest_wait_seconds: Gauge,
    /// `wait_time` in seconds.
    pub wait_seconds: Histogram,
    /// `first_response_time` in seconds.
    pub first_response_seconds: Histogram,
    /// `response_time` in seconds.
    pub response_seconds: Histogram,
    /// `handle_time` in seconds, one owner's segment each.
    pub handle_seconds: Histogram,
    /// Waits that ended with an acceptance, by the department's target.
    pub accepted: PerLabel<Target, IntCounter>,
    /// Waits that the customer gave up.
    pub abandoned: PerLabel<AbandonedKind, IntCounter>,
    /// Conversations that ended.
    pub resolutions: PerLabel<ResolutionOutcome, IntCounter>,
    /// Closed conversations that were opened again.
    pub reopened: IntCounter,
}

impl SiteMetrics {
    pub(super) fn new(families: &Families, site: &SiteId) -> Self {
        let f = families;
        let s = site.as_str();
        Self {
            sessions: PerLabel::new(|l: SessionKind| f.sessions.with_label_values(&[s, l.word()])),
            messages: PerLabel::new(|l: Author| f.messages.with_label_values(&[s, l.word()])),
            delivery_seconds: PerLabel::new(|l: Receiver| {
                f.delivery_seconds.with_label_values(&[s, l.word()])
            }),
            connect_seconds: f.connect_seconds.with_label_values(&[s]),
            resumes: PerLabel::new(|l: ResumeOutcome| f.resumes.with_label_values(&[s, l.word()])),
            offers: PerLabel::new(|l: OfferOutcome| f.offers.with_label_values(&[s, l.word()])),
            transfers: PerLabel::new(|l: TransferOutcome| {
                f.transfers.with_label_values(&[s, l.word()])
            }),
            agents: PerLabel::new(|a: Availability| {
                PerLabel::new(|p: Presence| f.agents.with_label_values(&[s, a.word(), p.word()]))
            }),
            ratings: PerLabel::new(|l: Score| f.ratings.with_label_values(&[s, l.word()])),
            departments: RwLock::default(),
            families: f.clone(),
            site: site.clone(),
        }
    }

    /// The department's handles, made at the first call.
    pub fn department(&self, department: &DepartmentId) -> Arc<DepartmentMetrics> {
        let known = self
            .departments
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(handles) = known.get(department) {
            return handles.clone();
        }
        drop(known);

        let mut known = self
            .departments
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        known
            .entry(department.clone())
            .or_insert_with(|| {
                Arc::new(DepartmentMetrics::new(
                    &self.families,
                    &self.site,
                    department,
                ))
            })
            .clone()
    }
}

impl DepartmentMetrics {
    fn new(f: &Families, site: &SiteId, department: &DepartmentId) -> Self {
        let (s, d) = (site.as_str(), department.as_str());
        Self {
            conversations: PerLabel::new(|l: ConversationState| {
                f.conversations.with_label_values(&[s, d, l.word()])
            }),
            queue_length: f.queue_length.with_label_values(&[s, d]),
            longest_wait_seconds: f.longest_wait.with_label_values(&[s, d]),
            wait_seconds: f.wait.with_label_values(&[s, d]),
            first_response_seconds: f.first_response.with_label_values(&[s, d]),
            response_seconds: f.response.with_label_values(&[s, d]),
            handle_seconds: f.handle.with_label_values(&[s, d]),
            accepted: PerLabel::new(|l: Target| f.accepted.with_label_values(&[s, d, l.word()])),
            abandoned: PerLabel::new(|l: AbandonedKind| {
                f.abandoned.with_label_values(&[s, d, l.word()])
            }),
            resolutions: PerLabel::new(|l: ResolutionOutcome| {
                f.resolutions.with_label_values(&[s, d, l.word()])
            }),
            reopened: f.reopened.with_label_values(&[s, d]),
        }
    }
}
