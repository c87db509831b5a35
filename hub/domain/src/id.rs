//! Identifiers: our own validated tokens, safe in a subject, a path and a log line.
//! Outside text never becomes an id.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Longest id in bytes.
pub const MAX_ID: usize = 64;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 characters of A-Z, a-z, 0-9, '_' and '-'")]
pub struct InvalidId;

/// Whether `text` has the form of an id: 1 to 64 of `[A-Za-z0-9_-]`.
pub fn is_valid(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the form.
            ///
            /// # Errors
            /// The text is not 1 to 64 of `[A-Za-z0-9_-]`.
            pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidId> {
                let text = text.as_ref();
                if is_valid(text) { Ok(Self(text.into())) } else { Err(InvalidId) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// One tenant.
    SiteId,
    /// A widget key: one brand of a site.
    BrandId,
    /// The person who asks.
    CustomerId,
    /// One dialogue: `<customer>-<n>`.
    ConversationId,
    /// Who answers.
    AgentId,
    /// A group with its own line.
    DepartmentId,
    /// What somebody can do.
    SkillId,
    /// One asking of one agent.
    OfferId,
    /// A message within its conversation.
    MessageId,
    /// The client's own name of a durable command.
    Ref,
    /// One hub process.
    NodeId,
    /// One life of a hub process.
    Incarnation,
    /// One life of a log.
    Epoch,
    /// A label that agents put on a conversation.
    Tag,
}

impl ConversationId {
    /// The `n`th conversation of a customer, counted from 1.
    ///
    /// # Errors
    /// The customer's id leaves no room for the number.
    pub fn nth(customer: &CustomerId, n: u32) -> Result<Self, InvalidId> {
        Self::new(format!("{customer}-{n}"))
    }

    /// The customer and the number, where the text has that form.
    pub fn parts(&self) -> Option<(CustomerId, u32)> {
        let (customer, n) = self.0.rsplit_once('-')?;
        let n: u32 = n.parse().ok().filter(|n| *n > 0)?;
        let customer = CustomerId::new(customer).ok()?;
        (Self::nth(&customer, n).ok()? == *self).then_some((customer, n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_text_is_no_id() {
        for bad in ["", "a.b", "a*", "a b", "a\0", "ä", ">", &"x".repeat(65)] {
            assert_eq!(CustomerId::new(bad), Err(InvalidId), "{bad:?}");
        }
        assert!(CustomerId::new("x".repeat(64)).is_ok());
    }

    #[test]
    fn a_conversation_names_its_customer() {
        let customer = CustomerId::new("c-1").expect("valid");
        let id = ConversationId::nth(&customer, 12).expect("fits");
        assert_eq!(id.as_str(), "c-1-12");
        assert_eq!(id.parts(), Some((customer, 12)));
        for odd in ["c", "c-0", "c-01", "c-x", "-1"] {
            assert_eq!(
                ConversationId::new(odd).expect("valid form").parts(),
                None,
                "{odd}"
            );
        }
    }
}
