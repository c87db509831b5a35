//! Which fault meets which append: what was scripted comes first, then a rule, then chance.

use super::dice::Dice;
use super::fault::{Chances, Fault};
use crate::NewRecord;
use std::collections::VecDeque;

/// A rule chooses by what is appended.
pub(crate) type Rule = Box<dyn FnMut(&NewRecord) -> Option<Fault> + Send>;

pub(crate) struct Script {
    pub(crate) chances: Chances,
    pub(crate) dice: Dice,
    pub(crate) next: VecDeque<Option<Fault>>,
    pub(crate) rule: Option<Rule>,
}

impl Script {
    pub(crate) fn new(seed: u64, chances: Chances) -> Self {
        Self {
            chances,
            dice: Dice::new(seed),
            next: VecDeque::new(),
            rule: None,
        }
    }

    /// The fault of the next append.
    pub(crate) fn fault(&mut self, record: &NewRecord) -> Option<Fault> {
        if let Some(scripted) = self.next.pop_front() {
            return scripted;
        }
        if let Some(fault) = self.rule.as_mut().and_then(|rule| rule(record)) {
            return Some(fault);
        }
        self.by_chance()
    }

    fn by_chance(&mut self) -> Option<Fault> {
        let chances = self.chances;
        let delay = self.dice.span(chances.longest);
        let faults = [
            (chances.lost_after, Fault::LostAfter),
            (chances.lost_before, Fault::LostBefore),
            (chances.late, Fault::Late(delay)),
            (chances.delay, Fault::Delay(delay)),
            (chances.conflict, Fault::Conflict),
            (chances.unavailable, Fault::Unavailable),
        ];
        let roll = self.dice.roll() % 1_000;
        let mut upto = 0;
        faults.into_iter().find_map(|(chance, fault)| {
            upto += u64::from(chance);
            (roll < upto).then_some(fault)
        })
    }
}
