//! `[limits]`: every input has a size, a rate and a deadline.

use super::ConfigError;
use super::problem::require;
use domain::time::Span;
use serde::{Deserialize, Serialize};
use services::accounts::LoginLimits;
use services::limits::{OpeningLimits, Rate};

/// Sizes in bytes, times in ms, rates as a steady number and a burst.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Sockets of this node at most; more are refused with 503.
    pub sessions: u32,
    /// Connects of one address.
    pub connects_per_second: u32,
    /// Connects of one address at once.
    pub connects_burst: u32,
    /// Commands of one session.
    pub commands_per_second: u32,
    /// Commands of one session at once.
    pub commands_burst: u32,
    /// New conversations of one customer.
    pub customer_conversations_per_hour: u32,
    /// New conversations of one customer at once.
    pub customer_conversations_burst: u32,
    /// New conversations of one address.
    pub address_conversations_per_minute: u32,
    /// New conversations of one address at once.
    pub address_conversations_burst: u32,
    /// Login attempts of one login from one address.
    pub login_attempts_per_minute: u32,
    /// Login attempts of one login from one address at once.
    pub login_attempts_burst: u32,
    /// Login attempts of one address, whatever the login.
    pub address_logins_per_minute: u32,
    /// Login attempts of one address at once, whatever the login.
    pub address_logins_burst: u32,
    /// What may wait to be sent to one customer's socket.
    pub customer_outbox_bytes: usize,
    /// What may wait to be sent to one agent's socket.
    pub agent_outbox_bytes: usize,
    /// Commands of one session that may wait for the service; then reading stops.
    pub session_commands: usize,
    /// The longest frame that is taken.
    pub frame_bytes: usize,
    /// Fragments of one message.
    pub fragments: u32,
    /// From the accept to a complete request head.
    pub handshake_ms: Span,
    /// From the upgrade to `hello`.
    pub hello_ms: Span,
    /// One write to a socket.
    pub write_ms: Span,
    /// The longest body of an HTTP request.
    pub http_body_bytes: usize,
    /// From the head of an HTTP request to the end of its body.
    pub http_body_ms: Span,
    /// Age at which a customer's token is no longer believed, in days.
    pub customer_token_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sessions: 50_000,
            connects_per_second: 50,
            connects_burst: 1_000,
            commands_per_second: 20,
            commands_burst: 100,
            customer_conversations_per_hour: 20,
            customer_conversations_burst: 5,
            address_conversations_per_minute: 60,
            address_conversations_burst: 60,
            login_attempts_per_minute: 6,
            login_attempts_burst: 10,
            address_logins_per_minute: 60,
            address_logins_burst: 60,
            customer_outbox_bytes: 256 * 1024,
            agent_outbox_bytes: 1024 * 1024,
            session_commands: 32,
            frame_bytes: 64 * 1024,
            fragments: 64,
            handshake_ms: Span::seconds(10),
            hello_ms: Span::seconds(5),
            write_ms: Span::seconds(10),
            http_body_bytes: 16 * 1024,
            http_body_ms: Span::seconds(10),
            customer_token_days: 400,
        }
    }
}

impl Limits {
    /// Connects of one address.
    pub fn connects(&self) -> Rate {
        Rate::new(
            self.connects_per_second,
            Span::seconds(1),
            self.connects_burst,
        )
    }

    /// Commands of one session.
    pub fn commands(&self) -> Rate {
        Rate::new(
            self.commands_per_second,
            Span::seconds(1),
            self.commands_burst,
        )
    }

    /// New conversations.
    pub fn openings(&self) -> OpeningLimits {
        OpeningLimits {
            per_customer: Rate::new(
                self.customer_conversations_per_hour,
                Span::minutes(60),
                self.customer_conversations_burst,
            ),
            per_address: Rate::new(
                self.address_conversations_per_minute,
                Span::minutes(1),
                self.address_conversations_burst,
            ),
        }
    }

    /// Login attempts.
    pub fn logins(&self) -> LoginLimits {
        let minute = Span::minutes(1);
        LoginLimits {
            per_login: Rate::new(
                self.login_attempts_per_minute,
                minute,
                self.login_attempts_burst,
            ),
            per_address: Rate::new(
                self.address_logins_per_minute,
                minute,
                self.address_logins_burst,
            ),
        }
    }

    /// Age at which a customer's token is no longer believed.
    pub fn customer_token_age(&self) -> Span {
        Span::minutes(u64::from(self.customer_token_days) * 24 * 60)
    }

    #[rustfmt::skip]
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let frame = protocol::limits::MAX_FRAME;
        require((4_096..=frame).contains(&self.frame_bytes), "limits.frame_bytes", "must be 4096 to 65536, the protocol's limit")?;
        require(self.customer_outbox_bytes >= 2 * frame, "limits.customer_outbox_bytes", "must be at least 131072, two frames")?;
        require(self.agent_outbox_bytes >= 2 * frame, "limits.agent_outbox_bytes", "must be at least 131072, two frames")?;
        require((1..=1_024).contains(&self.session_commands), "limits.session_commands", "must be 1 to 1024")?;
        require(self.fragments >= 1, "limits.fragments", "must be at least 1")?;
        require(self.sessions >= 1, "limits.sessions", "must be at least 1")?;
        require(self.http_body_bytes >= 1_024, "limits.http_body_bytes", "must be at least 1024")?;
        require(self.customer_token_days >= 1, "limits.customer_token_days", "must be at least 1")?;
        let rates = [
            (self.connects_per_second, self.connects_burst, "limits.connects_per_second"),
            (self.commands_per_second, self.commands_burst, "limits.commands_per_second"),
            (self.customer_conversations_per_hour, self.customer_conversations_burst, "limits.customer_conversations_per_hour"),
            (self.address_conversations_per_minute, self.address_conversations_burst, "limits.address_conversations_per_minute"),
            (self.login_attempts_per_minute, self.login_attempts_burst, "limits.login_attempts_per_minute"),
            (self.address_logins_per_minute, self.address_logins_burst, "limits.address_logins_per_minute"),
        ];
        for (steady, burst, key) in rates {
            require(steady >= 1 && burst >= 1, key, "must be at least 1, and its burst too")?;
        }
        let deadlines = [
            (self.handshake_ms, "limits.handshake_ms"),
            (self.hello_ms, "limits.hello_ms"),
            (self.write_ms, "limits.write_ms"),
            (self.http_body_ms, "limits.http_body_ms"),
        ];
        for (deadline, key) in deadlines {
            require(deadline >= Span(100), key, "must be at least 100")?;
        }
        Ok(())
    }
}
