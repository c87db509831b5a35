//! Moments and spans in milliseconds. All arithmetic saturates: a clock that was set back
//! gives short spans, never a panic or a span of centuries.

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970 UTC by the hub's clock. Shown to people, never an order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub u64);

/// A span in milliseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Time {
    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Time) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The moment a span later.
    #[must_use]
    pub fn plus(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// A span of whole seconds.
    pub const fn seconds(seconds: u64) -> Span {
        Span(seconds * 1000)
    }

    /// A span of whole minutes.
    pub const fn minutes(minutes: u64) -> Span {
        Span::seconds(minutes * 60)
    }

    /// The span in seconds, as metrics want it.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The span for the standard library.
    pub const fn std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_gives_zero() {
        assert_eq!(Time(5).since(Time(9)), Span(0));
        assert_eq!(Time(u64::MAX).plus(Span(1)), Time(u64::MAX));
    }
}
