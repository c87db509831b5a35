//! From what was read to commands: bad input fails the command or the socket, with its code.

use super::Context;
use super::commands::{Command, reject};
use super::session::Session;
use super::stream::TooManyFragments;
use crate::gateway::convert;
use protocol::codec::BadFrame;
use protocol::{AgentCommand, CloseCode, CustomerCommand, ErrorCode, Frame};
use runtime::metrics::RejectedCode;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::{Error, Message};

/// What one read means for the socket.
#[derive(Debug)]
pub(super) enum Taken {
    /// It goes on.
    Open,
    /// We close.
    Close(CloseCode),
    /// The other side has gone.
    Gone,
}

/// Takes what came out of the WebSocket.
pub(super) fn take(
    context: &Arc<Context>,
    session: &Arc<Session>,
    read: Option<Result<Message, Error>>,
) -> Taken {
    let message = match read {
        Some(Ok(message)) => message,
        Some(Err(error)) => return failed(&error),
        None => return Taken::Gone,
    };
    session.note_heard(context.services.clock.steady());
    match message {
        Message::Text(text) => match frame(context, session, text.as_bytes()) {
            Ok(()) => Taken::Open,
            Err(code) => Taken::Close(code),
        },
        Message::Binary(_) => Taken::Close(CloseCode::BadFrame),
        Message::Close(_) => Taken::Gone,
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Taken::Open,
    }
}

/// Whether the input is at fault, or the connection.
pub(super) fn failed(error: &Error) -> Taken {
    match error {
        Error::Capacity(_) => Taken::Close(CloseCode::TooBig),
        Error::Io(io) if io.get_ref().is_some_and(|e| e.is::<TooManyFragments>()) => {
            Taken::Close(CloseCode::TooBig)
        }
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Taken::Gone,
        Error::Protocol(_) | Error::Utf8(_) => Taken::Close(CloseCode::BadFrame),
        _ => Taken::Gone,
    }
}

/// Counts what closes a socket for its input.
pub(super) fn count(context: &Context, code: CloseCode) {
    let code = match code {
        CloseCode::BadFrame => RejectedCode::BadFrame,
        CloseCode::TooBig => RejectedCode::TooBig,
        CloseCode::TooFast => RejectedCode::RateLimited,
        CloseCode::Unauthorised => RejectedCode::Unauthorised,
        _ => return,
    };
    context.metrics.rejected.get(code).inc();
}

/// One frame becomes a command in the queue, an error, or the end.
fn frame(context: &Arc<Context>, session: &Arc<Session>, frame: &[u8]) -> Result<(), CloseCode> {
    let parsed = if session.is_customer() {
        protocol::parse_customer(frame).map(Command::Customer)
    } else {
        protocol::parse_agent(frame).map(Command::Agent)
    };
    if matches!(
        parsed,
        Ok(Command::Customer(CustomerCommand::Pong(_)) | Command::Agent(AgentCommand::Pong(_)))
    ) {
        return Ok(());
    }
    let rate = context.config.limits.commands();
    match session.pace(rate, context.services.clock.steady()) {
        Ok(true) => {}
        Ok(false) => return Err(CloseCode::TooFast),
        Err(after) => {
            let mut error = Frame::error(reference_of(frame), ErrorCode::RateLimited);
            if let Frame::Error { retry_after_ms, .. } = &mut error {
                *retry_after_ms = Some(after.0);
            }
            reject(context, session, error);
            return Ok(());
        }
    }
    match parsed {
        Ok(command) => session.queue.push(context, session, command),
        Err(BadFrame::Malformed) => return Err(CloseCode::BadFrame),
        Err(bad) => {
            if let Some(error) = convert::error::bad_frame(bad) {
                reject(context, session, error);
            }
        }
    }
    Ok(())
}

/// The `ref` of a frame that is not carried out.
fn reference_of(frame: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(rename = "ref")]
        reference: Option<String>,
    }
    let named: Named = serde_json::from_slice(frame).ok()?;
    named.reference.filter(|r| protocol::limits::valid_id(r))
}
