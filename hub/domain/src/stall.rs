//! A process that slept must not punish anybody: every deadline that was running is put off by
//! the time it slept.

use crate::time::{Span, Time};

/// A wake-up that is later than this was a stall.
const TOLERANCE: Span = Span::seconds(2);
/// Deadlines that are older than this are not put off any more.
const MEMORY: Span = Span::minutes(15);

/// Sleeps that were noticed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stalls {
    expected: Option<Time>,
    slept: Vec<(Time, Span)>,
}

impl Stalls {
    /// The next step is wanted by then.
    pub(crate) fn expect(&mut self, at: Option<Time>) {
        self.expected = at;
    }

    /// A step begins.
    pub(crate) fn notice(&mut self, now: Time) {
        if let Some(expected) = self.expected.take()
            && now > expected.plus(TOLERANCE)
        {
            self.slept.push((now, now.since(expected)));
        }
        self.slept.retain(|(end, _)| now.since(*end) < MEMORY);
    }

    /// When something that began at `start` is over, sleeps since then not counted.
    pub(crate) fn deadline(&self, start: Time, length: Span) -> Time {
        let slept = self
            .slept
            .iter()
            .map(|(end, span)| span.0.min(end.since(start).0))
            .fold(0_u64, u64::saturating_add);
        start.plus(length).plus(Span(slept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_wake_up_puts_running_deadlines_off() {
        let mut stalls = Stalls::default();
        stalls.expect(Some(Time(1_000)));
        stalls.notice(Time(3_000));
        assert_eq!(stalls.deadline(Time(0), Span(20_000)), Time(20_000));
        stalls.expect(Some(Time(4_000)));
        stalls.notice(Time(14_000));
        assert_eq!(stalls.deadline(Time(3_000), Span(20_000)), Time(33_000));
        assert_eq!(stalls.deadline(Time(9_000), Span(20_000)), Time(34_000));
        assert_eq!(stalls.deadline(Time(14_000), Span(20_000)), Time(34_000));
    }
}
