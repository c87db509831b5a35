//! What happened in a conversation, as clients see it.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::secret::Secret;
use crate::shared::{AgentName, Author, Body, Resolution, Target};
use serde::{Deserialize, Serialize};

/// One event. Clients step over types that they do not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(optional_fields))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    MessagePosted {
        message: String,
        author: Author,
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        body: Body,
        text: Secret,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<String>,
    },
    NotePosted {
        note: String,
        author: Author,
        #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
        text: Secret,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mentions: Option<Vec<String>>,
    },
    ConversationOpened {
        department: String,
        channel: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    ConversationQueued {
        department: String,
        reason: String,
    },
    AgentAssigned {
        agent: AgentName,
        by: String,
    },
    AgentUnreachable {
        agent: AgentName,
    },
    AgentReturned {
        agent: AgentName,
    },
    Transferred {
        from: AgentName,
        to: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Secret>,
    },
    TransferRequested {
        to: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Secret>,
    },
    TransferReturned {
        to: Target,
        reason: String,
    },
    WrapUpStarted {
        #[cfg_attr(test, ts(type = "number"))]
        until: u64,
    },
    WrapUpFinished {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<Resolution>,
    },
    TagsSet {
        tags: Vec<String>,
    },
    PrioritySet {
        priority: u8,
    },
    Closed {
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolution: Option<Resolution>,
    },
    Reopened {
        by: String,
    },
    SurveySent {},
    Rated {
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<Secret>,
    },
}
