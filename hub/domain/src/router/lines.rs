//! Asking agents: transfers to one of them, and the lines in the order of serving.

use super::plan::{Plan, Taking};
use crate::allocation::agents::Agent;
use crate::allocation::decision::{AssignedBy, Decision, ReturnReason, Why};
use crate::allocation::fact::Target;
use crate::allocation::queue::{Place, Rank, Shape, Spot, Transfer, Turn};
use crate::id::{AgentId, ConversationId, DepartmentId};
use crate::routing::choice::{Choice, choose};
use std::ops::Bound;

impl Plan<'_> {
    /// Transfers to an agent are offered or come back; those to a department come back when
    /// nobody there is left to ask.
    pub(super) fn serve_transfers(&mut self) {
        let open: Vec<ConversationId> = self.state.index.transfers.iter().cloned().collect();
        for id in open {
            let Some(Place::Transfer(transfer)) = self.state.entry(&id).map(|e| &e.place) else {
                continue;
            };
            if !self.has_room(1) {
                return;
            }
            let transfer = transfer.clone();
            match &transfer.to {
                Target::Agent(agent) => self.serve_direct(&id, &transfer, agent),
                Target::Department(department) if !self.is_anybody_left(&transfer, department) => {
                    self.return_to_sender(&id, &transfer);
                }
                Target::Department(_) => {}
            }
        }
    }

    fn serve_direct(&mut self, id: &ConversationId, transfer: &Transfer, to: &AgentId) {
        let takes = *to != transfer.from
            && !transfer.asked.contains_key(to)
            && self.state.agent(to).is_some_and(Agent::takes_transfers);
        if !takes {
            self.return_to_sender(id, transfer);
        } else if !self.unreachable.contains(to) {
            let why = Why {
                policy: self.policy.version,
                rules: vec!["transfer".to_owned()],
                waited_ms: self.now.since(transfer.demand.enqueued_at).0,
                candidates: 1,
                tie_break: "only".to_owned(),
                ..Why::default()
            };
            self.offer(id, to, &transfer.demand.department, true, why);
        }
    }

    fn is_anybody_left(&self, transfer: &Transfer, department: &DepartmentId) -> bool {
        self.state.members(department).any(|(id, agent)| {
            *id != transfer.from
                && agent.takes_offers()
                && !transfer.asked.contains_key(id)
                && agent.masters(&transfer.demand.skills)
                && agent.capacity() >= transfer.demand.weight
        })
    }

    fn return_to_sender(&mut self, id: &ConversationId, transfer: &Transfer) {
        self.decide(Decision::Returned {
            conversation: id.clone(),
            from: transfer.from.clone(),
            to: transfer.to.clone(),
            reason: transfer.last.unwrap_or(ReturnReason::Unavailable),
        });
    }

    fn offer(
        &mut self,
        id: &ConversationId,
        agent: &AgentId,
        department: &DepartmentId,
        transfer: bool,
        why: Why,
    ) {
        let offer = self.next_offer();
        self.decide(Decision::Offered {
            conversation: id.clone(),
            offer,
            agent: agent.clone(),
            transfer,
            expires_at: self.now.plus(self.policy.of(department).offer_time),
            why,
        });
    }

    /// While somebody is free and somebody fitting waits, ask.
    pub(super) fn serve_lines(&mut self) {
        let mut walk = self.walk();
        while self.has_room(2)
            && let Some((department, shape, id)) = self.next_in(&mut walk)
        {
            let Some(entry) = self.state.entry(&id) else {
                continue;
            };
            match choose(self.state, self.policy, entry, self.unreachable, self.now) {
                Choice::Ask { agent, why } => self.ask(&id, &agent, &department, why),
                Choice::Nobody { again, hopeless } => {
                    if let Some(at) = again {
                        self.wait_until(at);
                    }
                    if hopeless {
                        walk.retain(|h| h.department != department || h.rank.shape != shape);
                    }
                }
            }
        }
    }

    fn ask(&mut self, id: &ConversationId, agent: &AgentId, department: &DepartmentId, why: Why) {
        let owner = self.state.owner(id);
        let transfer = owner.is_some();
        self.offer(id, agent, department, transfer, why);
        if transfer || !self.policy.of(department).auto_accept {
            return;
        }
        let offer = self.state.offer_of(id).map(|(id, _)| id.clone());
        let taking = Taking {
            by: AssignedBy::Auto,
            offer,
            command: None,
            from: None,
        };
        self.assign(id, agent, department, taking);
    }

    /// The heads of all ranks of all lines that have somebody free.
    fn walk(&self) -> Vec<Head> {
        let free = &self.state.index.free;
        let mut heads = Vec::new();
        for (department, line) in &self.state.index.ready {
            if free.contains_key(department) {
                let ranks = line.ranks.keys();
                heads.extend(ranks.filter_map(|rank| self.head(department, rank, None)));
            }
        }
        heads
    }

    fn head(&self, department: &DepartmentId, rank: &Rank, after: Option<&Spot>) -> Option<Head> {
        let spots = self.state.index.ready.get(department)?.ranks.get(rank)?;
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let spot = spots.range((from, Bound::Unbounded)).next()?.clone();
        let policy = self.policy.of(department);
        Some(Head {
            turn: rank.turn(&spot, policy.priority_level, policy.response_target),
            department: department.clone(),
            rank: rank.clone(),
            spot,
        })
    }

    /// Who is next over all lines; lines in which nobody is free any more drop out.
    fn next_in(&self, walk: &mut Vec<Head>) -> Option<(DepartmentId, Shape, ConversationId)> {
        loop {
            let (n, _) = walk
                .iter()
                .enumerate()
                .min_by(|(_, a), (_, b)| a.turn.cmp(&b.turn))?;
            let head = walk.swap_remove(n);
            if !self.state.index.free.contains_key(&head.department) {
                continue;
            }
            walk.extend(self.head(&head.department, &head.rank, Some(&head.spot)));
            return Some((head.department, head.rank.shape, head.spot.conversation));
        }
    }
}

/// The first of a rank that was not visited yet.
struct Head {
    turn: Turn,
    department: DepartmentId,
    rank: Rank,
    spot: Spot,
}
