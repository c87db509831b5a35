//! Sizes that a client must keep to.

/// Largest frame in bytes, both ways.
pub const MAX_FRAME: usize = 64 * 1024;
/// Deepest nesting of a frame.
pub const MAX_DEPTH: usize = 32;
/// Longest text in characters.
pub const MAX_TEXT: usize = 8_000;
/// Conversations in `resume` at most.
pub const MAX_RESUME: usize = 200;
/// Events in an answer to `read_history` at most.
pub const MAX_HISTORY: u32 = 100;

/// Whether the text is a `ref` or another id: 1 to 64 of `[A-Za-z0-9_-]`.
pub fn valid_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
