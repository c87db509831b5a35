//! The file of one site: `config/sites/<id>.toml`.

use super::department::Department;
use super::origin::AllowedOrigin;
use crate::strict_toml::{self, Problem};
use domain::id::{DepartmentId, SiteId, is_valid};
use serde::Deserialize;
use std::collections::HashSet;

/// The demo site, for a binary that has no `config` folder beside it.
pub const DEMO: &str = include_str!("../../../../config/sites/demo.toml");

/// One tenant.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its id in records and metrics.
    pub id: SiteId,
    /// What people read.
    pub name: String,
    /// Language of texts that the hub writes: `en`, `zh-CN`…
    #[serde(default = "english")]
    pub locale: String,
    /// Its widget keys.
    pub brands: Vec<Brand>,
    /// Its lines, in the order in which they are shown.
    pub departments: Vec<Department>,
    /// Fixed texts for agents.
    #[serde(default)]
    pub canned_replies: Vec<CannedReply>,
}

/// A widget key with its own pages.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// The widget key: an id, unique per hub.
    pub key: String,
    /// Pages that may use it: `scheme://host[:port]`, or `self` for the hub's own addresses.
    pub origins: Vec<AllowedOrigin>,
    /// Clients that are no browser, and so send no origin, may use it.
    #[serde(default)]
    pub native_clients: bool,
    /// Overrides the site's language.
    #[serde(default)]
    pub locale: Option<String>,
}

/// A fixed text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedReply {
    /// Unique per site.
    pub id: String,
    /// What agents type to find it.
    pub shortcut: String,
    /// What agents read in the list.
    pub title: String,
    /// What the customer gets; at most 8,000 characters.
    pub text: String,
}

impl Site {
    /// Reads and checks a file's text.
    ///
    /// # Errors
    /// The first mistake, with its line where it has one (else line 1).
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let site: Self = strict_toml::parse(text)?;
        match site.fault() {
            Some((reason, hint)) => Err(Problem {
                line: line_of(text, &hint),
                reason,
            }),
            None => Ok(site),
        }
    }

    /// The department of that id.
    pub fn department(&self, id: &DepartmentId) -> Option<&Department> {
        self.departments.iter().find(|d| d.id == *id)
    }

    /// Where a conversation goes that names no department.
    pub fn default_department(&self) -> &Department {
        let default = self.departments.iter().find(|d| d.default);
        default.expect("checked when the file was read")
    }

    /// The brand of that widget key.
    pub fn brand(&self, key: &str) -> Option<&Brand> {
        self.brands.iter().find(|b| b.key == key)
    }

    /// What is wrong, and a quoted text of the file near it.
    fn fault(&self) -> Option<(String, String)> {
        if self.name.trim().is_empty() {
            return Some(("the site has no name".into(), "name".into()));
        }
        self.brand_fault()
            .or_else(|| self.department_fault())
            .or_else(|| self.reply_fault())
    }

    fn brand_fault(&self) -> Option<(String, String)> {
        if self.brands.is_empty() {
            return Some(("a site needs at least one brand".into(), String::new()));
        }
        let mut seen = HashSet::new();
        for brand in &self.brands {
            let key = &brand.key;
            if !is_valid(key) {
                let why = format!("widget key {key:?} is not 1 to 64 of A-Z a-z 0-9 _ -");
                return Some((why, format!("{key:?}")));
            }
            if !seen.insert(key) {
                return Some((
                    format!("widget key {key:?} is there twice"),
                    format!("{key:?}"),
                ));
            }
        }
        None
    }

    fn department_fault(&self) -> Option<(String, String)> {
        let defaults = self.departments.iter().filter(|d| d.default).count();
        if defaults != 1 {
            let why = format!(
                "exactly one department must say default = true, and {defaults} of {} do",
                self.departments.len()
            );
            return Some((why, "[[departments]]".into()));
        }
        let mut seen = HashSet::new();
        self.departments.iter().find_map(|department| {
            let hint = format!("\"{}\"", department.id);
            if !seen.insert(&department.id) {
                return Some((format!("department {hint} is there twice"), hint));
            }
            department.fault().map(|why| (why, hint))
        })
    }

    fn reply_fault(&self) -> Option<(String, String)> {
        let mut seen = HashSet::new();
        self.canned_replies.iter().find_map(|reply| {
            let hint = format!("{:?}", reply.id);
            let length = reply.text.chars().count();
            if !is_valid(&reply.id) {
                return Some((format!("{hint} is no id of a canned reply"), hint));
            }
            if !seen.insert(&reply.id) {
                return Some((format!("canned reply {hint} is there twice"), hint));
            }
            (!(1..=domain::limits::MAX_TEXT).contains(&length)).then(|| {
                let why = format!("canned reply {hint} has {length} characters, not 1 to 8000");
                (why, hint)
            })
        })
    }
}

/// The last line that holds the text: of two equal ids the second is the wrong one.
fn line_of(text: &str, hint: &str) -> usize {
    if hint.is_empty() {
        return 1;
    }
    let last = text.lines().enumerate().filter(|(_, l)| l.contains(hint));
    last.last().map_or(1, |(index, _)| index + 1)
}

fn english() -> String {
    "en".into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Span;

    const SMALL: &str = "id = \"s\"\nname = \"S\"\n\n[[brands]]\nkey = \"k\"\norigins = [\"https://a.example\"]\n\n[[departments]]\nid = \"d\"\nname = \"D\"\ndefault = true\n";

    fn problem(text: &str) -> String {
        Site::parse(text).expect_err("refused").to_string()
    }

    #[test]
    fn the_demo_site_is_as_promised() {
        let site = Site::parse(DEMO).expect("the demo file is right");
        assert_eq!(site.id.as_str(), "demo");
        assert_eq!(site.default_department().id.as_str(), "sales");
        let support = DepartmentId::new("support").expect("valid");
        assert!(site.department(&support).is_some());
        let brand = site.brand("demo").expect("the widget key");
        assert!(brand.native_clients);
        assert_eq!(brand.origins, [AllowedOrigin::OwnAddresses]);
        assert!(site.departments.iter().all(|d| d.skills.is_empty()));
        let chinese = |reply: &CannedReply| reply.text.chars().any(|c| c >= '\u{4e00}');
        assert!(site.canned_replies.iter().any(chinese));
        assert!(!site.canned_replies.iter().all(chinese));
    }

    #[test]
    fn what_is_left_out_has_the_default_of_the_rules() {
        let site = Site::parse(SMALL).expect("right");
        let department = site.default_department();
        assert_eq!(department.offer, Span::seconds(20));
        assert_eq!(department.wrap_up, Span::minutes(1));
        assert_eq!(department.weight_tenths(), 10);
        assert_eq!(site.locale, "en");
    }

    #[test]
    fn mistakes_are_refused_with_line_and_reason() {
        let add = |text: &str| format!("{SMALL}{text}");
        let rows = [
            (
                add("offerms = 1\n"),
                "line 12: \"offerms\" is not known; did you mean \"offer_ms\"?",
            ),
            (
                add("offer_ms = 10\n"),
                "line 9: department d: offer_ms is not 3000 to 600000",
            ),
            (
                add("weight = 0.01\n"),
                "line 9: department d: weight 0.01 is not 0.1 to 100",
            ),
            (
                add("skills = [{ skill = \"zh\", level = 9 }]\n"),
                "line 9: department d: level 9 of skill zh is not 1 to 5",
            ),
            (
                add("[[departments]]\nid = \"d\"\nname = \"E\"\n"),
                "line 13: department \"d\" is there twice",
            ),
            (
                SMALL.replace("default = true\n", ""),
                "line 8: exactly one department must say default = true, and 0 of 1 do",
            ),
            (
                SMALL.replace("\"k\"", "\"a.b\""),
                "line 5: widget key \"a.b\" is not 1 to 64 of A-Z a-z 0-9 _ -",
            ),
            (
                SMALL.replace("id = \"d\"", "id = \"d d\""),
                "line 9: an id is 1 to 64 characters of A-Z, a-z, 0-9, '_' and '-'",
            ),
            (
                SMALL.replace("https://a.example", "a.example"),
                "line 6: \"a.example\" is no origin: write scheme://host[:port], without a path, or self",
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(problem(&text), expected);
        }
    }
}
