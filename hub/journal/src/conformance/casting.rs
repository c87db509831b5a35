//! Casts and asks.

use super::{Harness, subject};
use crate::subject::Filter;
use crate::{AskError, Hearing};
use bytes::Bytes;
use std::time::Duration;

/// Longer than any answer takes; no case waits for it.
const LONG: Duration = Duration::from_secs(60);
/// A time that is waited for.
const SHORT: Duration = Duration::from_millis(50);

/// Each hearer hears what passes its filter, in order.
pub async fn casts_reach_who_hears<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let mut nodes = journal.hear(Filter::below("node")).await;
    let mut one = journal.hear(Filter::below("node.a")).await;
    journal.cast(&subject("elsewhere"), Bytes::from_static(b"0"));
    journal.cast(&subject("node.b"), Bytes::from_static(b"1"));
    journal.cast(&subject("node.a.x"), Bytes::from_static(b"2"));
    let first = nodes.recv().await.expect("a cast was heard");
    assert_eq!(
        (first.subject, &first.body[..]),
        (subject("node.b"), &b"1"[..])
    );
    assert!(first.reply.is_none());
    assert_eq!(nodes.recv().await.expect("a cast was heard").body, "2");
    assert_eq!(one.recv().await.expect("a cast was heard").body, "2");
}

/// The first answer counts.
pub async fn an_ask_is_answered<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let silent = journal.hear(Filter::below("node.a")).await;
    tokio::spawn(answer(journal.hear(Filter::below("node.a")).await));
    let body = Bytes::from_static(b"ping");
    let answer = journal.ask(&subject("node.a.state"), body, LONG).await;
    assert_eq!(answer, Ok(Bytes::from_static(b"ping?")));
    drop(silent);
}

/// At once, without waiting for the time to pass.
pub async fn an_ask_that_nobody_hears_is_gone<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let _other = journal.hear(Filter::below("node.b")).await;
    let own = journal.hear(Filter::below("node.a")).await;
    drop(own);
    // The store may need a moment to notice that a hearer left.
    let within = Duration::from_millis(20);
    let mut outcome = Err(AskError::TimedOut);
    for _ in 0..100 {
        outcome = journal.ask(&subject("node.a"), Bytes::new(), within).await;
        if outcome == Err(AskError::Gone) {
            break;
        }
    }
    assert_eq!(outcome, Err(AskError::Gone));
    let outcome = journal.ask(&subject("node.a"), Bytes::new(), LONG).await;
    assert_eq!(outcome, Err(AskError::Gone));
}

/// A hearer that keeps the question without answering.
pub async fn an_ask_without_answer_times_out<H: Harness>(harness: &H) {
    let store = harness.create().await;
    let journal = harness.journal(&store);
    let mut hearing = journal.hear(Filter::below("node.a")).await;
    let outcome = journal.ask(&subject("node.a"), Bytes::new(), SHORT).await;
    assert_eq!(outcome, Err(AskError::TimedOut));
    // A late answer goes nowhere and harms nobody.
    let heard = hearing.recv().await.expect("the question was heard");
    let _ = heard.reply.expect("it was a question").send(Bytes::new());
}

async fn answer(mut hearing: Hearing) {
    while let Some(heard) = hearing.recv().await {
        let mut body = heard.body.to_vec();
        body.push(b'?');
        if let Some(reply) = heard.reply {
            // Whoever asked may have gone.
            let _ = reply.send(body.into());
        }
    }
}
