//! What a customer's client may send.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::codec::commands;
use crate::secret::Secret;
use crate::shared::{Attachment, Client, Page, ResumeFrom, wire};

wire! {
    /// The first frame.
    pub struct CustomerHello {
        pub client: Client,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub token: Option<Secret>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub identity: Option<Secret>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub page: Option<Page>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub locale: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(as = "Option<Vec<ResumeFrom>>", optional))]
        pub resume: Vec<ResumeFrom>,
    }
    pub struct SendMessage {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conversation: Option<String>,
        pub text: Secret,
        /// Answered `unsupported` for now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub attachments: Option<Vec<Attachment>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reply_to: Option<String>,
    }
    pub struct RequestAgent {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conversation: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub department: Option<String>,
    }
    pub struct CancelWait {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conversation: Option<String>,
    }
    /// A wish that needs nothing but its conversation.
    pub struct OnConversation {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
    }
    pub struct Rate {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub comment: Option<Secret>,
    }
    pub struct Typing {
        pub conversation: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text: Option<Secret>,
    }
    pub struct MarkRead {
        pub conversation: String,
        #[serde(deserialize_with = "crate::limits::count")]
        pub seq: u64,
    }
    pub struct Connected {
        #[serde(deserialize_with = "crate::limits::count")]
        pub connect_ms: u64,
    }
    pub struct ReadHistory {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::limits::maybe_count")]
        pub before: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub limit: Option<u32>,
    }
    pub struct ListOwn {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub before: Option<String>,
    }
    pub struct Pong {}
}

commands! {
    /// A command of a customer.
    pub enum CustomerCommand {
        "hello" Hello(CustomerHello),
        "pong" Pong(Pong),
        "send_message" SendMessage(SendMessage),
        "request_agent" RequestAgent(RequestAgent),
        "cancel_wait" CancelWait(CancelWait),
        "end_conversation" EndConversation(OnConversation),
        "rate" Rate(Rate),
        "typing" Typing(Typing),
        "mark_read" MarkRead(MarkRead),
        "page_view" PageView(Page),
        "connected" Connected(Connected),
        "read_history" ReadHistory(ReadHistory),
        "list_conversations" ListConversations(ListOwn),
    }
    later ["keep_place", "leave_message", "confirm_resolved", "search_knowledge"]
    later_fields [("send_message", "attachments")]
}
