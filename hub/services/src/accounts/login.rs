//! Signing in and out, and who a token belongs to.

use super::AccountError;
use super::account::{Account, AccountEvent, Agent};
use super::store::Accounts;
use super::token::{self, Issued, LIFE, RENEWAL, TokenDigest};
use crate::failure::Failure;
use crate::limits::{KeyedLimiter, Rate};
use domain::id::AgentId;
use domain::record::Actor;
use domain::time::{Span, Time};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Logins and addresses remembered at most.
const REMEMBERED: usize = 100_000;

/// How often somebody may try.
#[derive(Debug, Clone, Copy)]
pub struct LoginLimits {
    /// One login from one address.
    pub per_login: Rate,
    /// One address, whatever the login.
    pub per_address: Rate,
}

/// Why nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Unknown login, wrong password or disabled account: they look and last alike.
    #[error("login or password is wrong")]
    Refused,
    /// Too many attempts.
    #[error("too many attempts; try again in {} ms", .0.0)]
    Limited(Span),
    /// The store's no.
    #[error(transparent)]
    Store(#[from] Failure),
}

/// Somebody with a good token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub agent: Agent,
    /// Which token: a notice may end it, and its use must be told to [`Accounts::touch`].
    pub token: TokenDigest,
}

impl Accounts {
    /// Signs in with a password.
    ///
    /// # Errors
    /// Wrong, too often, or the store takes nothing now.
    pub async fn login(
        &self,
        login: &str,
        password: &str,
        address: IpAddr,
    ) -> Result<(Issued, Agent), LoginError> {
        self.guard.admit(login, address, self.clock.steady())?;
        let id = AgentId::new(login).ok();
        let known = id.as_ref().and_then(|id| {
            let directory = self.read();
            let account = directory.account(id).filter(|a| !a.agent.disabled);
            account.map(|a| (a.password.clone(), a.agent.clone()))
        });
        let hash = known.as_ref().map(|(hash, _)| hash.clone());
        let right = self.passwords.verify(hash.clone(), password).await;
        let (Some((_, agent)), Some(hash), true) = (known, hash, right) else {
            return Err(LoginError::Refused);
        };

        let issued = self.issue(&agent, Some(&hash)).await.map_err(|e| match e {
            AccountError::Store(failure) => LoginError::Store(failure),
            _ => LoginError::Refused,
        })?;
        self.guard.forgive(login, address);
        Ok((issued, agent))
    }

    /// Ends a token. Ending one twice is no error.
    ///
    /// # Errors
    /// The store takes nothing now.
    pub async fn logout(&self, signed_in: &SignedIn) -> Result<(), AccountError> {
        let (agent, token) = (&signed_in.agent, signed_in.token);
        let by = Actor::Agent(agent.id.clone());
        self.change(&agent.site, &agent.id, &by, |account, _| {
            let held = account.is_some_and(|a| a.tokens.contains_key(&token));
            Ok(held.then_some(AccountEvent::TokenRevoked { token }))
        })
        .await
    }

    /// Whose token this is, if it is good. Counts as a use.
    pub fn authenticate(self: &Arc<Self>, token: &str) -> Option<SignedIn> {
        let digest = TokenDigest::of(token);
        let agent = {
            let directory = self.read();
            let account = directory.holder(&digest)?;
            account
                .accepts(&digest, self.clock.now())
                .then(|| account.agent.clone())?
        };
        self.touch(&digest);
        Some(SignedIn {
            agent,
            token: digest,
        })
    }

    /// Says that a token is in use, as sockets do from time to time; its life is renewed in
    /// the log every ten minutes at most.
    pub fn touch(self: &Arc<Self>, token: &TokenDigest) {
        let due = {
            let directory = self.read();
            let account = directory.holder(token);
            account
                .filter(|a| renewal(a, token, self.clock.now()).is_some())
                .map(|a| a.agent.clone())
        };
        if let Some(agent) = due {
            let (accounts, token) = (self.clone(), *token);
            tokio::spawn(async move { accounts.renew(&agent, token).await });
        }
    }

    /// A fresh token; with `password`, only while that is still the account's hash.
    pub(super) async fn issue(
        &self,
        agent: &Agent,
        password: Option<&str>,
    ) -> Result<Issued, AccountError> {
        let (token, digest) = token::draw(&*self.random);
        let expires_at = self.clock.now().plus(LIFE);
        let by = Actor::Agent(agent.id.clone());
        self.change(&agent.site, &agent.id, &by, |account, _| {
            let account = account.ok_or_else(|| AccountError::Unknown(agent.id.clone()))?;
            if account.agent.disabled || password.is_some_and(|hash| hash != account.password) {
                return Err(AccountError::Disabled(agent.id.clone()));
            }
            Ok(Some(AccountEvent::TokenIssued {
                token: digest,
                expires_at,
            }))
        })
        .await?;
        Ok(Issued { token, expires_at })
    }

    async fn renew(&self, agent: &Agent, token: TokenDigest) {
        let by = Actor::Agent(agent.id.clone());
        let renewed = self.change(&agent.site, &agent.id, &by, |account, now| {
            let expires_at = account.and_then(|a| renewal(a, &token, now));
            Ok(expires_at.map(|expires_at| AccountEvent::TokenRenewed { token, expires_at }))
        });
        if let Err(error) = renewed.await {
            tracing::warn!(%error, "a token was not renewed; its next use tries again");
        }
    }
}

/// The new end of the token's life, when it is alive and due for renewal.
fn renewal(account: &Account, token: &TokenDigest, now: Time) -> Option<Time> {
    let expires = *account.tokens.get(token)?;
    let fresh = now.plus(LIFE);
    (account.accepts(token, now) && fresh.since(expires) >= RENEWAL).then_some(fresh)
}

/// Counts attempts.
#[derive(Debug)]
pub(super) struct LoginGuard {
    logins: Mutex<KeyedLimiter<(String, IpAddr)>>,
    addresses: Mutex<KeyedLimiter<IpAddr>>,
}

impl LoginGuard {
    pub(super) fn new(limits: LoginLimits) -> Self {
        Self {
            logins: Mutex::new(KeyedLimiter::new(limits.per_login, REMEMBERED)),
            addresses: Mutex::new(KeyedLimiter::new(limits.per_address, REMEMBERED)),
        }
    }

    fn admit(&self, login: &str, address: IpAddr, now: Span) -> Result<(), LoginError> {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.check(address, now).map_err(LoginError::Limited)?;
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins
            .check(key(login, address), now)
            .map_err(LoginError::Limited)
    }

    fn forgive(&self, login: &str, address: IpAddr) {
        let mut logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.forgive(&key(login, address));
    }
}

/// What is no login shares one account per address, so that long texts cost no memory.
fn key(login: &str, address: IpAddr) -> (String, IpAddr) {
    let login = if domain::id::is_valid(login) {
        login
    } else {
        ""
    };
    (login.to_owned(), address)
}
