//! The measures of the service, each defined once: live metrics and offline reports fold the
//! same records with the same [`Meter`], so they cannot differ.
//!
//! What spam and duplicates caused counts nowhere, and whether a conversation is one is known
//! when it ends. So everything but a reopening is held back until the conversation is finished:
//! closed, and its wrap-up over.

mod life;
mod meter;
mod observation;

pub use meter::Meter;
pub use observation::{Observation, SETTLED_AFTER, SHORT, TransferOutcome};

use crate::conversation::Event;
use crate::record::Record;

/// Everything observed in one conversation's records, given from the first one on.
pub fn observed<'a>(records: impl IntoIterator<Item = &'a Record<Event>>) -> Vec<Observation> {
    let mut meter = Meter::default();
    records.into_iter().flat_map(|r| meter.apply(r)).collect()
}

/// What a report counts of one conversation: an end that was followed by a reopening was none, so its resolution
/// falls, and so does the abandonment of a customer who came back.
pub fn settled(observations: impl IntoIterator<Item = Observation>) -> Vec<Observation> {
    let mut counted: Vec<Observation> = Vec::new();
    for observation in observations {
        if matches!(observation, Observation::Reopened { .. }) {
            counted.retain(|earlier| !earlier.is_undone_by_a_return());
        }
        counted.push(observation);
    }
    counted
}
