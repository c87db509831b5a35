//! The devices of one agent on one node: several count as one agent.

use crate::time::{Span, Time};
use std::collections::BTreeMap;

/// One open socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Device {
    /// The last command, or the end of a reported idleness.
    used: Time,
    /// The desk said that nobody is there.
    idle: bool,
}

/// All open sockets of one agent, by the node's number of the session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Devices(BTreeMap<u64, Device>);

impl Devices {
    /// A socket was opened; it counts as used.
    pub fn open(&mut self, session: u64, now: Time) {
        let device = Device {
            used: now,
            idle: false,
        };
        self.0.insert(session, device);
    }

    /// A socket is gone; `false`: it was not known.
    pub fn close(&mut self, session: u64) -> bool {
        self.0.remove(&session).is_some()
    }

    /// A command came through the socket.
    pub fn used(&mut self, session: u64, now: Time) {
        if let Some(device) = self.0.get_mut(&session) {
            device.used = device.used.max(now);
            device.idle = false;
        }
    }

    /// The desk says that nobody is there, or somebody again.
    pub fn idle(&mut self, session: u64, idle: bool, now: Time) {
        if let Some(device) = self.0.get_mut(&session) {
            device.idle = idle;
            if !idle {
                device.used = device.used.max(now);
            }
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// From when on the agent is away if nothing is used: the latest over all devices. `None`:
    /// there is no device; a time that is over: it is away.
    pub fn away_at(&self, patience: Span) -> Option<Time> {
        let at = |device: &Device| match device.idle {
            true => Time(0),
            false => device.used.plus(patience),
        };
        self.0.values().map(at).max()
    }
}
