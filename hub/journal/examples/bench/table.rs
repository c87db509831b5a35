//! Sums over the rounds, as a table.

use crate::load::Sample;

/// Everything measured with so many writers.
pub(crate) struct Row {
    writers: usize,
    pub(crate) embedded: Vec<Sample>,
    pub(crate) bare: Vec<Sample>,
    pub(crate) fdatasync: Vec<Sample>,
}

impl Row {
    pub(crate) fn new(writers: usize) -> Self {
        Self {
            writers,
            embedded: Vec::new(),
            bare: Vec::new(),
            fdatasync: Vec::new(),
        }
    }
}

pub(crate) fn print(rows: &[Row], rounds: usize) {
    println!("durable appends of 200 bytes, {rounds} alternating rounds on the same files\n");
    println!("| writers | store | appends/s | p50 ms | p99 ms | of the bare loop | of fdatasync |");
    println!("|---:|---|---:|---:|---:|---:|---:|");
    for row in rows {
        let (bare, sync) = (rate(&row.bare), rate(&row.fdatasync));
        line(row.writers, "embedded", &row.embedded, bare, sync);
        line(row.writers, "bare loop", &row.bare, bare, sync);
        line(
            row.writers,
            "fdatasync, one thread",
            &row.fdatasync,
            bare,
            sync,
        );
    }
}

fn line(writers: usize, store: &str, samples: &[Sample], bare: f64, sync: f64) {
    let mut laps: Vec<u32> = samples
        .iter()
        .flat_map(|s| s.laps.iter().copied())
        .collect();
    laps.sort_unstable();
    let at = |share: f64| {
        let index = (laps.len() as f64 * share) as usize;
        let micros = laps.get(index.min(laps.len().saturating_sub(1)));
        micros.map_or(f64::NAN, |micros| f64::from(*micros) / 1_000.0)
    };
    let rate = rate(samples);
    println!(
        "| {writers} | {store} | {rate:.0} | {:.2} | {:.2} | {:.2} | {:.2} |",
        at(0.5),
        at(0.99),
        rate / bare,
        rate / sync
    );
}

fn rate(samples: &[Sample]) -> f64 {
    let appends: usize = samples.iter().map(|sample| sample.laps.len()).sum();
    let seconds: f64 = samples.iter().map(|sample| sample.seconds).sum();
    appends as f64 / seconds
}
