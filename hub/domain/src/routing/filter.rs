//! Who cannot be asked for a conversation, and why. Later filters (relaxed skills, hours,
//! overflow) are further lines of this list.

use super::candidate::Seeker;
use crate::allocation::agents::Agent;
use crate::id::AgentId;
use crate::routing::policy::Policy;
use crate::time::Time;
use std::collections::BTreeSet;

/// A reason to leave an agent out, in the order of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// Busy, away, off or full: known without looking.
    NotFree,
    /// This node cannot see its sockets just now.
    Unreachable,
    /// Wants to pass this conversation on.
    Sender,
    /// Has room, but not for this weight.
    NoRoom,
    /// A required skill is missing or too low.
    Skill,
    /// Declined or missed it a short while ago (a transfer: at all).
    Asked,
}

/// All of them.
pub const FILTERS: [Filter; 6] = [
    Filter::NotFree,
    Filter::Unreachable,
    Filter::Sender,
    Filter::NoRoom,
    Filter::Skill,
    Filter::Asked,
];

impl Filter {
    /// Its word in a decision.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotFree => "not_free",
            Self::Unreachable => "unreachable",
            Self::Sender => "sender",
            Self::NoRoom => "no_room",
            Self::Skill => "skill",
            Self::Asked => "asked",
        }
    }
}

/// What a filter needs to know.
pub(super) struct Lens<'a> {
    pub(super) policy: &'a Policy,
    pub(super) unreachable: &'a BTreeSet<AgentId>,
    pub(super) now: Time,
}

/// The first filter that leaves a free agent out.
pub(super) fn left_out(
    lens: &Lens<'_>,
    seeker: &Seeker<'_>,
    id: &AgentId,
    agent: &Agent,
) -> Option<Filter> {
    if lens.unreachable.contains(id) {
        return Some(Filter::Unreachable);
    }
    if seeker.from == Some(id) {
        return Some(Filter::Sender);
    }
    if !agent.has_room(seeker.demand.weight) {
        return Some(Filter::NoRoom);
    }
    if !agent.masters(&seeker.demand.skills) {
        return Some(Filter::Skill);
    }
    let again = again_at(lens.policy, seeker, id)?;
    (lens.now < again).then_some(Filter::Asked)
}

/// From when an agent that was asked may be asked again.
pub(super) fn again_at(policy: &Policy, seeker: &Seeker<'_>, id: &AgentId) -> Option<Time> {
    let asked = seeker.place.asked(id)?;
    Some(match seeker.from {
        Some(_) => Time(u64::MAX),
        None => asked.plus(policy.ask_again),
    })
}
