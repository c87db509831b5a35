//! What the service does becomes what Prometheus sees: each measure as `domain::measure` folds
//! it from the conversations' records, gauges as they stand at a scrape.

use super::Shared;
use domain::allocation::view::Presence;
use domain::conversation::Event;
use domain::conversation::event::{Author, Resolution};
use domain::id::{ConversationId, SiteId};
use domain::measure::{Meter, Observation, TransferOutcome};
use domain::record::Record;
use runtime::metrics::{
    self, AbandonedKind, ConversationState, Label, Metrics, ResolutionOutcome, Score, Target,
};
use services::Services;
use services::fanout::Observer;
use services::ports::Delivered;
use services::sites::Sites;
use std::collections::HashMap;
use std::sync::Arc;

/// Measures conversations as their records are delivered.
struct Measuring {
    metrics: Arc<Metrics>,
    sites: Arc<Sites>,
    meters: HashMap<ConversationId, Meter>,
}

/// What sees every delivered record.
pub(crate) fn observers(shared: &Shared, sites: &Arc<Sites>) -> Vec<Box<dyn Observer>> {
    let (metrics, sites) = (shared.metrics.clone(), sites.clone());
    vec![Box::new(Measuring {
        metrics,
        sites,
        meters: HashMap::new(),
    })]
}

impl Observer for Measuring {
    /// What was measured before this life of the hub is folded and not counted again.
    fn recall(&mut self, conversation: &ConversationId, earlier: &[Record<Event>]) {
        let mut meter = Meter::default();
        for record in earlier {
            meter.apply(record);
        }
        self.meters.insert(conversation.clone(), meter);
    }

    fn record(&mut self, delivered: &Delivered) {
        let meter = self
            .meters
            .entry(delivered.conversation.clone())
            .or_default();
        let observed = meter.apply(&delivered.record);
        for event in &delivered.record.events {
            self.message(&delivered.site, event);
        }
        for observation in observed {
            self.observe(&delivered.site, observation);
        }
    }

    fn forget(&mut self, conversation: &ConversationId) {
        self.meters.remove(conversation);
    }
}

impl Measuring {
    fn message(&self, site: &SiteId, event: &Event) {
        let Event::MessagePosted { author, .. } = event else {
            return;
        };
        let author = match author {
            Author::Customer { .. } => metrics::Author::Customer,
            Author::Agent(_) => metrics::Author::Agent,
            Author::Bot => metrics::Author::Bot,
            Author::System => metrics::Author::System,
        };
        self.metrics.site(site).messages.get(author).inc();
    }

    fn observe(&self, id: &SiteId, observation: Observation) {
        let site = self.metrics.site(id);
        match observation {
            Observation::Wait { department, span } => {
                let target = self.sites.times(id, Some(&department)).response_target;
                let kept = if span <= target {
                    Target::Within
                } else {
                    Target::Missed
                };
                let department = site.department(&department);
                department.wait_seconds.observe(span.as_seconds());
                department.accepted.get(kept).inc();
            }
            Observation::FirstResponse {
                department, span, ..
            } => {
                site.department(&department)
                    .first_response_seconds
                    .observe(span.as_seconds());
            }
            Observation::Response {
                department, span, ..
            } => {
                site.department(&department)
                    .response_seconds
                    .observe(span.as_seconds());
            }
            Observation::Handle {
                department,
                from,
                to,
                ..
            } => {
                site.department(&department)
                    .handle_seconds
                    .observe(to.since(from).as_seconds());
            }
            Observation::Abandoned { department, short } => {
                let kind = if short {
                    AbandonedKind::Short
                } else {
                    AbandonedKind::Abandoned
                };
                site.department(&department).abandoned.get(kind).inc();
            }
            Observation::Resolution {
                department,
                outcome,
                ..
            } => {
                if let Some(outcome) = self::outcome(outcome) {
                    site.department(&department).resolutions.get(outcome).inc();
                }
            }
            Observation::Reopened { department } => site.department(&department).reopened.inc(),
            Observation::Transfer { outcome } => site.transfers.get(transfer(outcome)).inc(),
            Observation::Rated { score } => {
                if let Some(score) = Score::from_number(score) {
                    site.ratings.get(score).inc();
                }
            }
        }
    }
}

fn outcome(resolution: Resolution) -> Option<ResolutionOutcome> {
    match resolution {
        Resolution::Resolved => Some(ResolutionOutcome::Resolved),
        Resolution::Unresolved => Some(ResolutionOutcome::Unresolved),
        Resolution::NoReply => Some(ResolutionOutcome::NoReply),
        Resolution::Abandoned => Some(ResolutionOutcome::Abandoned),
        Resolution::Spam | Resolution::Duplicate => None,
    }
}

fn transfer(outcome: TransferOutcome) -> metrics::TransferOutcome {
    match outcome {
        TransferOutcome::Accepted => metrics::TransferOutcome::Accepted,
        TransferOutcome::Returned => metrics::TransferOutcome::Returned,
        TransferOutcome::Withdrawn => metrics::TransferOutcome::Withdrawn,
    }
}

/// Sets what is read, not counted, before each scrape.
pub(crate) fn refresh(shared: &Shared, services: &Arc<Services>) -> Arc<dyn Fn() + Send + Sync> {
    let (metrics, services) = (shared.metrics.clone(), services.clone());
    Arc::new(move || {
        for site in services.sites.snapshot().all() {
            refresh_site(&metrics, &services, site);
        }
    })
}

fn refresh_site(metrics: &Metrics, services: &Services, site: &services::sites::Site) {
    let departments: Vec<_> = site.departments.iter().map(|d| d.id.clone()).collect();
    let measures = metrics.site(&site.id);
    for line in services.allocation.lines(&site.id, &departments) {
        let department = measures.department(&line.department);
        department.queue_length.set(i64::from(line.waiting));
        department
            .longest_wait_seconds
            .set(line.longest_wait.as_seconds());
    }
    let standing = services.allocation.standing(&site.id);
    for department in &departments {
        let gauges = measures.department(department);
        for state in ConversationState::ALL {
            let count = standing
                .get(&(department.clone(), state.word()))
                .copied()
                .unwrap_or(0);
            gauges.conversations.get(*state).set(count);
        }
    }
    let staff = services.allocation.staff(&site.id);
    for availability in domain::allocation::fact::Availability::ALL {
        for (presence, label) in PRESENCES {
            let here = staff
                .iter()
                .filter(|(a, p)| *a == *availability && *p == presence)
                .count();
            measures
                .agents
                .get(*availability)
                .get(label)
                .set(here as i64);
        }
    }
}

const PRESENCES: [(Presence, metrics::Presence); 4] = [
    (Presence::Online, metrics::Presence::Online),
    (Presence::Away, metrics::Presence::Away),
    (Presence::Unreachable, metrics::Presence::Unreachable),
    (Presence::Offline, metrics::Presence::Offline),
];
