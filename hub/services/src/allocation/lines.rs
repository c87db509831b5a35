//! Places in line and lines, told when they change: the first five at once, the others at most
//! every three seconds, a department's line at most four times a second.

use super::estimates::shown;
use super::{Allocations, Site, announce};
use crate::conversations::Conversations;
use crate::ports::OfferView;
use crate::readmodel::{Position, PresenceLine, QueueLine};
use domain::allocation::agents::Agent;
use domain::allocation::fact::Availability;
use domain::allocation::queue::Place;
use domain::allocation::view::Presence;
use domain::id::{AgentId, ConversationId, DepartmentId, SiteId};
use domain::router::Router;
use domain::time::{Span, Time};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// At most four frames a second and department.
const EVERY: Duration = Duration::from_millis(250);
/// Customers behind the fifth hear of their place at most that often.
const BEHIND_EVERY: Span = Span::seconds(3);
/// The front of the line hears at once.
const FRONT: usize = 5;

/// What was told last.
#[derive(Default)]
struct Told {
    lines: HashMap<DepartmentId, (u32, u32)>,
    agents: HashMap<DepartmentId, HashMap<AgentId, PresenceLine>>,
    places: HashMap<ConversationId, (Position, Time)>,
}

pub(super) async fn run(
    site: Arc<Site>,
    _conversations: Arc<Conversations>,
    cancel: CancellationToken,
) {
    let mut told = Told::default();
    loop {
        tokio::select! {
            () = cancel.cancelled() => return,
            () = site.changed.notified() => {}
            () = tokio::time::sleep(BEHIND_EVERY.std()) => {}
        }
        let now = site.parts.clock.now();
        for department in site.departments() {
            told.line(&site, &department, now);
            told.presence(&site, &department);
            told.places(&site, &department, now);
        }
        told.forget(&site, now);
        tokio::time::sleep(EVERY).await;
    }
}

impl Told {
    /// What has left the line or allocation.
    fn forget(&mut self, site: &Site, now: Time) {
        let router = site.router();
        let waits = |id: &ConversationId| {
            router
                .view()
                .entry(id)
                .is_some_and(|e| e.place.demand().is_some())
        };
        self.places.retain(|id, _| waits(id));
        site.estimates
            .forget(|id| router.view().entry(id).is_some(), now);
    }

    fn line(&mut self, site: &Site, department: &DepartmentId, now: Time) {
        let line = site.line(department, now);
        let key = (line.waiting, line.available);
        if self.lines.insert(department.clone(), key) != Some(key) {
            site.parts.delivery.queue(&site.id, &line);
        }
    }

    fn presence(&mut self, site: &Site, department: &DepartmentId) {
        let now: HashMap<AgentId, PresenceLine> = site
            .agents(department)
            .into_iter()
            .map(|line| (line.agent.clone(), line))
            .collect();
        let before = self.agents.entry(department.clone()).or_default();
        let joins: Vec<PresenceLine> = now
            .values()
            .filter(|l| before.get(&l.agent) != Some(l))
            .cloned()
            .collect();
        let leaves: Vec<AgentId> = before
            .keys()
            .filter(|a| !now.contains_key(*a))
            .cloned()
            .collect();
        if !joins.is_empty() || !leaves.is_empty() {
            site.parts
                .delivery
                .presence(&site.id, department, &joins, &leaves);
            *before = now;
        }
    }

    fn places(&mut self, site: &Site, department: &DepartmentId, now: Time) {
        let line: Vec<ConversationId> = {
            let router = site.router();
            let level = level(&router, department);
            router
                .view()
                .line(department, level)
                .map(|spot| spot.conversation.clone())
                .collect()
        };
        let service = site.service(department);
        for (index, conversation) in line.iter().enumerate() {
            let due = self
                .places
                .get(conversation)
                .is_none_or(|(_, at)| index < FRONT || now.since(*at) >= BEHIND_EVERY);
            if !due {
                continue;
            }
            let position = index as u32 + 1;
            let estimate = site.estimates.estimate(service, department, position);
            site.estimates.promised(conversation, estimate, now);
            let place = Position {
                position,
                estimate: estimate.map(shown),
            };
            if self
                .places
                .get(conversation)
                .is_some_and(|(known, _)| *known == place)
            {
                continue;
            }
            self.places
                .insert(conversation.clone(), (place.clone(), now));
            if let Some((customer, _)) = conversation.parts() {
                site.parts
                    .delivery
                    .position(&site.id, &customer, conversation, &place);
            }
        }
    }
}

/// What a level of priority is worth in this line.
fn level(router: &Router, department: &DepartmentId) -> Span {
    router.policy().of(department).priority_level
}

impl Site {
    fn departments(&self) -> Vec<DepartmentId> {
        self.parts
            .sites
            .site(&self.id)
            .map(|s| s.departments.iter().map(|d| d.id.clone()).collect())
            .unwrap_or_default()
    }

    fn line(&self, department: &DepartmentId, now: Time) -> QueueLine {
        let router = self.router();
        let state = router
            .view()
            .line_state(department, level(&router, department));
        QueueLine {
            department: department.clone(),
            waiting: state.waiting as u32,
            longest_wait: state.oldest.map_or(Span(0), |at| now.since(at)),
            available: state.free as u32,
            waits: state.first.iter().map(|at| now.since(*at)).collect(),
        }
    }

    fn agents(&self, department: &DepartmentId) -> Vec<PresenceLine> {
        let router = self.router();
        router
            .view()
            .members(department)
            .map(|(id, agent)| self.presence_line(id, agent))
            .collect()
    }

    fn presence_line(&self, id: &AgentId, agent: &Agent) -> PresenceLine {
        PresenceLine {
            agent: id.clone(),
            name: self.name_of(id),
            presence: match agent.presence() {
                Presence::Online => "online",
                Presence::Away => "away",
                Presence::Unreachable => "unreachable",
                Presence::Offline => "offline",
            },
            availability: agent.availability,
            reason: agent.reason.clone(),
            load: agent.load,
            capacity: agent.capacity(),
        }
    }

    fn estimate(
        &self,
        department: &DepartmentId,
        position: u32,
    ) -> Option<domain::routing::estimate::Estimate> {
        self.estimates
            .estimate(self.service(department), department, position)
    }

    fn place(&self, department: &DepartmentId, position: u32) -> Position {
        Position {
            position,
            estimate: self.estimate(department, position).map(shown),
        }
    }
}

impl Allocations {
    /// The agent's choice.
    pub fn availability(&self, site: &SiteId, agent: &AgentId) -> Availability {
        let state = |s: &Arc<Site>| s.router().view().agent(agent).map(|a| a.availability);
        self.site(site).and_then(state).unwrap_or_default()
    }

    /// The open offers of an agent, to be sent again.
    pub async fn offers_of(&self, site: &SiteId, agent: &AgentId) -> Vec<OfferView> {
        let Some(site) = self.site(site) else {
            return Vec::new();
        };
        let open: Vec<_> = {
            let router = site.router();
            let whys = site
                .whys
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let offers = router.view().offers_to(agent);
            offers
                .map(|(id, o)| {
                    (
                        o.conversation.clone(),
                        id.clone(),
                        whys.get(id).cloned().unwrap_or_default(),
                        o.expires_at,
                    )
                })
                .collect()
        };
        let mut views = Vec::with_capacity(open.len());
        for (conversation, offer, why, expires_at) in open {
            views.extend(
                announce::view(
                    site,
                    &self.conversations,
                    conversation,
                    offer,
                    why,
                    expires_at,
                )
                .await,
            );
        }
        views
    }

    /// The conversation's place in line.
    pub fn position(&self, site: &SiteId, conversation: &ConversationId) -> Option<Position> {
        let site = self.site(site)?;
        let (department, place) = {
            let router = site.router();
            let department = router
                .view()
                .entry(conversation)?
                .place
                .demand()?
                .department
                .clone();
            let place = router
                .view()
                .position(conversation, level(&router, &department))?;
            (department, place)
        };
        Some(site.place(&department, place as u32))
    }

    /// The departments' lines.
    pub fn lines(&self, site: &SiteId, departments: &[DepartmentId]) -> Vec<QueueLine> {
        let Some(site) = self.site(site) else {
            return Vec::new();
        };
        let now = site.parts.clock.now();
        departments.iter().map(|d| site.line(d, now)).collect()
    }

    /// The department's agents as colleagues see them.
    pub fn agents(&self, site: &SiteId, department: &DepartmentId) -> Vec<PresenceLine> {
        self.site(site)
            .map(|s| s.agents(department))
            .unwrap_or_default()
    }

    /// How many are on duty.
    pub fn on_duty(&self, site: &SiteId, department: &DepartmentId) -> u32 {
        self.site(site)
            .map_or(0, |s| s.router().view().on_duty(department) as u32)
    }

    /// How long waiting takes there just now, for somebody who came now.
    pub fn usual_wait(&self, site: &SiteId, department: &DepartmentId) -> Option<Span> {
        let site = self.site(site)?;
        let now = site.parts.clock.now();
        let waiting = site.line(department, now).waiting;
        site.place(department, waiting + 1)
            .estimate
            .map(|e| e.about)
    }
}

/// Where a site's open conversations stand: department, state's word, how many.
pub type Standing = HashMap<(DepartmentId, &'static str), i64>;

impl Allocations {
    /// Open conversations by department and state.
    pub fn standing(&self, site: &SiteId) -> Standing {
        let mut standing = Standing::new();
        let Some(site) = self.site(site) else {
            return standing;
        };
        let router = site.router();
        for (id, entry) in router.view().entries() {
            let (department, word) = match &entry.place {
                Place::Waiting(w) if router.view().offer_of(id).is_some() => {
                    (&w.demand.department, "offered")
                }
                Place::Waiting(w) => (&w.demand.department, "queued"),
                Place::Owned(o) if o.wrap_up_until.is_some() => (&o.department, "wrap_up"),
                Place::Owned(o) => (&o.department, "assigned"),
                Place::Transfer(t) => (&t.department, "assigned"),
            };
            *standing.entry((department.clone(), word)).or_insert(0) += 1;
        }
        standing
    }

    /// How many agents stand at each choice and presence.
    pub fn staff(&self, site: &SiteId) -> Vec<(Availability, Presence)> {
        let Some(site) = self.site(site) else {
            return Vec::new();
        };
        let router = site.router();
        let agents = router
            .view()
            .agents()
            .filter(|(_, agent)| agent.profile.is_some());
        agents
            .map(|(_, agent)| (agent.availability, agent.presence()))
            .collect()
    }
}
