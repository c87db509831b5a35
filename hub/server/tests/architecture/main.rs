//! Keeps the import table and the invariants of hub/ARCHITECTURE.md true.

mod paths;
mod workspace;

use paths::{after, branches, without_comments};
use std::fs;
use std::path::Path;
use workspace::{packages, root, sources};

/// What each crate may use of ours.
const TABLE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("protocol", &["domain"]),
    ("runtime", &["domain"]),
    ("journal", &["domain", "runtime"]),
    ("views", &["domain", "journal"]),
    ("assist", &["domain", "runtime"]),
    (
        "services",
        &["domain", "journal", "views", "assist", "runtime"],
    ),
    (
        "hub",
        &[
            "domain", "protocol", "runtime", "journal", "views", "assist", "services",
        ],
    ),
    ("loadtest", &["protocol", "domain", "journal"]),
];

/// What a crate never uses, of others' or of ours, in its manifest or in a path.
const NEVER: &[(&str, &[&str])] = &[
    (
        "domain",
        &["tokio", "rand", "getrandom", "tracing", "rusqlite"],
    ),
    (
        "protocol",
        &["tokio", "hyper", "tungstenite", "tokio_tungstenite"],
    ),
    (
        "services",
        &[
            "protocol",
            "hyper",
            "hyper_util",
            "tungstenite",
            "tokio_tungstenite",
            "rusqlite",
        ],
    ),
];

/// Of the rules, these crates know only the words: (crate, what of `domain`).
const ONLY: &[(&str, &[&str])] = &[
    ("journal", &["id", "record", "time"]),
    ("runtime", &["id", "time", "allocation::fact::Availability"]),
];

/// Gateways: none uses another. What several need stands beside them.
const GATEWAYS: &[&str] = &["http", "websocket", "operations"];

/// Where a clock or chance may be named outside `runtime`: measurements of real time.
const CLOCKS: &[&str] = &[
    "hub/journal/examples/bench/load.rs",
    "hub/domain/tests/router/speed.rs",
];

#[test]
fn crates_use_only_what_the_table_allows() {
    let mut problems = Vec::new();
    let packages = packages();
    for package in &packages {
        problems.extend(wrong_dependencies(&package.name, &package.dependencies));
        assert!(
            !sources(&package.folder).is_empty(),
            "{} has no source",
            package.name
        );
        for (file, text) in sources(&package.folder.join("src")) {
            let wrong = wrong_paths(&package.name, &text);
            problems.extend(wrong.map(|w| format!("{}: {w}", file.display())));
        }
    }
    assert!(
        packages.len() >= 7,
        "the workspace was not read: {}",
        packages.len()
    );
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_gateway_uses_another() {
    let folder = root().join("hub/server/src/gateway");
    let mut problems = Vec::new();
    for gateway in GATEWAYS {
        let mut files = sources(&folder.join(gateway));
        let head = folder.join(format!("{gateway}.rs"));
        files.extend(fs::read_to_string(&head).map(|text| (head, text)));
        assert!(!files.is_empty(), "there is no gateway {gateway}");
        for (file, text) in files {
            let wrong = other_gateways(gateway, &text);
            problems.extend(wrong.map(|other| format!("{}: uses {other}", file.display())));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn only_runtime_names_clocks_and_chance() {
    let root = root();
    let mut problems = Vec::new();
    let mut named = 0;
    for (file, text) in sources(&root.join("hub")) {
        let file = file.strip_prefix(&root).expect("below the root").to_owned();
        let Some(what) = names_a_clock(&text) else {
            continue;
        };
        named += 1;
        if !file.starts_with("hub/runtime") && !CLOCKS.iter().any(|c| file == Path::new(c)) {
            problems.push(format!("{}: {what}", file.display()));
        }
    }
    assert!(named > 0, "runtime itself must be found");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_map_names_every_crate() {
    let map = fs::read_to_string(root().join("hub/ARCHITECTURE.md")).expect("the map is there");
    for package in packages() {
        let folder = package
            .folder
            .file_name()
            .expect("a name")
            .to_string_lossy();
        assert!(
            map.contains(&format!("`{folder}/`")),
            "hub/ARCHITECTURE.md does not name {folder}/"
        );
    }
}

/// A rule that finds nothing keeps nothing: each is tried on a planted violation.
#[test]
fn the_checks_find_planted_violations() {
    let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        wrong_dependencies("domain", &own(&["serde", "tokio"])).len(),
        1
    );
    assert_eq!(wrong_dependencies("services", &own(&["protocol"])).len(), 2);
    assert_eq!(wrong_dependencies("stranger", &[]).len(), 1);
    assert_eq!(
        wrong_dependencies("views", &own(&["domain", "journal", "serde"])).len(),
        0
    );

    let paths = |name: &str, text: &str| wrong_paths(name, text).count();
    assert_eq!(paths("domain", "use tokio::sync::watch;"), 1);
    assert_eq!(paths("domain", "let x = tracing::info!(\"x\");"), 1);
    assert_eq!(
        paths("domain", "// tokio::sync is not used\nmod strand;"),
        0
    );
    assert_eq!(paths("services", "use hyper::{Request, Response};"), 1);
    assert_eq!(paths("services", "use views::hyper_lists;"), 0);
    assert_eq!(paths("journal", "use domain::conversation::Event;"), 1);
    assert_eq!(
        paths("journal", "use domain::{id::Epoch, conversation::Event};"),
        1
    );
    assert_eq!(paths("journal", "use domain::id::{Epoch, SiteId};"), 0);

    let gateways = |text: &str| other_gateways("http", text).count();
    assert_eq!(gateways("use super::websocket::upgrade;"), 1);
    assert_eq!(
        gateways("use crate::gateway::{convert, operations::serve};"),
        1
    );
    assert_eq!(
        gateways("use protocol::http::Login; use super::convert::event;"),
        0
    );

    assert!(names_a_clock("let now = std::time::Instant::now();").is_some());
    assert!(names_a_clock("#[allow(clippy::disallowed_methods)]").is_some());
    assert!(names_a_clock("let now = clock.now();").is_none());
}

fn wrong_dependencies(name: &str, dependencies: &[String]) -> Vec<String> {
    let Some((_, allowed)) = TABLE.iter().find(|(n, _)| *n == name) else {
        return vec![format!("{name} is not in the table: say what it may use")];
    };
    let ours = |d: &str| TABLE.iter().any(|(n, _)| *n == d);
    let never = of(NEVER, name);
    let mut problems = Vec::new();
    for d in dependencies {
        if ours(d) && !allowed.contains(&d.as_str()) {
            problems.push(format!(
                "{name} must not use {d}: it is not in its line of the table"
            ));
        }
        if never.contains(&d.replace('-', "_").as_str()) {
            problems.push(format!("{name} must never use {d}"));
        }
    }
    problems
}

fn wrong_paths(name: &str, text: &str) -> impl Iterator<Item = String> {
    let code = without_comments(text);
    let mut problems = Vec::new();
    for never in of(NEVER, name) {
        if !after(&code, &format!("{never}::")).is_empty() {
            problems.push(format!("{name} must never use {never}"));
        }
    }
    if let Some((_, only)) = ONLY.iter().find(|(n, _)| *n == name) {
        for path in after(&code, "domain::").into_iter().flat_map(branches) {
            if !only.iter().any(|o| path.starts_with(o)) {
                problems.push(format!("{name} uses domain::{path}"));
            }
        }
    }
    problems.into_iter()
}

fn other_gateways(gateway: &str, text: &str) -> impl Iterator<Item = &'static str> {
    let code = without_comments(text);
    let mut used: Vec<String> = after(&code, "gateway::")
        .into_iter()
        .flat_map(branches)
        .collect();
    used.extend(after(&code, "super::").into_iter().flat_map(branches));
    let own = gateway.to_owned();
    GATEWAYS.iter().copied().filter(move |other| {
        let uses = |path: &String| path.split("::").next() == Some(*other);
        *other != own && used.iter().any(uses)
    })
}

fn names_a_clock(text: &str) -> Option<&'static str> {
    const NAMES: [&str; 4] = [
        "Instant::now(",
        "SystemTime::now(",
        "getrandom::fill(",
        "clippy::disallowed_methods",
    ];
    // This file names them all.
    if text.contains("names_a_clock(text: &str)") {
        return None;
    }
    let code = without_comments(text);
    NAMES.into_iter().find(|name| code.contains(name))
}

fn of(table: &'static [(&str, &[&str])], name: &str) -> &'static [&'static str] {
    table
        .iter()
        .find(|(n, _)| *n == name)
        .map_or(&[], |(_, list)| list)
}
