//! Agents who wait for the decision about their accept, decline or claim.

use crate::conversations::Done;
use crate::failure::Failure;
use crate::generations::Generations;
use domain::id::{AgentId, Ref};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use tokio::sync::oneshot;

type Key = (AgentId, Ref);
pub(super) type Answer = Result<Done, Failure>;

/// Answers that are remembered for a retry.
const REMEMBERED: usize = 10_000;

/// By agent and `ref`.
#[derive(Debug)]
pub(super) struct Waiters {
    waiting: Mutex<HashMap<Key, Vec<oneshot::Sender<Answer>>>>,
    answered: Generations<Key, (u64, Answer)>,
    digests: Mutex<HashMap<Key, u64>>,
}

impl Default for Waiters {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            answered: Generations::new(REMEMBERED),
            digests: Mutex::default(),
        }
    }
}

/// How a command relates to those before it.
pub(super) enum Turn {
    /// It is new: send the fact, then wait.
    First(oneshot::Receiver<Answer>),
    /// The same is under way: wait with it.
    Joined(oneshot::Receiver<Answer>),
    /// It was answered.
    Answered(Answer),
}

impl Waiters {
    pub(super) fn join(&self, agent: &AgentId, reference: &Ref, digest: u64) -> Turn {
        let key = (agent.clone(), reference.clone());
        if let Some((known, answer)) = self.answered.get(&key) {
            // What was refused is decided anew.
            match (answer, known == digest) {
                (Ok(done), true) => return Turn::Answered(Ok(done)),
                (Ok(_), false) => {
                    return Turn::Answered(Err(domain::rejection::Rejection::RefReused.into()));
                }
                (Err(_), _) => {}
            }
        }
        let (sender, receiver) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let senders = waiting.entry(key.clone()).or_default();
        senders.retain(|s| !s.is_closed());
        senders.push(sender);
        self.digests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, digest);
        if senders.len() == 1 {
            Turn::First(receiver)
        } else {
            Turn::Joined(receiver)
        }
    }

    pub(super) fn answer(&self, agent: &AgentId, reference: &Ref, answer: Answer) {
        let key = (agent.clone(), reference.clone());
        let digest = self
            .digests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&key);
        if let Some(digest) = digest {
            self.answered.insert(key.clone(), (digest, answer.clone()));
        }
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&key);
        for sender in waiting.into_iter().flatten() {
            let _ = sender.send(answer.clone());
        }
    }
}
