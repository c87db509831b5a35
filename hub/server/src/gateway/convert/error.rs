//! Why not, in the wire's words.

use domain::rejection::Rejection;
use protocol::codec::BadFrame;
use protocol::{ErrorCode, Frame};
use services::Failure;

/// The answer to a command that was not carried out.
pub fn failure(reference: Option<String>, failure: &Failure) -> Frame {
    let (code, retry_after, field) = match failure {
        Failure::Rejected(Rejection::InvalidField(field)) => {
            (ErrorCode::InvalidField, None, Some((*field).to_owned()))
        }
        Failure::Rejected(rejection) => (self::rejection(*rejection), None, None),
        // Neutral: nothing that tells a blocked person so.
        Failure::Blocked => (ErrorCode::NotAllowed, None, None),
        Failure::RateLimited { retry_after } => (ErrorCode::RateLimited, Some(retry_after.0), None),
        Failure::Unavailable { retry_after } => (ErrorCode::Unavailable, Some(retry_after.0), None),
        Failure::TooLarge => (ErrorCode::TooLarge, None, None),
    };
    Frame::Error {
        reference,
        code,
        message: code.advice().to_owned(),
        retry_after_ms: retry_after,
        field,
    }
}

/// A rejection's word.
pub fn rejection(rejection: Rejection) -> ErrorCode {
    match rejection {
        Rejection::NotFound => ErrorCode::NotFound,
        Rejection::NotAllowed => ErrorCode::NotAllowed,
        Rejection::ConversationClosed => ErrorCode::ConversationClosed,
        Rejection::OfferExpired => ErrorCode::OfferExpired,
        Rejection::AlreadyAssigned => ErrorCode::AlreadyAssigned,
        Rejection::CapacityFull => ErrorCode::CapacityFull,
        Rejection::AgentUnavailable => ErrorCode::AgentUnavailable,
        Rejection::DepartmentClosed => ErrorCode::DepartmentClosed,
        Rejection::RefReused => ErrorCode::RefReused,
        Rejection::InvalidField(_) => ErrorCode::InvalidField,
    }
}

/// The answer to a frame that is no command; `None`: the socket closes instead.
pub fn bad_frame(bad: BadFrame) -> Option<Frame> {
    let (code, reference, field) = match bad {
        BadFrame::Malformed => return None,
        BadFrame::UnknownType { reference } => (ErrorCode::UnknownType, reference, None),
        BadFrame::Unsupported { reference } => (ErrorCode::Unsupported, reference, None),
        BadFrame::MissingField { field, reference } => {
            (ErrorCode::MissingField, reference, Some(field))
        }
        BadFrame::InvalidField { field, reference } => {
            (ErrorCode::InvalidField, reference, Some(field))
        }
    };
    Some(Frame::Error {
        reference,
        code,
        message: code.advice().to_owned(),
        retry_after_ms: None,
        field,
    })
}
