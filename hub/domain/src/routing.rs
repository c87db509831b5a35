//! Who is asked next: the order of the lines and the match of a waiting conversation with an
//! agent. Reads the folded state, decides nothing by itself.

pub mod candidate;
pub mod choice;
pub mod estimate;
pub mod filter;
pub mod policy;
pub mod score;
