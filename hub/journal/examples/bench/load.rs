//! Timed laps within one round. Real time is what is measured here.

use std::error::Error;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How long one round lasts.
const ROUND: Duration = Duration::from_millis(150);

/// What one round measured.
pub(crate) struct Sample {
    /// From the first writer's start to the last one's end.
    pub(crate) seconds: f64,
    /// Microseconds of each append.
    pub(crate) laps: Vec<u32>,
}

/// One round.
#[derive(Clone)]
pub(crate) struct Load {
    start: Instant,
}

impl Load {
    pub(crate) fn start() -> Self {
        Self { start: now() }
    }

    pub(crate) fn timer(&self) -> Timer {
        Timer {
            end: self.start + ROUND,
            lap: now(),
            laps: Vec::new(),
        }
    }

    pub(crate) fn sample(&self, laps: Vec<u32>) -> Sample {
        Sample {
            seconds: now().duration_since(self.start).as_secs_f64(),
            laps,
        }
    }
}

/// One writer's laps.
pub(crate) struct Timer {
    end: Instant,
    lap: Instant,
    pub(crate) laps: Vec<u32>,
}

impl Timer {
    pub(crate) fn goes_on(&self) -> bool {
        self.lap < self.end
    }

    pub(crate) fn lap(&mut self) {
        let now = now();
        let lap = now.duration_since(self.lap).as_micros();
        self.laps.push(u32::try_from(lap).unwrap_or(u32::MAX));
        self.lap = now;
    }
}

/// Waits for every writer.
pub(crate) async fn finish(
    writers: Vec<JoinHandle<Vec<u32>>>,
    load: &Load,
) -> Result<Sample, Box<dyn Error>> {
    let mut laps = Vec::new();
    for writer in writers {
        laps.extend(writer.await?);
    }
    Ok(load.sample(laps))
}

#[allow(clippy::disallowed_methods)] // a benchmark measures real time
fn now() -> Instant {
    Instant::now()
}
