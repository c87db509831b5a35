//! Medians over the rounds, as a table.

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

    /// The median of the rounds' ratios: both sides of each saw the same disk.
    fn ratio(&self) -> f64 {
        let rounds = self.embedded.iter().zip(&self.bare);
        median(
            rounds
                .map(|(own, bare)| own.per_second / bare.per_second)
                .collect(),
        )
    }
}

pub(crate) fn print(rows: &[Row], rounds: usize) {
    println!("durable appends of 200 bytes, {rounds} alternating rounds, median rate\n");
    println!("| writers | store | appends/s | p50 ms | p99 ms | of the bare loop | of fdatasync |");
    println!("|---:|---|---:|---:|---:|---:|---:|");
    for row in rows {
        let sync = rate(&row.fdatasync);
        line(
            row.writers,
            "embedded",
            &row.embedded,
            Some(row.ratio()),
            sync,
        );
        line(row.writers, "bare loop", &row.bare, None, sync);
        line(
            row.writers,
            "fdatasync, one thread",
            &row.fdatasync,
            None,
            sync,
        );
    }
}

fn line(writers: usize, store: &str, samples: &[Sample], ratio: Option<f64>, sync: f64) {
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
    let of_bare = ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
    println!(
        "| {writers} | {store} | {rate:.0} | {:.2} | {:.2} | {of_bare} | {:.2} |",
        at(0.5),
        at(0.99),
        rate / sync
    );
}

fn rate(samples: &[Sample]) -> f64 {
    median(samples.iter().map(|sample| sample.per_second).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
