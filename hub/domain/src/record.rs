//! What is stored: one record = one command = n events of one subject.
//! Bodies hold ids, times and ordinals, never a journal position.

use crate::id::{AgentId, CustomerId, Ref};
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// The version of the record format that this code writes.
pub const VERSION: u16 = 1;

/// Who caused a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Actor {
    /// The person who asks.
    Customer(CustomerId),
    /// Who answers, supervisors included.
    Agent(AgentId),
    /// The hub answering by rule.
    Bot,
    /// The hub itself.
    System,
}

/// The ordinals of a record's first event in the two counts of its subject, both from 1.
/// Logs without a public count repeat `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ordinals {
    /// Over all events.
    pub all: u64,
    /// Over the events that customers see.
    pub public: u64,
}

/// One command's worth of events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record<E> {
    /// Format version.
    pub v: u16,
    /// What kind of log this belongs to: `conversation`, `facts`, `decisions`, `customer`…
    pub kind: String,
    /// The hub's clock, never before the previous record's.
    pub at: Time,
    /// Who caused it.
    pub by: Actor,
    /// The client's name of the command.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Ref>,
    /// Digest of the command's body, so that a reused `ref` is found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<u64>,
    /// What happened.
    pub events: Vec<E>,
    /// Ordinals of the first event.
    pub first: Ordinals,
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): shards and digests. Stable for ever.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fnv_matches_its_published_vectors() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
