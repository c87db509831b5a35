//! Where one session is in one conversation. Live records, a resume and a join interleave as
//! they like: events go out in order, each once, and a hole is always found.

/// The place of a session in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    next: u64,
    mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// What comes live goes out.
    Live,
    /// Being read from the log; live events up to `seen` were passed over.
    CatchingUp { seen: u64 },
}

/// What to do with live events.
#[derive(Debug, PartialEq, Eq)]
pub enum Live {
    /// Send those from this ordinal on.
    SendFrom(u64),
    /// Nothing: they were sent, or will be read.
    Skip,
    /// Something between is missing: read from the log.
    CatchUp,
}

impl Cursor {
    /// At the beginning of a conversation that has just been opened.
    pub fn start() -> Self {
        Self {
            next: 1,
            mode: Mode::Live,
        }
    }

    /// Everything up to `seq` is there; what is newer is read from the log first.
    pub fn catching_up(seq: u64) -> Self {
        Self {
            next: seq.saturating_add(1),
            mode: Mode::CatchingUp { seen: 0 },
        }
    }

    /// The next ordinal to send.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Events `first..=last` came live; with `SendFrom` they count as sent.
    pub fn live(&mut self, first: u64, last: u64) -> Live {
        match &mut self.mode {
            Mode::CatchingUp { seen } => {
                *seen = (*seen).max(last);
                Live::Skip
            }
            Mode::Live if last < self.next => Live::Skip,
            Mode::Live if first > self.next => {
                self.mode = Mode::CatchingUp { seen: last };
                Live::CatchUp
            }
            Mode::Live => {
                let from = self.next;
                self.next = last + 1;
                Live::SendFrom(from)
            }
        }
    }

    /// Events up to `seq` were sent from the log, or are in a snapshot that was sent.
    pub fn sent(&mut self, seq: u64) {
        self.next = self.next.max(seq.saturating_add(1));
    }

    /// The log had nothing newer: live from here, unless something newer has been seen.
    pub fn settle(&mut self) -> bool {
        match self.mode {
            Mode::CatchingUp { seen } if seen >= self.next => false,
            _ => {
                self.mode = Mode::Live;
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tiny generator, so that the interleavings are the same in every run.
    fn random(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    }

    /// Records become durable, come live late or never, and the session catches up at any time.
    #[test]
    fn every_interleaving_sends_each_event_once_and_in_order() {
        for seed in 1..3000_u64 {
            let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            let start = random(&mut state) % 3;
            let (mut durable, mut live_at) = (start, start);
            let mut cursor = Cursor::catching_up(start);
            let mut catching = true;
            let mut sent: Vec<u64> = Vec::new();
            for _ in 0..60 {
                match random(&mut state) % 4 {
                    0 => durable += 1 + random(&mut state) % 3,
                    1 if live_at < durable => {
                        let (first, last) = (
                            live_at + 1,
                            (live_at + 1 + random(&mut state) % 3).min(durable),
                        );
                        live_at = last;
                        if !random(&mut state).is_multiple_of(5) {
                            match cursor.live(first, last) {
                                Live::SendFrom(from) => sent.extend(from..=last),
                                Live::CatchUp => catching = true,
                                Live::Skip => {}
                            }
                        }
                    }
                    2 if catching => {
                        let upto = durable.min(cursor.next() + random(&mut state) % 3);
                        sent.extend(cursor.next()..=upto);
                        cursor.sent(upto);
                        if upto == durable {
                            catching = !cursor.settle();
                        }
                    }
                    _ => {}
                }
            }
            let expected: Vec<u64> = (start + 1..start + 1 + sent.len() as u64).collect();
            assert_eq!(sent, expected, "seed {seed}");
        }
    }

    #[test]
    fn an_event_seen_while_catching_up_is_not_lost() {
        let mut cursor = Cursor::catching_up(4);
        assert_eq!(cursor.live(5, 6), Live::Skip);
        assert!(!cursor.settle());
        cursor.sent(6);
        assert!(cursor.settle());
        assert_eq!(cursor.live(6, 7), Live::SendFrom(7));
        assert_eq!(cursor.live(9, 9), Live::CatchUp);
    }
}
