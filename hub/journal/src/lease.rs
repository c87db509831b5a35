//! Leases: who may do a thing, as records of one subject. The last record is the holder;
//! a holder whose record is no longer the last has lost it and finds out at its next append.

use crate::subject::Subject;
use crate::sure::{SURE_WITHIN, SureError, append_sure};
use crate::{Expect, Journal, NewRecord, Position, ReadError, RecordId};
use bytes::Bytes;
use domain::id::{Incarnation, NodeId};
use domain::record::VERSION;
use domain::time::Time;
use serde::{Deserialize, Serialize};

/// What can be held: `ls.<kind>.<slot>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    /// For instance `site`.
    pub kind: &'static str,
    /// Which of its slots.
    pub slot: u8,
}

/// One holding of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What is held.
    pub slot: Slot,
    /// Who holds it.
    pub node: NodeId,
    /// Which life of that node.
    pub incarnation: Incarnation,
    /// Which holding this is, from 1; grows with every taking, stays through renewals.
    pub term: u64,
    /// When it was taken or last renewed, by the holder's clock.
    pub at: Time,
    /// Its record.
    pub position: Position,
}

/// Why a lease was not taken, renewed or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeaseError {
    /// Somebody else has taken it meanwhile.
    #[error("another node has taken the lease")]
    Lost,
    /// The store takes no appends now.
    #[error("the store takes no appends now")]
    Unavailable,
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The lease's record cannot be read by this version.
    #[error("the record of lease {0} cannot be read: run a version that knows it")]
    Foreign(Subject),
}

/// The holder, if anybody ever took it.
///
/// # Errors
/// The store or the record cannot be read.
pub async fn read<J: Journal + ?Sized>(
    journal: &J,
    slot: Slot,
) -> Result<Option<Lease>, LeaseError> {
    let subject = slot.subject();
    let last = journal.last(&subject).await?;
    journal.catch_up(&subject, last).await?;
    let newest = journal.read_back(&subject, None, 1).await?;
    let Some(record) = newest.first() else {
        return Ok(None);
    };
    let body: Body =
        serde_json::from_slice(&record.body).map_err(|_| LeaseError::Foreign(subject.clone()))?;
    if body.v > VERSION || body.kind != KIND {
        return Err(LeaseError::Foreign(subject));
    }
    Ok(Some(Lease {
        slot,
        node: body.node,
        incarnation: body.incarnation,
        term: body.term,
        at: body.at,
        position: record.position,
    }))
}

/// Takes the lease from whoever has it, with the next term. Whether the old holder may be
/// taken from (it let go, or was silent for long enough) is for the caller to judge.
///
/// # Errors
/// `Lost`: somebody took it first. Or the store cannot be used.
pub async fn take<J: Journal + ?Sized>(
    journal: &J,
    slot: Slot,
    holder: (NodeId, Incarnation),
    at: Time,
    id: RecordId,
) -> Result<Lease, LeaseError> {
    let old = read(journal, slot).await?;
    let (node, incarnation) = holder;
    let lease = Lease {
        slot,
        node,
        incarnation,
        term: old.as_ref().map_or(0, |old| old.term) + 1,
        at,
        position: old.map_or(Position(0), |old| old.position),
    };
    write(journal, lease, id).await
}

/// Says that the holder is still there, and forgets the record that said so before.
///
/// # Errors
/// `Lost`: somebody has taken it. Or the store cannot be used.
pub async fn renew<J: Journal + ?Sized>(
    journal: &J,
    lease: Lease,
    at: Time,
    id: RecordId,
) -> Result<Lease, LeaseError> {
    let renewed = write(journal, Lease { at, ..lease }, id).await?;
    let subject = renewed.slot.subject();
    if let Err(error) = journal.trim(&subject, renewed.position).await {
        tracing::debug!(%error, "old lease records stay until the next renewal");
    }
    Ok(renewed)
}

impl Slot {
    /// Where its records are.
    pub fn subject(self) -> Subject {
        Subject::lease(self.kind, self.slot)
    }
}

const KIND: &str = "lease";

#[derive(Serialize, Deserialize)]
struct Body {
    v: u16,
    kind: String,
    node: NodeId,
    incarnation: Incarnation,
    term: u64,
    at: Time,
}

/// Appends after the record that the lease names, and names the new one.
async fn write<J: Journal + ?Sized>(
    journal: &J,
    mut lease: Lease,
    id: RecordId,
) -> Result<Lease, LeaseError> {
    let body = Body {
        v: VERSION,
        kind: KIND.to_owned(),
        node: lease.node.clone(),
        incarnation: lease.incarnation.clone(),
        term: lease.term,
        at: lease.at,
    };
    let body = serde_json::to_vec(&body).expect("a map of ids and numbers is always JSON");
    let record = NewRecord {
        subject: lease.slot.subject(),
        expect: Expect::Last(lease.position),
        id,
        body: Bytes::from(body),
    };
    match append_sure(journal, record, lease.position, SURE_WITHIN).await {
        Ok(position) => {
            lease.position = position;
            Ok(lease)
        }
        Err(SureError::Conflict) => Err(LeaseError::Lost),
        Err(SureError::Unavailable | SureError::TooLarge) => Err(LeaseError::Unavailable),
    }
}
