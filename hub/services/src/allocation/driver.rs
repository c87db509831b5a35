//! One site's allocation: feeds the router both logs, appends what it decides, hands out what
//! follows. It holds no rule; the router has no I/O.

use super::Site;
use super::effects::Lanes;
use domain::allocation::decision::Decided;
use domain::allocation::fact::Fact;
use domain::record::{Actor, Ordinals, Record, VERSION};
use domain::router::{Action, Input};
use domain::time::Time;
use journal::subject::{Filter, Subject};
use journal::{Expect, NewRecord, Position, ReadError, RecordId, Stored, Tail};
use journal::{SURE_WITHIN, SureError, append_sure};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Records read at once while a log is loaded.
const PAGE: usize = 1000;
/// After an append that the store did not take.
const AGAIN: Duration = Duration::from_millis(300);

pub(super) struct Driver {
    site: Arc<Site>,
    lanes: Lanes,
    facts: u64,
    decided: Position,
    wake: Option<Time>,
}

impl Driver {
    pub(super) fn new(site: Arc<Site>, lanes: Lanes) -> Self {
        Self {
            site,
            lanes,
            facts: 0,
            decided: Position(0),
            wake: None,
        }
    }

    /// Folds both logs, takes the lease's term, and drives until cancelled.
    pub(super) async fn run(
        mut self,
        term: u64,
        mut inputs: mpsc::UnboundedReceiver<Input>,
        cancel: CancellationToken,
    ) -> Result<(), ReadError> {
        let journal = self.site.parts.journal.clone();
        let folded = self.load().await?;
        let mut tail: Tail = journal
            .tail(Filter::only(&Subject::facts(&self.site.id)), folded)
            .await;
        self.step(Input::LeaseGained { term }).await?;
        self.site.loaded.cancel();
        loop {
            let sleep = self.until_wake();
            tokio::select! {
                () = cancel.cancelled() => return Ok(()),
                stored = tail.recv() => match stored {
                    Some(stored) => self.facts_of(&stored).await?,
                    None => return Ok(()),
                },
                Some(input) = inputs.recv() => self.step(input).await?,
                () = tokio::time::sleep(sleep) => {
                    self.wake = None;
                    self.step(Input::Tick).await?;
                }
            }
        }
    }

    /// Folds what is there, decisions with the facts before them; gives the facts' position.
    async fn load(&mut self) -> Result<Position, ReadError> {
        let facts = self.read_all(&Subject::facts(&self.site.id)).await?;
        let position = facts.last().map_or(Position(0), |s| s.position);
        for stored in &facts {
            self.facts_of(stored).await?;
        }
        for stored in self.read_all(&Subject::decisions(&self.site.id)).await? {
            self.decided_by(&stored).await?;
        }
        Ok(position)
    }

    async fn read_all(&self, subject: &Subject) -> Result<Vec<Stored>, ReadError> {
        let mut all: Vec<Stored> = Vec::new();
        loop {
            let after = all.last().map_or(Position(0), |s| s.position);
            let page = self.site.parts.journal.read(subject, after, PAGE).await?;
            let full = page.len() == PAGE;
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }

    async fn facts_of(&mut self, stored: &Stored) -> Result<(), ReadError> {
        let record: Record<Fact> = decode(stored)?;
        for fact in record.events {
            self.facts += 1;
            self.step(Input::Fact {
                ordinal: self.facts,
                fact,
            })
            .await?;
        }
        Ok(())
    }

    async fn decided_by(&mut self, stored: &Stored) -> Result<(), ReadError> {
        let record: Record<Decided> = decode(stored)?;
        self.decided = stored.position;
        for decided in record.events {
            self.step(Input::Decided(decided)).await?;
        }
        Ok(())
    }

    /// One step, and whatever follows from it until nothing is left to append.
    async fn step(&mut self, input: Input) -> Result<(), ReadError> {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now = self.site.parts.clock.now();
            let actions = self.site.router().step(input, now);
            for action in actions {
                match action {
                    Action::Append(decided) => inputs.extend(self.append(decided).await?),
                    Action::Committed(applied) => self.site.announce(&applied.decision, now),
                    Action::Effect { decision, effect } => self.lanes.send(decision, effect),
                    Action::WakeAt(at) => self.wake = Some(at),
                }
            }
        }
        self.site.changed.notify_one();
        Ok(())
    }

    /// Appends a record of decisions; gives what the router must be told.
    async fn append(&mut self, decided: Decided) -> Result<Vec<Input>, ReadError> {
        let subject = Subject::decisions(&self.site.id);
        let ordinal = self.site.router().replica().state().decisions + 1;
        let record = Record {
            v: VERSION,
            kind: "decisions".into(),
            at: decided.now,
            by: Actor::System,
            reference: None,
            digest: None,
            first: Ordinals {
                all: ordinal,
                public: ordinal,
            },
            events: vec![decided],
        };
        let new = NewRecord {
            subject,
            expect: Expect::Last(self.decided),
            id: RecordId(self.site.parts.random.u128()),
            body: serde_json::to_vec(&record)
                .expect("decisions are plain data")
                .into(),
        };
        match append_sure(&*self.site.parts.journal, new, self.decided, SURE_WITHIN).await {
            Ok(position) => {
                self.decided = position;
                Ok(record.events.into_iter().map(Input::Decided).collect())
            }
            Err(SureError::Conflict) => self.missed().await,
            Err(error) => {
                tracing::warn!(site = %self.site.id, %error, "decisions wait for the store");
                tokio::time::sleep(AGAIN).await;
                Ok(vec![Input::AppendFailed])
            }
        }
    }

    /// Another holder has decided: what it decided, and that ours failed.
    async fn missed(&mut self) -> Result<Vec<Input>, ReadError> {
        let subject = Subject::decisions(&self.site.id);
        let mut inputs = Vec::new();
        for stored in self
            .site
            .parts
            .journal
            .read(&subject, self.decided, PAGE)
            .await?
        {
            self.decided = stored.position;
            inputs.extend(
                decode::<Decided>(&stored)?
                    .events
                    .into_iter()
                    .map(Input::Decided),
            );
        }
        inputs.push(Input::AppendFailed);
        Ok(inputs)
    }

    fn until_wake(&self) -> Duration {
        const IDLE: Duration = Duration::from_secs(60);
        let now = self.site.parts.clock.now();
        self.wake.map_or(IDLE, |at| at.since(now).std())
    }
}

pub(super) fn decode<E: serde::de::DeserializeOwned>(
    stored: &Stored,
) -> Result<Record<E>, ReadError> {
    serde_json::from_slice(&stored.body).map_err(|e| {
        ReadError(
            format!(
                "record {} of {} cannot be decoded: {e}",
                stored.position.0, stored.subject
            )
            .into(),
        )
    })
}
