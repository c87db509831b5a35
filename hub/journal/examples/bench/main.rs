//! Durable appends per second: the embedded store beside a bare group-commit loop on the
//! same SQLite and beside a bare `fdatasync`, in alternating rounds on the same disk.
//!
//! `cargo run --release -p journal --example bench [folder]`; the folder (default `target`)
//! decides which disk is measured.

mod bare;
mod load;
mod table;

use bytes::Bytes;
use journal::embedded::{Embedded, Options};
use journal::subject::Subject;
use journal::{Expect, Journal, NewRecord, RecordId};
use load::{Load, Sample};
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

const ROUNDS: usize = 7;
const WRITERS: [usize; 3] = [1, 16, 256];
const BODY: &[u8] = &[b'x'; 200];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).unwrap_or("target".to_owned());
    let folder = Path::new(&folder);
    let mut rows = Vec::new();
    for writers in WRITERS {
        let mut measured = table::Row::new(writers);
        for round in 0..ROUNDS {
            // Who comes first changes, so that a disk that gets slower favours nobody.
            if round % 2 == 0 {
                measured.embedded.push(embedded(folder, writers).await?);
                measured.bare.push(bare_loop(folder, writers).await?);
            } else {
                measured.bare.push(bare_loop(folder, writers).await?);
                measured.embedded.push(embedded(folder, writers).await?);
            }
            measured.fdatasync.push(fdatasync(folder)?);
        }
        rows.push(measured);
    }
    table::print(&rows, ROUNDS);
    Ok(())
}

/// Each writer appends to its own subject after its last record, as the hub does.
async fn embedded(folder: &Path, writers: usize) -> Result<Sample, Box<dyn Error>> {
    let dir = tempfile::tempdir_in(folder)?;
    let store = Embedded::open(dir.path(), Options::default())?;
    let load = Load::start();
    let tasks = (0..writers).map(|writer| {
        let (store, load) = (store.clone(), load.clone());
        tokio::spawn(append_on(store, load, writer))
    });
    let sample = load::finish(tasks.collect(), &load).await?;
    store.close().await;
    Ok(sample)
}

async fn append_on(store: Arc<Embedded>, load: Load, writer: usize) -> Vec<u32> {
    let subject = Subject::stored(&format!("ev.00.bench.customer{writer}-1"));
    let mut last = journal::Position(0);
    let mut timer = load.timer();
    let mut n = 0;
    while timer.goes_on() {
        n += 1;
        let record = NewRecord {
            subject: subject.clone(),
            expect: Expect::Last(last),
            id: RecordId((writer as u128) << 64 | n),
            body: Bytes::from_static(BODY),
        };
        last = store.append(record).await.expect("the disk takes a record");
        timer.lap();
    }
    timer.laps
}

async fn bare_loop(folder: &Path, writers: usize) -> Result<Sample, Box<dyn Error>> {
    let dir = tempfile::tempdir_in(folder)?;
    let bare = bare::Bare::open(&dir.path().join("bare.db"))?;
    let load = Load::start();
    let tasks = (0..writers).map(|writer| {
        let (bare, load) = (bare.clone(), load.clone());
        tokio::spawn(async move {
            let mut timer = load.timer();
            let mut n = 0;
            while timer.goes_on() {
                n += 1;
                bare.append(writer as u128 * 1_000_000_000 + n, BODY).await;
                timer.lap();
            }
            timer.laps
        })
    });
    load::finish(tasks.collect(), &load).await
}

/// One thread: write 200 bytes, make them durable.
fn fdatasync(folder: &Path) -> Result<Sample, Box<dyn Error>> {
    let dir = tempfile::tempdir_in(folder)?;
    let mut file = File::create(dir.path().join("bytes"))?;
    let load = Load::start();
    let mut timer = load.timer();
    while timer.goes_on() {
        file.write_all(BODY)?;
        file.sync_data()?;
        timer.lap();
    }
    Ok(load.sample(timer.laps))
}
