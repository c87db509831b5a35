//! The hub: configuration, gateways, command line, wiring.

pub mod cli;
pub mod config;
pub mod gateway;
pub mod wiring;
