//! Questions that services ask of the state.

use super::agents::Agent;
use super::fact::{Availability, Target};
use super::fold::Allocation;
use super::offers::Offer;
use super::queue::{Entry, Line, Place, Spot};
use crate::id::{AgentId, ConversationId, DepartmentId, OfferId, Ref};
use crate::time::{Span, Time};

/// How an agent is seen by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// A live socket, in use.
    Online,
    /// A live socket, unattended.
    Away,
    /// Signed in, but without a socket.
    Unreachable,
    /// Signed off, or gone.
    Offline,
}

/// A department's line in figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineState {
    /// How many wait.
    pub waiting: usize,
    /// Enqueue time of who waits longest.
    pub oldest: Option<Time>,
    /// Enqueue times of the first twenty in the order of serving.
    pub first: Vec<Time>,
    /// Agents that take offers and have some room.
    pub free: usize,
    /// Capacity of all agents that take offers, in tenths.
    pub capacity: u32,
    /// The part of it that is free, in tenths.
    pub room: u32,
    /// Agents on duty: with a live socket and available, busy or finishing.
    pub on_duty: usize,
}

impl Agent {
    /// How others see it.
    pub fn presence(&self) -> Presence {
        match (self.is_on(), self.availability) {
            _ if self.profile.is_none() => Presence::Offline,
            (_, Availability::Offline) => Presence::Offline,
            (false, _) => Presence::Unreachable,
            (true, _) if self.idle => Presence::Away,
            (true, _) => Presence::Online,
        }
    }
}

impl Allocation {
    /// The agent, where anything is known of it.
    pub fn agent(&self, id: &AgentId) -> Option<&Agent> {
        self.agents.get(id)
    }

    /// All agents in the order of their ids.
    pub fn agents(&self) -> impl Iterator<Item = (&AgentId, &Agent)> {
        self.agents.iter()
    }

    /// Those who serve the department, in the order of their ids.
    pub fn members(&self, department: &DepartmentId) -> impl Iterator<Item = (&AgentId, &Agent)> {
        let members = self.index.members.get(department);
        members
            .into_iter()
            .flatten()
            .filter_map(|id| Some((id, self.agents.get(id)?)))
    }

    /// How many of the department are on duty.
    pub fn on_duty(&self, department: &DepartmentId) -> usize {
        self.members(department)
            .filter(|(_, agent)| agent.on_duty())
            .count()
    }

    /// The conversation, where allocation has anything to do with it.
    pub fn entry(&self, id: &ConversationId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// All conversations that allocation knows.
    pub fn entries(&self) -> impl Iterator<Item = (&ConversationId, &Entry)> {
        self.entries.iter()
    }

    /// Who owns the conversation.
    pub fn owner(&self, id: &ConversationId) -> Option<&AgentId> {
        self.entries.get(id)?.place.owner()
    }

    /// The open offer of the conversation.
    pub fn offer_of(&self, id: &ConversationId) -> Option<(&OfferId, &Offer)> {
        let offer = self.entries.get(id)?.offer.as_ref()?;
        self.offers.get_key_value(offer)
    }

    /// An open offer by its id.
    pub fn offer(&self, id: &OfferId) -> Option<&Offer> {
        self.offers.get(id)
    }

    /// The open offers of an agent (for its resume).
    pub fn offers_to(&self, agent: &AgentId) -> impl Iterator<Item = (&OfferId, &Offer)> {
        let ids = self.agents.get(agent).map(|agent| &agent.offers);
        ids.into_iter()
            .flatten()
            .filter_map(|id| Some((id, self.offers.get(id)?)))
            .filter(|(_, offer)| offer.stale.is_none())
    }

    /// All open offers.
    pub fn offers(&self) -> impl Iterator<Item = (&OfferId, &Offer)> {
        self.offers.iter()
    }

    /// Whether a decision has granted this command already.
    pub fn granted(&self, agent: &AgentId, reference: &Ref) -> Option<&super::agents::Answered> {
        self.agents.get(agent)?.answer(reference)
    }

    /// Whether the command is folded and has no answer yet.
    pub fn is_pending(&self, agent: &AgentId, reference: &Ref) -> bool {
        self.asks
            .values()
            .any(|ask| ask.agent == *agent && ask.reference == *reference)
    }

    /// How many commands are folded and have no answer yet.
    pub fn asks_pending(&self) -> usize {
        self.asks.len()
    }

    /// Departments in which somebody waits.
    pub fn departments_waiting(&self) -> impl Iterator<Item = &DepartmentId> {
        self.index.lines.keys()
    }

    /// Who waits in the department, in the order of serving; a priority level is worth `level`.
    pub fn line<'a>(
        &'a self,
        department: &DepartmentId,
        level: Span,
    ) -> impl Iterator<Item = &'a Spot> + use<'a> {
        let line = self.index.lines.get(department);
        line.into_iter().flat_map(move |line| line.ordered(level))
    }

    /// Place in line, from 1. Walks the line up to there: for one customer, not for all.
    pub fn position(&self, id: &ConversationId, level: Span) -> Option<usize> {
        let Place::Waiting(waiting) = &self.entries.get(id)?.place else {
            return None;
        };
        let before = self
            .line(&waiting.demand.department, level)
            .position(|spot| spot.conversation == *id)?;
        Some(before + 1)
    }

    /// The line in figures.
    pub fn line_state(&self, department: &DepartmentId, level: Span) -> LineState {
        let line = self.index.lines.get(department);
        let first = self.line(department, level).take(20);
        let taking = self.members(department).filter(|(_, a)| a.takes_offers());
        let (capacity, room) = taking.fold((0, 0), |(capacity, room), (_, agent)| {
            let most = agent.capacity();
            (capacity + most, room + most.saturating_sub(agent.load))
        });
        LineState {
            waiting: line.map_or(0, Line::len),
            oldest: line.and_then(Line::oldest),
            first: first.map(|spot| spot.enqueued_at).collect(),
            free: self.index.free.get(department).map_or(0, |set| set.len()),
            capacity,
            room,
            on_duty: self.on_duty(department),
        }
    }

    /// Whether somebody there could be asked now. An agent: available, busy or away; a
    /// department: any agent but the sender takes offers, with room or not.
    pub fn target_takes(&self, to: &Target, sender: &AgentId) -> bool {
        match to {
            Target::Agent(agent) => {
                agent != sender && self.agents.get(agent).is_some_and(Agent::takes_transfers)
            }
            Target::Department(department) => self
                .members(department)
                .any(|(id, agent)| id != sender && agent.takes_offers()),
        }
    }
}
