//! Accounts of agents and supervisors: records on `ac.<site>.<agent>`, folded in memory. The
//! login is the agent's id and unique in the whole hub; of two records that claim the same
//! login on different sites, the first in the log counts.

mod account;
mod demo;
mod login;
mod manage;
mod password;
mod store;
mod token;

pub use account::{AccountEvent, Agent, Role};
pub use demo::DEMO_LOGINS;
pub use login::{LoginError, LoginLimits, SignedIn};
pub use manage::NewAccount;
pub use store::{Accounts, Notice, ProfileChange};
pub use token::{Issued, TokenDigest};

use crate::failure::Failure;
use domain::id::AgentId;

/// Why an account was not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The login is taken.
    #[error("login {0} exists already; choose another, or use passwd, disable or enable")]
    Exists(AgentId),
    /// No such login.
    #[error("there is no login {0}; `hub agent list` shows all")]
    Unknown(AgentId),
    /// Disabled accounts get no token.
    #[error("login {0} is disabled; enable it first")]
    Disabled(AgentId),
    /// A field is wrong.
    #[error("{0}")]
    Invalid(String),
    /// A newer hub wrote this account.
    #[error("the account {0} was written by a newer hub; upgrade this one")]
    Unreadable(AgentId),
    /// The store's no.
    #[error(transparent)]
    Store(#[from] Failure),
}

#[cfg(test)]
mod tests;
