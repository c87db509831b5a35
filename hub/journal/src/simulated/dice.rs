//! Numbers that look random and are the same for the same seed (SplitMix64).

use std::time::Duration;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// True that many out of 1,000 times.
    pub(crate) fn chance(&mut self, per_mille: u16) -> bool {
        self.roll() % 1_000 < u64::from(per_mille)
    }

    /// Whole milliseconds, from none to `longest`.
    pub(crate) fn span(&mut self, longest: Duration) -> Duration {
        let longest = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.roll() % longest.saturating_add(1).max(1))
    }

    /// An independent stream.
    pub(crate) fn fork(&mut self) -> Dice {
        Dice(self.roll())
    }
}
