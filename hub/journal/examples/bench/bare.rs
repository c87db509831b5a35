//! The least that group commit on SQLite can be: a thread, a channel, one insert a record
//! into one table, one commit for everything queued.

use crate::BODY;
use crate::load::{self, Load, Sample};
use rusqlite::Connection;
use std::error::Error;
use std::path::Path;
use tokio::sync::{mpsc, oneshot};

type Job = (u128, &'static [u8], oneshot::Sender<()>);

/// Ends with its last handle.
#[derive(Clone)]
pub(crate) struct Bare(mpsc::UnboundedSender<Job>);

impl Bare {
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let db = Connection::open(path)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.execute_batch("CREATE TABLE record (position INTEGER PRIMARY KEY, id BLOB, body BLOB)")?;
        let (jobs, queue) = mpsc::unbounded_channel();
        std::thread::spawn(move || run(&db, queue).expect("the disk takes records"));
        Ok(Self(jobs))
    }

    pub(crate) async fn round(&self, writers: usize) -> Result<Sample, Box<dyn Error>> {
        let load = Load::start();
        let tasks = (0..writers as u128).map(|writer| {
            let (bare, load) = (self.clone(), load.clone());
            tokio::spawn(async move {
                let mut timer = load.timer();
                while timer.goes_on() {
                    bare.append((writer << 64) | timer.laps.len() as u128, BODY)
                        .await;
                    timer.lap();
                }
                timer.laps
            })
        });
        load::finish(tasks.collect(), &load).await
    }

    async fn append(&self, id: u128, body: &'static [u8]) {
        let (answer, done) = oneshot::channel();
        self.0.send((id, body, answer)).expect("the thread runs");
        done.await.expect("the thread answers");
    }
}

fn run(db: &Connection, mut queue: mpsc::UnboundedReceiver<Job>) -> rusqlite::Result<()> {
    let mut begin = db.prepare("BEGIN IMMEDIATE")?;
    let mut commit = db.prepare("COMMIT")?;
    let mut insert = db.prepare("INSERT INTO record (id, body) VALUES (?1, ?2)")?;
    let mut answers = Vec::new();
    while let Some(first) = queue.blocking_recv() {
        begin.execute([])?;
        let mut next = Some(first);
        while let Some((id, body, answer)) = next {
            insert.execute((id.to_be_bytes(), body))?;
            answers.push(answer);
            next = queue.try_recv().ok();
        }
        commit.execute([])?;
        for answer in answers.drain(..) {
            // A writer that stopped needs no answer.
            let _ = answer.send(());
        }
    }
    Ok(())
}
