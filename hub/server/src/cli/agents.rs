//! `hub agent …`

use super::administration::{AccountRequest, AgentLine, Answer, Request};
use super::args::{AddArguments, AgentCommand};
use super::open::{Failed, carry_out};
use super::{CommandError, import, password, table};
use crate::config::Config;

/// Carries one of them out.
pub(super) fn run(config: &Config, command: AgentCommand) -> Result<(), CommandError> {
    match command {
        AgentCommand::Add(arguments) => add(config, arguments),
        AgentCommand::Import { file, site } => import_file(config, &file, site),
        AgentCommand::List => list(config),
        AgentCommand::Passwd { login } => {
            let password = password::read()?;
            carry_out(
                config,
                Request::SetPassword {
                    login: login.clone(),
                    password,
                },
            )?;
            println!("the password of {login} is set; its tokens have ended");
            Ok(())
        }
        AgentCommand::Disable { login } => set_disabled(config, login, true),
        AgentCommand::Enable { login } => set_disabled(config, login, false),
        AgentCommand::Token { login } => {
            if let Answer::Token { token, .. } = carry_out(config, Request::Token { login })? {
                println!("{token}");
            }
            Ok(())
        }
    }
}

fn add(config: &Config, arguments: AddArguments) -> Result<(), CommandError> {
    let skills = arguments.skills.iter().map(|text| import::skill(text));
    let account = AccountRequest {
        name: arguments
            .name
            .unwrap_or_else(|| arguments.login.to_string()),
        login: arguments.login.clone(),
        site: arguments.site,
        role: arguments.role.into(),
        departments: arguments.departments,
        skills: skills
            .collect::<Result<_, _>>()
            .map_err(CommandError::Usage)?,
        capacity: import::capacity(&arguments.capacity).map_err(CommandError::Usage)?,
        password: password::read()?,
    };
    let accounts = vec![account];
    carry_out(config, Request::AddAgents { accounts })?;
    println!("{} can sign in", arguments.login);
    Ok(())
}

fn import_file(
    config: &Config,
    file: &std::path::Path,
    site: domain::id::SiteId,
) -> Result<(), CommandError> {
    let rows = import::read(file, &site)?;
    let (lines, accounts): (Vec<u64>, Vec<AccountRequest>) = rows.into_iter().unzip();
    let count = accounts.len();
    match carry_out(config, Request::AddAgents { accounts }) {
        Ok(_) => {
            println!("{count} account(s) made");
            Ok(())
        }
        Err(Failed::Refused(refusal)) => {
            let line = refusal.index.and_then(|index| lines.get(index));
            let place = line.map_or_else(String::new, |line| format!("line {line}: "));
            Err(CommandError::Failed(format!("{place}{}", refusal.message)))
        }
        Err(failed) => Err(failed.into()),
    }
}

fn list(config: &Config) -> Result<(), CommandError> {
    let Answer::Agents { agents } = carry_out(config, Request::ListAgents)? else {
        return Ok(());
    };
    let heads = ["LOGIN", "NAME", "ROLE", "SITE", "DEPARTMENTS", "STATE"];
    print!("{}", table::aligned(&heads, agents.iter().map(cells)));
    Ok(())
}

fn cells(agent: &AgentLine) -> Vec<String> {
    let departments: Vec<&str> = agent.departments.iter().map(|d| d.as_str()).collect();
    vec![
        agent.login.to_string(),
        agent.name.clone(),
        match agent.role {
            services::accounts::Role::Agent => "agent".into(),
            services::accounts::Role::Supervisor => "supervisor".into(),
        },
        agent.site.to_string(),
        departments.join(","),
        if agent.disabled {
            "disabled".into()
        } else {
            "enabled".into()
        },
    ]
}

fn set_disabled(
    config: &Config,
    login: domain::id::AgentId,
    disabled: bool,
) -> Result<(), CommandError> {
    carry_out(
        config,
        Request::SetDisabled {
            login: login.clone(),
            disabled,
        },
    )?;
    println!(
        "{login} is {}",
        if disabled { "disabled" } else { "enabled" }
    );
    Ok(())
}
