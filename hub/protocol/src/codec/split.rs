//! The first step: a flat look at the frame. The values stay raw, so that a field that nobody
//! reads can hold anything that is JSON, and one that is read fails under its own name.

use super::BadFrame;
use crate::limits::{MAX_DEPTH, valid_ref};
use serde::de::value::MapDeserializer;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A frame's fields by name, the last of those with the same name; `null` counts as absent.
pub(crate) struct Parts<'f> {
    pub(crate) kind: Cow<'f, str>,
    /// Where it is valid.
    pub(crate) reference: Option<String>,
    fields: BTreeMap<Cow<'f, str>, &'f RawValue>,
}

impl<'f> Parts<'f> {
    pub(crate) fn deserializer(
        self,
    ) -> MapDeserializer<
        'f,
        std::collections::btree_map::IntoIter<Cow<'f, str>, &'f RawValue>,
        serde_json::Error,
    > {
        MapDeserializer::new(self.fields.into_iter())
    }

    /// What is known by name only.
    pub(crate) fn refuse_later(
        &self,
        commands: &[&str],
        fields: &[(&str, &str)],
    ) -> Result<(), BadFrame> {
        let kind = self.kind.as_ref();
        let later = commands.contains(&kind)
            || fields
                .iter()
                .any(|(of, field)| *of == kind && self.fields.contains_key(*field));
        if later {
            return Err(BadFrame::Unsupported {
                reference: self.reference.clone(),
            });
        }
        Ok(())
    }
}

pub(super) fn split(frame: &[u8]) -> Result<Parts<'_>, BadFrame> {
    let text = std::str::from_utf8(frame).map_err(|_| BadFrame::Malformed)?;
    if too_deep(frame) {
        return Err(BadFrame::Malformed);
    }
    let Wire(mut fields) = serde_json::from_str(text).map_err(|_| BadFrame::Malformed)?;
    let kind = fields
        .remove("type")
        .and_then(string)
        .ok_or(BadFrame::Malformed)?;
    fields.retain(|_, value| value.get() != "null");
    let reference = fields
        .get("ref")
        .copied()
        .and_then(string)
        .filter(|reference| valid_ref(reference))
        .map(Cow::into_owned);
    Ok(Parts {
        kind,
        reference,
        fields,
    })
}

#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Wire<'f>(#[serde(borrow)] BTreeMap<Cow<'f, str>, &'f RawValue>);

/// The raw value as a text, borrowed where it has no escapes.
fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(serde::Deserialize)]
    struct Text<'f>(#[serde(borrow)] Cow<'f, str>);
    serde_json::from_str(raw.get()).map(|Text(text)| text).ok()
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
