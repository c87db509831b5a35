//! The hub: configuration, gateways, command line, wiring.

pub mod config;
