//! What an agent's or a supervisor's client may send.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::codec::commands;
use crate::customer::{MarkRead, OnConversation, Pong, ReadHistory, Typing};
use crate::secret::Secret;
use crate::shared::{Attachment, Availability, Client, Resolution, ResumeFrom, Target, wire};

wire! {
    /// The first frame.
    pub struct AgentHello {
        pub client: Client,
        pub token: Secret,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[cfg_attr(test, ts(as = "Option<Vec<ResumeFrom>>", optional))]
        pub resume: Vec<ResumeFrom>,
    }
    pub struct SetAvailability {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub availability: Availability,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
    pub struct Activity {
        pub idle: bool,
    }
    pub struct OfferShown {
        pub offer: String,
    }
    pub struct AcceptOffer {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub offer: String,
    }
    pub struct DeclineOffer {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub offer: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
    pub struct AgentMessage {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub text: Secret,
        /// Answered `unsupported` for now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub attachments: Option<Vec<Attachment>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reply_to: Option<String>,
    }
    pub struct PostNote {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub text: Secret,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mentions: Option<Vec<String>>,
    }
    pub struct TransferTo {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub to: Target,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<Secret>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub when_back: Option<bool>,
    }
    pub struct CloseConversation {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub resolution: Resolution,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub tags: Option<Vec<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<Secret>,
    }
    pub struct FinishWrapUp {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub resolution: Option<Resolution>,
    }
    pub struct SetTags {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub tags: Vec<String>,
    }
    pub struct SetPriority {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub conversation: String,
        pub priority: u8,
    }
    pub struct BlockCustomer {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub customer: String,
        pub reason: Secret,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::limits::maybe_count")]
        pub until: Option<u64>,
    }
    pub struct UnblockCustomer {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub customer: String,
    }
    pub struct StartConversation {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        pub customer: String,
        pub text: Secret,
    }
    pub struct ListConversations {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
        /// A [`ListFilter`](crate::shared::ListFilter)'s word; the gateway says which this agent may use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(as = "Option<crate::shared::ListFilter>", optional))]
        pub filter: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub department: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub before: Option<String>,
    }
    pub struct ReadCannedReplies {
        #[serde(rename = "ref", deserialize_with = "crate::limits::reference")]
        pub reference: String,
    }
}

commands! {
    /// A command of an agent or a supervisor.
    pub enum AgentCommand {
        "hello" Hello(AgentHello),
        "pong" Pong(Pong),
        "set_availability" SetAvailability(SetAvailability),
        "activity" Activity(Activity),
        "offer_shown" OfferShown(OfferShown),
        "accept_offer" AcceptOffer(AcceptOffer),
        "decline_offer" DeclineOffer(DeclineOffer),
        "claim" Claim(OnConversation),
        "send_message" SendMessage(AgentMessage),
        "post_note" PostNote(PostNote),
        "typing" Typing(Typing),
        "mark_read" MarkRead(MarkRead),
        "mark_unread" MarkUnread(MarkRead),
        "transfer" Transfer(TransferTo),
        "withdraw_transfer" WithdrawTransfer(OnConversation),
        "close_conversation" CloseConversation(CloseConversation),
        "reopen" Reopen(OnConversation),
        "finish_wrap_up" FinishWrapUp(FinishWrapUp),
        "extend_wrap_up" ExtendWrapUp(OnConversation),
        "set_tags" SetTags(SetTags),
        "set_priority" SetPriority(SetPriority),
        "block_customer" BlockCustomer(BlockCustomer),
        "unblock_customer" UnblockCustomer(UnblockCustomer),
        "start_conversation" StartConversation(StartConversation),
        "read_history" ReadHistory(ReadHistory),
        "list_conversations" ListConversations(ListConversations),
        "read_canned_replies" ReadCannedReplies(ReadCannedReplies),
    }
    later [
        "watch", "unwatch", "take_over", "assign", "whisper", "invite", "leave", "ask_help",
        "set_pending", "search_knowledge", "read_suggestions", "use_suggestion",
    ]
    later_fields [("send_message", "attachments"), ("transfer", "when_back")]
}
