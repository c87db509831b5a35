//! TOML as people mistype it: every refusal names the line, and an unknown name comes with
//! the nearest one that exists.

use serde::de::DeserializeOwned;

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// Reads a document into a type that denies unknown fields.
///
/// # Errors
/// Not TOML, an unknown name, a missing one, or a value of the wrong type.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| Problem {
        line: line_at(text, error.span().map_or(0, |span| span.start)),
        reason: explain(error.message()),
    })
}

/// The name that is most like `wrong`, unless none is near: at most a third of its letters
/// (and at least two) away.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = (wrong.chars().count() / 3).max(2);
    names
        .into_iter()
        .map(|name| (distance(wrong, name), name))
        .min()
        .filter(|(distance, _)| *distance <= far)
        .map(|(_, name)| name)
}

/// The line, from 1, of a byte of the text.
fn line_at(text: &str, byte: usize) -> usize {
    let before = text.as_bytes().iter().take(byte);
    1 + before.filter(|b| **b == b'\n').count()
}

/// serde says "unknown field `x`, expected one of `a`, `b`": we add which was meant.
fn explain(message: &str) -> String {
    let unknown = ["unknown field `", "unknown variant `"];
    let Some(rest) = unknown.iter().find_map(|start| message.strip_prefix(start)) else {
        return message.to_owned();
    };
    let mut quoted = rest.split('`').step_by(2);
    let wrong = quoted.next().unwrap_or_default();
    let known: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
    let hint = match nearest(wrong, known.iter().copied()) {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => format!("known here: {}", known.join(", ")),
    };

    format!("\"{wrong}\" is not known; {hint}")
}

/// How many letters must be put in, taken out or replaced (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }

    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Document {
        #[allow(dead_code, reason = "only the parsing is tested")]
        section: Section,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the parsing is tested")]
    struct Section {
        public: u64,
        operations: Option<String>,
        format: Option<Format>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Format {
        Pretty,
        Json,
    }

    fn problem(text: &str) -> String {
        parse::<Document>(text).expect_err("refused").to_string()
    }

    #[test]
    fn an_unknown_name_comes_with_line_and_neighbour() {
        let text = "[section]\npublic = 1\n\noperation = \"x\"\n";
        assert_eq!(
            problem(text),
            "line 4: \"operation\" is not known; did you mean \"operations\"?"
        );
        let text = "[section]\npublic = 1\nzzzzzz = 1\n";
        assert_eq!(
            problem(text),
            "line 3: \"zzzzzz\" is not known; known here: public, operations, format"
        );
        let text = "\n[sektion]\npublic = 1\n";
        assert_eq!(
            problem(text),
            "line 2: \"sektion\" is not known; did you mean \"section\"?"
        );
        let text = "[section]\npublic = 1\nformat = \"jsn\"\n";
        assert_eq!(
            problem(text),
            "line 3: \"jsn\" is not known; did you mean \"json\"?"
        );
    }

    #[test]
    fn other_mistakes_have_a_line_too() {
        assert!(problem("[section]\npublic = \"a\"\n").starts_with("line 2: invalid type"));
        assert!(problem("[section]\n\npublic = = 1\n").starts_with("line 3: "));
        assert!(problem("[section]\n").contains("missing field `public`"));
    }

    #[test]
    fn distance_counts_letters() {
        for (a, b, n) in [("", "abc", 3), ("abc", "abc", 0), ("kitten", "sitting", 3)] {
            assert_eq!(distance(a, b), n, "{a} {b}");
        }
        assert_eq!(nearest("dirr", ["dir", "queue_bytes"]), Some("dir"));
        assert_eq!(nearest("dirr", ["queue_bytes"]), None);
    }
}
