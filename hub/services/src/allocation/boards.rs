//! What other services ask of allocation without driving it.

use super::Site;
use domain::allocation::fact::Target;
use domain::id::{AgentId, ConversationId, DepartmentId, SiteId};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// The sites' allocations, for questions.
#[derive(Default)]
pub struct Boards(RwLock<HashMap<SiteId, Arc<Site>>>);

impl Boards {
    pub(super) fn add(&self, site: Arc<Site>) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(site.id.clone(), site);
    }

    fn ask<T>(
        &self,
        site: &SiteId,
        question: impl FnOnce(&domain::allocation::fold::Allocation) -> T,
    ) -> Option<T> {
        let site = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(site)?
            .clone();
        let router = site.router();
        Some(question(router.view()))
    }

    /// Whether an agent is being asked to take it.
    pub fn is_offered(&self, site: &SiteId, conversation: &ConversationId) -> bool {
        self.ask(site, |a| a.offer_of(conversation).is_some())
            .unwrap_or(false)
    }

    /// Whether this agent is being asked to take it.
    pub fn is_offered_to(
        &self,
        site: &SiteId,
        conversation: &ConversationId,
        agent: &AgentId,
    ) -> bool {
        self.ask(site, |a| {
            a.offer_of(conversation)
                .is_some_and(|(_, offer)| offer.agent == *agent)
        })
        .unwrap_or(false)
    }

    /// Whether the conversation waits in a line that the agent serves, or is offered to it.
    pub fn serves(&self, site: &SiteId, agent: &AgentId, conversation: &ConversationId) -> bool {
        let serves = |a: &domain::allocation::fold::Allocation| {
            let demand = a.entry(conversation)?.place.demand()?;
            Some(a.agent(agent)?.serves(&demand.department))
        };
        self.ask(site, serves).flatten().unwrap_or(false)
            || self.is_offered_to(site, conversation, agent)
    }

    /// Whether a transfer to there has anybody to reach.
    pub fn takes_transfer(&self, site: &SiteId, to: &Target, sender: &AgentId) -> bool {
        self.ask(site, |a| a.target_takes(to, sender))
            .unwrap_or(false)
    }

    /// Signed in with a live socket and available, busy or finishing.
    pub fn on_duty(&self, site: &SiteId, department: &DepartmentId) -> u32 {
        self.ask(site, |a| a.on_duty(department) as u32)
            .unwrap_or(0)
    }

    /// Whether the agent has had no socket for so long that its conversations go back to the
    /// line when their customers write.
    pub fn is_gone(
        &self,
        site: &SiteId,
        agent: &AgentId,
        for_ms: domain::time::Span,
        now: domain::time::Time,
    ) -> bool {
        let gone = |a: &domain::allocation::fold::Allocation| {
            a.agent(agent).is_none_or(|agent| {
                !agent.is_on() && agent.off_since.is_none_or(|at| now.since(at) >= for_ms)
            })
        };
        self.ask(site, gone).unwrap_or(false)
    }
}
