//! The closed label sets. A label never carries an id, a name or outside text.

use super::family::Label;
use domain::allocation::fact::Availability;

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),* }

        impl Label for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    )*};
}

labels! {
    /// Whose socket.
    SessionKind {
        /// A customer's.
        Customer = "customer",
        /// An agent's.
        Agent = "agent",
        /// A supervisor's.
        Supervisor = "supervisor",
    }
    /// Who wrote a message.
    Author {
        /// The person who asks.
        Customer = "customer",
        /// The person who answers.
        Agent = "agent",
        /// The hub answering by rule.
        Bot = "bot",
        /// The hub itself.
        System = "system",
    }
    /// Who receives a delivery.
    Receiver {
        /// A customer's socket.
        Customer = "customer",
        /// An agent's or supervisor's socket.
        Agent = "agent",
    }
    /// Why an append did not land, or may not have.
    AppendFailure {
        /// Another record came first.
        Conflict = "conflict",
        /// No answer in time.
        Unknown = "unknown",
        /// The store takes nothing now.
        Unavailable = "unavailable",
        /// The record is too large.
        TooLarge = "too_large",
    }
    /// Why an outbox gave its socket up.
    OutboxClose {
        /// The receiver reads too slowly: the byte limit was reached.
        Full = "full",
        /// One write took longer than its deadline.
        WriteDeadline = "write_deadline",
        /// The peer had gone while frames were waiting.
        PeerGone = "peer_gone",
        /// The hub drained and the frames did not leave in time.
        Drain = "drain",
    }
    /// Why a session ended, by the close code that was sent.
    SessionClose {
        /// 1000 or the peer's own close.
        Done = "done",
        /// No close: the connection broke.
        Lost = "lost",
        /// 4001.
        Restarting = "restarting",
        /// 4002.
        SlowConsumer = "slow_consumer",
        /// 4003.
        NodeUnavailable = "node_unavailable",
        /// 4004.
        Deadline = "deadline",
        /// 4400.
        BadFrame = "bad_frame",
        /// 4413.
        TooBig = "too_big",
        /// 4429.
        TooFast = "too_fast",
        /// 4500.
        LoggedOut = "logged_out",
        /// 4501.
        Unauthorised = "unauthorised",
        /// 4503.
        Withdrawn = "withdrawn",
        /// 4510.
        ProtocolVersion = "protocol_version",
    }
    /// Why a connection was refused before it became a session.
    ConnectionReject {
        /// The origin is not on the brand's list.
        Origin = "origin",
        /// No such site.
        Site = "site",
        /// Too many connects from the address.
        Rate = "rate",
        /// The hub is full or draining.
        Busy = "busy",
        /// The request's head was malformed or too large.
        Malformed = "malformed",
        /// The head or the handshake took too long.
        Deadline = "deadline",
        /// No common protocol version.
        Protocol = "protocol",
    }
    /// How a resume of one conversation ended.
    ResumeOutcome {
        /// Nothing was missing.
        UpToDate = "up_to_date",
        /// The missing events were sent.
        Replayed = "replayed",
        /// A snapshot was sent instead.
        Resync = "resync",
        /// Absent or not theirs.
        NotFound = "not_found",
    }
    /// How a login ended.
    LoginOutcome {
        /// A token was given.
        Ok = "ok",
        /// Wrong login or password.
        Refused = "refused",
        /// Too many attempts.
        Limited = "limited",
    }
    /// How an offer ended.
    OfferOutcome {
        /// The agent took it.
        Accepted = "accepted",
        /// The agent did not want it.
        Declined = "declined",
        /// Nobody answered in time.
        Expired = "expired",
        /// It was taken back.
        Revoked = "revoked",
    }
    /// How a transfer ended.
    TransferOutcome {
        /// Somebody took it.
        Accepted = "accepted",
        /// It came back to the sender, or to the line when the sender had left.
        Returned = "returned",
        /// The sender took it back.
        Withdrawn = "withdrawn",
    }
    /// Where a conversation stands.
    ConversationState {
        /// With the bot.
        Bot = "bot",
        /// In a line.
        Queued = "queued",
        /// An agent is asked.
        Offered = "offered",
        /// An agent owns it.
        Assigned = "assigned",
        /// Closed for the customer, work to finish.
        WrapUp = "wrap_up",
        /// Parked.
        Pending = "pending",
    }
    /// How a conversation ended. Spam and duplicates count nowhere.
    ResolutionOutcome {
        /// Solved (provisional for 72 h).
        Resolved = "resolved",
        /// Not solved.
        Unresolved = "unresolved",
        /// The customer no longer answered.
        NoReply = "no_reply",
        /// The customer left the line.
        Abandoned = "abandoned",
    }
    /// How long an abandoned wait was.
    AbandonedKind {
        /// 10 s or more.
        Abandoned = "abandoned",
        /// Under 10 s: left out of the service level.
        Short = "short",
    }
    /// Whether a wait kept to the department's response target.
    Target {
        /// Accepted within it.
        Within = "within",
        /// Accepted later.
        Missed = "missed",
    }
    /// What an agent's sockets say.
    Presence {
        /// A live socket, in use.
        Online = "online",
        /// A live socket, left idle.
        Away = "away",
        /// No socket, within the grace.
        Unreachable = "unreachable",
        /// Gone.
        Offline = "offline",
    }
    /// A customer's rating.
    Score {
        /// Worst.
        One = "1",
        /// Poor.
        Two = "2",
        /// Fair.
        Three = "3",
        /// Good.
        Four = "4",
        /// Best.
        Five = "5",
    }
    /// Why input was rejected: the error words of the protocol, and what closes a socket.
    RejectedCode {
        /// Not a protocol word that this table knows.
        Other = "other",
        /// The command's `type` is not known.
        UnknownType = "unknown_type",
        /// A field has the wrong type or value.
        InvalidField = "invalid_field",
        /// A field is missing.
        MissingField = "missing_field",
        /// The `ref` was used with another body.
        RefReused = "ref_reused",
        /// The token is not valid.
        Unauthorised = "unauthorised",
        /// Absent or not theirs.
        NotFound = "not_found",
        /// Not in this state, not by this person.
        NotAllowed = "not_allowed",
        /// The offer is over.
        OfferExpired = "offer_expired",
        /// Somebody else owns it.
        AlreadyAssigned = "already_assigned",
        /// No capacity.
        CapacityFull = "capacity_full",
        /// The agent takes no transfer.
        AgentUnavailable = "agent_unavailable",
        /// Nobody there is on duty.
        DepartmentClosed = "department_closed",
        /// The conversation has ended.
        ConversationClosed = "conversation_closed",
        /// Too fast.
        RateLimited = "rate_limited",
        /// The store takes nothing now.
        Unavailable = "unavailable",
        /// Too large for a field or record.
        TooLarge = "too_large",
        /// Not built yet.
        Unsupported = "unsupported",
        /// The customer is blocked.
        Blocked = "blocked",
        /// Not UTF-8, not JSON, nested too deep, binary, or before `hello`.
        BadFrame = "bad_frame",
        /// A frame over the limit.
        TooBig = "too_big",
    }
}

impl RejectedCode {
    /// The label of a protocol error word; `Other` for a word that is not in the table.
    pub fn from_word(word: &str) -> Self {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.word() == word)
            .unwrap_or(Self::Other)
    }
}

impl Score {
    /// The label of a score from 1 to 5.
    pub fn from_number(score: u8) -> Option<Self> {
        Self::ALL.get(usize::from(score.checked_sub(1)?)).copied()
    }
}

impl Label for Availability {
    const ALL: &'static [Self] = &[
        Self::Available,
        Self::Busy,
        Self::OnBreak,
        Self::Finishing,
        Self::Offline,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Busy => "busy",
            Self::OnBreak => "on_break",
            Self::Finishing => "finishing",
            Self::Offline => "offline",
        }
    }

    fn index(self) -> usize {
        self as usize
    }
}
