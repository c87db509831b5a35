//! Durable appends per second: the embedded store beside a bare group-commit loop on the
//! same SQLite and beside a bare `fdatasync`, in short alternating rounds on the same disk.
//!
//! `cargo run --release -p journal --example bench [folder [writers...]]`; the folder (default
//! `target`) decides which disk is measured.

mod bare;
mod load;
mod subjects;
mod table;

use load::{Load, Sample};
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Short and many: a disk that is fast now and slow a second later favours nobody.
const ROUNDS: usize = 60;
const WRITERS: [usize; 3] = [1, 16, 256];
/// A short message with its envelope.
pub(crate) const BODY: &[u8] = &[b'x'; 200];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or("target".to_owned());
    let mut writers: Vec<usize> = Vec::new();
    for argument in arguments {
        writers.push(argument.parse()?);
    }
    if writers.is_empty() {
        writers = WRITERS.to_vec();
    }
    let mut rows = Vec::new();
    for writers in writers {
        rows.push(measure(Path::new(&folder), writers).await?);
    }
    table::print(&rows, ROUNDS);
    Ok(())
}

/// All rounds go to the same three files, so checkpoints of the databases are measured too.
async fn measure(folder: &Path, writers: usize) -> Result<table::Row, Box<dyn Error>> {
    let dir = tempfile::tempdir_in(folder)?;
    let embedded = subjects::Subjects::open(dir.path(), writers)?;
    let bare = bare::Bare::open(&dir.path().join("bare.db"))?;
    let mut file = File::create(dir.path().join("bytes"))?;
    let mut row = table::Row::new(writers);
    for _ in 0..ROUNDS {
        row.embedded.push(embedded.round(writers).await?);
        row.bare.push(bare.round(writers).await?);
        row.fdatasync.push(fdatasync(&mut file)?);
    }
    embedded.close().await;
    Ok(row)
}

/// One thread: write 200 bytes, make them durable.
fn fdatasync(file: &mut File) -> Result<Sample, Box<dyn Error>> {
    let load = Load::start();
    let mut timer = load.timer();
    while timer.goes_on() {
        file.write_all(BODY)?;
        file.sync_data()?;
        timer.lap();
    }
    Ok(load.sample(timer.laps))
}
