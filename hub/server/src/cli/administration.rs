//! What an operator can ask for, in one vocabulary for both ways: carried out here, or sent
//! to the hub that runs.

use async_trait::async_trait;
use domain::allocation::fact::SkillLevel;
use domain::id::{AgentId, DepartmentId, SiteId};
use domain::time::Time;
use serde::{Deserialize, Serialize};
use services::accounts::Role;
use std::fmt;
use std::path::PathBuf;

/// Carries requests out.
#[async_trait]
pub trait Administration: Send + Sync {
    /// Carries one out.
    async fn carry_out(&self, request: Request) -> Result<Answer, Refusal>;
}

/// One request.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are named by their meaning")]
pub enum Request {
    /// Makes all of these accounts, or, when one of them is wrong, none.
    AddAgents { accounts: Vec<AccountRequest> },
    /// Every account.
    ListAgents,
    /// Sets a password.
    SetPassword { login: AgentId, password: String },
    /// Disables or enables an account.
    SetDisabled { login: AgentId, disabled: bool },
    /// A fresh token.
    Token { login: AgentId },
    /// Copies the store into a new file; the path is absolute.
    Backup { file: PathBuf },
    /// Checks the store.
    Verify,
}

/// An account to be made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(
    missing_docs,
    reason = "fields are named as in services::accounts::NewAccount"
)]
pub struct AccountRequest {
    pub site: SiteId,
    pub login: AgentId,
    pub name: String,
    pub role: Role,
    pub departments: Vec<DepartmentId>,
    pub skills: Vec<SkillLevel>,
    /// In tenths.
    pub capacity: u32,
    pub password: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are named by their meaning")]
pub enum Answer {
    /// It is done.
    Done,
    /// Every account.
    Agents { agents: Vec<AgentLine> },
    /// A token, to be shown once.
    Token { token: String, expires_at: Time },
    /// What is in the store; no faults: it is sound.
    Verified {
        records: u64,
        subjects: u64,
        faults: Vec<String>,
    },
}

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "fields are named by their meaning")]
pub struct AgentLine {
    pub login: AgentId,
    pub name: String,
    pub role: Role,
    pub site: SiteId,
    pub departments: Vec<DepartmentId>,
    pub disabled: bool,
}

/// Why it was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What is wrong and what to do.
    pub message: String,
    /// Which of several accounts, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
}

impl Refusal {
    /// A refusal of the whole request.
    pub fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            index: None,
        }
    }
}

/// Without the password.
impl fmt::Debug for AccountRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountRequest({} of {})", self.login, self.site)
    }
}

/// Without what is secret in it.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AddAgents { .. } => "AddAgents",
            Self::ListAgents => "ListAgents",
            Self::SetPassword { .. } => "SetPassword",
            Self::SetDisabled { .. } => "SetDisabled",
            Self::Token { .. } => "Token",
            Self::Backup { .. } => "Backup",
            Self::Verify => "Verify",
        })
    }
}
