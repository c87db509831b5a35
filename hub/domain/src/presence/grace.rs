//! A node's own sockets as facts: the first socket of an agent is said at once, the last one's
//! end after a grace, so that a flapping connection says nothing.

use super::device::Devices;
use crate::id::AgentId;
use crate::stall::Stalls;
use crate::time::{Span, Time};
use std::collections::BTreeMap;

/// Times of presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Without a socket for so long the agent is off.
    pub offer_revoke: Span,
    /// Without a command for so long it is away.
    pub idle: Span,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            offer_revoke: Span::seconds(5),
            idle: Span::minutes(5),
        }
    }
}

/// What the node has to tell, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// To the router at once: whether the agent has a socket here.
    Reachable {
        /// Who.
        agent: AgentId,
        /// Whether.
        reachable: bool,
    },
    /// A fact: the first socket.
    On {
        /// Who.
        agent: AgentId,
        /// For the fact's source.
        counter: u64,
        /// When it was opened.
        at: Time,
    },
    /// A fact: the last socket went, and the grace is over.
    Off {
        /// Who.
        agent: AgentId,
        /// For the fact's source.
        counter: u64,
        /// When the socket went: all later graces count from here.
        at: Time,
    },
    /// A fact: away, or back.
    Idle {
        /// Who.
        agent: AgentId,
        /// Whether away.
        idle: bool,
        /// Since when.
        at: Time,
    },
}

/// One agent on this node.
#[derive(Debug, Clone, Default)]
struct Here {
    devices: Devices,
    /// The last socket went then, and its end is not said yet.
    gone_at: Option<Time>,
    /// What was last said.
    on: bool,
    idle: bool,
}

/// The agents of one site on this node.
#[derive(Debug, Clone)]
pub struct Local {
    patience: Patience,
    agents: BTreeMap<AgentId, Here>,
    counter: u64,
    stalls: Stalls,
}

impl Local {
    /// No sockets yet.
    pub fn new(patience: Patience) -> Self {
        Self {
            patience,
            agents: BTreeMap::new(),
            counter: 0,
            stalls: Stalls::default(),
        }
    }

    /// A number for the source of another presence fact of this life of the node: agents and
    /// customers count together.
    pub fn next_counter(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// An agent's socket is open and signed in.
    pub fn open(&mut self, agent: &AgentId, session: u64, now: Time) -> Vec<Said> {
        let here = self.agents.entry(agent.clone()).or_default();
        let first = here.devices.is_empty();
        here.devices.open(session, now);
        here.gone_at = None;
        let mut said = Vec::new();
        if first {
            let agent = agent.clone();
            said.push(Said::Reachable {
                agent,
                reachable: true,
            });
        }
        if !std::mem::replace(&mut here.on, true) {
            self.counter += 1;
            said.push(Said::On {
                agent: agent.clone(),
                counter: self.counter,
                at: now,
            });
        }
        said.extend(self.settle_idle(agent, now));
        said
    }

    /// A socket is gone, whatever the reason.
    pub fn close(&mut self, agent: &AgentId, session: u64, now: Time) -> Vec<Said> {
        let Some(here) = self.agents.get_mut(agent) else {
            return Vec::new();
        };
        if !here.devices.close(session) {
            return Vec::new();
        }
        if !here.devices.is_empty() {
            return self.settle_idle(agent, now).into_iter().collect();
        }
        here.gone_at = Some(now);
        vec![Said::Reachable {
            agent: agent.clone(),
            reachable: false,
        }]
    }

    /// A command came through a socket.
    pub fn used(&mut self, agent: &AgentId, session: u64, now: Time) -> Option<Said> {
        let here = self.agents.get_mut(agent)?;
        here.devices.used(session, now);
        self.settle_idle(agent, now)
    }

    /// The desk says that nobody is there (`true`), or somebody again.
    pub fn idle(&mut self, agent: &AgentId, session: u64, idle: bool, now: Time) -> Option<Said> {
        let here = self.agents.get_mut(agent)?;
        here.devices.idle(session, idle, now);
        self.settle_idle(agent, now)
    }

    /// Time has passed: graces that are over, agents that are away.
    pub fn sweep(&mut self, now: Time) -> Vec<Said> {
        self.stalls.notice(now);
        let mut said = Vec::new();
        let agents: Vec<AgentId> = self.agents.keys().cloned().collect();
        for agent in agents {
            said.extend(self.settle_off(&agent, now));
            said.extend(self.settle_idle(&agent, now));
        }
        self.agents
            .retain(|_, here| here.on || !here.devices.is_empty());
        said
    }

    /// When to sweep next, within a second while anybody is here; a later sweep counts as a
    /// stall of the process and puts running graces off.
    pub fn sweep_at(&mut self, now: Time) -> Option<Time> {
        let pulse = now.plus(Span::seconds(1));
        let at = (!self.agents.is_empty()).then_some(pulse);
        self.stalls.expect(at);
        at
    }

    /// Agents with a socket here, for the beat.
    pub fn agents(&self) -> impl Iterator<Item = &AgentId> {
        let here = |(id, here): (_, &Here)| (!here.devices.is_empty()).then_some(id);
        self.agents.iter().filter_map(here)
    }

    fn settle_off(&mut self, agent: &AgentId, now: Time) -> Option<Said> {
        let here = self.agents.get_mut(agent)?;
        let at = here.gone_at?;
        if self.stalls.deadline(at, self.patience.offer_revoke) > now {
            return None;
        }
        here.gone_at = None;
        here.on = false;
        self.counter += 1;
        Some(Said::Off {
            agent: agent.clone(),
            counter: self.counter,
            at,
        })
    }

    fn settle_idle(&mut self, agent: &AgentId, now: Time) -> Option<Said> {
        let here = self.agents.get_mut(agent)?;
        let idle = here.devices.away_at(self.patience.idle)? <= now;
        (std::mem::replace(&mut here.idle, idle) != idle).then(|| Said::Idle {
            agent: agent.clone(),
            idle,
            at: now,
        })
    }
}
