//! Presence, derived from sockets. A node is the only authority on its own: [`grace::Local`]
//! turns its sockets into facts; [`merge::Floor`] is what all nodes together say.

pub mod device;
pub mod grace;
pub mod merge;
