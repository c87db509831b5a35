//! Whether the hub is ready to serve: it is, unless somebody says why not.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The reasons against. Clones are the same set.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<Mutex<BTreeSet<&'static str>>>);

impl Readiness {
    /// Not ready, because the hub is starting.
    pub fn starting() -> Self {
        let readiness = Self::default();
        readiness.not_ready("starting");
        readiness
    }

    /// Adds a reason; a word such as `draining` or `store_unavailable`.
    pub fn not_ready(&self, reason: &'static str) {
        self.lock().insert(reason);
    }

    /// Takes a reason away.
    pub fn ready(&self, reason: &'static str) {
        self.lock().remove(reason);
    }

    /// Whether there is no reason against.
    pub fn is_ready(&self) -> bool {
        self.lock().is_empty()
    }

    /// The reasons, in alphabetical order.
    pub fn reasons(&self) -> Vec<&'static str> {
        self.lock().iter().copied().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<&'static str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
