//! What touches the outside of the process: clock, chance, shutdown, telemetry, metrics.
//! The only crate that may read a clock or draw a random number.

pub mod clock;
pub mod metrics;
pub mod random;
pub mod shutdown;
pub mod telemetry;
