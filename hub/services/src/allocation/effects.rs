//! What decisions mean for conversations, written into their logs: in decision order per
//! conversation, conversations side by side.

use super::Site;
use crate::conversations::{Conversations, Done, Ticket};
use crate::failure::Failure;
use domain::conversation::Command;
use domain::conversation::command::Asker;
use domain::conversation::event::Person;
use domain::id::{AgentId, ConversationId, Ref};
use domain::record::{Actor, fnv1a};
use domain::rejection::Rejection;
use domain::router::Effect;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// How many conversations are written to at once.
const LANES: usize = 32;
/// Between tries while the store takes nothing.
const AGAIN: Duration = Duration::from_millis(200);

/// The sending end.
pub(super) struct Lanes(Vec<mpsc::UnboundedSender<(u64, Effect)>>);

impl Lanes {
    pub(super) fn start(site: &Arc<Site>, conversations: &Arc<Conversations>) -> Self {
        let lane = |_| {
            let (sender, receiver) = mpsc::unbounded_channel();
            tokio::spawn(work(site.clone(), conversations.clone(), receiver));
            sender
        };
        Self((0..LANES).map(lane).collect())
    }

    pub(super) fn send(&self, decision: u64, effect: Effect) {
        let lane = fnv1a(conversation(&effect).as_str().as_bytes()) as usize % self.0.len();
        let _ = self.0[lane].send((decision, effect));
    }
}

async fn work(
    site: Arc<Site>,
    conversations: Arc<Conversations>,
    mut effects: mpsc::UnboundedReceiver<(u64, Effect)>,
) {
    while let Some((decision, effect)) = effects.recv().await {
        carry_out(&site, &conversations, decision, effect).await;
    }
}

/// Retried until the store takes it: a decision that is durable must come true.
async fn carry_out(site: &Site, conversations: &Conversations, decision: u64, effect: Effect) {
    let id = conversation(&effect).clone();
    let (command, by, reference) = command(site, decision, effect);
    loop {
        let ticket = reference
            .clone()
            .map(|(reference, digest)| Ticket { reference, digest });
        let outcome = conversations
            .execute_as(
                &site.id,
                &id,
                Asker::System,
                by.clone(),
                command.clone(),
                ticket,
            )
            .await;
        match outcome {
            Err(Failure::Unavailable { .. }) => tokio::time::sleep(AGAIN).await,
            Ok(done) if done.seq.is_none() && !owns(site, conversations, &id, &by).await => {
                // The conversation had moved on before the decision reached it.
                answer(
                    site,
                    &by,
                    reference.as_ref(),
                    Err(Rejection::OfferExpired.into()),
                );
                return;
            }
            outcome => {
                answer(site, &by, reference.as_ref(), outcome);
                return;
            }
        }
    }
}

/// Whether the agent behind the effect, where there is one, owns the conversation.
async fn owns(site: &Site, conversations: &Conversations, id: &ConversationId, by: &Actor) -> bool {
    let Actor::Agent(agent) = by else { return true };
    let owner = conversations.with(&site.id, id, |c| c.owner().is_some_and(|o| o.id == *agent));
    !matches!(owner.await, Ok(Some(false)))
}

/// The agent whose accept or claim this was learns that it owns the conversation now.
fn answer(site: &Site, by: &Actor, reference: Option<&(Ref, u64)>, outcome: Result<Done, Failure>) {
    if let Err(error) = &outcome {
        tracing::debug!(site = %site.id, %error, "an effect came too late");
    }
    if let (Actor::Agent(agent), Some((reference, _))) = (by, reference) {
        site.waiters.answer(agent, reference, outcome);
    }
}

fn command(site: &Site, decision: u64, effect: Effect) -> (Command, Actor, Option<(Ref, u64)>) {
    match effect {
        Effect::Assign {
            agent,
            department,
            by,
            reference,
            ..
        } => {
            let actor = if reference.is_some() {
                Actor::Agent(agent.clone())
            } else {
                Actor::System
            };
            let agent = person(site, agent);
            (
                Command::Assign {
                    agent,
                    department,
                    by,
                    decision,
                },
                actor,
                reference,
            )
        }
        Effect::ReturnTransfer {
            from, to, reason, ..
        } => (
            Command::ReturnTransfer { from, to, reason },
            Actor::System,
            None,
        ),
        Effect::AgentUnreachable { agent, .. } => {
            (Command::Unreachable { agent }, Actor::System, None)
        }
        Effect::AgentReturned { agent, .. } => (Command::Returned { agent }, Actor::System, None),
        Effect::Requeue {
            agent,
            only_if_waiting,
            ..
        } => (
            Command::Requeue {
                agent,
                only_if_waiting,
            },
            Actor::System,
            None,
        ),
        Effect::FinishWrapUp { agent, .. } => (Command::WrapUpOver { agent }, Actor::System, None),
        Effect::Abandon { .. } => (Command::Abandon, Actor::System, None),
    }
}

fn person(site: &Site, id: AgentId) -> Person {
    let name = site.name_of(&id);
    Person { id, name }
}

fn conversation(effect: &Effect) -> &ConversationId {
    match effect {
        Effect::Assign { conversation, .. }
        | Effect::ReturnTransfer { conversation, .. }
        | Effect::AgentUnreachable { conversation, .. }
        | Effect::AgentReturned { conversation, .. }
        | Effect::Requeue { conversation, .. }
        | Effect::FinishWrapUp { conversation, .. }
        | Effect::Abandon { conversation } => conversation,
    }
}
