//! The sockets of customers and agents.

pub mod cursor;
pub mod outbox;
pub mod registry;
pub mod session;
pub mod sweep;
pub mod upgrade;

mod agent_commands;
mod catch_up;
mod commands;
mod customer_commands;
mod encode;
mod hello;
mod reader;
mod socket;
mod stream;
mod writer;

use crate::config::Config;
use crate::gateway::admission::Admission;
use registry::Registry;
use runtime::metrics::Metrics;
use services::Services;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// What every socket needs.
pub struct Context {
    /// The use cases.
    pub services: Arc<Services>,
    /// Who is connected here.
    pub registry: Arc<Registry>,
    /// Sizes, rates and deadlines.
    pub config: Arc<Config>,
    /// Measures.
    pub metrics: Arc<Metrics>,
    /// Sockets and their work.
    pub tasks: TaskTracker,
    /// Who may begin a session.
    pub admission: Arc<Admission>,
}
