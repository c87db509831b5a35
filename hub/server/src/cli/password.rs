//! Passwords come from a person at the terminal or from standard input, never from an
//! argument: arguments are seen by every process and stay in the shell's history.

use super::CommandError;
use std::io::{BufRead, IsTerminal, stdin};

/// Asks twice at a terminal; else the first line of standard input.
pub(super) fn read() -> Result<String, CommandError> {
    let io = |source| CommandError::Io {
        what: "reading the password".into(),
        source,
    };
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().lock().read_line(&mut line).map_err(io)?;
        let password = line.trim_end_matches(['\r', '\n']).to_owned();
        if password.is_empty() {
            let why = "no password: type it at a terminal, or give it on standard input";
            return Err(CommandError::Usage(why.into()));
        }
        return Ok(password);
    }

    let password = rpassword::prompt_password("Password: ").map_err(io)?;
    let again = rpassword::prompt_password("Again: ").map_err(io)?;
    if password != again {
        return Err(CommandError::Usage("the two passwords differ".into()));
    }
    Ok(password)
}
