//! Customers' tokens: `c1.<site>.<customer>.<issued at>.<signature>`. Nothing is stored: a
//! signature that fits is believed until it is too old. A fresh one comes with every `welcome`.

use super::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{CustomerId, SiteId};
use domain::time::{Span, Time};
use ring::hmac;
use runtime::random::Random;

const VERSION: &str = "c1";
/// Longer is no token: two ids, a time and a signature.
const MAX_TOKEN: usize = 256;
/// How far ahead of this node's clock another node may have signed.
const SKEW: Span = Span::minutes(5);

/// Signs and verifies.
#[derive(Debug, Clone)]
pub struct Tokens {
    secret: Secret,
    max_age: Span,
}

/// Why a token is not believed. The widget drops it and begins as a new customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// It has not the form of one.
    #[error("the token is malformed")]
    Malformed,
    /// It was given by another site.
    #[error("the token belongs to another site")]
    WrongSite,
    /// Nobody here signed it.
    #[error("the token's signature does not fit")]
    BadSignature,
    /// It is too old, or from the future.
    #[error("the token has expired")]
    Expired,
}

impl Tokens {
    /// With these keys, believing tokens up to `max_age`.
    pub fn new(secret: Secret, max_age: Span) -> Self {
        Self { secret, max_age }
    }

    /// A token that makes its bearer this customer.
    pub fn issue(&self, site: &SiteId, customer: &CustomerId, now: Time) -> String {
        let claim = format!("{VERSION}.{site}.{customer}.{}", now.0);
        let signature = hmac::sign(self.secret.signing(), claim.as_bytes());
        format!("{claim}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Who bears this token at that site.
    ///
    /// # Errors
    /// It is not to be believed. The signature is checked before anything it says.
    pub fn verify(
        &self,
        site: &SiteId,
        token: &str,
        now: Time,
    ) -> Result<CustomerId, TokenRefusal> {
        if token.len() > MAX_TOKEN {
            return Err(TokenRefusal::Malformed);
        }
        let (claim, signature) = token.rsplit_once('.').ok_or(TokenRefusal::Malformed)?;
        let signature = URL_SAFE_NO_PAD.decode(signature);
        let signature = signature.map_err(|_| TokenRefusal::Malformed)?;
        let parts: Vec<&str> = claim.split('.').collect();
        let [VERSION, of_site, customer, issued_at] = parts[..] else {
            return Err(TokenRefusal::Malformed);
        };
        let fits = |key| hmac::verify(key, claim.as_bytes(), &signature).is_ok();
        if !self.secret.verifying().iter().any(fits) {
            return Err(TokenRefusal::BadSignature);
        }

        let customer = CustomerId::new(customer).map_err(|_| TokenRefusal::Malformed)?;
        let issued_at = issued_at
            .parse()
            .map(Time)
            .map_err(|_| TokenRefusal::Malformed)?;
        if of_site != site.as_str() {
            return Err(TokenRefusal::WrongSite);
        }
        if now.since(issued_at) > self.max_age || issued_at.since(now) > SKEW {
            return Err(TokenRefusal::Expired);
        }
        Ok(customer)
    }
}

/// The id of a new customer: 26 letters and digits, so that `<customer>-<n>` reads one way
/// only and nobody guesses another's.
pub fn new_customer_id(random: &dyn Random) -> CustomerId {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = random.u128();
    let mut id = String::from("c");
    for _ in 0..25 {
        id.push(char::from(DIGITS[(rest % 36) as usize]));
        rest /= 36;
    }
    CustomerId::new(id).expect("letters and digits have the form of an id")
}
