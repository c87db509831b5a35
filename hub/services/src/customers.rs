//! Customers: the tokens that make an anonymous person the same person again, and blocks.

mod blocks;
mod secret;
mod token;

pub use blocks::{Block, CustomerEvent, Customers};
pub use secret::{Secret, SecretError};
pub use token::{TokenRefusal, Tokens, new_customer_id};

#[cfg(test)]
mod tests;
