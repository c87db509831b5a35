//! The rules of the hub, pure: no async, no clock, no randomness, no I/O, no logging.
//! Callers pass `now` and random values; what comes back is a decision or a rejection.

pub mod id;
pub mod limits;
pub mod record;
pub mod rejection;
mod stall;
pub mod time;

pub mod allocation;
pub mod conversation;
pub mod measure;
pub mod presence;
pub mod router;
pub mod routing;
