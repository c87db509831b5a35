//! From bytes to commands. Bad input is told apart, so that the socket or the command fails
//! with the right code; nothing here panics on any input, and nothing recurses without bound.

mod split;

use serde::de::DeserializeOwned;
use split::{Parts, split};

/// Why a frame is no command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    /// Not UTF-8, not a JSON object with a string `type`, or nested too deeply: the socket
    /// closes with [`crate::CloseCode::BadFrame`].
    #[error("the frame is not a JSON object with a text `type`, nested at most 32 deep")]
    Malformed,
    /// Nothing is called so.
    #[error("there is no command of this type")]
    UnknownType {
        /// Where the frame had a valid one.
        reference: Option<String>,
    },
    /// The command, or one of its fields, exists, and this hub does not do it yet.
    #[error("this hub does not do that yet")]
    Unsupported {
        /// Where the frame had a valid one.
        reference: Option<String>,
    },
    /// A field is absent.
    #[error("the field {field} is missing")]
    MissingField {
        /// Its path.
        field: String,
        /// Where the frame had a valid one.
        reference: Option<String>,
    },
    /// A field has the wrong type or value.
    #[error("the field {field} has a wrong value")]
    InvalidField {
        /// Its path.
        field: String,
        /// Where the frame had a valid one.
        reference: Option<String>,
    },
}

/// A customer's frame.
///
/// # Errors
/// See [`BadFrame`].
pub fn parse_customer(frame: &[u8]) -> Result<crate::CustomerCommand, BadFrame> {
    crate::CustomerCommand::from_parts(split(frame)?)
}

/// An agent's frame.
///
/// # Errors
/// See [`BadFrame`].
pub fn parse_agent(frame: &[u8]) -> Result<crate::AgentCommand, BadFrame> {
    crate::AgentCommand::from_parts(split(frame)?)
}

/// One command's fields. What is missing and what is wrong are told by path.
pub(crate) fn fields<T: DeserializeOwned>(parts: Parts<'_>) -> Result<T, BadFrame> {
    let reference = parts.reference.clone();
    serde_path_to_error::deserialize(parts.deserializer()).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        let absent = message
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split('`').next());
        match absent {
            Some(name) if path == "." => missing(name, reference),
            Some(name) => missing(&format!("{path}.{name}"), reference),
            None => invalid(&path, reference),
        }
    })
}

fn missing(field: &str, reference: Option<String>) -> BadFrame {
    BadFrame::MissingField {
        field: field.to_owned(),
        reference,
    }
}

fn invalid(field: &str, reference: Option<String>) -> BadFrame {
    BadFrame::InvalidField {
        field: field.to_owned(),
        reference,
    }
}

/// Declares a set of commands by their names on the wire, and those that come later: whole
/// commands, and fields of commands that are done without them.
macro_rules! commands {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($word:literal $variant:ident($type:ty)),* $(,)? }
        later [$($later:literal),* $(,)?]
        later_fields [$(($of:literal, $field:literal)),* $(,)?]
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(tag = "type")]
        pub enum $name {
            $(
                #[doc = concat!("`", $word, "`")]
                #[serde(rename = $word)]
                $variant($type)
            ),*
        }

        impl $name {
            /// Every name that this hub understands.
            pub const NAMES: &'static [&'static str] = &[$($word),*];
            /// Names that are answered `unsupported` for now.
            pub const LATER: &'static [&'static str] = &[$($later),*];
            /// Command and field: answered `unsupported` for now when the field is there.
            pub const LATER_FIELDS: &'static [(&'static str, &'static str)] = &[$(($of, $field)),*];

            /// Its name on the wire.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $word),* }
            }

            pub(crate) fn from_parts(
                parts: $crate::codec::Split<'_>,
            ) -> Result<Self, $crate::codec::BadFrame> {
                parts.refuse_later(Self::LATER, Self::LATER_FIELDS)?;
                match parts.kind.as_ref() {
                    $($word => $crate::codec::fields(parts).map(Self::$variant),)*
                    _ => Err($crate::codec::BadFrame::UnknownType { reference: parts.reference }),
                }
            }
        }
    };
}
pub(crate) use commands;
pub(crate) use split::Parts as Split;

#[cfg(test)]
mod tests;
