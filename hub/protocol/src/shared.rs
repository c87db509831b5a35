//! Small types that several frames hold.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Declares plain wire types: absent instead of null, TypeScript in tests.
macro_rules! wire {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[cfg_attr(test, ts(optional_fields))]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $type),*
        }
    )*};
}
pub(crate) use wire;

/// Declares closed sets of words.
macro_rules! words {
    ($($(#[$meta:meta])* pub enum $name:ident { $($variant:ident),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),* }
    )*};
}

words! {
    /// An agent's choice.
    pub enum Availability { Available, Busy, OnBreak, Finishing, Offline }
    /// How a conversation ended.
    pub enum Resolution { Resolved, Unresolved, NoReply, Abandoned, Spam, Duplicate }
    /// Which conversations a list holds.
    pub enum ListFilter { Mine, Waiting, Department, All }
    /// Whose turn it is.
    pub enum Turn { Customer, Agent }
    /// How a colleague takes part without owning.
    pub enum Part { Consult, Whisper }
    /// Who wrote.
    pub enum AuthorKind { Customer, Agent, Bot, System }
}

wire! {
    /// The program that speaks.
    pub struct Client {
        pub name: String,
        pub version: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub capabilities: Option<Vec<String>>,
    }

    /// From where to go on.
    pub struct ResumeFrom {
        pub conversation: String,
        pub epoch: String,
        #[serde(deserialize_with = "crate::limits::count")]
        pub seq: u64,
    }

    /// An agent.
    pub struct AgentName {
        pub id: String,
        pub name: String,
    }

    /// A customer.
    pub struct CustomerName {
        pub id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
    }

    /// Who wrote.
    pub struct Author {
        pub kind: AuthorKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
    }

    /// What a message shows beside its plain form.
    pub struct Body {
        pub kind: String,
    }

    /// A file that was uploaded before.
    pub struct Attachment {
        pub id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
    }

    /// A canned reply.
    pub struct CannedReply {
        pub id: String,
        pub shortcut: String,
        pub title: String,
        pub text: Secret,
    }
}

/// A page of the site. Its address may hold a key, so it shows itself to no log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(optional_fields))]
pub struct Page {
    pub url: String,
    #[serde(default)]
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referrer: Option<String>,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").finish_non_exhaustive()
    }
}

/// Where a transfer goes: exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Agent(String),
    Department(String),
}
