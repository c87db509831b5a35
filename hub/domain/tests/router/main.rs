//! The router through a log in memory: every rule of the service that concerns who is asked.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod support;

mod agents;
mod customers;
mod lease;
mod lines;
mod main_path;
mod races;
mod speed;
mod transfers;
