//! Plain HTTP on the public listener: pages, logins, and why an upgrade was refused. The
//! accept loop gives it every request that is no upgrade.

mod assets;
mod body;
mod login;
mod preflight;
mod router;

pub use super::respond::{Response, refused};
pub use router::handle;

use super::admission::Admission;
use crate::config::Config;
use runtime::metrics::Metrics;
use services::accounts::Accounts;
use std::sync::Arc;

/// What the requests need.
#[derive(Clone)]
pub struct HttpContext {
    /// Sizes and deadlines.
    pub config: Arc<Config>,
    /// Logins.
    pub accounts: Arc<Accounts>,
    /// Who may begin a session.
    pub admission: Arc<Admission>,
    /// Measures.
    pub metrics: Arc<Metrics>,
}

#[cfg(test)]
mod tests;
