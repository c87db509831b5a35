//! Errors are words, each with what to do.

use serde::{Deserialize, Serialize};

macro_rules! errors {
    ($($variant:ident $word:literal $retry:literal $advice:literal)*) => {
        /// Why a command failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $(#[doc = $advice] $variant),* }

        impl ErrorCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Whether the same command may succeed later.
            pub const fn retry(self) -> bool {
                match self { $(Self::$variant => $retry),* }
            }

            /// What to do.
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice),* }
            }
        }
    };
}

errors! {
    UnknownType "unknown_type" false "the hub has no such command: check its version"
    InvalidField "invalid_field" false "correct the field named in `field`"
    MissingField "missing_field" false "add the field named in `field`"
    RefReused "ref_reused" false "use a new ref for a new command"
    Unauthorised "unauthorised" false "sign in again"
    NotFound "not_found" false "it is absent or not yours: forget it"
    NotAllowed "not_allowed" false "not in this state, or not for you"
    OfferExpired "offer_expired" false "the offer is over: wait for another"
    AlreadyAssigned "already_assigned" false "another agent has it"
    CapacityFull "capacity_full" false "close a conversation first"
    ConversationClosed "conversation_closed" false "write without naming a conversation to open another"
    AgentUnavailable "agent_unavailable" false "that agent takes nothing now: choose another"
    DepartmentClosed "department_closed" false "nobody is on duty there: choose another"
    RateLimited "rate_limited" true "wait for `retry_after_ms`, then send it again"
    Unavailable "unavailable" true "the hub cannot store it now: send the same again"
    TooLarge "too_large" false "shorten it"
    Unsupported "unsupported" false "this hub does not do that yet"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_what_is_sent() {
        for code in ErrorCode::ALL {
            let sent = serde_json::to_value(code).expect("a word");
            assert_eq!(sent, code.word());
        }
    }
}
