//! The way of facts into a site's log: in order, many in one record, retried until durable.

use domain::allocation::fact::Fact;
use domain::id::SiteId;
use domain::record::{Actor, Ordinals, Record, VERSION};
use journal::subject::Subject;
use journal::{Expect, Journal, NewRecord, Position, RecordId};
use journal::{SURE_WITHIN, SureError, append_sure};
use runtime::clock::SharedClock;
use runtime::random::SharedRandom;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Facts in one record at most.
const BATCH: usize = 256;
/// Between tries while the store takes nothing.
const AGAIN: Duration = Duration::from_millis(200);

/// A fact on its way, with whoever waits for it to be durable.
pub(super) type Sending = (Fact, Option<oneshot::Sender<()>>);

/// The sending end.
#[derive(Debug, Clone)]
pub(super) struct FactLog(mpsc::UnboundedSender<Sending>);

impl FactLog {
    /// Starts the site's writer.
    pub(super) fn start(
        site: SiteId,
        journal: Arc<dyn Journal>,
        clock: SharedClock,
        random: SharedRandom,
    ) -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(write(
            Subject::facts(&site),
            journal,
            clock,
            random,
            receiver,
        ));
        Self(sender)
    }

    /// Sends one and forgets: it is retried, and repaired from the conversation's log at start.
    pub(super) fn send(&self, fact: Fact) {
        let _ = self.0.send((fact, None));
    }

    /// Sends one; resolves when it is durable, fails when the hub ends first.
    pub(super) fn send_durably(&self, fact: Fact) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        let _ = self.0.send((fact, Some(done)));
        wait
    }
}

async fn write(
    subject: Subject,
    journal: Arc<dyn Journal>,
    clock: SharedClock,
    random: SharedRandom,
    mut receiver: mpsc::UnboundedReceiver<Sending>,
) {
    let mut batch = Vec::new();
    let mut known = Position(0);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        let (facts, waiting): (Vec<Fact>, Vec<_>) = batch.drain(..).unzip();
        let body = record(facts, clock.now());
        let id = RecordId(random.u128());
        loop {
            let new = NewRecord {
                subject: subject.clone(),
                expect: Expect::Any,
                id,
                body: body.clone(),
            };
            match append_sure(&*journal, new, known, SURE_WITHIN).await {
                Ok(position) => {
                    known = position;
                    break;
                }
                Err(SureError::TooLarge) => {
                    tracing::error!(subject = %subject, "a batch of facts is too large; repair at the next start sends them again");
                    break;
                }
                Err(error) => {
                    tracing::warn!(subject = %subject, %error, "facts wait for the store");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
        for done in waiting.into_iter().flatten() {
            let _ = done.send(());
        }
    }
}

fn record(facts: Vec<Fact>, at: domain::time::Time) -> bytes::Bytes {
    let record = Record {
        v: VERSION,
        kind: "facts".into(),
        at,
        by: Actor::System,
        reference: None,
        digest: None,
        events: facts,
        // Any node appends: the ordinal is the place in the log.
        first: Ordinals::default(),
    };
    serde_json::to_vec(&record)
        .expect("facts are plain data")
        .into()
}
