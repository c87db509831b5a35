//! The score that people see. The order itself is that of [`Candidate`]; the score follows it
//! down to a second of idleness.

use super::candidate::Candidate;
use crate::time::Time;

/// What settled it between the best two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieBreak {
    /// There was only one.
    Only,
    /// The other had been asked before.
    Asked,
    /// Less load.
    LeastLoaded,
    /// Longer without a new conversation.
    LongestIdle,
    /// Alike: the smaller id.
    Id,
}

impl TieBreak {
    /// Between the best and the second.
    pub fn between(best: &Candidate<'_>, second: Option<&Candidate<'_>>) -> Self {
        match second {
            None => Self::Only,
            Some(second) if best.asked != second.asked => Self::Asked,
            Some(second) if best.load != second.load => Self::LeastLoaded,
            Some(second) if best.last_assigned != second.last_assigned => Self::LongestIdle,
            Some(_) => Self::Id,
        }
    }

    /// Its word in a decision.
    pub fn word(self) -> &'static str {
        match self {
            Self::Only => "only",
            Self::Asked => "asked",
            Self::LeastLoaded => "least_loaded",
            Self::LongestIdle => "longest_idle",
            Self::Id => "id",
        }
    }
}

/// Free thousandths, then idle seconds (at most 99,999); asked before counts a million less.
pub fn score(candidate: &Candidate<'_>, now: Time) -> i64 {
    let free = 1000 - i64::from(candidate.load.min(1000));
    let idle = now.since(candidate.last_assigned).0 / 1000;
    let idle = i64::try_from(idle.min(99_999)).unwrap_or(99_999);
    let asked = if candidate.asked { 1_000_000_000 } else { 0 };
    free * 100_000 + idle - asked
}
