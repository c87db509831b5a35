//! The state as decisions in its own log, in parts, so that older records can be trimmed.
//!
//! The parts of one snapshot are consecutive records of one part each. The text is the state
//! before the first of them, with the facts that they count folded; reading goes on with the
//! record after the last part and the fact after `state.facts`.

use super::decision::{Decided, Decision};
use super::fold::Allocation;

/// Bytes of text in a part: with every quote escaped once more, a record stays far below
/// [`crate::limits::MAX_RECORD`].
const PART: usize = 96 * 1024;

/// The snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the snapshot of the allocation cannot be read, start from an older one: {0}")]
pub struct Unreadable(#[from] serde_json::Error);

/// The state as decisions, one per record.
pub fn parts(state: &Allocation) -> Vec<Decision> {
    let text = serde_json::to_string(state).expect("string keys and plain values only");
    let mut cuts = vec![0];
    while let Some(last) = cuts.last().copied().filter(|last| *last < text.len()) {
        cuts.push(text.floor_char_boundary(last + PART));
    }
    let count = (cuts.len() - 1) as u32;
    cuts.windows(2)
        .zip(0..)
        .map(|(cut, part)| Decision::Snapshot {
            part,
            parts: count,
            state: text[cut[0]..cut[1]].to_owned(),
        })
        .collect()
}

/// Puts the parts together again.
#[derive(Debug, Default)]
pub struct Assembler {
    text: String,
    next: u32,
}

impl Assembler {
    /// Takes the next record of the log, from anywhere in it. A state comes back with the last
    /// part; what a record in between interrupted is thrown away.
    ///
    /// # Errors
    /// The text is not the state of this or an older version.
    pub fn push(&mut self, record: &Decided) -> Result<Option<Allocation>, Unreadable> {
        let [Decision::Snapshot { part, parts, state }] = record.decisions.as_slice() else {
            *self = Self::default();
            return Ok(None);
        };
        if *part == 0 {
            *self = Self::default();
        }
        if *part != self.next {
            *self = Self::default();
            return Ok(None);
        }
        self.text.push_str(state);
        self.next += 1;
        if self.next < *parts {
            return Ok(None);
        }
        let text = std::mem::take(self).text;
        let mut state: Allocation = serde_json::from_str(&text)?;
        state.reindex();
        state.decisions += u64::from(*parts);
        state.term = record.term;
        state.tell_time(record.now);
        Ok(Some(state))
    }
}
