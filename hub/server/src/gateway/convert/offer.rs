//! Offers, lines and presence for the wire.

use super::device::device;
use domain::allocation::fact::Availability;
use domain::conversation::event::Channel;
use domain::id::ConversationId;
use protocol::frame::{AgentPresence, QueueState};
use protocol::snapshot as wire;
use protocol::{Frame, shared};
use services::ports::OfferView;
use services::readmodel::{OfferEnd, Position, PresenceLine, QueueLine};

/// An offer with card and reason.
pub fn offer(offer: &OfferView) -> Frame {
    let card = &offer.card;
    let page = card.page.as_ref().map(|p| shared::Page {
        url: p.url.clone(),
        title: p.title.clone(),
        referrer: p.referrer.clone(),
    });
    let channel = match card.channel {
        Channel::Chat => "chat",
        Channel::Email => "email",
        Channel::Phone => "phone",
    };
    Frame::Offer {
        conversation: offer.conversation.to_string(),
        offer: offer.offer.to_string(),
        card: Box::new(wire::Card {
            customer: wire::CardCustomer {
                id: card.customer.to_string(),
                name: card.name.clone(),
                identified: false,
                tier: None,
            },
            page,
            locale: card.locale.clone(),
            language: None,
            device: card.user_agent.as_deref().map(device),
            channel: channel.into(),
            earlier: card.earlier,
            department: card.department.to_string(),
            question_type: None,
            waiting_ms: card.waiting.0,
            preview: card.preview.as_deref().map(Into::into),
        }),
        why: Box::new(wire::Why {
            rules: offer.why.rules.clone(),
            waited_ms: offer.why.waited_ms,
            relaxed: offer.why.relaxed.iter().map(ToString::to_string).collect(),
            candidates: offer.why.candidates,
            tie_break: offer.why.tie_break.clone(),
        }),
        expires_at: offer.expires_at.0,
    }
}

/// How an offer ended.
pub fn end(end: OfferEnd) -> &'static str {
    match end {
        OfferEnd::Expired => "expired",
        OfferEnd::Declined => "declined",
        OfferEnd::AcceptedElsewhere => "accepted_elsewhere",
        OfferEnd::Cancelled => "cancelled",
        OfferEnd::Closed => "closed",
        OfferEnd::Unreachable => "unreachable",
        OfferEnd::Transferred => "transferred",
    }
}

/// A place in line.
pub fn position(conversation: &ConversationId, position: &Position) -> Frame {
    let estimate = position.estimate;
    Frame::QueuePosition {
        conversation: conversation.to_string(),
        position: position.position,
        estimated_wait_ms: estimate.map(|e| e.about.0),
        low_ms: estimate.map(|e| e.low.0),
        high_ms: estimate.map(|e| e.high.0),
    }
}

/// A department's line.
pub fn line(line: &QueueLine) -> QueueState {
    QueueState {
        department: line.department.to_string(),
        waiting: line.waiting,
        longest_wait_ms: line.longest_wait.0,
        available: line.available,
        waits: Some(line.waits.iter().map(|w| w.0).collect()),
    }
}

/// An agent as colleagues see it; the domain counts in tenths of a chat.
pub fn presence(line: &PresenceLine) -> AgentPresence {
    AgentPresence {
        agent: line.agent.to_string(),
        name: line.name.clone(),
        presence: line.presence.to_owned(),
        availability: availability(line.availability),
        reason: line.reason.clone(),
        load: f64::from(line.load) / 10.0,
        capacity: f64::from(line.capacity) / 10.0,
    }
}

/// An agent's choice.
pub fn availability(availability: Availability) -> shared::Availability {
    match availability {
        Availability::Available => shared::Availability::Available,
        Availability::Busy => shared::Availability::Busy,
        Availability::OnBreak => shared::Availability::OnBreak,
        Availability::Finishing => shared::Availability::Finishing,
        Availability::Offline => shared::Availability::Offline,
    }
}

/// And back.
pub fn availability_in(availability: shared::Availability) -> Availability {
    match availability {
        shared::Availability::Available => Availability::Available,
        shared::Availability::Busy => Availability::Busy,
        shared::Availability::OnBreak => Availability::OnBreak,
        shared::Availability::Finishing => Availability::Finishing,
        shared::Availability::Offline => Availability::Offline,
    }
}
