//! The one writer: everything queued becomes one transaction and one `fsync`.

use super::fanout::Fanout;
use super::heads::{Head, Heads};
use super::places::{self, Places};
use super::queue::{Answer, Job, Queue};
use super::schema::{self, number, position};
use super::trouble::{Stage, Trouble, judge};
use super::{OnFatal, OpenError};
use crate::subject::Subject;
use crate::{AppendError, Expect, NewRecord, Position, Stored};
use rusqlite::{Connection, OptionalExtension, Statement};
use std::collections::VecDeque;
use std::sync::Arc;

/// Records that one trim forgets in one transaction.
const TRIM: i64 = 1_000;

/// What the writer shares with the journal.
pub(crate) struct Shared {
    pub(crate) queue: Queue,
    pub(crate) places: Arc<Places>,
    pub(crate) fanout: Arc<Fanout>,
    pub(crate) on_fatal: OnFatal,
}

/// Works until the queue is closed and empty.
pub(crate) fn run(db: Connection, shared: &Arc<Shared>) -> Result<(), OpenError> {
    let outcome = match Writer::new(&db, shared) {
        Ok(mut writer) => {
            while let Some(jobs) = shared.queue.take() {
                writer.work(jobs);
            }
            Ok(())
        }
        Err(error) => Err(OpenError::from(error)),
    };
    shared.queue.close();
    outcome
}

struct Writer<'db> {
    db: &'db Connection,
    shared: &'db Shared,
    begin: Statement<'db>,
    commit: Statement<'db>,
    insert: Statement<'db>,
    find: Statement<'db>,
    create: Statement<'db>,
    heads: Heads,
    highest: Position,
    /// The running transaction has brought the index up to date.
    indexed: bool,
    dead: bool,
}

/// Where a record landed: its subject's row, its position, and the one before.
type Landed = (i64, Position, Position);

/// A job's outcome, kept until the commit.
enum Done {
    Append(Answer<Position>, Result<Position, AppendError>),
    Trim(Answer<bool>, bool),
}

/// What a transaction did.
#[derive(Default)]
struct Outcome {
    done: Vec<Done>,
    landed: Vec<Stored>,
    /// Of each landed record that the index does not know.
    places: Vec<(i64, Position)>,
    trimmed: bool,
}

impl<'db> Writer<'db> {
    fn new(db: &'db Connection, shared: &'db Shared) -> rusqlite::Result<Self> {
        Ok(Self {
            db,
            shared,
            begin: db.prepare("BEGIN IMMEDIATE")?,
            commit: db.prepare("COMMIT")?,
            insert: db.prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5)")?,
            find: db.prepare(
                "SELECT id, (SELECT max(position) FROM place WHERE subject = subject.id)
                 FROM subject WHERE name = ?1",
            )?,
            create: db.prepare("INSERT INTO subject (name) VALUES (?1)")?,
            heads: Heads::default(),
            highest: schema::highest(db)?,
            indexed: false,
            dead: false,
        })
    }

    fn work(&mut self, jobs: Vec<Job>) {
        if self.dead || jobs.is_empty() {
            return refuse_all(jobs, AppendError::Unavailable);
        }
        if let Err(error) = self.begin.execute([]) {
            return self.failed(Stage::Write, &error, jobs, Outcome::default());
        }
        self.indexed = false;
        let before = self.highest;
        let mut outcome = Outcome::default();
        if self.shared.places.is_full()
            && let Err(error) = self.index(&mut outcome)
        {
            return self.failed(Stage::Write, &error, jobs, outcome);
        }
        let mut jobs = VecDeque::from(jobs);
        while let Some(job) = jobs.pop_front() {
            if let Err(error) = self.step(job, &mut outcome) {
                self.highest = before;
                return self.failed(Stage::Write, &error, jobs.into(), outcome);
            }
            if jobs.is_empty() {
                jobs = self.meanwhile(outcome.done.len()).into();
            }
        }
        if let Err(error) = self.commit.execute([]) {
            self.highest = before;
            return self.failed(Stage::Commit, &error, Vec::new(), outcome);
        }
        self.succeeded(outcome);
    }

    /// Who came while the others were written shares their `fsync`.
    fn meanwhile(&self, done: usize) -> Vec<Job> {
        let jobs = self.shared.queue.take_more(done);
        if !jobs.is_empty() || done < 2 {
            return jobs;
        }
        // Where cores are few, those who were just answered had no chance to come yet.
        std::thread::yield_now();
        self.shared.queue.take_more(done)
    }

    fn succeeded(&self, outcome: Outcome) {
        if self.indexed {
            self.shared.places.clear();
        }
        self.shared.places.add(outcome.places);
        self.shared.fanout.publish(outcome.landed);
        if outcome.trimmed {
            self.shared.fanout.forget_recent();
        }
        for done in outcome.done {
            match done {
                Done::Append(answer, result) => drop(answer.send(result)),
                Done::Trim(answer, more) => drop(answer.send(Ok(more))),
            }
        }
    }

    /// Nothing of the transaction happened, unless a failed `fsync` leaves that open.
    fn failed(&mut self, stage: Stage, error: &rusqlite::Error, jobs: Vec<Job>, outcome: Outcome) {
        let answer = match judge(stage, error) {
            Trouble::Passing => {
                tracing::error!(%error, "the store takes no records now");
                AppendError::Unavailable
            }
            Trouble::Fatal => {
                self.dead = true;
                (self.shared.on_fatal)(&format!("a write may not be durable: {error}"));
                AppendError::Unknown
            }
        };
        self.heads.clear();
        if !self.db.is_autocommit()
            && let Err(error) = self.db.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a failed transaction could not be rolled back");
        }
        for done in outcome.done {
            match done {
                Done::Append(sender, _) => drop(sender.send(Err(answer))),
                Done::Trim(sender, _) => drop(sender.send(Err(answer))),
            }
        }
        refuse_all(jobs, answer);
    }

    /// Brings the index of subjects up to date.
    fn index(&mut self, outcome: &mut Outcome) -> rusqlite::Result<()> {
        let mut places = if self.indexed {
            Vec::new()
        } else {
            self.shared.places.all()
        };
        places.append(&mut outcome.places);
        self.indexed = true;
        places::index(self.db, places, self.highest)
    }

    /// Does one job; its answer waits for the commit even when this fails.
    fn step(&mut self, job: Job, outcome: &mut Outcome) -> rusqlite::Result<()> {
        match job {
            Job::Append { record, answer } => {
                let landed = self.append(&record);
                let result = match &landed {
                    Ok(Some((_, position, _))) => Ok(*position),
                    _ => Err(AppendError::Conflict),
                };
                outcome.done.push(Done::Append(answer, result));
                if let Some((row, position, prev)) = landed? {
                    outcome.places.push((row, position));
                    outcome.landed.push(stored(record, position, prev));
                }
            }
            Job::Trim {
                subject,
                before,
                answer,
            } => {
                // What is trimmed is found through the index.
                let indexed = self.index(outcome);
                let more = indexed.and_then(|()| self.trim(&subject, before));
                let known = matches!(more, Ok(true));
                outcome.done.push(Done::Trim(answer, known));
                outcome.trimmed |= more.is_ok();
                more?;
            }
        }
        Ok(())
    }

    /// Subject's row, position and previous position; `None`: the expectation failed.
    fn append(&mut self, record: &NewRecord) -> rusqlite::Result<Option<Landed>> {
        let head = self.head(&record.subject)?;
        let last = head.map_or(Position(0), |head| head.last);
        if let Expect::Last(expected) = record.expect
            && expected != last
        {
            return Ok(None);
        }
        let row = match head {
            Some(head) => head.row,
            None => self.create.insert([record.subject.as_str()])?,
        };
        let position = Position(self.highest.0 + 1);
        self.insert.execute((
            number(position),
            row,
            number(last),
            record.id.0.to_be_bytes(),
            record.body.as_ref(),
        ))?;
        self.highest = position;
        let head = Head {
            row,
            last: position,
        };
        self.heads.put(&record.subject, head);
        Ok(Some((row, position, last)))
    }

    fn head(&mut self, subject: &Subject) -> rusqlite::Result<Option<Head>> {
        if let Some(head) = self.heads.get(subject) {
            return Ok(Some(head));
        }
        let found = self.find.query_row([subject.as_str()], |row| {
            Ok(Head {
                row: row.get(0)?,
                last: position(row.get::<_, Option<i64>>(1)?.unwrap_or(0)),
            })
        });
        let Some(mut head) = found.optional()? else {
            return Ok(None);
        };
        // What the running transaction appended since is in `heads`, which holds a whole batch.
        if !self.indexed {
            head.last = self.shared.places.last(head.row).unwrap_or(head.last);
        }
        self.heads.put(subject, head);
        Ok(Some(head))
    }

    /// Forgets a portion of the subject's oldest records; whether more is left.
    fn trim(&mut self, subject: &Subject, before: Position) -> rusqlite::Result<bool> {
        let Some(head) = self.head(subject)? else {
            return Ok(false);
        };
        let mut oldest = self.db.prepare_cached(
            "SELECT position FROM place WHERE subject = ?1 AND position < ?2
             ORDER BY position LIMIT ?3",
        )?;
        let oldest: Vec<i64> = oldest
            .query_map((head.row, number(before), TRIM), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut record = self
            .db
            .prepare_cached("DELETE FROM record WHERE position = ?1")?;
        let mut place = self
            .db
            .prepare_cached("DELETE FROM place WHERE subject = ?1 AND position = ?2")?;
        for position in &oldest {
            record.execute([position])?;
            place.execute((head.row, position))?;
        }
        let upto = Position(before.0.saturating_sub(1)).min(self.highest);
        self.db.execute(
            "UPDATE subject SET trimmed = max(trimmed, ?2) WHERE id = ?1",
            (head.row, number(upto)),
        )?;
        // Positions are never given twice, even when the newest record is forgotten.
        schema::set_floor(self.db, self.highest)?;
        self.heads.clear();
        Ok(oldest.len() as u64 >= TRIM.unsigned_abs())
    }
}

fn stored(record: NewRecord, position: Position, prev: Position) -> Stored {
    Stored {
        position,
        prev,
        subject: record.subject,
        id: record.id,
        body: record.body,
    }
}

fn refuse_all(jobs: Vec<Job>, error: AppendError) {
    for job in jobs {
        job.refuse(error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordId;
    use crate::embedded::Options;
    use bytes::Bytes;
    use rusqlite::{Error, ffi};
    use std::sync::Mutex;
    use tokio::sync::oneshot;

    type Answered = oneshot::Receiver<Result<Position, AppendError>>;

    fn job() -> (Job, Answered) {
        let (answer, outcome) = oneshot::channel();
        let record = NewRecord {
            subject: Subject::stored("a.b"),
            expect: Expect::Any,
            id: RecordId(1),
            body: Bytes::from_static(b"{}"),
        };
        (Job::Append { record, answer }, outcome)
    }

    #[test]
    fn after_a_failed_fsync_nothing_is_acknowledged_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let reasons = Arc::new(Mutex::new(Vec::new()));
        let told = reasons.clone();
        let options = Options {
            on_fatal: Arc::new(move |reason| told.lock().unwrap().push(reason.to_owned())),
            ..Options::default()
        };
        let (db, _) = schema::open_writer(&dir.path().join("j.db"), &options).unwrap();
        let shared = Shared {
            queue: Queue::new(&options),
            places: Arc::default(),
            fanout: Arc::new(Fanout::new(Position(0))),
            on_fatal: options.on_fatal.clone(),
        };
        let mut writer = Writer::new(&db, &shared).unwrap();
        let (first, mut in_doubt) = job();
        let mut outcome = Outcome::default();
        writer.begin.execute([]).unwrap();
        writer.step(first, &mut outcome).unwrap();
        let fsync = Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR_FSYNC), None);
        writer.failed(Stage::Commit, &fsync, Vec::new(), outcome);
        assert_eq!(in_doubt.try_recv(), Ok(Err(AppendError::Unknown)));
        assert_eq!(reasons.lock().unwrap().len(), 1);

        let (second, mut refused) = job();
        writer.work(vec![second]);
        assert_eq!(refused.try_recv(), Ok(Err(AppendError::Unavailable)));
        assert!(db.is_autocommit());
    }
}
