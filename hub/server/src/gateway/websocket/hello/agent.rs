//! An agent or a supervisor says hello.

use super::{Refused, afterwards, at, check_resume, places, resume_all};
use crate::gateway::convert;
use crate::gateway::websocket::registry::Registered;
use crate::gateway::websocket::session::{Session, Who};
use crate::gateway::websocket::{Context, agent_commands, catch_up};
use domain::conversation::event::Person;
use domain::id::{ConversationId, DepartmentId};
use journal::ReadError;
use protocol::agent::AgentHello;
use protocol::frame::{AgentSelf, AgentWelcome, Welcome};
use protocol::shared::ResumeFrom;
use protocol::{CloseCode, Frame};
use services::accounts::{Agent, Role};
use services::conversations::ListFilter;
use services::readmodel::Summary;
use services::sites::Site;
use std::net::IpAddr;
use std::sync::Arc;

/// The session is reachable when this returns; its conversations and offers follow.
pub(in crate::gateway::websocket) async fn agent(
    context: &Arc<Context>,
    address: IpAddr,
    hello: AgentHello,
) -> Result<Registered, Refused> {
    check_resume(&hello.resume)?;
    let services = &context.services;
    let unauthorised = || Refused::Close(CloseCode::Unauthorised);
    let signed_in = services
        .accounts
        .authenticate(&hello.token.0)
        .ok_or_else(unauthorised)?;
    let agent = signed_in.agent;
    let site = services
        .sites
        .site(&agent.site)
        .ok_or(Refused::Close(CloseCode::Withdrawn))?;
    let who = Who::Agent {
        person: Person {
            id: agent.id.clone(),
            name: agent.name.clone(),
        },
        supervisor: agent.role == Role::Supervisor,
        departments: departments(&agent, &site),
        token: signed_in.token,
    };
    let bytes = context.config.limits.agent_outbox_bytes;
    let steady = services.clock.steady();
    let at = at(context, &site.id, address);
    let session = Session::new(context.registry.next_id(), at, who, bytes, steady);
    places(&session, &hello.resume);
    let session = Registered::new(context, session);
    // Signed out in between: nobody would have told this session.
    if services.accounts.authenticate(&hello.token.0).is_none() {
        return Err(Refused::Close(CloseCode::LoggedOut));
    }
    let asker = session.asker();
    let own = services
        .conversations
        .list(&site.id, &asker, ListFilter::Own, None)
        .await?
        .0;
    let welcome = welcome(context, &session, &agent, &site, &own);
    session.outbox.send_first(welcome.encode().into());
    for department in departments(&agent, &site) {
        let agents = services.allocation.agents(&site.id, &department);
        session.send(&Frame::PresenceState {
            department: department.to_string(),
            agents: agents.iter().map(convert::offer::presence).collect(),
        });
    }
    let own = own.into_iter().map(|s| s.conversation).collect();
    let after = follow(context.clone(), session.clone(), hello.resume, own);
    afterwards(context, &session, after);
    Ok(session)
}

/// Supervisors see all lines.
fn departments(agent: &Agent, site: &Site) -> Vec<DepartmentId> {
    match agent.role {
        Role::Supervisor => site.departments.iter().map(|d| d.id.clone()).collect(),
        Role::Agent => agent.departments.clone(),
    }
}

fn welcome(
    context: &Context,
    session: &Session,
    agent: &Agent,
    site: &Site,
    own: &[Summary],
) -> Frame {
    let services = &context.services;
    let departments = departments(agent, site);
    let role = match agent.role {
        Role::Supervisor => "supervisor",
        Role::Agent => "agent",
    };
    let availability = services.allocation.availability(&site.id, &agent.id);
    let lines = services.allocation.lines(&site.id, &departments);
    Frame::Welcome(Welcome::Agent(Box::new(AgentWelcome {
        session: session.id.to_string(),
        node: services.node.to_string(),
        addresses: None,
        now: services.clock.now().0,
        heartbeat_ms: context.config.presence.agent_ping_ms.0,
        agent: AgentSelf {
            id: agent.id.to_string(),
            name: agent.name.clone(),
            role: role.to_owned(),
            departments: departments.iter().map(ToString::to_string).collect(),
        },
        availability: convert::offer::availability(availability),
        conversations: own.iter().map(convert::snapshot::summary).collect(),
        queues: lines.iter().map(convert::offer::line).collect(),
        canned_replies_version: agent_commands::version_of(site),
    })))
}

async fn follow(
    context: Arc<Context>,
    session: Arc<Session>,
    resume: Vec<ResumeFrom>,
    own: Vec<ConversationId>,
) -> Result<(), ReadError> {
    let named: Vec<ConversationId> = resume
        .iter()
        .filter_map(|r| ConversationId::new(&r.conversation).ok())
        .collect();
    resume_all(&context, &session, resume).await?;
    for conversation in &named {
        catch_up::leave_unless_owned(&context, &session, conversation).await?;
    }
    for conversation in own.iter().filter(|c| !named.contains(c)) {
        catch_up::join(&context, &session, conversation).await?;
    }
    let Some(agent) = session.agent() else {
        return Ok(());
    };
    for offer in context
        .services
        .allocation
        .offers_of(&session.site, agent)
        .await
    {
        session.send(&convert::offer::offer(&offer));
    }
    Ok(())
}
