//! From bytes to commands. Bad input is told apart, so that the socket or the command fails
//! with the right code; nothing here panics on any input.

use crate::limits::{MAX_DEPTH, valid_id};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Why a frame is no command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    /// Not UTF-8, not a JSON object with a string `type`, or nested too deeply: the socket closes.
    #[error("the frame is not a JSON object with a text `type`, nested at most 32 deep")]
    Malformed,
    /// Nothing is called so.
    #[error("there is no command of this type")]
    UnknownType {
        /// Where the frame had a valid one.
        reference: Option<String>,
    },
    /// It exists, and this hub does not do it yet.
    #[error("this hub does not do that yet")]
    Unsupported {
        /// Where the frame had a valid one.
        reference: Option<String>,
    },
    /// A field is absent.
    #[error("the field {field} is missing")]
    MissingField {
        /// Its name.
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
    let (kind, reference, fields) = split(frame)?;
    crate::CustomerCommand::from_parts(&kind, reference, fields)
}

/// An agent's frame.
///
/// # Errors
/// See [`BadFrame`].
pub fn parse_agent(frame: &[u8]) -> Result<crate::AgentCommand, BadFrame> {
    let (kind, reference, fields) = split(frame)?;
    crate::AgentCommand::from_parts(&kind, reference, fields)
}

/// The type, the `ref` where it is valid, and the other fields.
type Parts = (String, Option<String>, Map<String, Value>);

fn split(frame: &[u8]) -> Result<Parts, BadFrame> {
    if too_deep(frame) {
        return Err(BadFrame::Malformed);
    }
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(frame) else {
        return Err(BadFrame::Malformed);
    };
    let Some(Value::String(kind)) = fields.remove("type") else {
        return Err(BadFrame::Malformed);
    };
    let reference = fields
        .get("ref")
        .and_then(Value::as_str)
        .filter(|r| valid_id(r))
        .map(str::to_owned);
    Ok((kind, reference, fields))
}

/// Counts brackets outside of strings, without recursion.
fn too_deep(frame: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in frame {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

/// One command's fields. What is missing and what is wrong are told by name.
pub(crate) fn fields<T: DeserializeOwned>(
    reference: Option<String>,
    fields: Map<String, Value>,
) -> Result<T, BadFrame> {
    if let Some(value) = fields.get("ref")
        && reference.is_none()
    {
        let field = "ref".to_owned();
        return Err(if value.is_null() {
            BadFrame::MissingField { field, reference }
        } else {
            BadFrame::InvalidField { field, reference }
        });
    }
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let path = error.path().to_string();
        let message = error.inner().to_string();
        match message
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split('`').next())
        {
            Some(name) if path == "." => BadFrame::MissingField {
                field: name.to_owned(),
                reference,
            },
            Some(name) => BadFrame::MissingField {
                field: format!("{path}.{name}"),
                reference,
            },
            None => BadFrame::InvalidField {
                field: path,
                reference,
            },
        }
    })
}

/// Declares a set of commands by their names on the wire, and those that come later.
macro_rules! commands {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($word:literal $variant:ident($type:ty)),* $(,)? }
        later [$($later:literal),* $(,)?]
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

            pub(crate) fn from_parts(
                kind: &str,
                reference: Option<String>,
                fields: serde_json::Map<String, serde_json::Value>,
            ) -> Result<Self, $crate::codec::BadFrame> {
                match kind {
                    $($word => $crate::codec::fields(reference, fields).map(Self::$variant),)*
                    kind if Self::LATER.contains(&kind) => Err($crate::codec::BadFrame::Unsupported { reference }),
                    _ => Err($crate::codec::BadFrame::UnknownType { reference }),
                }
            }
        }
    };
}
pub(crate) use commands;

#[cfg(test)]
mod tests;
