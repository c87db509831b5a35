//! Between the wire and the domain: plain translations, no decisions.

pub mod error;
pub mod event;
pub mod offer;
pub mod snapshot;

mod device;
