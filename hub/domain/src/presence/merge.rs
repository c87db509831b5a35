//! What all nodes say of their sockets: each casts its full set, the newest word of each counts.

use crate::allocation::agents::Lives;
use crate::id::{AgentId, Incarnation, NodeId};
use crate::time::{Span, Time};
use std::collections::{BTreeMap, BTreeSet};

/// A node casts its set this often.
pub const BEAT: Span = Span::seconds(1);
/// So many beats missed make a node suspect.
const MISSED: u64 = 3;

/// The full set of agents with a socket on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// Whose.
    pub node: NodeId,
    /// In which life.
    pub incarnation: Incarnation,
    /// Counts up within the life.
    pub counter: u64,
    /// Who is there.
    pub agents: BTreeSet<AgentId>,
}

#[derive(Debug, Clone)]
struct Heard {
    lives: Lives,
    counter: u64,
    at: Time,
    agents: BTreeSet<AgentId>,
    suspect: bool,
}

/// Whose reachability changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Reachable now.
    pub joined: BTreeSet<AgentId>,
    /// Not reachable any more.
    pub left: BTreeSet<AgentId>,
}

/// The merged sets of all nodes. Whether this node may judge others is the caller's to know.
#[derive(Debug, Clone, Default)]
pub struct Floor {
    nodes: BTreeMap<NodeId, Heard>,
}

impl Floor {
    /// A set came; an old or double one, or one of a past life, changes nothing.
    pub fn hear(&mut self, beat: Beat, now: Time) -> Change {
        self.changing(|floor| {
            let Some(heard) = floor.nodes.get_mut(&beat.node) else {
                let heard = Heard {
                    lives: Lives::first(beat.incarnation),
                    counter: beat.counter,
                    at: now,
                    agents: beat.agents,
                    suspect: false,
                };
                floor.nodes.insert(beat.node, heard);
                return;
            };
            let reborn = heard.lives.begin(&beat.incarnation);
            let newer = heard.lives.current == beat.incarnation && beat.counter > heard.counter;
            if reborn || newer {
                heard.counter = beat.counter;
                heard.agents = beat.agents;
                heard.at = now;
                heard.suspect = false;
            }
        })
    }

    /// Nodes that missed three beats become suspect.
    pub fn sweep(&mut self, now: Time) -> Change {
        self.changing(|floor| {
            for heard in floor.nodes.values_mut() {
                heard.suspect |= now.since(heard.at).0 > BEAT.0 * MISSED;
            }
        })
    }

    /// Somebody knows at once that the node is gone; its next set clears it.
    pub fn suspect(&mut self, node: &NodeId) -> Change {
        self.changing(|floor| {
            if let Some(heard) = floor.nodes.get_mut(node) {
                heard.suspect = true;
            }
        })
    }

    /// Whether a node that is not suspect has a socket of the agent.
    pub fn is_reachable(&self, agent: &AgentId) -> bool {
        self.trusted().any(|heard| heard.agents.contains(agent))
    }

    /// Everybody reachable.
    pub fn reachable(&self) -> BTreeSet<AgentId> {
        self.trusted()
            .flat_map(|heard| heard.agents.iter().cloned())
            .collect()
    }

    fn trusted(&self) -> impl Iterator<Item = &Heard> {
        self.nodes.values().filter(|heard| !heard.suspect)
    }

    fn changing(&mut self, change: impl FnOnce(&mut Self)) -> Change {
        let before = self.reachable();
        change(self);
        let after = self.reachable();
        Change {
            joined: after.difference(&before).cloned().collect(),
            left: before.difference(&after).cloned().collect(),
        }
    }
}
