//! Use cases over the journal and the rules.

pub mod limits;
pub mod sites;
pub mod strict_toml;
