//! What waits for the writer: bounded in bytes and in age.

use super::Options;
use crate::subject::Subject;
use crate::{AppendError, NewRecord, Position};
use domain::time::Span;
use runtime::clock::SharedClock;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// What a record costs beside its body.
const OVERHEAD: usize = 256;
/// Most jobs in one transaction.
const BATCH: usize = 4_096;

/// Where a job's outcome goes.
pub(crate) type Answer<T> = oneshot::Sender<Result<T, AppendError>>;

/// Something for the writer to do.
#[derive(Debug)]
pub(crate) enum Job {
    Append {
        record: NewRecord,
        answer: Answer<Position>,
    },
    /// Forgets one portion; answers whether more is left.
    Trim {
        subject: Subject,
        before: Position,
        answer: Answer<bool>,
    },
}

impl Job {
    fn bytes(&self) -> usize {
        match self {
            Job::Append { record, .. } => record.body.len() + OVERHEAD,
            Job::Trim { .. } => OVERHEAD,
        }
    }

    /// Answers that it did not happen.
    pub(crate) fn refuse(self, error: AppendError) {
        // A caller that went away needs no answer.
        match self {
            Job::Append { answer, .. } => drop(answer.send(Err(error))),
            Job::Trim { answer, .. } => drop(answer.send(Err(error))),
        }
    }
}

/// The queue between everybody and the one writer.
pub(crate) struct Queue {
    state: Mutex<State>,
    filled: Condvar,
    clock: SharedClock,
    max_bytes: usize,
    max_age: Span,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<(Span, Job)>,
    bytes: usize,
    writer_waits: bool,
    closed: bool,
}

impl Queue {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            state: Mutex::default(),
            filled: Condvar::new(),
            clock: options.clock.clone(),
            max_bytes: options.queue_bytes,
            max_age: Span(u64::try_from(options.queue_age.as_millis()).unwrap_or(u64::MAX)),
        }
    }

    /// Queues a job, or refuses it at once.
    pub(crate) fn push(&self, job: Job) {
        let now = self.clock.steady();
        let mut state = self.lock();
        let oldest = state.jobs.front().map_or(now, |(since, _)| *since);
        let full = state.bytes + job.bytes() > self.max_bytes;
        if state.closed || full || self.too_old(oldest, now) {
            drop(state);
            return job.refuse(AppendError::Unavailable);
        }
        state.bytes += job.bytes();
        state.jobs.push_back((now, job));
        if state.writer_waits {
            state.writer_waits = false;
            self.filled.notify_one();
        }
    }

    /// Waits for work and takes all of it; `None` when closed and empty.
    pub(crate) fn take(&self) -> Option<Vec<Job>> {
        let mut state = self.lock();
        while state.jobs.is_empty() {
            if state.closed {
                return None;
            }
            state.writer_waits = true;
            state = self
                .filled
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Some(self.drain(state, BATCH))
    }

    /// What came while `done` jobs of a transaction were done; empty when it is large enough.
    pub(crate) fn take_more(&self, done: usize) -> Vec<Job> {
        self.drain(self.lock(), BATCH.saturating_sub(done))
    }

    /// Takes nothing more; what is queued is still done.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    /// Up to `count` jobs; those that waited too long are refused.
    fn drain(&self, mut state: MutexGuard<'_, State>, count: usize) -> Vec<Job> {
        let count = count.min(state.jobs.len());
        let rest = state.jobs.split_off(count);
        let taken = std::mem::replace(&mut state.jobs, rest);
        state.bytes -= taken.iter().map(|(_, job)| job.bytes()).sum::<usize>();
        drop(state);
        let now = self.clock.steady();
        let mut kept = Vec::with_capacity(taken.len());
        for (since, job) in taken {
            if self.too_old(since, now) {
                job.refuse(AppendError::Unavailable);
            } else {
                kept.push(job);
            }
        }
        kept
    }

    fn too_old(&self, since: Span, now: Span) -> bool {
        now.0.saturating_sub(since.0) > self.max_age.0
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Expect, RecordId};
    use bytes::Bytes;
    use domain::time::Time;
    use runtime::clock::ManualClock;
    use std::sync::Arc;
    use std::time::Duration;

    fn queue(bytes: usize) -> (Queue, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Time(0)));
        let options = Options {
            queue_bytes: bytes,
            queue_age: Duration::from_secs(5),
            clock: clock.clone(),
            ..Options::default()
        };
        (Queue::new(&options), clock)
    }

    fn push(queue: &Queue) -> oneshot::Receiver<Result<Position, AppendError>> {
        let (answer, outcome) = oneshot::channel();
        let record = NewRecord {
            subject: Subject::stored("t.1"),
            expect: Expect::Any,
            id: RecordId(1),
            body: Bytes::from_static(b"body"),
        };
        queue.push(Job::Append { record, answer });
        outcome
    }

    const REFUSED: Result<Result<Position, AppendError>, oneshot::error::TryRecvError> =
        Ok(Err(AppendError::Unavailable));

    #[test]
    fn bytes_are_bounded_and_given_back() {
        let (queue, _) = queue(2 * (OVERHEAD + 4));
        let mut first = push(&queue);
        let mut second = push(&queue);
        assert_eq!(push(&queue).try_recv(), REFUSED);
        assert!(first.try_recv().is_err() && second.try_recv().is_err());
        assert_eq!(queue.take().map(|jobs| jobs.len()), Some(2));
        assert!(push(&queue).try_recv().is_err(), "there is room again");
    }

    #[test]
    fn a_stalled_writer_refuses_the_new_and_the_old() {
        let (queue, clock) = queue(1 << 20);
        let mut old = push(&queue);
        clock.advance(Span::seconds(6));
        assert_eq!(push(&queue).try_recv(), REFUSED);
        assert_eq!(queue.take().map(|jobs| jobs.len()), Some(0));
        assert_eq!(old.try_recv(), REFUSED);
    }

    #[test]
    fn closing_keeps_what_is_queued() {
        let (queue, _) = queue(1 << 20);
        let _waiting = push(&queue);
        queue.close();
        assert_eq!(push(&queue).try_recv(), REFUSED);
        assert_eq!(queue.take().map(|jobs| jobs.len()), Some(1));
        assert!(queue.take().is_none());
    }
}
