//! A record's events as frames, once per audience.

use super::outbox::{Mark, Outgoing};
use crate::gateway::convert;
use domain::conversation::Event;
use domain::conversation::event::Author;
use protocol::Frame;
use services::conversations::visible;
use services::ports::Delivered;
use services::readmodel::{Audience, Numbered};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// One event ready to send.
pub(super) struct Encoded {
    pub(super) seq: u64,
    text: Utf8Bytes,
    /// Somebody else wrote a message: the receiver's reading of it is told.
    from_other_side: bool,
}

/// The record's events for one audience.
pub(super) fn events(delivered: &Delivered, audience: Audience) -> Vec<Encoded> {
    visible(&delivered.record, audience)
        .iter()
        .map(|numbered| event(delivered, audience, numbered))
        .collect()
}

fn event(delivered: &Delivered, audience: Audience, numbered: &Numbered) -> Encoded {
    let frame = Frame::Event {
        conversation: delivered.conversation.to_string(),
        epoch: delivered.epoch.to_string(),
        seq: numbered.seq,
        at: numbered.at.0,
        event: convert::event::event(numbered, audience),
    };
    let from_other_side = match &numbered.event {
        Event::MessagePosted {
            author: Author::Customer { .. },
            ..
        } => audience == Audience::Agent,
        Event::MessagePosted { .. } => audience == Audience::Customer,
        _ => false,
    };
    Encoded {
        seq: numbered.seq,
        text: frame.encode().into(),
        from_other_side,
    }
}

impl Encoded {
    pub(super) fn outgoing(&self, delivered: &Delivered) -> Outgoing {
        let message = self.from_other_side.then(|| {
            Box::new(Mark {
                conversation: delivered.conversation.clone(),
                seq: self.seq,
                at: delivered.record.at,
            })
        });
        Outgoing {
            text: self.text.clone(),
            message,
        }
    }
}
