//! What can be typed.

use clap::{Parser, Subcommand, ValueEnum};
use domain::id::{AgentId, DepartmentId, SiteId};
use services::accounts::Role;
use std::path::PathBuf;

/// Kefu Hub: a real-time customer-service hub.
#[derive(Debug, Parser)]
#[command(name = "hub", disable_version_flag = true)]
pub(super) struct Parsed {
    /// Configuration file [default: config/hub.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the hub (the default)
    Serve {
        /// With the accounts ada, lin (agents) and sam (supervisor)
        #[arg(long)]
        demo: bool,
    },
    /// Accounts of agents and supervisors
    Agent {
        #[command(subcommand)]
        command: AgentCommand,
    },
    /// Check the configuration and the site files, and start nothing
    CheckConfig,
    /// Copy the store, whole and while it runs, into a new file
    Backup {
        /// Must not exist yet
        file: PathBuf,
    },
    /// Read every record of the store, or of a backup, and check order and decoding
    Verify {
        /// A backup [default: the store]
        file: Option<PathBuf>,
    },
    /// Ask a running hub whether it lives; exit status 0 if so
    Healthcheck {
        /// Whether it is ready to serve
        #[arg(long)]
        ready: bool,
    },
    /// Print the version
    Version,
}

impl Default for Command {
    fn default() -> Self {
        Self::Serve { demo: false }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum AgentCommand {
    /// Make an account; the password is asked for, or read from standard input
    Add(AddArguments),
    /// Make accounts from a CSV file: login,name,role,departments,skills,capacity,password
    Import {
        /// `-`: standard input. Lists within a field are separated by spaces
        file: PathBuf,
        /// Where the accounts belong
        #[arg(long)]
        site: SiteId,
    },
    /// Show every account
    List,
    /// Set a password; every token of the account ends
    Passwd { login: AgentId },
    /// Let an account sign in no more; its sockets close and its chats go back to the line
    Disable { login: AgentId },
    /// Let a disabled account sign in again
    Enable { login: AgentId },
    /// Print a fresh bearer token
    Token { login: AgentId },
}

#[derive(Debug, clap::Args)]
pub(super) struct AddArguments {
    pub(super) login: AgentId,
    /// Where the account belongs
    #[arg(long)]
    pub(super) site: SiteId,
    /// What people read [default: the login]
    #[arg(long)]
    pub(super) name: Option<String>,
    #[arg(long, value_enum, default_value = "agent")]
    pub(super) role: RoleArgument,
    /// Can be repeated
    #[arg(long = "department", required = true)]
    pub(super) departments: Vec<DepartmentId>,
    /// A skill with its level, 1 to 5: `zh:3`; can be repeated
    #[arg(long = "skill")]
    pub(super) skills: Vec<String>,
    /// Chats at once, in steps of a tenth
    #[arg(long, default_value = "4")]
    pub(super) capacity: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleArgument {
    Agent,
    Supervisor,
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Self {
        match role {
            RoleArgument::Agent => Self::Agent,
            RoleArgument::Supervisor => Self::Supervisor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        Parsed::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_password() {
        let mut command = Parsed::command();
        command.build();
        let agent = command.find_subcommand("agent").expect("there");
        for sub in agent.get_subcommands() {
            let takes = sub
                .get_arguments()
                .any(|a| a.get_id().as_str().contains("password"));
            assert!(!takes, "{}", sub.get_name());
        }
    }
}
