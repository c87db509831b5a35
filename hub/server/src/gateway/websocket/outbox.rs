//! What waits to be written to one socket: bounded in bytes. A full outbox ends the socket with
//! a resumable code; nothing is ever dropped silently from it.

use domain::id::ConversationId;
use domain::time::Time;
use protocol::CloseCode;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Counts for every frame beside its text.
const OVERHEAD: usize = 64;

/// One frame.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its text, shared by all who get it.
    pub text: Utf8Bytes,
    /// A message of somebody else: told to its author when it is written.
    pub message: Option<Box<Mark>>,
}

/// Which message a frame brings.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// In the receiver's count.
    pub seq: u64,
    /// When the hub had it.
    pub at: Time,
}

/// What to do next.
#[derive(Debug)]
pub enum Next {
    /// Write these.
    Frames(Vec<Outgoing>),
    /// Write these, then close.
    Close(Vec<Outgoing>, CloseCode),
}

/// The queue. Held by the session; the socket's task alone takes from it.
#[derive(Debug)]
pub struct Outbox {
    capacity: usize,
    held: Mutex<Held>,
    wake: Notify,
    room: Notify,
}

#[derive(Debug, Default)]
struct Held {
    frames: VecDeque<Outgoing>,
    bytes: usize,
    close: Option<CloseCode>,
}

/// Frames in one write at most.
const BATCH: usize = 64;

impl Outbox {
    /// Empty; `capacity` in bytes.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            held: Mutex::default(),
            wake: Notify::new(),
            room: Notify::new(),
        }
    }

    /// Adds a frame. After a close, and when it is full, it is not added; then the socket ends.
    pub fn send(&self, frame: Outgoing) {
        let mut held = self.lock();
        if held.close.is_some() {
            return;
        }
        let bytes = frame.text.len() + OVERHEAD;
        if held.bytes + bytes > self.capacity && !held.frames.is_empty() {
            held.close = Some(CloseCode::SlowConsumer);
            held.frames = VecDeque::new();
            held.bytes = 0;
            self.room.notify_waiters();
        } else {
            held.bytes += bytes;
            held.frames.push_back(frame);
        }
        drop(held);
        self.wake.notify_one();
    }

    /// Puts a frame before all others: `welcome`.
    pub fn send_first(&self, text: Utf8Bytes) {
        let mut held = self.lock();
        held.bytes += text.len() + OVERHEAD;
        held.frames.push_front(Outgoing {
            text,
            message: None,
        });
        drop(held);
        self.wake.notify_one();
    }

    /// Ends the socket after what is queued. The first code counts.
    pub fn close(&self, code: CloseCode) {
        self.lock().close.get_or_insert(code);
        self.wake.notify_one();
        self.room.notify_waiters();
    }

    /// Whether the socket is ending.
    pub fn is_closed(&self) -> bool {
        self.lock().close.is_some()
    }

    /// Waits until less than half is taken, or until it is closed: a long resume never fills
    /// it.
    pub async fn half_empty(&self) {
        loop {
            let mut room = std::pin::pin!(self.room.notified());
            // From here on no notice is missed.
            room.as_mut().enable();
            let waits = {
                let held = self.lock();
                held.close.is_none() && held.bytes > self.capacity / 2
            };
            if !waits {
                return;
            }
            room.await;
        }
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.lock().frames.is_empty()
    }

    /// Waits for something to do. Dropping the wait loses nothing.
    pub async fn next(&self) -> Next {
        loop {
            if let Some(next) = self.take() {
                return next;
            }
            self.wake.notified().await;
        }
    }

    fn take(&self) -> Option<Next> {
        let mut held = self.lock();
        let n = held.frames.len().min(BATCH);
        if n == 0 && held.close.is_none() {
            return None;
        }
        let frames: Vec<Outgoing> = held.frames.drain(..n).collect();
        held.bytes -= frames
            .iter()
            .map(|f| f.text.len() + OVERHEAD)
            .sum::<usize>();
        self.room.notify_waiters();
        if !held.frames.is_empty() {
            return Some(Next::Frames(frames));
        }
        // An idle session keeps no buffer.
        held.frames = VecDeque::new();
        Some(match held.close {
            Some(code) => Next::Close(frames, code),
            None => Next::Frames(frames),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Outgoing {
        Outgoing {
            text: text.to_owned().into(),
            message: None,
        }
    }

    #[tokio::test]
    async fn frames_come_in_order_and_before_the_close() {
        let outbox = Outbox::new(100_000);
        for n in 0..100 {
            outbox.send(frame(&n.to_string()));
        }
        outbox.close(CloseCode::Restarting);
        outbox.close(CloseCode::Done);
        let mut got = Vec::new();
        let code = loop {
            match outbox.next().await {
                Next::Frames(frames) => got.extend(frames),
                Next::Close(frames, code) => {
                    got.extend(frames);
                    break code;
                }
            }
        };
        let texts: Vec<String> = got.iter().map(|f| f.text.to_string()).collect();
        assert_eq!(texts, (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(code, CloseCode::Restarting);
    }

    #[tokio::test]
    async fn an_overflow_ends_the_socket_and_frees_what_it_held() {
        let outbox = Outbox::new(1_000);
        for _ in 0..20 {
            outbox.send(frame(&"x".repeat(100)));
        }
        assert!(outbox.is_closed() && outbox.is_empty());
        assert!(
            matches!(outbox.next().await, Next::Close(frames, CloseCode::SlowConsumer) if frames.is_empty())
        );
    }

    #[tokio::test]
    async fn one_frame_larger_than_the_outbox_still_goes_when_it_is_alone() {
        let outbox = Outbox::new(10);
        outbox.send(frame(&"x".repeat(100)));
        assert!(!outbox.is_closed());
    }
}
