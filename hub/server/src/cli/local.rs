//! Administration on an open store: within a running hub, or within a command that has opened
//! the store itself.

use super::administration::{AccountRequest, Administration, AgentLine, Answer, Refusal, Request};
use super::store;
use async_trait::async_trait;
use journal::embedded::Embedded;
use services::accounts::{Accounts, Agent, NewAccount};
use services::sites::Sites;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// Administration on an open store.
#[derive(Clone)]
pub struct Local {
    /// The accounts.
    pub accounts: Arc<Accounts>,
    /// The sites in force.
    pub sites: Arc<Sites>,
    /// The store.
    pub journal: Arc<Embedded>,
}

#[async_trait]
impl Administration for Local {
    async fn carry_out(&self, request: Request) -> Result<Answer, Refusal> {
        match request {
            Request::AddAgents { accounts } => self.add(accounts).await,
            Request::ListAgents => {
                let agents = self.accounts.list().into_iter().map(line).collect();
                Ok(Answer::Agents { agents })
            }
            Request::SetPassword { login, password } => {
                done(self.accounts.set_password(&login, &password).await)
            }
            Request::SetDisabled { login, disabled } => {
                done(self.accounts.set_disabled(&login, disabled).await)
            }
            Request::Token { login } => {
                let issued = self.accounts.token(&login).await.map_err(Refusal::new)?;
                let (token, expires_at) = (issued.token, issued.expires_at);
                Ok(Answer::Token { token, expires_at })
            }
            Request::Backup { file } => self.backup(&file).await,
            Request::Verify => {
                let check = store::Decoder::default().into_check();
                let report = self.journal.verify(check).await.map_err(Refusal::new)?;
                Ok(store::answer(&report))
            }
        }
    }
}

impl Local {
    /// Everything is checked before the first one is made; passwords are hashed two at a time.
    async fn add(&self, requests: Vec<AccountRequest>) -> Result<Answer, Refusal> {
        let mut logins = HashSet::new();
        let mut accounts = Vec::new();
        for (index, request) in requests.into_iter().enumerate() {
            let at = |message: String| Refusal {
                message,
                index: Some(index),
            };
            let account = self.checked(request).map_err(at)?;
            if !logins.insert(account.login.clone()) {
                return Err(at(format!("login {} is there twice", account.login)));
            }
            accounts.push(account);
        }
        for (index, account) in accounts.into_iter().enumerate() {
            let added = self.accounts.add(account).await;
            added.map_err(|error| Refusal {
                message: error.to_string(),
                index: Some(index),
            })?;
        }
        Ok(Answer::Done)
    }

    fn checked(&self, request: AccountRequest) -> Result<NewAccount, String> {
        let Some(site) = self.sites.site(&request.site) else {
            return Err(format!("there is no site {}", request.site));
        };
        for department in &request.departments {
            if site.department(department).is_none() {
                return Err(format!("site {} has no department {department}", site.id));
            }
        }
        if self.accounts.agent(&request.login).is_some() {
            return Err(format!("login {} exists already", request.login));
        }
        let account = NewAccount {
            site: request.site,
            login: request.login,
            name: request.name,
            role: request.role,
            departments: request.departments,
            skills: request.skills,
            capacity: request.capacity,
            password: request.password,
        };
        account.check().map_err(|error| error.to_string())?;
        Ok(account)
    }

    async fn backup(&self, file: &Path) -> Result<Answer, Refusal> {
        self.journal.backup(file).await.map_err(Refusal::new)?;
        Ok(Answer::Done)
    }
}

fn done<E: std::fmt::Display>(result: Result<(), E>) -> Result<Answer, Refusal> {
    result.map(|()| Answer::Done).map_err(Refusal::new)
}

fn line(agent: Agent) -> AgentLine {
    AgentLine {
        login: agent.id,
        name: agent.name,
        role: agent.role,
        site: agent.site,
        departments: agent.departments,
        disabled: agent.disabled,
    }
}
