//! Reading paths out of Rust text: as much as the checks need.

/// What follows each mention of a path's beginning, as a whole word.
pub(crate) fn after<'a>(code: &'a str, prefix: &str) -> Vec<&'a str> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let mentions = code.match_indices(prefix);
    let whole = mentions.filter(|(at, _)| !code[..*at].ends_with(part_of_word));
    whole.map(|(at, _)| &code[at + prefix.len()..]).collect()
}

/// `{a::b, c}` and `a::b` as `a::b` and `c`; deeper braces stay with their path.
pub(crate) fn branches(rest: &str) -> Vec<String> {
    let path = |text: &str| -> String {
        let ends = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
        text.trim_start()
            .split(ends)
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let Some(inside) = rest.strip_prefix('{') else {
        return vec![path(rest)];
    };
    let (mut depth, mut begins, mut found) = (0, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.push(path(&inside[begins..at]));
                begins = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found.retain(|branch| !branch.is_empty());
    found
}

pub(crate) fn without_comments(text: &str) -> String {
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}
