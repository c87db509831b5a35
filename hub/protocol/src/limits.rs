//! Sizes and forms that both sides keep to.

use serde::de::{Deserialize, Deserializer, Error, Unexpected};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Largest frame in bytes, both ways.
pub const MAX_FRAME: usize = 64 * 1024;
/// Deepest nesting of a frame: the object itself is the first level.
pub const MAX_DEPTH: usize = 32;
/// Longest text in characters (Unicode scalar values).
pub const MAX_TEXT: usize = 8_000;
/// Conversations in `resume` at most.
pub const MAX_RESUME: usize = 200;
/// Events in an answer to `read_history` at most.
pub const MAX_HISTORY: u32 = 100;
/// Events in a snapshot at most.
pub const MAX_SNAPSHOT: usize = 50;
/// Counters and times stay below it, so that a JavaScript number holds them exactly.
pub const MAX_COUNT: u64 = (1 << 53) - 1;
/// Longest `ref` or other id in bytes.
pub const MAX_ID: usize = 64;
/// A rating.
pub const SCORES: RangeInclusive<u8> = 1..=5;
/// A conversation's priority.
pub const PRIORITIES: RangeInclusive<u8> = 0..=9;
/// `hello` must come within this time of the upgrade.
pub const HELLO_WITHIN: Duration = Duration::from_secs(5);

/// Whether the text is an id: 1 to 64 of `[A-Za-z0-9_-]`.
pub fn valid_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Whether the text is a `ref`; the form is that of every id.
pub fn valid_ref(text: &str) -> bool {
    valid_id(text)
}

/// Whether the text may be sent: 1 to 8,000 characters.
pub fn valid_text(text: &str) -> bool {
    // A text of so few bytes needs no counting, which is nearly every one.
    !text.is_empty() && (text.len() <= MAX_TEXT || text.chars().count() <= MAX_TEXT)
}

/// Reads a `ref`.
pub(crate) fn reference<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if !valid_ref(&text) {
        return Err(D::Error::custom("a ref is 1 to 64 of [A-Za-z0-9_-]"));
    }
    Ok(text)
}

/// Reads a counter or a time, at most [`MAX_COUNT`].
pub(crate) fn count<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let value = u64::deserialize(from)?;
    if value > MAX_COUNT {
        return Err(D::Error::invalid_value(
            Unexpected::Unsigned(value),
            &"an integer below 2^53",
        ));
    }
    Ok(value)
}

/// The same where it may be absent.
pub(crate) fn maybe_count<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    match Option::<u64>::deserialize(from)? {
        Some(value) if value > MAX_COUNT => Err(D::Error::invalid_value(
            Unexpected::Unsigned(value),
            &"an integer below 2^53",
        )),
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_short_plain_words() {
        for good in ["a", "A-b_9", &"x".repeat(64)] {
            assert!(valid_id(good), "{good}");
        }
        for bad in ["", "a.b", "a*", "a b", "a\0", "é", ">", &"x".repeat(65)] {
            assert!(!valid_ref(bad), "{bad:?}");
        }
    }

    #[test]
    fn text_is_counted_in_characters() {
        assert!(!valid_text(""));
        assert!(valid_text(&"客".repeat(MAX_TEXT)));
        assert!(!valid_text(&"客".repeat(MAX_TEXT + 1)));
        assert!(!valid_text(&"x".repeat(MAX_TEXT + 1)));
    }
}
