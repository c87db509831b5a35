//! One task for all sockets, once a second: heartbeats, silence, delivered marks. And the end:
//! sessions are told to come back, spread over a window.

use super::Context;
use super::session::{Session, Who};
use domain::time::Span;
use protocol::{CloseCode, Frame};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Rounds between two signs that a token is in use.
const TOUCH: u32 = 60;

/// Sweeps until cancelled.
pub async fn run(context: Arc<Context>, cancel: CancellationToken) {
    let mut round = 0_u32;
    while tokio::time::timeout(Duration::from_secs(1), cancel.cancelled())
        .await
        .is_err()
    {
        let now = context.services.clock.steady();
        round = round.wrapping_add(1);
        for session in context.registry.all() {
            heartbeat(&context, &session, now);
            if let Who::Agent { token, .. } = &session.who
                && round.is_multiple_of(TOUCH)
            {
                context.services.accounts.touch(token);
            }
            tell_delivered(&context, session).await;
        }
    }
}

fn heartbeat(context: &Context, session: &Session, now: Span) {
    let presence = &context.config.presence;
    let (ping, dead) = if session.is_customer() {
        (presence.customer_ping_ms, presence.customer_dead_ms)
    } else {
        (presence.agent_ping_ms, presence.agent_dead_ms)
    };
    let (heard, said) = session.silence(now);
    if heard >= dead {
        session.close(CloseCode::Silent);
    } else if (heard >= ping || said >= ping) && said >= Span::seconds(1) {
        session.send(&Frame::Ping {});
    }
}

/// Authors learn what has reached the other side.
async fn tell_delivered(context: &Context, session: Arc<Session>) {
    let asker = session.asker();
    for (conversation, seq) in session.take_written() {
        context
            .services
            .conversations
            .delivered(&session.site, &conversation, &asker, seq)
            .await;
    }
}

/// Tells every session to come back, spread over the window, and waits until they are gone or
/// the time is up.
pub async fn drain(context: &Context, window: Span, within: Span) {
    let sessions = context.registry.all();
    let step = window.0.checked_div(sessions.len() as u64).unwrap_or(0);
    for (index, session) in sessions.iter().enumerate() {
        session.send(&Frame::Restarting {
            reconnect_in_ms: 500 + (index as u64 * 7919) % window.0.max(1),
        });
        session.close(CloseCode::Restarting);
        if step > 0 {
            tokio::time::sleep(Duration::from_millis(step)).await;
        }
    }
    context.tasks.close();
    let _ = tokio::time::timeout(within.std(), context.tasks.wait()).await;
}
