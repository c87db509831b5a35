//! What the hub itself does: effects of decisions, and deadlines. Doing one twice, or too late,
//! changes nothing.

use super::{Decided, requeue, transfer_over};
use crate::allocation::decision::AssignedBy;
use crate::conversation::command::{Command, Context};
use crate::conversation::event::{ClosedBy, Event, Person, QueuedReason, Resolution, TransferEnd};
use crate::conversation::state::{Conversation, Phase, Transfer};
use crate::id::{AgentId, DepartmentId};
use crate::rejection::Rejection;

pub(super) fn decide(state: &Conversation, command: Command, context: &Context) -> Decided {
    match command {
        Command::Assign {
            agent,
            department,
            by,
            decision,
        } => assign(state, agent, department, by, decision),
        Command::ReturnTransfer { from, to, reason } => Ok(match open_transfer(state, &from) {
            Some(open) if open.to == to => vec![transfer_over(to, TransferEnd::from(reason))],
            _ => vec![],
        }),
        Command::Unreachable { agent } => Ok(match owned_by(state, &agent) {
            Some((owner, false)) => vec![Event::AgentUnreachable { agent: owner }],
            _ => vec![],
        }),
        Command::Returned { agent } => Ok(match owned_by(state, &agent) {
            Some((owner, true)) => vec![Event::AgentReturned { agent: owner }],
            _ => vec![],
        }),
        Command::Requeue {
            agent,
            only_if_waiting,
        } => Ok(back(state, &agent, only_if_waiting, context)),
        Command::WrapUpOver { agent } => Ok(match &state.phase {
            Phase::WrapUp { agent: owner, .. } if owner.id == agent => {
                vec![Event::WrapUpFinished { resolution: None }]
            }
            _ => vec![],
        }),
        Command::Abandon => Ok(match &state.phase {
            Phase::Queued { .. } => {
                vec![Event::Closed {
                    by: ClosedBy::System,
                    resolution: Some(Resolution::Abandoned),
                }]
            }
            _ => vec![],
        }),
        _ => Err(Rejection::NotAllowed),
    }
}

fn assign(
    state: &Conversation,
    agent: Person,
    department: DepartmentId,
    by: AssignedBy,
    decision: u64,
) -> Decided {
    let to_owner = |agent: &Person| Event::AgentAssigned {
        agent: agent.clone(),
        by,
        department: department.clone(),
        decision: Some(decision),
    };
    match &state.phase {
        Phase::Queued { .. } => Ok(vec![to_owner(&agent)]),
        Phase::Assigned { agent: owner, .. } if owner.id == agent.id => Ok(vec![]),
        Phase::Assigned {
            agent: owner,
            transfer: Some(open),
            ..
        } => Ok(vec![
            Event::Transferred {
                from: owner.clone(),
                to: open.to.clone(),
                note: open.note.clone(),
            },
            to_owner(&agent),
        ]),
        _ => Ok(vec![]),
    }
}

fn back(
    state: &Conversation,
    agent: &AgentId,
    only_if_waiting: bool,
    context: &Context,
) -> Vec<Event> {
    match &state.phase {
        Phase::Assigned {
            agent: owner,
            transfer,
            ..
        } if owner.id == *agent => {
            if only_if_waiting && state.waiting_since.is_none() {
                return vec![];
            }
            let reason = if only_if_waiting {
                QueuedReason::AgentUnreachable
            } else {
                QueuedReason::AgentLeft
            };
            let open = transfer
                .iter()
                .map(|t| transfer_over(t.to.clone(), TransferEnd::Unavailable));
            open.chain([requeue(state, reason, owner, only_if_waiting, context)])
                .collect()
        }
        Phase::WrapUp { agent: owner, .. } if owner.id == *agent => {
            vec![Event::WrapUpFinished { resolution: None }]
        }
        _ => vec![],
    }
}

fn owned_by(state: &Conversation, agent: &AgentId) -> Option<(Person, bool)> {
    match &state.phase {
        Phase::Assigned {
            agent: owner,
            unreachable,
            ..
        } if owner.id == *agent => Some((owner.clone(), *unreachable)),
        _ => None,
    }
}

fn open_transfer<'a>(state: &'a Conversation, from: &AgentId) -> Option<&'a Transfer> {
    match &state.phase {
        Phase::Assigned {
            agent, transfer, ..
        } if agent.id == *from => transfer.as_ref(),
        _ => None,
    }
}
