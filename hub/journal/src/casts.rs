//! Casts and asks within one process: bounded channels that drop when full.

use crate::subject::{Filter, Subject};
use crate::{AskError, Heard, Hearing};
use bytes::Bytes;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Casts that one hearer may be behind before it misses some.
const CAPACITY: usize = 4_096;

/// Who hears what.
#[derive(Debug, Default)]
pub(crate) struct Casts(Mutex<Vec<Hearer>>);

#[derive(Debug)]
struct Hearer {
    filter: Filter,
    sender: mpsc::Sender<Heard>,
}

impl Casts {
    pub(crate) fn hear(&self, filter: Filter) -> Hearing {
        let (sender, hearing) = mpsc::channel(CAPACITY);
        self.hearers().push(Hearer { filter, sender });
        hearing
    }

    pub(crate) fn cast(&self, subject: &Subject, body: &Bytes) {
        self.tell(subject, body, || None);
    }

    /// The first answer of whoever hears.
    pub(crate) async fn ask(
        &self,
        subject: &Subject,
        body: &Bytes,
        within: Duration,
    ) -> Result<Bytes, AskError> {
        let mut answers = Vec::new();
        let heard = self.tell(subject, body, || {
            let (reply, answer) = oneshot::channel();
            answers.push(answer);
            Some(reply)
        });
        if !heard {
            return Err(AskError::Gone);
        }
        tokio::time::timeout(within, first(answers))
            .await
            .unwrap_or(None)
            .ok_or(AskError::TimedOut)
    }

    /// Drops every hearer, which ends their channels.
    pub(crate) fn close(&self) {
        self.hearers().clear();
    }

    /// Whether anybody hears the subject.
    fn tell(
        &self,
        subject: &Subject,
        body: &Bytes,
        mut reply: impl FnMut() -> Option<oneshot::Sender<Bytes>>,
    ) -> bool {
        let mut heard = false;
        self.hearers().retain(|hearer| {
            if hearer.sender.is_closed() {
                return false;
            }
            if hearer.filter.matches(subject) {
                heard = true;
                let message = Heard {
                    subject: subject.clone(),
                    body: body.clone(),
                    reply: reply(),
                };
                // Full: casts are lossy by contract.
                let _ = hearer.sender.try_send(message);
            }
            true
        });
        heard
    }

    fn hearers(&self) -> MutexGuard<'_, Vec<Hearer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first answer; `None` when every hearer has dropped the question.
async fn first(mut answers: Vec<oneshot::Receiver<Bytes>>) -> Option<Bytes> {
    poll_fn(|context| {
        let mut found = None;
        answers.retain_mut(|answer| match Pin::new(answer).poll(context) {
            Poll::Ready(Ok(body)) => {
                found.get_or_insert(body);
                false
            }
            Poll::Ready(Err(_)) => false,
            Poll::Pending => true,
        });
        match found {
            Some(body) => Poll::Ready(Some(body)),
            None if answers.is_empty() => Poll::Ready(None),
            None => Poll::Pending,
        }
    })
    .await
}
