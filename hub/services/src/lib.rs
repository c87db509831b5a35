//! Use cases over the journal and the rules: the only place where they meet the clock.
//! Gateways call these; what people see goes out through the port [`ports::Delivery`].

pub mod accounts;
pub mod allocation;
pub mod assembly;
pub mod conversations;
pub mod customers;
pub mod failure;
pub mod fanout;
pub mod limits;
pub mod ports;
pub mod presence;
pub mod readmodel;
pub mod sites;
pub mod strict_toml;

mod generations;
mod staff;
mod subject_log;

pub use assembly::Services;
pub use failure::Failure;
