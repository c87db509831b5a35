//! Estimated waits.
