//! The commands of one session: at most 32 wait, worked off one by one by a task that exists
//! only while there are any. The socket's own task never waits for the store.

use super::session::Session;
use super::{Context, agent_commands, customer_commands};
use crate::gateway::convert;
use domain::id::{ConversationId, InvalidId, Ref};
use domain::record::fnv1a;
use protocol::{AgentCommand, CustomerCommand, ErrorCode, Frame};
use runtime::metrics::RejectedCode;
use services::Failure;
use services::conversations::{Done, Ticket};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// A command of either kind.
#[derive(Debug)]
pub(super) enum Command {
    Customer(CustomerCommand),
    Agent(AgentCommand),
}

/// Why a command that was parsed is still wrong.
#[derive(Debug)]
pub(super) struct Wrong(pub(super) &'static str);

/// What one session still has to do.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    room: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    commands: VecDeque<Command>,
    working: bool,
}

impl Queue {
    pub(super) fn is_full(&self, most: usize) -> bool {
        self.lock().commands.len() >= most
    }

    /// Resolves when a command has been taken from a full queue.
    pub(super) async fn room(&self) {
        self.room.notified().await;
    }

    /// Adds a command, and somebody to work on it.
    pub(super) fn push(&self, context: &Arc<Context>, session: &Arc<Session>, command: Command) {
        let mut waiting = self.lock();
        waiting.commands.push_back(command);
        if !std::mem::replace(&mut waiting.working, true) {
            let (context, session) = (context.clone(), session.clone());
            let tasks = context.tasks.clone();
            tasks.spawn(async move { session.queue.work(&context, &session).await });
        }
    }

    async fn work(&self, context: &Context, session: &Session) {
        loop {
            let command = {
                let mut waiting = self.lock();
                let Some(command) = waiting.commands.pop_front() else {
                    waiting.commands = VecDeque::new();
                    waiting.working = false;
                    return;
                };
                command
            };
            self.room.notify_one();
            match command {
                Command::Customer(command) => {
                    customer_commands::carry_out(context, session, command).await
                }
                Command::Agent(command) => {
                    agent_commands::carry_out(context, session, command).await
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The command's name and a digest of everything else in it.
pub(super) fn ticket(reference: &str, command: &impl serde::Serialize) -> Result<Ticket, Wrong> {
    let reference = Ref::new(reference).map_err(|_| Wrong("ref"))?;
    let mut body = serde_json::to_value(command).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("ref");
    }
    Ok(Ticket {
        reference,
        digest: fnv1a(body.to_string().as_bytes()),
    })
}

/// An id that a client sent.
pub(super) fn id<T: std::str::FromStr<Err = InvalidId>>(
    text: &str,
    field: &'static str,
) -> Result<T, Wrong> {
    text.parse().map_err(|_| Wrong(field))
}

pub(super) fn conversation(text: &str) -> Result<ConversationId, Wrong> {
    id(text, "conversation")
}

/// Answers a durable command.
pub(super) fn answer(
    context: &Context,
    session: &Session,
    reference: &str,
    outcome: Result<Done, Failure>,
) {
    let reference = reference.to_owned();
    match outcome {
        Ok(done) => session.send(&Frame::Ok {
            reference,
            conversation: done.conversation.map(Into::into),
            seq: done.seq,
            at: done.at.0,
        }),
        Err(failure) => reject(
            context,
            session,
            convert::error::failure(Some(reference), &failure),
        ),
    }
}

/// Answers a command whose field is wrong.
pub(super) fn wrong(context: &Context, session: &Session, reference: Option<&str>, wrong: Wrong) {
    let code = ErrorCode::InvalidField;
    let field = Some(wrong.0.to_owned());
    let reference = reference.map(str::to_owned);
    let message = code.advice().to_owned();
    reject(
        context,
        session,
        Frame::Error {
            reference,
            code,
            message,
            retry_after_ms: None,
            field,
        },
    );
}

/// Sends an error and counts it.
pub(super) fn reject(context: &Context, session: &Session, error: Frame) {
    if let Frame::Error { code, .. } = &error {
        context
            .metrics
            .rejected
            .get(RejectedCode::from_word(code.word()))
            .inc();
    }
    session.send(&error);
}
