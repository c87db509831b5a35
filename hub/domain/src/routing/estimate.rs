//! How long somebody who joins a line will wait: about, with a range that holds.
//!
//! The mean is what stands before one, times the time that a conversation keeps its slot, over
//! the slots that serve the line. The range is that of the logarithm of (real / estimated):
//! wide for the first in line and while little was observed, and moved by every wait that
//! ended outside of it. From the first chat of the day the configured values speak; what is
//! observed outweighs them within some ten conversations.

use crate::allocation::view::LineState;
use crate::time::Span;

/// Share of waits that should end below the range, and as many above it. Well under what is
/// promised (15 of 100 in all): the edges learn from a wait only when it is over, and a rush is
/// mistaken for all of its line at once.
const TAIL: f64 = 0.015;
/// How fast the edges of the range learn.
const STEP: f64 = 0.3;
/// Observations that the configured service time is worth.
const WORTH: f64 = 5.0;
/// Observations after which older ones fade.
const MEMORY: f64 = 60.0;
/// Spread that even a long line keeps: breaks, rushes, long chats.
const WORLD: f64 = 0.35;

/// What is assumed before anything was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prior {
    /// How long a conversation keeps its slot, wrap-up included.
    pub service: Span,
    /// From an offer to its acceptance.
    pub pickup: Span,
}

impl Default for Prior {
    fn default() -> Self {
        Self {
            service: Span::minutes(8),
            pickup: Span::seconds(8),
        }
    }
}

/// Who serves a line just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Service {
    /// Capacity of the agents that take offers, in tenths.
    pub capacity: u32,
    /// The part of it that is free, in tenths.
    pub room: u32,
    /// Weight of one conversation, in tenths.
    pub weight: u32,
}

impl Service {
    /// Of a line that is mostly chats of this weight.
    pub fn of(line: &LineState, weight: u32) -> Self {
        Self {
            capacity: line.capacity,
            room: line.room,
            weight,
        }
    }
}

/// A promise to somebody in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// About so long.
    pub wait: Span,
    /// Hardly less …
    pub low: Span,
    /// … and hardly more.
    pub high: Span,
    /// Places before a slot is free, this one included: 0 where one is free now.
    pub ahead: u32,
}

/// The estimator of one department. Not stored: a new one learns within minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimator {
    prior: Prior,
    service_ms: f64,
    observed: f64,
    bias: f64,
    low: f64,
    high: f64,
}

impl Estimator {
    /// Nothing observed yet.
    pub fn new(prior: Prior) -> Self {
        Self {
            prior,
            service_ms: prior.service.0.max(1) as f64,
            observed: 0.0,
            bias: 0.0,
            low: -2.6,
            high: 2.0,
        }
    }

    /// A conversation gave its slot back after so long.
    pub fn served(&mut self, took: Span) {
        let worth = (self.observed + WORTH).min(MEMORY);
        self.service_ms += (took.0 as f64 - self.service_ms) / (worth + 1.0);
        self.observed += 1.0;
    }

    /// Somebody who was given this promise was accepted after so long. Abandoned waits say
    /// nothing and are not reported.
    pub fn accepted(&mut self, promise: &Estimate, waited: Span) {
        if promise.ahead == 0 {
            return;
        }
        let waited = waited.0.max(1_000) as f64;
        let error = (waited / promise.wait.0.max(1_000) as f64).ln();
        self.bias = (self.bias + 0.05 * error).clamp(-0.7, 0.7);
        let scaled = error / self.spread(promise.ahead);
        let below = f64::from(u8::from(scaled < self.low));
        let above = f64::from(u8::from(scaled > self.high));
        self.low = (self.low + STEP * (TAIL - below)).clamp(-4.0, -0.7);
        self.high = (self.high + STEP * (above - TAIL)).clamp(0.7, 4.0);
    }

    /// The promise to who stands at this position (from 1). `None`: nobody takes offers.
    pub fn estimate(&self, position: usize, service: Service) -> Option<Estimate> {
        let weight = service.weight.max(1);
        let slots = f64::from(service.capacity) / f64::from(weight);
        if slots < 1.0 {
            return None;
        }
        let free = (service.room / weight) as usize;
        let ahead = u32::try_from(position.saturating_sub(free)).unwrap_or(u32::MAX);
        let pickup = self.prior.pickup.0 as f64;
        if ahead == 0 {
            return Some(Estimate {
                wait: self.prior.pickup,
                low: Span(0),
                high: Span(self.prior.pickup.0.saturating_mul(4)),
                ahead,
            });
        }
        let queue = f64::from(ahead) * self.service_ms / slots;
        let wait = pickup + queue * self.bias.exp();
        let spread = self.spread(ahead);
        Some(Estimate {
            wait: Span(wait as u64),
            low: Span((wait * (self.low * spread).exp()) as u64),
            high: Span((wait * (self.high * spread).exp()) as u64),
            ahead,
        })
    }

    /// How long a conversation keeps its slot, as far as is known.
    pub fn service(&self) -> Span {
        Span(self.service_ms as u64)
    }

    /// Standard deviation of the logarithm: the sum of `ahead` service times, what is not known
    /// yet, and the world.
    fn spread(&self, ahead: u32) -> f64 {
        let unsure = 1.0 / (self.observed.min(MEMORY) + WORTH);
        (1.0 / f64::from(ahead.max(1)) + unsure + WORLD * WORLD).sqrt()
    }
}
