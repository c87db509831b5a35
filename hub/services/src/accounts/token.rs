//! Bearer tokens of agents: 256 random bits, shown once, stored as a digest only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::{Span, Time};
use ring::digest::{SHA256, digest};
use runtime::random::Random;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A token lives this long after its last use.
pub(super) const LIFE: Span = Span::minutes(12 * 60);
/// Its life is renewed in the log at most this often.
pub(super) const RENEWAL: Span = Span::minutes(10);

/// What is stored of a token. Knowing it does not let anybody in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenDigest([u8; 32]);

/// A fresh token, to be shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The secret.
    pub token: String,
    /// Unless it is used before.
    pub expires_at: Time,
}

impl TokenDigest {
    /// The digest of what a client shows.
    pub fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }
}

/// A new token and its digest.
pub(super) fn draw(random: &dyn Random) -> (String, TokenDigest) {
    let mut secret = [0; 32];
    random.fill(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let digest = TokenDigest::of(&token);
    (token, digest)
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest")
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expires_at = self.expires_at;
        f.debug_struct("Issued")
            .field("expires_at", &expires_at)
            .finish_non_exhaustive()
    }
}

impl From<TokenDigest> for String {
    fn from(digest: TokenDigest) -> String {
        URL_SAFE_NO_PAD.encode(digest.0)
    }
}

impl TryFrom<String> for TokenDigest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes
            .map(Self)
            .ok_or("a token digest is 32 bytes in base64")
    }
}
