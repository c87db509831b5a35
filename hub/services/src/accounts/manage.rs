//! Making and changing accounts: what the operator's command line asks for.

use super::AccountError;
use super::account::{AccountEvent, Agent, Role};
use super::password::{MAX_PASSWORD, MIN_PASSWORD};
use super::store::Accounts;
use super::token::Issued;
use domain::allocation::fact::SkillLevel;
use domain::id::{AgentId, DepartmentId, SiteId};
use domain::record::Actor;
use std::fmt;

/// An account to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Where it belongs.
    pub site: SiteId,
    /// The login, which is the agent's id.
    pub login: AgentId,
    /// What people read; 1 to 100 characters.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Lines that it serves; at least one.
    pub departments: Vec<DepartmentId>,
    /// What it can do; levels 1 to 5.
    pub skills: Vec<SkillLevel>,
    /// Capacity in tenths of a chat, up to 1,000.
    pub capacity: u32,
    /// 8 characters to 1,024 bytes.
    pub password: String,
}

impl NewAccount {
    /// Checks what does not depend on other accounts.
    ///
    /// # Errors
    /// A field is outside its limits.
    pub fn check(&self) -> Result<(), AccountError> {
        let invalid = |what: String| Err(AccountError::Invalid(what));
        if !(1..=100).contains(&self.name.trim().chars().count()) {
            return invalid("a name has 1 to 100 characters".into());
        }
        if self.departments.is_empty() {
            return invalid("an account serves at least one department".into());
        }
        if let Some(wrong) = self.skills.iter().find(|s| !(1..=5).contains(&s.level)) {
            return invalid(format!(
                "level {} of skill {} is not 1 to 5",
                wrong.level, wrong.skill
            ));
        }
        if self.capacity > 1_000 {
            return invalid("a capacity is at most 100 chats".into());
        }
        check_password(&self.password)
    }
}

impl Accounts {
    /// Makes an account.
    ///
    /// # Errors
    /// A field is wrong, the login is taken, or the store takes nothing now.
    pub async fn add(&self, account: NewAccount) -> Result<Agent, AccountError> {
        account.check()?;
        let login = account.login.clone();
        if self.read().account(&login).is_some() {
            return Err(AccountError::Exists(login));
        }
        let created = AccountEvent::Created {
            name: account.name.trim().to_owned(),
            role: account.role,
            departments: account.departments,
            skills: account.skills,
            capacity: account.capacity,
            password: self.passwords.hash(&account.password).await,
        };
        self.change(
            &account.site,
            &login,
            &Actor::System,
            |known, _| match known {
                Some(_) => Err(AccountError::Exists(login.clone())),
                None => Ok(Some(created.clone())),
            },
        )
        .await?;
        self.agent(&login).ok_or(AccountError::Unknown(login))
    }

    /// Sets a password and ends every token.
    ///
    /// # Errors
    /// The password is too short or long, there is no such login, or the store takes nothing.
    pub async fn set_password(&self, login: &AgentId, password: &str) -> Result<(), AccountError> {
        check_password(password)?;
        let site = self.known(login)?.site;
        let password = self.passwords.hash(password).await;
        let event = AccountEvent::PasswordSet { password };
        self.change(&site, login, &Actor::System, |_, _| Ok(Some(event.clone())))
            .await
    }

    /// Disables or enables an account; disabling ends every token. Doing it twice is no error.
    ///
    /// # Errors
    /// There is no such login, or the store takes nothing.
    pub async fn set_disabled(&self, login: &AgentId, disabled: bool) -> Result<(), AccountError> {
        let site = self.known(login)?.site;
        self.change(&site, login, &Actor::System, |account, _| {
            let already = account.is_some_and(|a| a.agent.disabled == disabled);
            let event = if disabled {
                AccountEvent::Disabled
            } else {
                AccountEvent::Enabled
            };
            Ok((!already).then_some(event))
        })
        .await
    }

    /// A fresh token without a password: for the operator and for tests with many agents.
    ///
    /// # Errors
    /// There is no such login, it is disabled, or the store takes nothing.
    pub async fn token(&self, login: &AgentId) -> Result<Issued, AccountError> {
        let agent = self.known(login)?;
        self.issue(&agent, None).await
    }

    /// Whether the password is the account's; takes as long as a login.
    pub async fn has_password(&self, login: &AgentId, password: &str) -> bool {
        let hash = self.read().account(login).map(|a| a.password.clone());
        self.passwords.verify(hash, password).await
    }

    fn known(&self, login: &AgentId) -> Result<Agent, AccountError> {
        self.agent(login)
            .ok_or_else(|| AccountError::Unknown(login.clone()))
    }
}

impl fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAccount")
            .field("site", &self.site)
            .field("login", &self.login)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

fn check_password(password: &str) -> Result<(), AccountError> {
    let long_enough = password.chars().count() >= MIN_PASSWORD;
    if long_enough && password.len() <= MAX_PASSWORD {
        return Ok(());
    }
    let why = format!("a password has {MIN_PASSWORD} characters to {MAX_PASSWORD} bytes");
    Err(AccountError::Invalid(why))
}
