use super::*;
use domain::time::Span;
use std::ffi::OsString;
use toml::Table;

const FILE: &str = include_str!("../../../../config/hub.toml");

fn environment(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    let os = |text: &&str| OsString::from(*text);
    pairs.iter().map(|(k, v)| (os(k), os(v))).collect()
}

fn with(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load_with(None, environment(pairs))
}

fn file_problem(text: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.toml");
    std::fs::write(&path, text).expect("written");
    let refused = Config::load_with(Some(&path), []).expect_err("refused");
    refused
        .to_string()
        .replace(&path.display().to_string(), "hub.toml")
}

#[test]
fn the_file_holds_every_key_with_its_default() {
    let file: Table = FILE.parse().expect("TOML");
    let defaults = Table::try_from(Config::default()).expect("a table");
    assert_eq!(file, defaults);
}

#[test]
fn every_key_of_the_file_has_a_comment() {
    for (index, line) in FILE.lines().enumerate() {
        if line.contains(" = ") && !line.starts_with('#') {
            assert!(line.contains("  # "), "line {}: {line}", index + 1);
        }
    }
}

#[test]
fn defaults_are_valid() {
    assert_eq!(with(&[]).expect("right"), Config::default());
}

#[test]
fn the_environment_goes_over_the_file() {
    let config = with(&[
        ("HUB_LISTEN__PUBLIC", "0.0.0.0:0"),
        ("HUB_LISTEN__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("HUB_DEMO__ENABLED", "true"),
        ("HUB_DEMO__PASSWORD", "12345"),
        ("HUB_PRESENCE__REQUEUE_MS", "90000"),
        ("HUB_LOG__FORMAT", "json"),
        ("HUBBLE", "not ours"),
        ("HUB_SERVICE_HOST", "Kubernetes put it there"),
    ])
    .expect("right");
    assert_eq!(config.listen.public.to_string(), "0.0.0.0:0");
    assert_eq!(config.listen.trusted_proxies.len(), 2);
    assert!(config.demo.enabled);
    assert_eq!(config.demo.password.reveal(), Some("12345"));
    assert_eq!(config.presence.requeue_ms, Span::seconds(90));
    assert_eq!(config.log.format, Format::Json);
}

#[test]
fn mistakes_in_the_environment_are_named() {
    let rows = [
        (
            "HUB_LISTEN__PUBLC",
            "x",
            "is not known; did you mean HUB_LISTEN__PUBLIC?",
        ),
        (
            "HUB_LISTEN__public",
            "x",
            "is not known; did you mean HUB_LISTEN__PUBLIC?",
        ),
        (
            "HUB_LISTEN_PUBLIC",
            "x",
            "is not known; did you mean HUB_LISTEN__PUBLIC?",
        ),
        (
            "HUB_SOMETHING__ELSE",
            "x",
            "is not known; the form is HUB_SECTION__KEY, with the keys of config/hub.toml",
        ),
        (
            "HUB_DEMO__ENABLED",
            "yes",
            "\"yes\" is neither true nor false",
        ),
        ("HUB_LIMITS__HELLO_MS", "5s", "\"5s\" is no whole number"),
    ];
    for (name, value, reason) in rows {
        let refused = with(&[(name, value)]).expect_err(name).to_string();
        assert_eq!(refused, format!("environment variable {name}: {reason}"));
    }
    for (name, value) in [
        ("HUB_LISTEN__PUBLIC", "here"),
        ("HUB_LIMITS__HELLO_MS", "-1"),
    ] {
        let refused = with(&[(name, value)]).expect_err(name).to_string();
        assert!(
            refused.starts_with(&format!("environment variable {name}: ")),
            "{refused}"
        );
    }
}

#[test]
fn mistakes_in_the_file_are_named_with_their_line() {
    let rows = [
        (
            "[listen]\n\npublik = \"127.0.0.1:1\"\n",
            "hub.toml, line 3: \"publik\" is not known; did you mean \"public\"?",
        ),
        (
            "[presense]\nidle_ms = 1\n",
            "hub.toml, line 1: \"presense\" is not known; did you mean \"presence\"?",
        ),
        (
            "[log]\nformat = \"xml\"\n",
            "hub.toml, line 2: \"xml\" is not known; known here: pretty, json",
        ),
        (
            "[log]\nlevel = \"inof\"\n",
            "log.level: log level \"inof\" is neither a level (error, warn, info, debug, trace) nor a filter such as \"info,hub=debug\"",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(file_problem(text), expected);
    }
    assert!(file_problem("[listen]\npublic = 5\n").starts_with("hub.toml, line 2: "));
    assert!(Config::load_with(Some(Path::new("absent.toml")), []).is_err());
}

#[test]
fn values_that_cannot_work_are_refused() {
    let rows: [(&[(&str, &str)], &str); 8] = [
        (
            &[("HUB_LISTEN__OPERATIONS", "127.0.0.1:7080")],
            "listen.operations",
        ),
        (
            &[("HUB_LISTEN__PUBLIC_URL", "chat.example/x")],
            "listen.public_url",
        ),
        (&[("HUB_LISTEN__BACKLOG", "0")], "listen.backlog"),
        (
            &[("HUB_PRESENCE__AGENT_DEAD_MS", "9999")],
            "presence.agent_dead_ms",
        ),
        (&[("HUB_PRESENCE__REQUEUE_MS", "1")], "presence.requeue_ms"),
        (
            &[("HUB_LIMITS__CUSTOMER_OUTBOX_BYTES", "1000")],
            "limits.customer_outbox_bytes",
        ),
        (
            &[("HUB_LIMITS__COMMANDS_BURST", "0")],
            "limits.commands_per_second",
        ),
        (&[("HUB_DRAIN__FLUSH_MS", "10000")], "drain.window_ms"),
    ];
    for (pairs, key) in rows {
        let refused = with(pairs).expect_err(key).to_string();
        assert!(refused.starts_with(&format!("{key}: ")), "{refused}");
    }
    let ports = [
        ("HUB_LISTEN__PUBLIC", "127.0.0.1:0"),
        ("HUB_LISTEN__OPERATIONS", "127.0.0.1:0"),
    ];
    assert!(with(&ports).is_ok(), "two free ports are two addresses");
}

#[test]
fn no_log_shows_the_password() {
    let config = with(&[("HUB_DEMO__PASSWORD", "planted-word")]).expect("right");
    assert!(!format!("{config:?}").contains("planted-word"));
}
