//! Bodies of the HTTP interface.

#![allow(
    missing_docs,
    reason = "the fields are the protocol; hub/PROTOCOL.md documents them"
)]

use crate::error_code::ErrorCode;
use crate::secret::Secret;
use crate::shared::wire;

wire! {
    /// `POST /v1/login`
    pub struct Login {
        pub login: String,
        pub password: Secret,
    }
    /// An agent's account, as it sees it.
    pub struct Account {
        pub id: String,
        pub name: String,
        pub role: String,
        pub site: String,
        pub departments: Vec<String>,
    }
    /// The answer to a login.
    pub struct LoggedIn {
        pub token: Secret,
        pub expires_at: u64,
        pub agent: Account,
    }
    /// The body of every error.
    pub struct HttpError {
        pub code: ErrorCode,
        pub message: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retry_after_ms: Option<u64>,
    }
}
