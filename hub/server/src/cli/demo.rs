//! What a start says on standard output: addresses, and the demo's logins.

use super::addresses::Addresses;
use crate::config::Config;
use runtime::random::Random;
use services::accounts::{DEMO_LOGINS, Role};
use std::fmt::Write;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;

/// The password of the demo accounts: the configured one, or one made at random and kept in
/// the store with mode 0600.
///
/// # Errors
/// The file cannot be read or made.
pub fn demo_password(config: &Config, random: &dyn Random) -> io::Result<String> {
    if let Some(given) = config.demo.password.reveal() {
        return Ok(given.to_owned());
    }
    let path = config.store.demo_password();
    match std::fs::read_to_string(&path) {
        Ok(kept) if !kept.trim().is_empty() => return Ok(kept.trim().to_owned()),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let password = random_password(random);
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)?;
    writeln!(file, "{password}")?;
    file.sync_all()?;
    Ok(password)
}

/// The text of a start. `demo_password`: this is a demo; `accounts`: whether there are any.
pub fn announcement(
    config: &Config,
    addresses: &Addresses,
    demo_password: Option<&str>,
    accounts: bool,
) -> String {
    let base = match config.listen.public_url.trim_end_matches('/') {
        "" => format!("http://{}", addresses.public),
        url => url.to_owned(),
    };
    let operations = addresses.operations;
    let mut text = format!(
        "demo page  {base}/\ndesk       {base}/desk\nmetrics    http://{operations}/metrics\n"
    );
    if let Some(password) = demo_password {
        let of = |role| {
            DEMO_LOGINS
                .iter()
                .filter(move |(_, _, r)| *r == role)
                .map(|(login, _, _)| *login)
        };
        let agents: Vec<&str> = of(Role::Agent).collect();
        let supervisors: Vec<&str> = of(Role::Supervisor).collect();
        let (agents, supervisors) = (agents.join(", "), supervisors.join(", "));
        let line = format!(
            "logins     {agents} (agents), {supervisors} (supervisor); password {password}\n"
        );
        text.push_str(&line);
    } else if !accounts {
        let hint = "no account yet; make one: hub agent add <login> --site <site> --department <department>";
        writeln!(text, "{hint}").expect("a string takes all text");
    }
    text
}

/// Five groups of four letters and digits that are not taken for each other: 100 bits.
fn random_password(random: &dyn Random) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 20];
    random.fill(&mut bytes);
    let letters: Vec<u8> = bytes.iter().map(|b| LETTERS[usize::from(b & 31)]).collect();
    let groups: Vec<&str> = letters
        .chunks(4)
        .filter_map(|g| std::str::from_utf8(g).ok())
        .collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::random::SystemRandom;
    use std::os::unix::fs::PermissionsExt;

    fn config(folder: &std::path::Path) -> Config {
        let mut config = Config::default();
        config.store.dir = folder.to_owned();
        config
    }

    #[test]
    fn the_password_is_kept_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = config(folder.path());
        let first = demo_password(&config, &SystemRandom).expect("made");
        assert_eq!(first.len(), 24);
        assert_eq!(demo_password(&config, &SystemRandom).expect("kept"), first);
        let file = std::fs::metadata(config.store.demo_password()).expect("there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_start_says_what_one_needs() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = config(folder.path());
        let addresses = Addresses {
            public: "127.0.0.1:7080".parse().expect("an address"),
            operations: "127.0.0.1:7081".parse().expect("an address"),
            pid: 1,
        };
        let text = announcement(&config, &addresses, Some("pass-word"), true);
        for part in [
            "http://127.0.0.1:7080/\n",
            "http://127.0.0.1:7080/desk\n",
            "http://127.0.0.1:7081/metrics\n",
            "ada, lin (agents), sam (supervisor); password pass-word\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
        config.listen.public_url = "https://chat.example".into();
        let text = announcement(&config, &addresses, None, false);
        assert!(text.contains("https://chat.example/desk\n") && text.contains("hub agent add"));
        assert!(!announcement(&config, &addresses, None, true).contains("hub agent add"));
    }
}
