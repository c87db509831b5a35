//! The commands that were accepted, by the client's own names for them.

use crate::id::Ref;
use crate::record::Actor;
use crate::time::Time;
use std::collections::HashMap;

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Ordinals of the event that answers it ([`super::apply::key_ordinals`]).
    pub event: crate::record::Ordinals,
    /// The record's time.
    pub at: Time,
    digest: u64,
}

impl Answer {
    /// The answer to a command that has just been carried out.
    pub fn of(event: crate::record::Ordinals, at: Time, digest: u64) -> Self {
        Self { event, at, digest }
    }
}

/// How a `ref` relates to what was accepted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Not seen: decide.
    New,
    /// The same command: the same answer.
    Same(Answer),
    /// Another command under the same name.
    Reused,
}

/// Remembered for as long as the conversation is kept; unique per person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refs(HashMap<(Actor, Ref), Answer>);

impl Refs {
    /// Looks a `ref` up.
    pub fn check(&self, by: &Actor, reference: &Ref, digest: u64) -> Seen {
        match self.0.get(&(by.clone(), reference.clone())) {
            None => Seen::New,
            Some(answer) if answer.digest == digest => Seen::Same(*answer),
            Some(_) => Seen::Reused,
        }
    }

    pub(super) fn remember(
        &mut self,
        by: &Actor,
        reference: &Ref,
        digest: u64,
        event: crate::record::Ordinals,
        at: Time,
    ) {
        self.0
            .entry((by.clone(), reference.clone()))
            .or_insert(Answer { event, at, digest });
    }
}
