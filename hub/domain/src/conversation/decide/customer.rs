//! The customer's commands.

use super::{Decided, assigned, close, prefer, queued, read};
use crate::allocation::decision::AssignedBy;
use crate::conversation::command::{Command, Context};
use crate::conversation::event::{Author, ClosedBy, Event, QueuedReason, Resolution};
use crate::conversation::state::{Conversation, Phase};
use crate::id::MessageId;
use crate::rejection::Rejection;

pub(super) fn decide(state: &Conversation, command: Command, context: &Context) -> Decided {
    match command {
        // Whoever loses the race to open finds the conversation there and follows up.
        Command::Open { message, text, .. } => post(state, message, text, None, context),
        Command::Post {
            message,
            text,
            reply_to,
        } => post(state, message, text, reply_to, context),
        Command::RequestAgent { department } => request(state, department, context),
        Command::CancelWait => match &state.phase {
            Phase::Bot | Phase::Queued { .. } => Ok(abandon(ClosedBy::Customer)),
            Phase::Assigned { .. } => Err(Rejection::AlreadyAssigned),
            Phase::WrapUp { .. } | Phase::Closed { .. } => Err(Rejection::ConversationClosed),
        },
        Command::End => match &state.phase {
            Phase::Bot | Phase::Queued { .. } => Ok(abandon(ClosedBy::Customer)),
            Phase::Assigned { .. } => Ok(close(state, ClosedBy::Customer, None, context)),
            Phase::WrapUp { .. } | Phase::Closed { .. } => Ok(vec![]),
        },
        Command::Rate { score, comment } => rate(state, score, comment),
        Command::MarkRead { seq, .. } => read(state, state.read_by_customer, seq, false, context),
        _ => Err(Rejection::NotAllowed),
    }
}

fn abandon(by: ClosedBy) -> Vec<Event> {
    vec![Event::Closed {
        by,
        resolution: Some(Resolution::Abandoned),
    }]
}

fn post(
    state: &Conversation,
    message: MessageId,
    text: String,
    reply_to: Option<MessageId>,
    context: &Context,
) -> Decided {
    let author = context.asker.author().unwrap_or(Author::System);
    let thanks = is_thanks(&text);
    let posted = Event::MessagePosted {
        message,
        author,
        text,
        reply_to,
    };
    match &state.phase {
        Phase::Bot | Phase::Queued { .. } | Phase::Assigned { .. } => Ok(vec![posted]),
        Phase::WrapUp { .. } | Phase::Closed { .. } if thanks && within(state, context) => {
            Ok(vec![posted])
        }
        Phase::WrapUp { agent, .. } => Ok(vec![
            Event::Reopened {
                by: ClosedBy::Customer,
            },
            assigned(agent.clone(), AssignedBy::Reopen, state.department.clone()),
            posted,
        ]),
        Phase::Closed { last_agent, .. } if within(state, context) => {
            let mut back = queued(
                state.department.clone(),
                QueuedReason::Reopened,
                context.now,
            );
            if let Event::ConversationQueued { sticky, .. } = &mut back {
                *sticky = prefer(last_agent.as_ref(), context);
            }
            Ok(vec![
                Event::Reopened {
                    by: ClosedBy::Customer,
                },
                posted,
                back,
            ])
        }
        // The service opens the next conversation instead.
        Phase::Closed { .. } => Err(Rejection::ConversationClosed),
    }
}

fn within(state: &Conversation, context: &Context) -> bool {
    state.closing().is_some_and(|c| {
        context.now.since(c.at) <= context.reopen_within
            && !matches!(c.resolution, Some(Resolution::Spam | Resolution::Duplicate))
    })
}

fn request(
    state: &Conversation,
    wish: Option<crate::id::DepartmentId>,
    context: &Context,
) -> Decided {
    let department = wish.unwrap_or_else(|| state.department.clone());
    match &state.phase {
        Phase::Bot => Ok(vec![queued(
            department,
            QueuedReason::Requested,
            context.now,
        )]),
        Phase::Queued { enqueued_at, .. } if department != state.department => Ok(vec![queued(
            department,
            QueuedReason::Requested,
            *enqueued_at,
        )]),
        Phase::Queued { .. } | Phase::Assigned { .. } => Ok(vec![]),
        Phase::WrapUp { .. } | Phase::Closed { .. } => Err(Rejection::ConversationClosed),
    }
}

fn rate(state: &Conversation, score: u8, comment: Option<String>) -> Decided {
    match (&state.phase, state.last_agent()) {
        (Phase::WrapUp { .. } | Phase::Closed { .. }, Some(_)) if state.rated.is_none() => {
            Ok(vec![Event::Rated { score, comment }])
        }
        _ => Err(Rejection::NotAllowed),
    }
}

/// Whether the text is nothing but thanks: such a message neither queues nor reopens.
fn is_thanks(text: &str) -> bool {
    const WORDS: [&str; 18] = [
        "thanks",
        "thank you",
        "thank you very much",
        "thanks a lot",
        "many thanks",
        "thx",
        "ty",
        "great thanks",
        "ok thanks",
        "谢谢",
        "谢谢你",
        "谢谢您",
        "多谢",
        "感谢",
        "好的谢谢",
        "非常感谢",
        "謝謝",
        "謝謝你",
    ];
    let plain: String = text
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect();
    WORDS.contains(
        &plain
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .as_str(),
    )
}

#[cfg(test)]
mod tests {
    use super::is_thanks;

    #[test]
    fn only_plain_thanks_are_thanks() {
        for yes in [
            "Thanks!",
            " thank  you ",
            "谢谢！",
            "好的，谢谢。",
            "THX :)",
        ] {
            assert!(is_thanks(yes), "{yes}");
        }
        for no in [
            "thanks, but it is still broken",
            "谢谢，还有一个问题",
            "ok",
            "",
        ] {
            assert!(!is_thanks(no), "{no}");
        }
    }
}
