//! Reading for a session what it has not seen: on resume, on joining, after a gap. Paced by the
//! outbox, so that a long one never fills it.

use super::Context;
use super::cursor::Cursor;
use super::registry::Behind;
use super::session::Session;
use crate::gateway::convert;
use domain::id::ConversationId;
use journal::ReadError;
use protocol::Frame;
use protocol::limits::MAX_FRAME;
use services::readmodel::{Audience, Numbered};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Events read at once.
const PAGE: usize = 200;
/// Room for a frame's own fields beside its events.
const ENVELOPE: usize = 1_024;

/// Serves sessions that fell behind, side by side.
pub(super) async fn serve(context: Arc<Context>, mut behind: mpsc::UnboundedReceiver<Behind>) {
    while let Some(Behind {
        session,
        conversation,
        join,
    }) = behind.recv().await
    {
        let context = context.clone();
        context.tasks.clone().spawn(async move {
            let done = if join {
                self::join(&context, &session, &conversation).await
            } else {
                catch_up(&context, &session, &conversation).await
            };
            if let Err(error) = done {
                tracing::warn!(%error, "a session could not be caught up; it reconnects");
                session.close(protocol::CloseCode::NodeUnavailable);
            }
        });
    }
}

/// The session takes part from now on: a snapshot, then what is newer.
pub(super) async fn join(
    context: &Context,
    session: &Session,
    conversation: &ConversationId,
) -> Result<(), ReadError> {
    let _alone = session.reading.lock().await;
    place(session, conversation, 0);
    // Somebody else has let it join already.
    if session
        .cursors()
        .get(conversation)
        .is_some_and(|c| c.next() > 1)
    {
        return read(context, session, conversation, false).await;
    }
    let asker = session.asker();
    let conversations = &context.services.conversations;
    let Some(snapshot) = conversations
        .snapshot(&session.site, conversation, &asker)
        .await?
    else {
        session.cursors().remove(conversation);
        return Ok(());
    };
    let seq = snapshot.seq;
    let snapshot = convert::snapshot::snapshot(&snapshot, audience(session));
    let conversation_name = conversation.to_string();
    session.outbox.half_empty().await;
    session.send(&Frame::Joined {
        conversation: conversation_name,
        snapshot,
    });
    sent(session, conversation, seq);
    read(context, session, conversation, false).await
}

/// Reads what a live session missed.
pub(super) async fn catch_up(
    context: &Context,
    session: &Session,
    conversation: &ConversationId,
) -> Result<(), ReadError> {
    let _alone = session.reading.lock().await;
    read(context, session, conversation, false).await
}

/// The client says where it was; its place was taken when it said hello.
pub(super) async fn resume(
    context: &Context,
    session: &Session,
    conversation: &ConversationId,
    epoch: &str,
    seq: u64,
) -> Result<Resumed, ReadError> {
    let _alone = session.reading.lock().await;
    let services = &context.services;
    let (site, asker) = (&session.site, session.asker());
    let Some(run) = services
        .conversations
        .events_after(site, conversation, &asker, seq, 1)
        .await?
    else {
        leave(session, conversation, "not_found");
        return Ok(Resumed::NotFound);
    };
    if epoch == services.journal.epoch().as_str() && seq <= run.head {
        read(context, session, conversation, true).await?;
        return Ok(if seq < run.head {
            Resumed::Replayed
        } else {
            Resumed::UpToDate
        });
    }
    // Another life of the log, or a client from its future: everything anew.
    let Some(snapshot) = services
        .conversations
        .snapshot(site, conversation, &asker)
        .await?
    else {
        leave(session, conversation, "not_found");
        return Ok(Resumed::NotFound);
    };
    session
        .cursors()
        .insert(conversation.clone(), Cursor::catching_up(snapshot.seq));
    let snapshot = convert::snapshot::snapshot(&snapshot, audience(session));
    session.outbox.half_empty().await;
    session.send(&Frame::Resync {
        conversation: conversation.to_string(),
        snapshot,
    });
    read(context, session, conversation, false).await?;
    Ok(Resumed::Resynced)
}

/// What an agent resumed without owning it any more has ended for it.
pub(super) async fn leave_unless_owned(
    context: &Context,
    session: &Session,
    conversation: &ConversationId,
) -> Result<(), ReadError> {
    // Taken out before the look: an assignment after it makes the session join anew.
    if session.cursors().remove(conversation).is_none() {
        return Ok(());
    }
    let (site, asker) = (&session.site, session.asker());
    let summary = context
        .services
        .conversations
        .summary(site, conversation, &asker)
        .await?;
    let owner = summary.and_then(|s| s.agent).map(|a| a.id);
    if owner.is_some() && owner.as_ref() == session.agent() {
        return join(context, session, conversation).await;
    }
    leave(session, conversation, "ended");
    Ok(())
}

fn leave(session: &Session, conversation: &ConversationId, reason: &str) {
    session.cursors().remove(conversation);
    let (conversation, reason) = (conversation.to_string(), reason.to_owned());
    session.send(&Frame::Left {
        conversation,
        reason,
    });
}

/// How a resume went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resumed {
    UpToDate,
    Replayed,
    Resynced,
    NotFound,
}

/// Sends what is newer until nothing is. `answer`: even when nothing was.
async fn read(
    context: &Context,
    session: &Session,
    conversation: &ConversationId,
    answer: bool,
) -> Result<(), ReadError> {
    let asker = session.asker();
    let mut answer = answer;
    loop {
        let Some(next) = session.cursors().get(conversation).map(Cursor::next) else {
            return Ok(());
        };
        if session.outbox.is_closed() {
            return Ok(());
        }
        let conversations = &context.services.conversations;
        let Some(run) = conversations
            .events_after(&session.site, conversation, &asker, next - 1, PAGE)
            .await?
        else {
            session.cursors().remove(conversation);
            return Ok(());
        };
        let epoch = context.services.journal.epoch();
        let last = run.events.last().map(|e| e.seq);
        if answer || last.is_some() {
            send(
                session,
                conversation,
                epoch.as_str(),
                &run.events,
                run.complete,
            )
            .await;
            answer = !run.complete;
        }
        if let Some(last) = last {
            sent(session, conversation, last);
        }
        let settled = run.complete
            && session
                .cursors()
                .get_mut(conversation)
                .is_none_or(Cursor::settle);
        if settled {
            return Ok(());
        }
    }
}

/// In frames of at most 64 KiB, each when there is room.
async fn send(
    session: &Session,
    conversation: &ConversationId,
    epoch: &str,
    events: &[Numbered],
    complete: bool,
) {
    let mut wire: Vec<protocol::snapshot::Numbered> = Vec::new();
    let mut size = ENVELOPE;
    for numbered in events {
        let event = convert::event::numbered(numbered, audience(session));
        let bytes = serde_json::to_vec(&event).map_or(0, |b| b.len() + 1);
        if size + bytes > MAX_FRAME && !wire.is_empty() {
            flush(
                session,
                conversation,
                epoch,
                std::mem::take(&mut wire),
                false,
            )
            .await;
            size = ENVELOPE;
        }
        size += bytes;
        wire.push(event);
    }
    flush(session, conversation, epoch, wire, complete).await;
}

async fn flush(
    session: &Session,
    conversation: &ConversationId,
    epoch: &str,
    events: Vec<protocol::snapshot::Numbered>,
    complete: bool,
) {
    session.outbox.half_empty().await;
    session.send(&Frame::Events {
        conversation: conversation.to_string(),
        epoch: epoch.to_owned(),
        events,
        complete,
    });
}

/// The session's place, unless it has one.
pub(super) fn place(session: &Session, conversation: &ConversationId, seq: u64) {
    session
        .cursors()
        .entry(conversation.clone())
        .or_insert(Cursor::catching_up(seq));
}

pub(super) fn sent(session: &Session, conversation: &ConversationId, seq: u64) {
    if let Some(cursor) = session.cursors().get_mut(conversation) {
        cursor.sent(seq);
    }
}

pub(super) fn audience(session: &Session) -> Audience {
    if session.is_customer() {
        Audience::Customer
    } else {
        Audience::Agent
    }
}
