//! Durable order with compare-and-set, and live fan-out: one trait ([`Journal`]), several
//! stores, one conformance suite that each of them passes.
//!
//! `live` accelerates, `tail` guarantees: whatever is durable comes through `tail` in order,
//! for ever, even when every live record is dropped.
//!
//! | store | for | durable means |
//! |---|---|---|
//! | [`embedded`] | one node | on disk before the answer (SQLite, one writer, group commit) |
//! | [`simulated`] | tests | nothing: in memory, deterministic, with scripted faults |
//!
//! Two things every store relies on: an append may end as [`AppendError::Unknown`], and then
//! the record is looked for by its id; and positions belong to one life of one log (its
//! [epoch](Journal::epoch)), so they never enter a record's body.

pub mod conformance;
pub mod embedded;
pub mod lease;
pub mod simulated;
pub mod subject;

mod casts;
mod journal;
mod sure;

pub use journal::*;
pub use sure::{SURE_WITHIN, SureError, append_sure};
