//! A customer says hello.

use super::{Refused, afterwards, at, check_resume, places, resume_all};
use crate::gateway::convert;
use crate::gateway::websocket::registry::Registered;
use crate::gateway::websocket::session::{Session, Who};
use crate::gateway::websocket::{Context, catch_up};
use domain::conversation::event::{Origin, Page};
use domain::id::ConversationId;
use journal::ReadError;
use protocol::customer::CustomerHello;
use protocol::frame::{CustomerWelcome, Department, Site as SiteFrame, Welcome};
use protocol::shared::ResumeFrom;
use protocol::{CloseCode, ErrorCode, Frame, shared};
use services::conversations::ListFilter;
use services::sites::{Brand, Site};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

/// Longest text of a page's fields that is kept, in characters.
const PAGE_TEXT: usize = 1_000;

/// What came with the upgrade of a customer's socket.
pub(in crate::gateway::websocket) struct Door {
    pub(in crate::gateway::websocket) site: Arc<Site>,
    pub(in crate::gateway::websocket) brand: Brand,
    pub(in crate::gateway::websocket) user_agent: Option<String>,
}

/// The session is reachable when this returns; what it asked to resume follows.
pub(in crate::gateway::websocket) async fn customer(
    context: &Arc<Context>,
    door: Door,
    address: IpAddr,
    mut hello: CustomerHello,
) -> Result<Registered, Refused> {
    check_resume(&hello.resume)?;
    let services = &context.services;
    let (site, now) = (&door.site.id, services.clock.now());
    let id = match &hello.token {
        None => services::customers::new_customer_id(&*services.random),
        Some(token) => {
            let verified = services.tokens.verify(site, &token.0, now);
            verified.map_err(|_| Refused::Close(CloseCode::Unauthorised))?
        }
    };
    let who = Who::Customer {
        id: id.clone(),
        origin: Mutex::new(Box::new(origin(&door, &mut hello))),
    };
    let bytes = context.config.limits.customer_outbox_bytes;
    let steady = services.clock.steady();
    let at = at(context, site, address);
    let session = Session::new(context.registry.next_id(), at, who, bytes, steady);
    places(&session, &hello.resume);
    // Its place is taken before records reach the session, so that none of them is new to it.
    let current = services.conversations.current(site, &id).await?;
    let unnamed = current.clone().filter(|c| !named(&hello.resume, c));
    if let Some(conversation) = &unnamed {
        catch_up::place(&session, conversation, 0);
    }
    let session = Registered::new(context, session);
    let asker = session.asker();
    let snapshot = match &unnamed {
        Some(conversation) => snapshot(context, &session, conversation).await?,
        None => None,
    };
    let list = services
        .conversations
        .list(site, &asker, ListFilter::Own, None)
        .await?;
    let welcome = CustomerWelcome {
        session: session.id.to_string(),
        node: services.node.to_string(),
        addresses: None,
        now: now.0,
        heartbeat_ms: context.config.presence.customer_ping_ms.0,
        customer: id.to_string(),
        token: services.tokens.issue(site, &id, now).into(),
        site: site_frame(context, &door),
        conversation: snapshot,
        conversations: list.0.iter().map(convert::snapshot::summary).collect(),
    };
    let welcome = Frame::Welcome(Welcome::Customer(Box::new(welcome)));
    session.outbox.send_first(welcome.encode().into());
    if hello.identity.is_some() {
        session.send(&Frame::error(None, ErrorCode::Unsupported));
    }
    let after = follow(context.clone(), session.clone(), hello.resume, current);
    afterwards(context, &session, after);
    Ok(session)
}

async fn follow(
    context: Arc<Context>,
    session: Arc<Session>,
    resume: Vec<ResumeFrom>,
    current: Option<ConversationId>,
) -> Result<(), ReadError> {
    let named = current.as_ref().is_some_and(|c| named(&resume, c));
    resume_all(&context, &session, resume).await?;
    let Some(conversation) = current else {
        return Ok(());
    };
    if !named {
        catch_up::catch_up(&context, &session, &conversation).await?;
    }
    let allocation = &context.services.allocation;
    if let Some(position) = allocation.position(&session.site, &conversation) {
        session.send(&convert::offer::position(&conversation, &position));
    }
    Ok(())
}

fn named(resume: &[ResumeFrom], conversation: &ConversationId) -> bool {
    resume
        .iter()
        .any(|r| r.conversation == conversation.as_str())
}

async fn snapshot(
    context: &Context,
    session: &Session,
    conversation: &ConversationId,
) -> Result<Option<protocol::snapshot::Snapshot>, ReadError> {
    let (site, asker) = (&session.site, session.asker());
    let snapshot = context
        .services
        .conversations
        .snapshot(site, conversation, &asker)
        .await?;
    if let Some(snapshot) = &snapshot {
        catch_up::sent(session, conversation, snapshot.seq);
    }
    Ok(snapshot.map(|s| convert::snapshot::in_welcome(&s, catch_up::audience(session))))
}

fn origin(door: &Door, hello: &mut CustomerHello) -> Origin {
    Origin {
        page: hello.page.take().map(page),
        locale: hello.locale.as_deref().map(cut),
        user_agent: door.user_agent.as_deref().map(cut),
    }
}

/// A page, shortened to what is kept.
pub(in crate::gateway::websocket) fn page(page: shared::Page) -> Page {
    Page {
        url: cut(&page.url),
        title: cut(&page.title),
        referrer: page.referrer.as_deref().map(cut),
    }
}

fn site_frame(context: &Context, door: &Door) -> SiteFrame {
    let allocation = &context.services.allocation;
    let departments = door.site.departments.iter().map(|d| {
        let on_duty = allocation.on_duty(&door.site.id, &d.id);
        Department {
            id: d.id.to_string(),
            name: d.name.clone(),
            open: on_duty > 0,
            on_duty: Some(on_duty),
            usual_wait_ms: allocation.usual_wait(&door.site.id, &d.id).map(|s| s.0),
        }
    });
    SiteFrame {
        name: door.site.name.clone(),
        departments: departments.collect(),
        locale: door
            .brand
            .locale
            .clone()
            .unwrap_or_else(|| door.site.locale.clone()),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(PAGE_TEXT).collect()
}
