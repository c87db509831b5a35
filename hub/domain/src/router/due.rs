//! What deadlines mean for conversations. Nothing of it is stored: it follows from the folded
//! state and the time, so a new lease holder finds it again, and what was not carried out is
//! said once more.

use super::{Action, Effect};
use crate::allocation::agents::Agent;
use crate::allocation::decision::Decision;
use crate::allocation::fact::Availability;
use crate::allocation::fold::Allocation;
use crate::allocation::queue::{Meaning, Place};
use crate::allocation::replica::Applied;
use crate::id::{AgentId, ConversationId};
use crate::routing::policy::Graces;
use crate::stall::Stalls;
use crate::time::{Span, Time};
use std::collections::BTreeMap;

/// An effect that the conversation has not confirmed is repeated after this.
const REPEAT: Span = Span::seconds(10);
/// Conversations that stay with an absent agent are looked at again after this.
const LOOK_AGAIN: Span = Span::seconds(60);

/// Returns that are older than this are taken as announced.
const RECENT: Span = Span::minutes(10);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Confirm(u64),
    RequeueWaiting(ConversationId),
    RequeueAll(ConversationId),
    FinishWrapUp(ConversationId),
    Abandon(ConversationId),
}

/// What was said already, by this holding of the lease.
#[derive(Debug, Clone, Default)]
pub(super) struct Due {
    said: BTreeMap<Key, Time>,
    /// Customers who know that their agent is unreachable.
    told: BTreeMap<ConversationId, (AgentId, Time)>,
}

/// The look at the state.
pub(super) struct Scene<'a> {
    pub(super) state: &'a Allocation,
    pub(super) graces: &'a Graces,
    pub(super) stalls: &'a Stalls,
    pub(super) now: Time,
}

/// What an own decision means for its conversation, as soon as it is committed.
pub(super) fn of_decision(applied: &Applied) -> Option<Effect> {
    match &applied.decision {
        Decision::Assigned {
            conversation,
            agent,
            department,
            by,
            reference,
            digest,
            from,
            ..
        } => Some(Effect::Assign {
            conversation: conversation.clone(),
            agent: agent.clone(),
            department: department.clone(),
            by: *by,
            from: from.clone(),
            reference: reference.clone().zip(*digest),
        }),
        Decision::Returned {
            conversation,
            from,
            to,
            reason,
        } => Some(Effect::ReturnTransfer {
            conversation: conversation.clone(),
            from: from.clone(),
            to: to.clone(),
            reason: *reason,
        }),
        _ => None,
    }
}

impl Due {
    /// The effect of this decision was just emitted.
    pub(super) fn emitted(&mut self, decision: u64, now: Time) {
        self.said.insert(Key::Confirm(decision), now);
    }

    /// A lease begins: whoever was away long enough for its customers to be told is announced
    /// as back, in case nobody did.
    pub(super) fn begin(&mut self, scene: &Scene<'_>) {
        *self = Self::default();
        for (id, agent) in scene.state.agents() {
            let told = scene.graces.customer_told;
            let was_long = agent
                .absent
                .is_some_and(|(from, to)| to.since(from) >= told && scene.now.since(to) < RECENT);
            if agent.is_on() && was_long {
                let since = agent.absent.map_or(Time(0), |(from, _)| from);
                let owned = agent.owned.keys();
                self.told
                    .extend(owned.map(|c| (c.clone(), (id.clone(), since))));
            }
        }
    }

    /// Everything that is due, and when more will be.
    pub(super) fn look(&mut self, scene: &Scene<'_>, actions: &mut Vec<Action>) -> Option<Time> {
        let mut found = Found {
            effects: Vec::new(),
            again: None,
        };
        self.unconfirmed(scene, &mut found);
        self.returned(scene, &mut found);
        self.agents(scene, &mut found);
        self.wrap_ups(scene, &mut found);
        self.abandoned(scene, &mut found);
        self.forget(scene.now);
        actions.extend(
            found
                .effects
                .into_iter()
                .map(|(decision, effect)| Action::Effect { decision, effect }),
        );
        found.again
    }

    fn unconfirmed(&mut self, scene: &Scene<'_>, found: &mut Found) {
        for (decision, conversation) in &scene.state.index.unconfirmed {
            if self.is_due(Key::Confirm(*decision), REPEAT, scene.now, found)
                && let Some(effect) = effect_of(scene.state, conversation)
            {
                found.effects.push((*decision, effect));
            }
        }
    }

    fn returned(&mut self, scene: &Scene<'_>, found: &mut Found) {
        self.told.retain(|conversation, (agent, _)| {
            let still_owner = scene.state.owner(conversation) == Some(&*agent);
            let back = scene.state.agent(agent).is_some_and(Agent::is_on);
            if still_owner && back {
                let effect = Effect::AgentReturned {
                    conversation: conversation.clone(),
                    agent: agent.clone(),
                };
                found.effects.push((0, effect));
            }
            still_owner && !back
        });
    }

    fn agents(&mut self, scene: &Scene<'_>, found: &mut Found) {
        for id in &scene.state.index.leaving {
            let Some(agent) = scene.state.agent(id) else {
                continue;
            };
            for conversation in agent.owned.keys() {
                let wraps_up = matches!(
                    scene.state.entry(conversation).map(|entry| &entry.place),
                    Some(Place::Owned(owned)) if owned.wrap_up_until.is_some()
                );
                if wraps_up {
                    self.finish(conversation, id, scene.now, found);
                } else {
                    self.leave(scene, conversation, (id, agent), found);
                }
            }
        }
    }

    /// An owned conversation of an agent that is off or signed off.
    fn leave(
        &mut self,
        scene: &Scene<'_>,
        conversation: &ConversationId,
        (id, agent): (&AgentId, &Agent),
        found: &mut Found,
    ) {
        let requeue = |only_if_waiting| Effect::Requeue {
            conversation: conversation.clone(),
            agent: id.clone(),
            only_if_waiting,
        };
        if agent.availability == Availability::Offline || agent.profile.is_none() {
            let key = Key::RequeueAll(conversation.clone());
            if self.is_due(key, REPEAT, scene.now, found) {
                found.effects.push((0, requeue(false)));
            }
            return;
        }
        let Some(since) = agent.off_since else { return };
        let told_at = scene.stalls.deadline(since, scene.graces.customer_told);
        if told_at > scene.now {
            found.wait_until(told_at);
        } else if self.told.get(conversation) != Some(&(id.clone(), since)) {
            self.told.insert(conversation.clone(), (id.clone(), since));
            let effect = Effect::AgentUnreachable {
                conversation: conversation.clone(),
                agent: id.clone(),
            };
            found.effects.push((0, effect));
        }
        let requeue_at = scene.stalls.deadline(since, scene.graces.requeue);
        if requeue_at > scene.now {
            found.wait_until(requeue_at);
            return;
        }
        let key = Key::RequeueWaiting(conversation.clone());
        if self.is_due(key, LOOK_AGAIN, scene.now, found) {
            found.effects.push((0, requeue(true)));
        }
    }

    fn wrap_ups(&mut self, scene: &Scene<'_>, found: &mut Found) {
        for (until, conversation) in &scene.state.index.wrap_ups {
            if *until > scene.now {
                return found.wait_until(*until);
            }
            if let Some(agent) = scene.state.owner(conversation) {
                self.finish(conversation, agent, scene.now, found);
            }
        }
    }

    fn finish(&mut self, id: &ConversationId, agent: &AgentId, now: Time, found: &mut Found) {
        if self.is_due(Key::FinishWrapUp(id.clone()), REPEAT, now, found) {
            let effect = Effect::FinishWrapUp {
                conversation: id.clone(),
                agent: agent.clone(),
            };
            found.effects.push((0, effect));
        }
    }

    fn abandoned(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let graces = scene.graces;
        if let Some((since, _)) = scene.state.index.gone.first() {
            found.wait_until(scene.stalls.deadline(*since, graces.customer_away));
        }
        let patience = Span(graces.customer_away.0 + graces.place_held.0);
        for (since, conversation) in &scene.state.index.held {
            let at = scene.stalls.deadline(*since, patience);
            if at > scene.now {
                return found.wait_until(at);
            }
            let key = Key::Abandon(conversation.clone());
            if self.is_due(key, REPEAT, scene.now, found) {
                let effect = Effect::Abandon {
                    conversation: conversation.clone(),
                };
                found.effects.push((0, effect));
            }
        }
    }

    /// Whether it is to be said (again); notes that it was.
    fn is_due(&mut self, key: Key, repeat: Span, now: Time, found: &mut Found) -> bool {
        let next = self.said.get(&key).map(|said| said.plus(repeat));
        match next.filter(|next| *next > now) {
            Some(next) => {
                found.wait_until(next);
                false
            }
            None => {
                found.wait_until(now.plus(repeat));
                self.said.insert(key, now);
                true
            }
        }
    }

    fn forget(&mut self, now: Time) {
        if self.said.len() > 4_096 {
            self.said
                .retain(|_, said| now.since(*said) < Span::minutes(5));
        }
    }
}

struct Found {
    effects: Vec<(u64, Effect)>,
    again: Option<Time>,
}

impl Found {
    fn wait_until(&mut self, at: Time) {
        self.again = Some(self.again.map_or(at, |again| again.min(at)));
    }
}

/// The effect of an unconfirmed decision, from the state.
fn effect_of(state: &Allocation, conversation: &ConversationId) -> Option<Effect> {
    let Place::Owned(owned) = &state.entry(conversation)?.place else {
        return None;
    };
    Some(match &owned.unconfirmed.as_ref()?.meaning {
        Meaning::Assigned {
            by,
            from,
            reference,
        } => Effect::Assign {
            conversation: conversation.clone(),
            agent: owned.agent.clone(),
            department: owned.department.clone(),
            by: *by,
            from: from.clone(),
            reference: reference.clone(),
        },
        Meaning::Returned { to, reason } => Effect::ReturnTransfer {
            conversation: conversation.clone(),
            from: owned.agent.clone(),
            to: to.clone(),
            reason: *reason,
        },
    })
}
