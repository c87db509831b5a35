//! What is measured, in one struct. `hub/METRICS.md` says what each family means, and a test
//! holds the two together. Names carry their unit; labels are `site`, `department` and closed
//! sets, never an id of a person and never outside text.

mod family;
mod labels;
mod site;

pub use family::{Label, PerLabel};
pub use labels::*;
pub use site::{DepartmentMetrics, SiteMetrics};

use domain::id::SiteId;
use family::{Builder, Exposition};
use prometheus::{Histogram, IntCounter};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Bucket edges of waiting, answering and handling, in seconds: the usual service levels.
pub const SERVICE_SECONDS: &[f64] = &[
    1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1200.0, 1800.0,
    3600.0,
];
/// Bucket edges of machine times, in seconds.
pub const TRANSPORT_SECONDS: &[f64] = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];

/// What the binary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Build {
    /// Version of the package.
    pub version: &'static str,
    /// Revision of the source, or `unknown`.
    pub revision: &'static str,
}

/// All measures of one hub. Each instance has its own registry.
#[derive(Debug)]
pub struct Metrics {
    /// Seconds from handing a record to the journal until it is durable.
    pub append_seconds: Histogram,
    /// Appends that did not land, or may not have.
    pub append_failures: PerLabel<AppendFailure, IntCounter>,
    /// Outboxes that gave their socket up.
    pub outbox_closes: PerLabel<OutboxClose, IntCounter>,
    /// Sessions that ended.
    pub session_closes: PerLabel<SessionClose, IntCounter>,
    /// Connections refused before they were sessions.
    pub connection_rejects: PerLabel<ConnectionReject, IntCounter>,
    /// Commands and frames that were rejected.
    pub rejected: PerLabel<RejectedCode, IntCounter>,
    /// Logins.
    pub logins: PerLabel<LoginOutcome, IntCounter>,
    families: site::Families,
    sites: RwLock<HashMap<SiteId, Arc<SiteMetrics>>>,
    exposition: Exposition,
}

impl Metrics {
    /// All measures at zero.
    pub fn new(build: Build) -> Self {
        let mut b = Builder::default();
        let info = b.gauge(
            "hub_build_info",
            "Always 1; the labels say what runs.",
            &["version", "revision"],
        );
        info.with_label_values(&[build.version, build.revision])
            .set(1);
        let append_seconds = b.histogram(
            "hub_append_seconds",
            "From handing a record to the journal until it is durable.",
            &[],
            TRANSPORT_SECONDS,
        );

        Self {
            append_seconds: append_seconds.with_label_values::<&str>(&[]),
            append_failures: counters(
                &mut b,
                "hub_append_failures_total",
                "Appends that did not land, or may not have.",
                "reason",
            ),
            outbox_closes: counters(
                &mut b,
                "hub_outbox_closes_total",
                "Outboxes that gave their socket up.",
                "reason",
            ),
            session_closes: counters(
                &mut b,
                "hub_session_closes_total",
                "Sessions that ended.",
                "reason",
            ),
            connection_rejects: counters(
                &mut b,
                "hub_connection_rejects_total",
                "Connections refused before they were sessions.",
                "reason",
            ),
            rejected: counters(
                &mut b,
                "hub_rejected_input_total",
                "Commands and frames that were rejected.",
                "code",
            ),
            logins: counters(&mut b, "hub_logins_total", "Logins.", "outcome"),
            families: site::Families::register(&mut b),
            sites: RwLock::default(),
            exposition: b.finish(),
        }
    }

    /// The site's handles, made at the first call. Keep them: looking them up costs a lock.
    pub fn site(&self, site: &SiteId) -> Arc<SiteMetrics> {
        let known = self.sites.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(handles) = known.get(site) {
            return handles.clone();
        }
        drop(known);

        let mut known = self.sites.write().unwrap_or_else(PoisonError::into_inner);
        known
            .entry(site.clone())
            .or_insert_with(|| Arc::new(SiteMetrics::new(&self.families, site)))
            .clone()
    }

    /// Everything in the text format of Prometheus.
    pub fn render(&self) -> String {
        self.exposition.text()
    }

    /// The names of all families.
    pub fn families(&self) -> &[&'static str] {
        self.exposition.names()
    }
}

fn counters<L: Label>(
    b: &mut Builder,
    name: &'static str,
    help: &str,
    label: &str,
) -> PerLabel<L, IntCounter> {
    let family = b.counter(name, help, &[label]);
    PerLabel::new(|l: L| family.with_label_values(&[l.word()]))
}

#[cfg(test)]
mod tests;
