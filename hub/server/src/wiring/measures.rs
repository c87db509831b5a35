//! What the service does becomes what Prometheus sees.

use super::Shared;
use domain::conversation::Event;
use domain::conversation::event::Author;
use runtime::metrics::{self, Metrics};
use services::Services;
use services::fanout::Observer;
use services::ports::Delivered;
use std::sync::Arc;

/// Counts what every delivered record says.
pub(crate) fn observers(shared: &Shared) -> Vec<Observer> {
    let metrics = shared.metrics.clone();
    vec![Box::new(move |delivered: &Delivered| count(&metrics, delivered))]
}

fn count(metrics: &Metrics, delivered: &Delivered) {
    let site = metrics.site(&delivered.site);
    for event in &delivered.record.events {
        if let Event::MessagePosted { author, .. } = event {
            let author = match author {
                Author::Customer { .. } => metrics::Author::Customer,
                Author::Agent(_) => metrics::Author::Agent,
                Author::Bot => metrics::Author::Bot,
                Author::System => metrics::Author::System,
            };
            site.messages.get(author).inc();
        }
    }
}

/// Sets what is read, not counted, before each scrape.
pub(crate) fn refresh(shared: &Shared, services: &Arc<Services>) -> Arc<dyn Fn() + Send + Sync> {
    let (metrics, services) = (shared.metrics.clone(), services.clone());
    Arc::new(move || {
        for site in services.sites.snapshot().all() {
            let departments: Vec<_> = site.departments.iter().map(|d| d.id.clone()).collect();
            let measures = metrics.site(&site.id);
            for line in services.allocation.lines(&site.id, &departments) {
                let department = measures.department(&line.department);
                department.queue_length.set(i64::from(line.waiting));
                department.longest_wait_seconds.set(line.longest_wait.as_seconds());
            }
        }
    })
}
