//! Who is asked: the queue, the offers and the agents' load of one site, as the fold of two
//! ordered logs. Facts come from any node; decisions from the one that holds the lease.
//!
//! [`fold::Allocation`] is the state: `fold(fact)` and `apply(decision)` are deterministic and
//! know no policy. [`replica::Replica`] buffers facts and applies exactly as many as a record
//! of decisions says, so that every node comes to the same state.

pub mod agents;
mod apply;
pub mod decision;
pub mod fact;
pub mod fold;
mod index;
pub mod invariants;
pub mod offers;
pub mod queue;
pub mod replica;
pub mod snapshot;
pub mod view;
