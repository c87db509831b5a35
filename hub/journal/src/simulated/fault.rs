//! What can go wrong, and how often.

use std::time::Duration;

/// What happens to one append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and the answer is lost: `Unknown`.
    LostAfter,
    /// It never arrives: `Unknown`.
    LostBefore,
    /// `Unknown` at once, and it is tried this much later.
    Late(Duration),
    /// It is tried this much later, and the answer waits for it.
    Delay(Duration),
    /// `Conflict` though the expectation holds; an append with `Any` goes through.
    Conflict,
    /// `Unavailable`, and it is not done.
    Unavailable,
}

/// How often things go wrong, each out of 1,000 times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chances {
    /// [`Fault::LostAfter`].
    pub lost_after: u16,
    /// [`Fault::LostBefore`].
    pub lost_before: u16,
    /// [`Fault::Late`], by up to `longest`.
    pub late: u16,
    /// [`Fault::Delay`], by up to `longest`.
    pub delay: u16,
    /// [`Fault::Conflict`].
    pub conflict: u16,
    /// [`Fault::Unavailable`].
    pub unavailable: u16,
    /// A live record is not delivered to one subscriber.
    pub live_dropped: u16,
    /// A read shows what this node knew earlier; `catch_up` still brings it to the end.
    pub stale_read: u16,
    /// Longest delay of an append.
    pub longest: Duration,
    /// Longest pause of a tail before each record, so that tails interleave at random.
    pub tail_pause: Duration,
}

impl Chances {
    /// Nothing goes wrong.
    pub const CALM: Chances = Chances {
        lost_after: 0,
        lost_before: 0,
        late: 0,
        delay: 0,
        conflict: 0,
        unavailable: 0,
        live_dropped: 0,
        stale_read: 0,
        longest: Duration::ZERO,
        tail_pause: Duration::ZERO,
    };

    /// Everything goes wrong now and then, within a quarter of a second.
    pub const STORM: Chances = Chances {
        lost_after: 30,
        lost_before: 30,
        late: 20,
        delay: 100,
        conflict: 30,
        unavailable: 20,
        live_dropped: 300,
        stale_read: 300,
        longest: Duration::from_millis(250),
        tail_pause: Duration::from_millis(20),
    };
}
