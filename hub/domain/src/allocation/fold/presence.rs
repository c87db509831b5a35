//! Facts about sockets, and what agents chose and can do.

use super::Allocation;
use crate::allocation::agents::Lives;
use crate::allocation::fact::{Fact, Source};
use crate::allocation::queue::Place;
use crate::id::{AgentId, ConversationId, Incarnation, NodeId};
use crate::time::Time;

impl Allocation {
    pub(super) fn fold_presence(&mut self, fact: &Fact) {
        match fact {
            Fact::CustomerPresent {
                conversation,
                source,
                present,
                at,
            } => {
                self.tell_time(*at);
                if self.is_living(source, *at) {
                    self.customer_present(conversation, source, *present, *at);
                }
            }
            Fact::AgentOn { agent, source, at } => self.agent_seen(agent, source, true, *at),
            Fact::AgentOff { agent, source, at } => self.agent_seen(agent, source, false, *at),
            Fact::NodeStarted {
                node,
                incarnation,
                at,
            } => {
                self.tell_time(*at);
                self.begin_life(node, incarnation, *at);
            }
            _ => {}
        }
    }

    fn agent_seen(&mut self, agent: &AgentId, source: &Source, on: bool, at: Time) {
        self.tell_time(at);
        if self.is_living(source, at) {
            self.with_agent(agent, |agent| agent.see(source, on, at));
        }
    }

    fn customer_present(&mut self, id: &ConversationId, source: &Source, on: bool, at: Time) {
        let Some(mut entry) = self.lift(id) else {
            return;
        };
        if entry.customer.hear(source, on) {
            if entry.customer.any() {
                entry.gone_since = None;
                if let Place::Waiting(waiting) = &mut entry.place {
                    waiting.held = false;
                }
            } else if entry.gone_since.is_none() {
                entry.gone_since = Some(at);
            }
        }
        self.put(id.clone(), entry);
    }

    /// Whether the fact comes from the node's present life; one that was not announced begins.
    fn is_living(&mut self, source: &Source, at: Time) -> bool {
        self.begin_life(&source.node, &source.incarnation, at);
        self.lives[&source.node].current == source.incarnation
    }

    fn begin_life(&mut self, node: &NodeId, incarnation: &Incarnation, at: Time) {
        let Some(lives) = self.lives.get_mut(node) else {
            let lives = Lives::first(incarnation.clone());
            self.lives.insert(node.clone(), lives);
            return;
        };
        if !lives.begin(incarnation) {
            return;
        }
        let agents: Vec<AgentId> = self.agents.keys().cloned().collect();
        for agent in agents {
            self.with_agent(&agent, |agent| agent.node_restarted(node, incarnation, at));
        }
        self.customers_restarted(node, incarnation, at);
    }

    /// Customers of an older life are gone until they say hello again. Where only one node was
    /// ever heard of, those who were never spoken of were its own.
    fn customers_restarted(&mut self, node: &NodeId, incarnation: &Incarnation, at: Time) {
        let alone = self.lives.len() == 1;
        let ids: Vec<ConversationId> = self.entries.keys().cloned().collect();
        for id in ids {
            let Some(mut entry) = self.lift(&id) else {
                continue;
            };
            let lost = entry.customer.restart(node, incarnation) && !entry.customer.any();
            if lost || (alone && entry.customer.is_unknown()) {
                entry.gone_since = Some(entry.gone_since.map_or(at, |since| since.max(at)));
            }
            self.put(id, entry);
        }
    }

    pub(super) fn fold_agent(&mut self, fact: &Fact) {
        match fact {
            Fact::AgentIdle { agent, idle, at } => {
                self.tell_time(*at);
                self.with_agent(agent, |agent| {
                    if agent.idle_at <= *at {
                        agent.idle = *idle;
                        agent.idle_at = *at;
                    }
                });
            }
            Fact::AvailabilitySet {
                agent,
                availability,
                reason,
                at,
            } => {
                self.tell_time(*at);
                self.with_agent(agent, |agent| {
                    let older = *at < agent.availability_at;
                    let double = *at == agent.availability_at && agent.chosen == *availability;
                    if !older && !double {
                        agent.choose(*availability, reason.clone(), *at);
                    }
                });
            }
            Fact::ProfileSet {
                agent,
                version,
                profile,
            } => self.with_agent(agent, |agent| {
                if agent.profile_version < *version {
                    agent.profile_version = *version;
                    agent.profile.clone_from(profile);
                }
            }),
            _ => {}
        }
    }
}
