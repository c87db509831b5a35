//! Agents' answers to offers, and claims: they wait for a decision.

use super::Allocation;
use crate::allocation::fact::Fact;
use crate::allocation::offers::{Ask, Wish};
use crate::id::{AgentId, ConversationId, Ref};
use crate::time::Time;

impl Allocation {
    pub(super) fn fold_answer(&mut self, fact: &Fact) {
        match fact {
            Fact::OfferShown { offer, agent } => {
                if let Some(offer) = self.offers.get_mut(offer)
                    && offer.agent == *agent
                {
                    offer.shown = true;
                }
            }
            Fact::Accepted {
                conversation,
                offer,
                agent,
                reference,
                digest,
                at,
            } => {
                let wish = Wish::Accept {
                    offer: offer.clone(),
                    digest: *digest,
                };
                self.ask(conversation, agent, reference, wish, *at);
            }
            Fact::Declined {
                conversation,
                offer,
                agent,
                reference,
                at,
            } => {
                let wish = Wish::Decline {
                    offer: offer.clone(),
                };
                self.ask(conversation, agent, reference, wish, *at);
            }
            Fact::Claimed {
                conversation,
                agent,
                reference,
                digest,
                at,
            } => {
                let wish = Wish::Claim { digest: *digest };
                self.ask(conversation, agent, reference, wish, *at);
            }
            _ => {}
        }
    }

    /// A command waits for its answer. The same once more (or one that was already granted)
    /// waits for nothing: the first answer stands.
    fn ask(
        &mut self,
        conversation: &ConversationId,
        agent: &AgentId,
        reference: &Ref,
        wish: Wish,
        at: Time,
    ) {
        self.tell_time(at);
        let granted = self
            .agents
            .get(agent)
            .is_some_and(|agent| agent.answer(reference).is_some());
        let pending = self
            .asks
            .values()
            .any(|ask| ask.agent == *agent && ask.reference == *reference);
        if !granted && !pending {
            let ask = Ask {
                agent: agent.clone(),
                reference: reference.clone(),
                conversation: conversation.clone(),
                wish,
            };
            self.asks.insert(self.facts, ask);
        }
    }
}
