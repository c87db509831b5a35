//! What happened in a conversation, as clients see it.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::secret::Secret;
use crate::shared::{AgentName, Author, Body, Part, Resolution, Target};
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
    /// Not sent yet: comes with `invite` and `ask_help`.
    ParticipantJoined {
        agent: AgentName,
        #[serde(rename = "as")]
        part: Part,
    },
    /// Not sent yet.
    ParticipantLeft {
        agent: AgentName,
        #[serde(rename = "as")]
        part: Part,
    },
    /// Not sent yet: comes with `set_pending`.
    Pending {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Not sent yet.
    Resumed {},
    /// Not sent yet: comes with `confirm_resolved`.
    ResolutionConfirmed {
        resolved: bool,
    },
}

impl Event {
    /// Every type's name on the wire.
    pub const NAMES: &'static [&'static str] = &[
        "message_posted",
        "note_posted",
        "conversation_opened",
        "conversation_queued",
        "agent_assigned",
        "agent_unreachable",
        "agent_returned",
        "transferred",
        "transfer_requested",
        "transfer_returned",
        "wrap_up_started",
        "wrap_up_finished",
        "tags_set",
        "priority_set",
        "closed",
        "reopened",
        "survey_sent",
        "rated",
        "participant_joined",
        "participant_left",
        "pending",
        "resumed",
        "resolution_confirmed",
    ];
    /// Names that are kept free: their fields are not decided.
    pub const RESERVED: &'static [&'static str] = &["message_edited", "message_redacted"];
}
