//! One task owns one socket: it reads frames into commands and writes what the outbox holds.
//! It never waits for the store.

use super::Context;
use super::hello::{self, Door, Refused};
use super::outbox::{Next, Outgoing};
use super::reader::{self, Taken};
use super::registry::Registered;
use super::session::Session;
use super::stream::Metered;
use super::writer::{self, Socket};
use crate::gateway::admission::Place;
use futures_util::StreamExt;
use hyper::upgrade::Parts;
use hyper_util::rt::TokioIo;
use protocol::{AgentCommand, CloseCode, CustomerCommand};
use runtime::metrics::{OutboxClose, Receiver, SessionClose};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// Which endpoint was asked for.
pub(super) enum Endpoint {
    Customer(Box<Door>),
    Agent,
}

/// What costs most of an idle session's memory.
const READ_BUFFER: usize = 1_024;

/// From the raw connection behind the upgrade to its end. `place` is given back then.
pub(super) async fn run(
    context: Arc<Context>,
    endpoint: Endpoint,
    address: IpAddr,
    parts: Parts<TokioIo<TcpStream>>,
    place: Place,
) {
    let Some(mut socket) = Box::pin(open(&context, parts)).await else {
        return;
    };
    let end = match Box::pin(greet(&context, endpoint, address, &mut socket)).await {
        Ok(session) => {
            let end = serve(&context, &session, &mut socket).await;
            drop(session);
            end
        }
        Err(taken) => taken,
    };
    let closed = match end {
        Taken::Close(code) => {
            reader::count(&context, code);
            Box::pin(writer::close(socket, code)).await;
            word(code)
        }
        Taken::Open => SessionClose::Done,
        Taken::Gone => SessionClose::Lost,
    };
    context.metrics.session_closes.get(closed).inc();
    drop(place);
}

async fn open(context: &Context, parts: Parts<TokioIo<TcpStream>>) -> Option<Socket> {
    let limits = &context.config.limits;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(READ_BUFFER)
        .max_message_size(Some(limits.frame_bytes))
        .max_frame_size(Some(limits.frame_bytes));
    let early = parts.read_buf;
    let stream = Metered::new(parts.io.into_inner(), limits.fragments, &early).ok()?;
    let (role, config) = (Role::Server, Some(config));
    Some(WebSocketStream::from_partially_read(stream, early.to_vec(), role, config).await)
}

/// Waits for `hello` and carries it out.
async fn greet(
    context: &Arc<Context>,
    endpoint: Endpoint,
    address: IpAddr,
    socket: &mut Socket,
) -> Result<Registered, Taken> {
    let deadline = context.config.limits.hello_ms.std();
    let bad = Taken::Close(CloseCode::BadFrame);
    let text = match tokio::time::timeout(deadline, socket.next()).await {
        Ok(Some(Ok(Message::Text(text)))) => text,
        Ok(Some(Ok(Message::Close(_))) | None) => return Err(Taken::Gone),
        Ok(Some(Ok(_))) => return Err(bad),
        Ok(Some(Err(error))) => return Err(reader::failed(&error)),
        Err(_) => return Err(Taken::Close(CloseCode::Silent)),
    };
    let said = match endpoint {
        Endpoint::Customer(door) => match protocol::parse_customer(text.as_bytes()) {
            Ok(CustomerCommand::Hello(said)) => {
                hello::customer(context, *door, address, said).await
            }
            _ => return Err(bad),
        },
        Endpoint::Agent => match protocol::parse_agent(text.as_bytes()) {
            Ok(AgentCommand::Hello(said)) => hello::agent(context, address, said).await,
            _ => return Err(bad),
        },
    };
    said.map_err(|refused| match refused {
        Refused::Close(code) => Taken::Close(code),
        Refused::Store(error) => {
            tracing::warn!(%error, "a session could not be opened");
            Taken::Close(CloseCode::NodeUnavailable)
        }
    })
}

/// Reads and writes until one side ends.
async fn serve(context: &Arc<Context>, session: &Arc<Session>, socket: &mut Socket) -> Taken {
    let most = context.config.limits.session_commands;
    loop {
        // Work that waits is bounded: beyond it nothing is read.
        let full = session.queue.is_full(most);
        tokio::select! {
            next = session.outbox.next() => {
                if let Err(end) = write(context, session, socket, next).await {
                    return end;
                }
            }
            () = session.queue.room(), if full => {}
            read = socket.next(), if !full => match reader::take(context, session, read) {
                Taken::Open => {}
                // What waits to be written goes out before the code.
                Taken::Close(code) => return finish(context, session, socket, code).await,
                Taken::Gone => return gone(context, session),
            }
        }
    }
}

/// Writes a batch; `Err`: the end.
async fn write(
    context: &Context,
    session: &Session,
    socket: &mut Socket,
    next: Next,
) -> Result<(), Taken> {
    let (frames, code) = match next {
        Next::Frames(frames) => (frames, None),
        Next::Close(frames, code) => (frames, Some(code)),
    };
    let within = context.config.limits.write_ms.std();
    if let Err(error) = writer::write(socket, &frames, within).await {
        let late = error.kind() == std::io::ErrorKind::TimedOut;
        let reason = if late {
            OutboxClose::WriteDeadline
        } else {
            OutboxClose::PeerGone
        };
        context.metrics.outbox_closes.get(reason).inc();
        return Err(if late {
            Taken::Close(CloseCode::SlowConsumer)
        } else {
            Taken::Gone
        });
    }
    written(context, session, frames);
    match code {
        None => Ok(()),
        Some(code) => {
            if code == CloseCode::SlowConsumer {
                context.metrics.outbox_closes.get(OutboxClose::Full).inc();
            }
            Err(Taken::Close(code))
        }
    }
}

async fn finish(
    context: &Context,
    session: &Session,
    socket: &mut Socket,
    code: CloseCode,
) -> Taken {
    session.close(code);
    loop {
        let next = session.outbox.next().await;
        if let Err(end) = write(context, session, socket, next).await {
            return end;
        }
    }
}

fn gone(context: &Context, session: &Session) -> Taken {
    if !session.outbox.is_empty() {
        context
            .metrics
            .outbox_closes
            .get(OutboxClose::PeerGone)
            .inc();
    }
    Taken::Gone
}

/// Authors are told later what has reached the socket.
fn written(context: &Context, session: &Session, frames: Vec<Outgoing>) {
    let clock = &context.services.clock;
    session.note_said(clock.steady());
    let receiver = if session.is_customer() {
        Receiver::Customer
    } else {
        Receiver::Agent
    };
    for mark in frames.into_iter().filter_map(|f| f.message) {
        let seconds = clock.now().since(mark.at).as_seconds();
        session
            .metrics
            .delivery_seconds
            .get(receiver)
            .observe(seconds);
        session.wrote(&mark);
    }
}

fn word(code: CloseCode) -> SessionClose {
    match code {
        CloseCode::Done | CloseCode::Reserved => SessionClose::Done,
        CloseCode::Restarting => SessionClose::Restarting,
        CloseCode::SlowConsumer => SessionClose::SlowConsumer,
        CloseCode::NodeUnavailable => SessionClose::NodeUnavailable,
        CloseCode::Silent => SessionClose::Deadline,
        CloseCode::BadFrame => SessionClose::BadFrame,
        CloseCode::TooBig => SessionClose::TooBig,
        CloseCode::TooFast => SessionClose::TooFast,
        CloseCode::LoggedOut => SessionClose::LoggedOut,
        CloseCode::Unauthorised => SessionClose::Unauthorised,
        CloseCode::Withdrawn => SessionClose::Withdrawn,
        CloseCode::VersionRefused => SessionClose::ProtocolVersion,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_task<A, B, C, D, E, F>(_: fn(A, B, C, D, E) -> F) -> usize {
        size_of::<F>()
    }

    /// What a task holds for as long as its session is idle.
    #[test]
    fn an_idle_session_is_small() {
        assert!(size_of_task(run) <= 1_536, "{}", size_of_task(run));
        assert!(size_of::<Session>() <= 1_024, "{}", size_of::<Session>());
    }
}
