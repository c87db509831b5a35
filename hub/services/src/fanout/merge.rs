//! One order per subject out of two streams: which records are new, which are known, and where
//! a gap is.

use journal::subject::Subject;
use journal::{Position, Stored};
use std::collections::HashMap;

/// What to do with a live record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The next of its subject.
    Deliver,
    /// Delivered already.
    Known,
    /// Something between is missing: read the subject after this position, oldest first.
    Gap { after: Position },
}

/// What was delivered: everything up to the tail, and of some subjects more.
#[derive(Debug, Default)]
pub(super) struct Merge {
    tail: Position,
    ahead: HashMap<Subject, Position>,
}

impl Merge {
    pub(super) fn start(&mut self, tail: Position) {
        self.tail = tail;
    }

    pub(super) fn live(&mut self, stored: &Stored) -> Verdict {
        let known = self
            .ahead
            .get(&stored.subject)
            .copied()
            .unwrap_or(self.tail);
        if stored.position <= known {
            return Verdict::Known;
        }
        // The record before it is delivered: by its own mark, or because the tail has passed it.
        if stored.prev > known.max(self.tail) {
            return Verdict::Gap { after: known };
        }
        self.ahead.insert(stored.subject.clone(), stored.position);
        Verdict::Deliver
    }

    /// Whether the record is still to be delivered. The tail never has a gap.
    pub(super) fn tail(&mut self, stored: &Stored) -> bool {
        self.tail = self.tail.max(stored.position);
        match self.ahead.get(&stored.subject) {
            Some(ahead) if stored.position < *ahead => false,
            Some(ahead) => {
                let fresh = stored.position > *ahead;
                self.ahead.remove(&stored.subject);
                fresh
            }
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use journal::RecordId;
    use proptest::prelude::*;

    fn log(subjects: &[u8]) -> Vec<Stored> {
        let mut last: HashMap<u8, Position> = HashMap::new();
        subjects
            .iter()
            .zip(1..)
            .map(|(subject, n)| {
                let prev = last.insert(*subject, Position(n)).unwrap_or_default();
                let name = Subject::stored(&format!("ev.00.demo.c{subject}"));
                Stored {
                    position: Position(n),
                    prev,
                    subject: name,
                    id: RecordId(0),
                    body: Default::default(),
                }
            })
            .collect()
    }

    proptest! {
        /// Any part of the log may come live, in log order, at any time relative to the tail:
        /// every record is delivered once, each subject in order.
        #[test]
        fn each_record_once_and_in_order(
            subjects in proptest::collection::vec(0u8..4, 1..40),
            live in proptest::collection::vec(any::<bool>(), 40),
            race in proptest::collection::vec(any::<bool>(), 80),
        ) {
            let log = log(&subjects);
            let mut lives = log.iter().zip(&live).filter(|(_, l)| **l).map(|(s, _)| s).peekable();
            let mut tails = log.iter().peekable();
            let mut race = race.iter().copied().cycle();
            let mut merge = Merge::default();
            let mut out: Vec<&Stored> = Vec::new();
            while lives.peek().is_some() || tails.peek().is_some() {
                let take_live = lives.peek().is_some() && (tails.peek().is_none() || race.next() == Some(true));
                if take_live {
                    let record = lives.next().expect("peeked");
                    match merge.live(record) {
                        Verdict::Deliver => out.push(record),
                        Verdict::Known => {}
                        Verdict::Gap { after } => {
                            for missed in log.iter().filter(|s| s.subject == record.subject && s.position > after && s.position <= record.position) {
                                if merge.live(missed) == Verdict::Deliver {
                                    out.push(missed);
                                }
                            }
                        }
                    }
                } else if let Some(record) = tails.next() && merge.tail(record) {
                    out.push(record);
                }
            }
            prop_assert_eq!(out.len(), log.len());
            for (n, record) in out.iter().enumerate() {
                let before = out[..n].iter().rev().find(|s| s.subject == record.subject);
                prop_assert_eq!(before.map_or(Position(0), |s| s.position), record.prev);
            }
        }
    }
}
