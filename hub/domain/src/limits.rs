//! Sizes that every layer keeps to.

/// Longest message text in characters.
pub const MAX_TEXT: usize = 8_000;
/// Largest record body in bytes.
pub const MAX_RECORD: usize = 256 * 1024;
/// Decisions in one record at most.
pub const MAX_DECISIONS: usize = 64;
/// Tags on a conversation at most.
pub const MAX_TAGS: usize = 20;
/// Longest note on a transfer, comment on a rating or reason, in characters.
pub const MAX_REMARK: usize = 2_000;
