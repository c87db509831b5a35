//! The last record of each hot subject, in bounded memory.

use crate::Position;
use crate::subject::Subject;
use std::collections::HashMap;

/// Subjects in each of the two generations.
const GENERATION: usize = 32_768;

/// A subject's row and last record; position 0: it has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) row: i64,
    pub(crate) last: Position,
}

/// Two generations: what was not used during the filling of one is forgotten.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    young: HashMap<Subject, Head>,
    old: HashMap<Subject, Head>,
}

impl Heads {
    pub(crate) fn get(&mut self, subject: &Subject) -> Option<Head> {
        if let Some(head) = self.young.get(subject) {
            return Some(*head);
        }
        let head = self.old.remove(subject)?;
        self.put(subject, head);
        Some(head)
    }

    pub(crate) fn put(&mut self, subject: &Subject, head: Head) {
        if let Some(known) = self.young.get_mut(subject) {
            *known = head;
            return;
        }
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(subject.clone(), head);
    }

    /// Forgets everything, after a transaction that did not happen.
    pub(crate) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_the_hot_stay() {
        let mut heads = Heads::default();
        let hot = Subject::stored("hot");
        let head = Head {
            row: 7,
            last: Position(9),
        };
        heads.put(&hot, head);
        for n in 0..3 * GENERATION {
            heads.put(&Subject::stored(&format!("cold.{n}")), head);
            if n % 1_000 == 0 {
                assert_eq!(heads.get(&hot), Some(head));
            }
        }
        assert!(heads.young.len() + heads.old.len() <= 2 * GENERATION);
        assert_eq!(heads.get(&Subject::stored("cold.0")), None);
    }
}
