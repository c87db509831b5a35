//! Durable order with compare-and-set, and live fan-out: one trait ([`Journal`]), several
//! stores, one conformance suite that each of them passes.
//!
//! `live` accelerates, `tail` guarantees: whatever is durable comes through `tail` in order,
//! for ever, even when every live record is dropped.

pub mod subject;

mod journal;

pub use journal::*;
