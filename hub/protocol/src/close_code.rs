//! Why a socket closes, and what the client does next: the number's range says it.

/// What a client does after a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Connect again with backoff, and resume.
    Reconnect,
    /// Mark the command in flight as failed, then the same.
    FailCommand,
    /// Stay away.
    Stop,
    /// A widget drops its token once and says `hello` as new; a desk signs in.
    NewToken,
}

impl Next {
    /// The word in the exported table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reconnect => "reconnect",
            Self::FailCommand => "fail_command",
            Self::Stop => "stop",
            Self::NewToken => "new_token",
        }
    }
}

macro_rules! closes {
    ($($variant:ident $number:literal $next:ident $reason:literal)*) => {
        /// Why a socket closes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CloseCode { $(#[doc = $reason] $variant),* }

        impl CloseCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The number in the Close frame.
            pub const fn number(self) -> u16 {
                match self { $(Self::$variant => $number),* }
            }

            /// The reason in the Close frame.
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$variant => $reason),* }
            }

            /// What the client does.
            pub const fn next(self) -> Next {
                match self { $(Self::$variant => Next::$next),* }
            }
        }
    };
}

closes! {
    Done 1000 Stop "done"
    Restarting 4001 Reconnect "restarting"
    SlowConsumer 4002 Reconnect "slow consumer"
    NodeUnavailable 4003 Reconnect "node unavailable"
    Silent 4004 Reconnect "hello or heartbeat deadline"
    BadFrame 4400 FailCommand "bad frame"
    TooBig 4413 FailCommand "too big"
    TooFast 4429 Reconnect "too fast"
    LoggedOut 4500 Stop "logged out"
    Unauthorised 4501 NewToken "unauthorised"
    Withdrawn 4503 Stop "site or origin withdrawn"
    Reserved 4508 Stop "reserved"
    VersionRefused 4510 Stop "protocol version refused"
}
