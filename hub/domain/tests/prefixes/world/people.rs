//! What agents and customers do.

use super::World;
use crate::dialogue::{agent, department, skills};
use crate::script::Op;
use domain::allocation::fact::{Availability, Fact, Profile, Source, Target};
use domain::id::{AgentId, ConversationId, Incarnation, NodeId, OfferId, Ref};

impl World {
    pub(super) fn people(&mut self, op: &Op) {
        let (now, at) = (self.now, self.now);
        let fact = match *op {
            Op::Open {
                conversation,
                demand,
            } => self.dialogues[conversation].open(demand, now),
            Op::Close {
                conversation,
                wrap_up,
            } => self.dialogues[conversation].close(wrap_up, now),
            Op::Reprioritise {
                conversation,
                priority,
            } => self.dialogues[conversation].reprioritise(priority),
            Op::Transfer { conversation, to } => {
                let target = match to % 4 {
                    0 => Target::Department(department(to / 4)),
                    _ => Target::Agent(agent(usize::from(to / 4))),
                };
                self.dialogues[conversation].transfer(target)
            }
            Op::Withdraw { conversation } => self.dialogues[conversation].withdraw(),
            Op::Customer {
                conversation,
                present,
            } => Some(Fact::CustomerPresent {
                conversation: self.dialogues[conversation].id.clone(),
                source: self.source(conversation % 2),
                present,
                at,
            }),
            Op::Sign { agent: n, node, on } => {
                let (agent, source) = (agent(n), self.source(node));
                Some(match on {
                    true => Fact::AgentOn { agent, source, at },
                    false => Fact::AgentOff { agent, source, at },
                })
            }
            Op::Choose {
                agent: n,
                availability,
            } => Some(Fact::AvailabilitySet {
                agent: agent(n),
                availability: choice(availability),
                reason: None,
                at,
            }),
            Op::Idle { agent: n, idle } => Some(Fact::AgentIdle {
                agent: agent(n),
                idle,
                at,
            }),
            Op::Restart { node } => {
                self.lives[node] += 1;
                let Source {
                    node, incarnation, ..
                } = self.source(node);
                Some(Fact::NodeStarted {
                    node,
                    incarnation,
                    at,
                })
            }
            Op::Profile { agent, kind } => return self.profile(agent, kind),
            Op::Reachable {
                agent: n,
                reachable,
            } => {
                for node in &mut self.nodes {
                    node.reach(agent(n), reachable, now);
                }
                None
            }
            _ => self.command(op),
        };
        self.say(fact);
    }

    fn command(&mut self, op: &Op) -> Option<Fact> {
        let at = self.now;
        self.commands += 1;
        let reference = Ref::new(format!("r{}", self.commands)).unwrap();
        if let Op::Claim {
            conversation,
            agent: n,
        } = *op
        {
            return Some(Fact::Claimed {
                conversation: self.dialogues[conversation].id.clone(),
                agent: agent(n),
                reference,
                digest: 7,
                at,
            });
        }
        let (Op::Accept { offer } | Op::Decline { offer } | Op::Shown { offer }) = *op else {
            return None;
        };
        let (conversation, offer, agent) = self.some_offer(offer)?;
        Some(match op {
            Op::Accept { .. } => Fact::Accepted {
                conversation,
                offer,
                agent,
                reference,
                digest: 7,
                at,
            },
            Op::Decline { .. } => Fact::Declined {
                conversation,
                offer,
                agent,
                reference,
                at,
            },
            _ => Fact::OfferShown { offer, agent },
        })
    }

    /// Mostly an open one, sometimes one that is long over.
    fn some_offer(&self, n: usize) -> Option<(ConversationId, OfferId, AgentId)> {
        let open = self.checker.state().offers().nth(n);
        match open {
            Some((id, offer)) => {
                Some((offer.conversation.clone(), id.clone(), offer.agent.clone()))
            }
            None => self.offers.iter().rev().nth(n).cloned(),
        }
    }

    pub(super) fn profile(&mut self, n: usize, kind: u8) {
        self.counter += 1;
        let both = vec![department(0), department(1)];
        let profile = Profile {
            departments: if kind.is_multiple_of(3) {
                vec![department(kind / 3)]
            } else {
                both
            },
            skills: skills(kind & 4 == 4, 1 + kind % 4),
            capacity: 10 * u32::from(1 + kind % 3),
        };
        let fact = Fact::ProfileSet {
            agent: agent(n),
            version: self.counter,
            profile: (kind < 200).then_some(profile),
        };
        self.say(Some(fact));
    }

    fn source(&mut self, node: usize) -> Source {
        self.counter += 1;
        Source {
            node: NodeId::new(format!("n{node}")).unwrap(),
            incarnation: Incarnation::new(format!("life{}", self.lives[node])).unwrap(),
            counter: self.counter,
        }
    }
}

fn choice(n: u8) -> Availability {
    match n {
        0..=4 => Availability::Available,
        5 => Availability::Busy,
        6 => Availability::Finishing,
        _ if n.is_multiple_of(2) => Availability::OnBreak,
        _ => Availability::Offline,
    }
}
