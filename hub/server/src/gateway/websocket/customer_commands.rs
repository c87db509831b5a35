//! What a customer's client asks for.

use super::Context;
use super::commands::{Wrong, answer, conversation, id, reject, ticket, wrong};
use super::session::{Session, Who};
use crate::gateway::convert;
use domain::conversation::Command;
use domain::id::ConversationId;
use protocol::customer as wire;
use protocol::limits::MAX_HISTORY;
use protocol::{CustomerCommand, ErrorCode, Frame};
use services::Failure;
use services::conversations::{ListFilter, Ticket, Writing};

pub(super) async fn carry_out(context: &Context, session: &Session, command: CustomerCommand) {
    let reference = reference(&command).map(str::to_owned);
    if let Err(problem) = run(context, session, command).await {
        wrong(context, session, reference.as_deref(), problem);
    }
}

fn reference(command: &CustomerCommand) -> Option<&str> {
    match command {
        CustomerCommand::SendMessage(c) => Some(&c.reference),
        CustomerCommand::RequestAgent(c) => Some(&c.reference),
        CustomerCommand::CancelWait(c) => Some(&c.reference),
        CustomerCommand::EndConversation(c) => Some(&c.reference),
        CustomerCommand::Rate(c) => Some(&c.reference),
        CustomerCommand::ReadHistory(c) => Some(&c.reference),
        CustomerCommand::ListConversations(c) => Some(&c.reference),
        _ => None,
    }
}

async fn run(context: &Context, session: &Session, command: CustomerCommand) -> Result<(), Wrong> {
    let conversations = &context.services.conversations;
    let (site, asker) = (&session.site, session.asker());
    match command {
        CustomerCommand::SendMessage(c) => send_message(context, session, c).await?,
        CustomerCommand::RequestAgent(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let named = c.conversation.as_deref().map(conversation).transpose()?;
            let department = c
                .department
                .as_deref()
                .map(|d| id(d, "department"))
                .transpose()?;
            let outcome = conversations
                .request_agent(site, asker, named, department, ticket)
                .await;
            answer(context, session, &c.reference, outcome);
        }
        CustomerCommand::CancelWait(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let named = c.conversation.as_deref().map(conversation).transpose()?;
            cancel_wait(context, session, &c.reference, named, ticket).await;
        }
        CustomerCommand::EndConversation(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let outcome = conversations
                .execute(
                    site,
                    &conversation(&c.conversation)?,
                    asker,
                    Command::End,
                    Some(ticket),
                )
                .await;
            answer(context, session, &c.reference, outcome);
        }
        CustomerCommand::Rate(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let named = conversation(&c.conversation)?;
            let command = Command::Rate {
                score: c.score,
                comment: c.comment.map(|text| text.0),
            };
            let outcome = conversations
                .execute(site, &named, asker, command, Some(ticket))
                .await;
            answer(context, session, &c.reference, outcome);
        }
        CustomerCommand::Typing(c) => {
            conversations
                .typing(site, &conversation(&c.conversation)?, &asker)
                .await
        }
        CustomerCommand::MarkRead(c) => {
            conversations
                .mark_read(site, &conversation(&c.conversation)?, &asker, c.seq)
                .await
        }
        CustomerCommand::Connected(c) => {
            context
                .metrics
                .site(site)
                .connect_seconds
                .observe(c.connect_ms as f64 / 1000.0);
        }
        CustomerCommand::ReadHistory(c) => read_history(context, session, c).await?,
        CustomerCommand::ListConversations(c) => {
            list(context, session, &c.reference, ListFilter::Own, c.before).await
        }
        CustomerCommand::Hello(_) => return Err(Wrong("type")),
        CustomerCommand::PageView(page) => {
            if let Who::Customer { origin, .. } = &session.who {
                lock(origin).page = Some(super::hello::page(page));
            }
        }
        CustomerCommand::Pong(_) => {}
    }
    Ok(())
}

async fn send_message(
    context: &Context,
    session: &Session,
    c: wire::SendMessage,
) -> Result<(), Wrong> {
    let ticket = ticket(&c.reference, &c)?;
    let Who::Customer { origin, .. } = &session.who else {
        return Err(Wrong("type"));
    };
    let writing = Writing {
        asker: session.asker(),
        conversation: c.conversation.as_deref().map(conversation).transpose()?,
        text: c.text.0,
        reply_to: c
            .reply_to
            .as_deref()
            .map(|m| id(m, "reply_to"))
            .transpose()?,
        department: None,
        origin: (**lock(origin)).clone(),
    };
    let outcome = match begins(context, session, &writing).await {
        Ok(()) => {
            let conversations = &context.services.conversations;
            conversations.write(&session.site, writing, ticket).await
        }
        Err(failure) => Err(failure),
    };
    answer(context, session, &c.reference, outcome);
    Ok(())
}

/// A message that begins a conversation is counted; one into an open chat never is.
async fn begins(context: &Context, session: &Session, writing: &Writing) -> Result<(), Failure> {
    let Who::Customer { id, .. } = &session.who else {
        return Ok(());
    };
    if writing.conversation.is_some() {
        return Ok(());
    }
    let (site, conversations) = (&session.site, &context.services.conversations);
    if let Some(current) = conversations.current(site, id).await? {
        let summary = conversations
            .summary(site, &current, &writing.asker)
            .await?;
        if summary.is_some_and(|s| s.state != "closed") {
            return Ok(());
        }
    }
    let openings = context.registry.openings(&context.config.limits);
    let now = context.services.clock.steady();
    openings
        .check(site, id, session.address, now)
        .map_err(|retry_after| Failure::RateLimited { retry_after })
}

async fn cancel_wait(
    context: &Context,
    session: &Session,
    reference: &str,
    named: Option<ConversationId>,
    ticket: Ticket,
) {
    let conversations = &context.services.conversations;
    let Who::Customer { id: customer, .. } = &session.who else {
        return;
    };
    let named = match named {
        Some(named) => Ok(Some(named)),
        None => conversations.current(&session.site, customer).await,
    };
    let outcome = match named {
        Ok(Some(named)) => {
            conversations
                .execute(
                    &session.site,
                    &named,
                    session.asker(),
                    Command::CancelWait,
                    Some(ticket),
                )
                .await
        }
        Ok(None) => Err(domain::rejection::Rejection::NotFound.into()),
        Err(error) => Err(error.into()),
    };
    answer(context, session, reference, outcome);
}

/// Also the agents' answer: what a reader may see is the services' business.
pub(super) async fn read_history(
    context: &Context,
    session: &Session,
    c: wire::ReadHistory,
) -> Result<(), Wrong> {
    let named = conversation(&c.conversation)?;
    session.outbox.half_empty().await;
    let limit = c.limit.unwrap_or(50).clamp(1, MAX_HISTORY) as usize;
    let asker = session.asker();
    let found = context
        .services
        .conversations
        .history(&session.site, &named, &asker, c.before, limit)
        .await;
    match found {
        Ok(Some((events, before))) => {
            let audience = super::catch_up::audience(session);
            let events = events
                .iter()
                .map(|e| convert::event::numbered(e, audience))
                .collect();
            let (events, cut) = shorten(events);
            session.send(&Frame::History {
                reference: c.reference,
                conversation: c.conversation,
                events,
                before: cut.or(before),
            });
        }
        Ok(None) => reject(
            context,
            session,
            Frame::error(Some(c.reference), ErrorCode::NotFound),
        ),
        Err(error) => reject(
            context,
            session,
            convert::error::failure(Some(c.reference), &error.into()),
        ),
    }
    Ok(())
}

/// The newest that fit into a frame, and where the others begin.
fn shorten(
    mut events: Vec<protocol::snapshot::Numbered>,
) -> (Vec<protocol::snapshot::Numbered>, Option<u64>) {
    const ROOM: usize = protocol::limits::MAX_FRAME - 1_024;
    let mut size = 0;
    let kept = events.iter().rev().take_while(|event| {
        size += serde_json::to_vec(event).map_or(0, |bytes| bytes.len() + 1);
        size <= ROOM
    });
    let cut = events.len() - kept.count();
    let events = events.split_off(cut);
    let before = if cut > 0 {
        events.first().map(|e| e.seq)
    } else {
        None
    };
    (events, before)
}

/// Answers a list.
pub(super) async fn list(
    context: &Context,
    session: &Session,
    reference: &str,
    filter: ListFilter,
    before: Option<String>,
) {
    session.outbox.half_empty().await;
    let asker = session.asker();
    match context
        .services
        .conversations
        .list(&session.site, &asker, filter, before)
        .await
    {
        Ok((summaries, before)) => session.send(&Frame::Conversations {
            reference: reference.to_owned(),
            conversations: summaries.iter().map(convert::snapshot::summary).collect(),
            before,
        }),
        Err(error) => reject(
            context,
            session,
            convert::error::failure(Some(reference.to_owned()), &error.into()),
        ),
    }
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
