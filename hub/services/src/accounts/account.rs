//! One account, folded from its log. Pure.

use super::token::TokenDigest;
use domain::allocation::fact::{Profile, SkillLevel};
use domain::id::{AgentId, DepartmentId, SiteId};
use domain::time::Time;
use journal::Position;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Tokens of one account at most; a new one beyond that ends the one that expires first.
const MAX_TOKENS: usize = 50;

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers.
    Agent,
    /// Answers, watches and steps in.
    Supervisor,
}

/// What happened to an account. Stored: variants and fields only ever grow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields are named by their meaning")]
pub enum AccountEvent {
    /// It exists from now on.
    Created {
        name: String,
        role: Role,
        departments: Vec<DepartmentId>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skills: Vec<SkillLevel>,
        /// In tenths.
        capacity: u32,
        /// The hash, in the PHC string format.
        password: String,
    },
    /// Another password; every token ends.
    PasswordSet { password: String },
    /// No login any more; every token ends.
    Disabled,
    /// Login again.
    Enabled,
    /// Somebody signed in.
    TokenIssued {
        token: TokenDigest,
        expires_at: Time,
    },
    /// The token was used and lives longer.
    TokenRenewed {
        token: TokenDigest,
        expires_at: Time,
    },
    /// Signed out.
    TokenRevoked { token: TokenDigest },
}

/// Who somebody is, as the rest of the hub sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The login.
    pub id: AgentId,
    /// What people read.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Where it belongs.
    pub site: SiteId,
    /// Lines that it serves.
    pub departments: Vec<DepartmentId>,
    /// Whether it can sign in no more.
    pub disabled: bool,
}

/// The folded account.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) agent: Agent,
    pub(super) profile: Profile,
    pub(super) password: String,
    pub(super) tokens: HashMap<TokenDigest, Time>,
    /// Ordinal of the last event.
    pub(super) version: u64,
    /// When the last record was written.
    pub(super) at: Time,
    /// The last record folded.
    pub(super) last: Position,
    /// A record of a newer hub is in the log: nothing is decided here.
    pub(super) unreadable: bool,
}

impl Account {
    /// The account that `Created` makes; `None` for any other event.
    pub(super) fn created(site: &SiteId, id: &AgentId, event: &AccountEvent) -> Option<Self> {
        let AccountEvent::Created {
            name,
            role,
            departments,
            skills,
            capacity,
            password,
        } = event
        else {
            return None;
        };
        Some(Self {
            agent: Agent {
                id: id.clone(),
                name: name.clone(),
                role: *role,
                site: site.clone(),
                departments: departments.clone(),
                disabled: false,
            },
            profile: Profile {
                departments: departments.clone(),
                skills: skills.clone(),
                capacity: *capacity,
            },
            password: password.clone(),
            tokens: HashMap::new(),
            version: 0,
            at: Time(0),
            last: Position(0),
            unreadable: false,
        })
    }

    /// Folds one event of an existing account.
    pub(super) fn apply(&mut self, event: &AccountEvent, at: Time) {
        match event {
            AccountEvent::Created { .. } => {}
            AccountEvent::PasswordSet { password } => {
                self.password.clone_from(password);
                self.tokens.clear();
            }
            AccountEvent::Disabled => {
                self.agent.disabled = true;
                self.tokens.clear();
            }
            AccountEvent::Enabled => self.agent.disabled = false,
            AccountEvent::TokenIssued { token, expires_at } => self.issue(*token, *expires_at, at),
            AccountEvent::TokenRenewed { token, expires_at } => {
                if let Some(expires) = self.tokens.get_mut(token) {
                    *expires = (*expires).max(*expires_at);
                }
            }
            AccountEvent::TokenRevoked { token } => {
                self.tokens.remove(token);
            }
        }
    }

    /// What allocation may give it; `None` when it is disabled.
    pub(super) fn allocatable(&self) -> Option<Profile> {
        (!self.agent.disabled && !self.unreadable).then(|| self.profile.clone())
    }

    /// Whether the token is good at `now`.
    pub(super) fn accepts(&self, token: &TokenDigest, now: Time) -> bool {
        let alive = self.tokens.get(token).is_some_and(|expires| *expires > now);
        alive && !self.agent.disabled && !self.unreadable
    }

    fn issue(&mut self, token: TokenDigest, expires_at: Time, at: Time) {
        self.tokens.retain(|_, expires| *expires > at);
        if self.tokens.len() >= MAX_TOKENS {
            let first = self
                .tokens
                .iter()
                .min_by_key(|(digest, at)| (**at, **digest));
            if let Some(digest) = first.map(|(digest, _)| *digest) {
                self.tokens.remove(&digest);
            }
        }
        self.tokens.insert(token, expires_at);
    }
}
