//! What an agent's or a supervisor's client asks for.

use super::Context;
use super::commands::{Wrong, answer, conversation, id, reject, ticket, wrong};
use super::customer_commands::{list, read_history};
use super::session::{Session, Who};
use crate::gateway::convert;
use domain::allocation::fact::Target;
use domain::conversation::Command;
use domain::conversation::event::Person;
use domain::id::{AgentId, ConversationId, MessageId, Tag};
use domain::time::Time;
use protocol::agent as wire;
use protocol::{AgentCommand, ErrorCode, Frame, shared};
use services::conversations::{Done, ListFilter, Ticket};

pub(super) async fn carry_out(context: &Context, session: &Session, command: AgentCommand) {
    let reference = reference(&command);
    if let Some(agent) = session.agent()
        && !matches!(
            command,
            AgentCommand::Activity(_) | AgentCommand::OfferShown(_)
        )
    {
        context.services.presence.agent_active(&session.site, agent);
    }
    if let Err(problem) = run(context, session, command).await {
        wrong(context, session, reference.as_deref(), problem);
    }
}

/// Every durable command and query has its `ref` in the same place.
fn reference(command: &AgentCommand) -> Option<String> {
    let value = serde_json::to_value(command).ok()?;
    Some(value.get("ref")?.as_str()?.to_owned())
}

async fn run(context: &Context, session: &Session, command: AgentCommand) -> Result<(), Wrong> {
    let Who::Agent { person, .. } = &session.who else {
        return Err(Wrong("type"));
    };
    let (site, allocation, asker) = (&session.site, &context.services.allocation, session.asker());
    let conversations = &context.services.conversations;
    match command {
        AgentCommand::SetAvailability(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let choice = convert::offer::availability_in(c.availability);
            let outcome = allocation
                .set_availability(site, &person.id, choice, c.reason.clone(), ticket)
                .await;
            answer(context, session, &c.reference, outcome);
        }
        AgentCommand::Activity(c) => context
            .services
            .presence
            .agent_idle(site, &person.id, c.idle),
        AgentCommand::OfferShown(c) => {
            allocation.offer_shown(site, &person.id, id(&c.offer, "offer")?)
        }
        AgentCommand::AcceptOffer(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let (named, offer) = (conversation(&c.conversation)?, id(&c.offer, "offer")?);
            answer(
                context,
                session,
                &c.reference,
                allocation.accept(site, person, named, offer, ticket).await,
            );
        }
        AgentCommand::DeclineOffer(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let (named, offer) = (conversation(&c.conversation)?, id(&c.offer, "offer")?);
            answer(
                context,
                session,
                &c.reference,
                allocation.decline(site, person, named, offer, ticket).await,
            );
        }
        AgentCommand::Claim(c) => {
            let ticket = ticket(&c.reference, &c)?;
            answer(
                context,
                session,
                &c.reference,
                allocation
                    .claim(site, person, conversation(&c.conversation)?, ticket)
                    .await,
            );
        }
        AgentCommand::Typing(c) => {
            conversations
                .typing(site, &conversation(&c.conversation)?, &asker)
                .await
        }
        AgentCommand::MarkRead(c) => {
            conversations
                .mark_read(site, &conversation(&c.conversation)?, &asker, c.seq)
                .await
        }
        AgentCommand::MarkUnread(c) => {
            conversations
                .mark_unread(site, &conversation(&c.conversation)?, &asker, c.seq)
                .await
        }
        AgentCommand::BlockCustomer(c) => block(context, session, person, c).await?,
        AgentCommand::UnblockCustomer(c) => unblock(context, session, person, c).await?,
        AgentCommand::StartConversation(c) => {
            let ticket = ticket(&c.reference, &c)?;
            let customer = id(&c.customer, "customer")?;
            let outcome = conversations
                .start(site, asker, customer, c.text.0, ticket)
                .await;
            answer(context, session, &c.reference, outcome);
        }
        AgentCommand::ReadHistory(c) => read_history(context, session, c).await?,
        AgentCommand::ListConversations(c) => list_conversations(context, session, c).await?,
        AgentCommand::ReadCannedReplies(c) => canned_replies(context, session, c.reference),
        AgentCommand::Hello(_) => return Err(Wrong("type")),
        AgentCommand::Pong(_) => {}
        other => in_conversation(context, session, other).await?,
    }
    Ok(())
}

/// Commands that are one command of the conversation.
async fn in_conversation(
    context: &Context,
    session: &Session,
    command: AgentCommand,
) -> Result<(), Wrong> {
    let (reference, named, ticket, command) = translated(context, command)?;
    let conversations = &context.services.conversations;
    let outcome = conversations
        .execute(
            &session.site,
            &named,
            session.asker(),
            command,
            Some(ticket),
        )
        .await;
    answer(context, session, &reference, outcome);
    Ok(())
}

type Translated = (String, ConversationId, Ticket, Command);

fn translated(context: &Context, command: AgentCommand) -> Result<Translated, Wrong> {
    macro_rules! one {
        ($c:ident, $command:expr) => {{
            let ticket = ticket(&$c.reference, &$c)?;
            (
                conversation(&$c.conversation)?,
                ticket,
                $command,
                $c.reference,
            )
        }};
    }
    let (named, ticket, command, reference) = match command {
        AgentCommand::SendMessage(c) => {
            let reply_to = c
                .reply_to
                .as_deref()
                .map(|m| id(m, "reply_to"))
                .transpose()?;
            one!(
                c,
                Command::Post {
                    message: message(context),
                    text: c.text.0.clone(),
                    reply_to
                }
            )
        }
        AgentCommand::PostNote(c) => {
            let mentions = c
                .mentions
                .iter()
                .flatten()
                .map(|a| id::<AgentId>(a, "mentions"))
                .collect::<Result<_, _>>()?;
            one!(
                c,
                Command::Note {
                    note: message(context),
                    text: c.text.0.clone(),
                    mentions
                }
            )
        }
        AgentCommand::Transfer(c) => {
            let to = match &c.to {
                shared::Target::Agent(agent) => Target::Agent(id(agent, "to.agent")?),
                shared::Target::Department(department) => {
                    Target::Department(id(department, "to.department")?)
                }
            };
            one!(
                c,
                Command::Transfer {
                    to,
                    note: c.note.as_ref().map(|n| n.0.clone())
                }
            )
        }
        AgentCommand::CloseConversation(c) => {
            let tags = c.tags.as_ref().map(|t| tags(t)).transpose()?;
            let note = c.note.as_ref().map(|n| (message(context), n.0.clone()));
            one!(
                c,
                Command::Close {
                    resolution: convert::event::resolution_in(c.resolution),
                    tags,
                    note
                }
            )
        }
        AgentCommand::FinishWrapUp(c) => {
            one!(
                c,
                Command::FinishWrapUp {
                    resolution: c.resolution.map(convert::event::resolution_in)
                }
            )
        }
        AgentCommand::SetTags(c) => one!(
            c,
            Command::SetTags {
                tags: tags(&c.tags)?
            }
        ),
        AgentCommand::SetPriority(c) => one!(
            c,
            Command::SetPriority {
                priority: c.priority
            }
        ),
        AgentCommand::WithdrawTransfer(c) => one!(c, Command::WithdrawTransfer),
        AgentCommand::Reopen(c) => one!(c, Command::Reopen),
        AgentCommand::ExtendWrapUp(c) => one!(c, Command::ExtendWrapUp),
        _ => return Err(Wrong("type")),
    };
    Ok((reference, named, ticket, command))
}

fn message(context: &Context) -> MessageId {
    MessageId::new(context.services.random.id()).expect("drawn from the letters of ids")
}

fn tags(tags: &[String]) -> Result<Vec<Tag>, Wrong> {
    tags.iter().map(|t| id(t, "tags")).collect()
}

async fn block(
    context: &Context,
    session: &Session,
    person: &Person,
    c: wire::BlockCustomer,
) -> Result<(), Wrong> {
    let ticket = ticket(&c.reference, &c)?;
    let customer = id(&c.customer, "customer")?;
    let services = &context.services;
    if !services
        .conversations
        .serves(&session.site, &session.asker(), &customer)
        .await
    {
        reject(
            context,
            session,
            Frame::error(Some(c.reference), ErrorCode::NotFound),
        );
        return Ok(());
    }
    let Some(agent) = services.accounts.agent(&person.id) else {
        return Err(Wrong("customer"));
    };
    let until = c.until.map(Time);
    let blocked = services
        .customers
        .block(
            &customer,
            &agent,
            (ticket.reference, ticket.digest),
            &c.reason.0,
            until,
        )
        .await;
    answer(context, session, &c.reference, blocked.map(at));
    Ok(())
}

async fn unblock(
    context: &Context,
    session: &Session,
    person: &Person,
    c: wire::UnblockCustomer,
) -> Result<(), Wrong> {
    let ticket = ticket(&c.reference, &c)?;
    let customer = id(&c.customer, "customer")?;
    let Some(agent) = context.services.accounts.agent(&person.id) else {
        return Err(Wrong("customer"));
    };
    let lifted = context
        .services
        .customers
        .unblock(&customer, &agent, (ticket.reference, ticket.digest))
        .await;
    answer(context, session, &c.reference, lifted.map(at));
    Ok(())
}

fn at(at: Time) -> Done {
    Done {
        conversation: None,
        seq: None,
        at,
    }
}

async fn list_conversations(
    context: &Context,
    session: &Session,
    c: wire::ListConversations,
) -> Result<(), Wrong> {
    let Who::Agent {
        supervisor,
        departments,
        ..
    } = &session.who
    else {
        return Err(Wrong("type"));
    };
    let filter = match c.filter.as_deref() {
        None | Some("mine") => ListFilter::Own,
        Some("waiting") => ListFilter::Waiting,
        Some("department") => {
            let department = id(c.department.as_deref().unwrap_or_default(), "department")?;
            if !supervisor && !departments.contains(&department) {
                reject(
                    context,
                    session,
                    Frame::error(Some(c.reference), ErrorCode::NotFound),
                );
                return Ok(());
            }
            ListFilter::Department(department)
        }
        Some("all") if *supervisor => ListFilter::All,
        Some("all") => {
            reject(
                context,
                session,
                Frame::error(Some(c.reference), ErrorCode::NotAllowed),
            );
            return Ok(());
        }
        Some(_) => return Err(Wrong("filter")),
    };
    list(context, session, &c.reference, filter, c.before).await;
    Ok(())
}

fn canned_replies(context: &Context, session: &Session, reference: String) {
    let Some(site) = context.services.sites.site(&session.site) else {
        return;
    };
    let replies = site.canned_replies.iter().map(|r| shared::CannedReply {
        id: r.id.clone(),
        shortcut: r.shortcut.clone(),
        title: r.title.clone(),
        text: r.text.as_str().into(),
    });
    session.send(&Frame::CannedReplies {
        reference,
        version: version_of(&site),
        replies: replies.collect(),
    });
}

/// Changes whenever a canned reply does.
pub(super) fn version_of(site: &services::sites::Site) -> String {
    let all: String = site
        .canned_replies
        .iter()
        .flat_map(|r| {
            [
                r.id.as_str(),
                "\0",
                &r.shortcut,
                "\0",
                &r.title,
                "\0",
                &r.text,
                "\0",
            ]
        })
        .collect();
    format!("{:016x}", domain::record::fnv1a(all.as_bytes()))
}
