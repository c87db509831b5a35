//! Who is asked: the queue, the offers and the agents' load of one site, as the fold of two
//! ordered logs. Facts come from any node; decisions from the one that holds the lease.

pub mod decision;
pub mod fact;
