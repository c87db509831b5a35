//! The accounts of the demo: two agents and a supervisor, each serving every department.

use super::AccountError;
use super::account::Role;
use super::manage::NewAccount;
use super::store::Accounts;
use crate::sites::Site;
use domain::id::AgentId;

/// Logins, names and roles.
pub const DEMO_LOGINS: [(&str, &str, Role); 3] = [
    ("ada", "Ada", Role::Agent),
    ("lin", "林", Role::Agent),
    ("sam", "Sam", Role::Supervisor),
];

/// Four chats.
const CAPACITY: u32 = 40;

impl Accounts {
    /// Makes the demo accounts that are not there, and gives all of them this password.
    ///
    /// # Errors
    /// The password is too short or long, or the store takes nothing now.
    pub async fn ensure_demo(&self, site: &Site, password: &str) -> Result<(), AccountError> {
        for (login, name, role) in DEMO_LOGINS {
            let login = AgentId::new(login).expect("demo logins have the form of ids");
            if self.agent(&login).is_none() {
                self.add(demo_account(site, login, name, role, password))
                    .await?;
            } else if !self.has_password(&login, password).await {
                self.set_password(&login, password).await?;
            }
        }
        Ok(())
    }
}

fn demo_account(site: &Site, login: AgentId, name: &str, role: Role, password: &str) -> NewAccount {
    NewAccount {
        site: site.id.clone(),
        login,
        name: name.into(),
        role,
        departments: site.departments.iter().map(|d| d.id.clone()).collect(),
        skills: Vec::new(),
        capacity: CAPACITY,
        password: password.into(),
    }
}
