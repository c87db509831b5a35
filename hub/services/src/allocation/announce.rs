//! What committed decisions say to agents: offers come and go, commands are answered.

use super::Site;
use crate::conversations::{Conversations, Done, card};
use crate::ports::OfferView;
use crate::readmodel::OfferEnd;
use domain::allocation::decision::{Decision, RefusalCode, RevokeReason, Why};
use domain::id::{AgentId, ConversationId, OfferId};
use domain::rejection::Rejection;
use domain::time::Time;
use runtime::metrics::OfferOutcome;
use std::sync::Arc;
use tokio::sync::mpsc;

/// For one agent's desks, in order.
pub(super) enum Announcement {
    Offer {
        agent: AgentId,
        conversation: ConversationId,
        offer: OfferId,
        why: Why,
        expires_at: Time,
    },
    Ended {
        agent: AgentId,
        conversation: ConversationId,
        offer: OfferId,
        reason: OfferEnd,
    },
}

impl Site {
    /// Announces a decision that took effect. While the logs are being folded it is history:
    /// nobody is told.
    pub(super) fn announce(&self, decision: &Decision, at: Time) {
        self.remember(decision);
        if !self.loaded.is_cancelled() {
            return;
        }
        self.estimates.learn(decision, at);
        self.count(decision);
        self.answer(decision, at);
        if let Some(announcement) = announcement(decision) {
            let _ = self.announcements.send(announcement);
        }
    }

    /// Why each open offer was made, to show it again.
    fn remember(&self, decision: &Decision) {
        let mut whys = self
            .whys
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match decision {
            Decision::Offered { offer, why, .. } => {
                whys.insert(offer.clone(), why.clone());
            }
            Decision::Assigned {
                offer: Some(offer), ..
            }
            | Decision::Declined { offer, .. }
            | Decision::Expired { offer, .. }
            | Decision::Revoked { offer, .. } => {
                whys.remove(offer);
            }
            _ => {}
        }
    }

    fn count(&self, decision: &Decision) {
        let outcome = match decision {
            Decision::Assigned { offer: Some(_), .. } => OfferOutcome::Accepted,
            Decision::Declined { .. } => OfferOutcome::Declined,
            Decision::Expired { .. } => OfferOutcome::Expired,
            Decision::Revoked { .. } => OfferOutcome::Revoked,
            _ => return,
        };
        self.parts.metrics.site(&self.id).offers.get(outcome).inc();
    }

    fn answer(&self, decision: &Decision, at: Time) {
        match decision {
            Decision::Refused {
                agent,
                reference,
                code,
            } => {
                self.waiters
                    .answer(agent, reference, Err(rejection(*code).into()));
            }
            Decision::Declined {
                conversation,
                agent,
                reference,
                ..
            } => {
                let done = Done {
                    conversation: Some(conversation.clone()),
                    seq: None,
                    at,
                };
                self.waiters.answer(agent, reference, Ok(done));
            }
            // Assigned is answered when it is written into the conversation.
            _ => {}
        }
    }
}

fn rejection(code: RefusalCode) -> Rejection {
    match code {
        RefusalCode::OfferExpired => Rejection::OfferExpired,
        RefusalCode::AlreadyAssigned => Rejection::AlreadyAssigned,
        RefusalCode::CapacityFull => Rejection::CapacityFull,
        RefusalCode::NotFound => Rejection::NotFound,
    }
}

fn announcement(decision: &Decision) -> Option<Announcement> {
    let ended = |agent: &AgentId, conversation: &ConversationId, offer: &OfferId, reason| {
        Announcement::Ended {
            agent: agent.clone(),
            conversation: conversation.clone(),
            offer: offer.clone(),
            reason,
        }
    };
    match decision {
        Decision::Offered {
            conversation,
            offer,
            agent,
            expires_at,
            why,
            ..
        } => Some(Announcement::Offer {
            agent: agent.clone(),
            conversation: conversation.clone(),
            offer: offer.clone(),
            why: why.clone(),
            expires_at: *expires_at,
        }),
        // On the agent's other devices it stops ringing.
        Decision::Assigned {
            conversation,
            agent,
            offer: Some(offer),
            ..
        } => Some(ended(
            agent,
            conversation,
            offer,
            OfferEnd::AcceptedElsewhere,
        )),
        Decision::Declined {
            conversation,
            offer,
            agent,
            ..
        } => Some(ended(agent, conversation, offer, OfferEnd::Declined)),
        Decision::Expired {
            conversation,
            offer,
            agent,
            ..
        } => Some(ended(agent, conversation, offer, OfferEnd::Expired)),
        Decision::Revoked {
            conversation,
            offer,
            agent,
            reason,
        } => {
            let reason = match reason {
                RevokeReason::AcceptedElsewhere => OfferEnd::AcceptedElsewhere,
                RevokeReason::Cancelled => OfferEnd::Cancelled,
                RevokeReason::Closed => OfferEnd::Closed,
                RevokeReason::Unreachable => OfferEnd::Unreachable,
                RevokeReason::Transferred => OfferEnd::Transferred,
            };
            Some(ended(agent, conversation, offer, reason))
        }
        _ => None,
    }
}

pub(super) async fn run(
    site: Arc<Site>,
    conversations: Arc<Conversations>,
    mut announcements: mpsc::UnboundedReceiver<Announcement>,
) {
    while let Some(announcement) = announcements.recv().await {
        match announcement {
            Announcement::Ended {
                agent,
                conversation,
                offer,
                reason,
            } => {
                site.parts
                    .delivery
                    .offer_ended(&site.id, &agent, &conversation, &offer, reason);
            }
            Announcement::Offer {
                agent,
                conversation,
                offer,
                why,
                expires_at,
            } => {
                if let Some(view) =
                    view(&site, &conversations, conversation, offer, why, expires_at).await
                {
                    site.parts.delivery.offer(&site.id, &agent, &view);
                }
            }
        }
    }
}

/// The offer with the customer's card.
pub(super) async fn view(
    site: &Site,
    conversations: &Conversations,
    conversation: ConversationId,
    offer: OfferId,
    why: Why,
    expires_at: Time,
) -> Option<OfferView> {
    let (customer, n) = conversation.parts()?;
    let earlier = site
        .parts
        .views
        .earlier(&site.id, &customer, n)
        .await
        .unwrap_or(0);
    let now = site.parts.clock.now();
    let card = conversations
        .with(&site.id, &conversation, |c| card(c, earlier, now))
        .await
        .ok()
        .flatten()?;
    Some(OfferView {
        conversation,
        offer,
        card,
        why,
        expires_at,
    })
}
