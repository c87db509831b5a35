//! The environment over the file: `HUB_SECTION__KEY=value`. The key's own type decides how the
//! text is read; lists are separated by commas. Names without the double underscore are not
//! ours (Kubernetes puts `HUB_SERVICE_HOST` there), unless they look like a typing error.

use super::{Config, ConfigError};
use services::strict_toml::nearest;
use std::ffi::OsString;
use toml::{Table, Value};

const PREFIX: &str = "HUB_";

/// Puts every `HUB_` variable over the configuration.
pub(super) fn apply(
    config: Config,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Config, ConfigError> {
    let mut table = Table::try_from(&config).expect("a configuration is always a table");
    let mut last = None;
    for (name, value) in environment {
        let name = name.to_string_lossy().into_owned();
        if !name.starts_with(PREFIX) {
            continue;
        }
        if !name.contains("__")
            && nearest(&name, names(&table).iter().map(String::as_str)).is_none()
        {
            continue;
        }
        let value = value.to_str().ok_or_else(|| wrong(&name, "is not UTF-8"))?;
        set(&mut table, &name, value)?;
        // One at a time, so that the error names the variable that caused it.
        let checked: Result<Config, _> = table.clone().try_into();
        last = Some(checked.map_err(|error| wrong(&name, error.message()))?);
    }

    Ok(last.unwrap_or(config))
}

fn set(table: &mut Table, name: &str, value: &str) -> Result<(), ConfigError> {
    let known = names(table);
    let slot = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once("__"))
        .and_then(|(section, key)| {
            let section = table.get_mut(&section.to_ascii_lowercase())?;
            section.get_mut(key.to_ascii_lowercase())
        })
        .filter(|_| known.iter().any(|k| k == name));
    let Some(slot) = slot else {
        let hint = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("is not known; did you mean {near}?"),
            None => "is not known; the form is HUB_SECTION__KEY, with the keys of config/hub.toml"
                .to_owned(),
        };
        return Err(wrong(name, &hint));
    };
    *slot = typed(slot, value).map_err(|reason| wrong(name, &reason))?;
    Ok(())
}

/// Every variable that exists.
fn names(table: &Table) -> Vec<String> {
    let of_section = |(section, keys): (&String, &Value)| {
        let keys = keys.as_table().into_iter().flat_map(Table::keys);
        let section = section.to_ascii_uppercase();
        let name = |key: &String| format!("{PREFIX}{section}__{}", key.to_ascii_uppercase());
        keys.map(name).collect::<Vec<_>>()
    };
    table.iter().flat_map(of_section).collect()
}

fn typed(like: &Value, text: &str) -> Result<Value, String> {
    match like {
        Value::Integer(_) => {
            let number = text.trim().parse().map(Value::Integer);
            number.map_err(|_| format!("{text:?} is no whole number"))
        }
        Value::Boolean(_) => {
            let choice = text.trim().parse().map(Value::Boolean);
            choice.map_err(|_| format!("{text:?} is neither true nor false"))
        }
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|i| !i.is_empty());
            Ok(Value::Array(
                items.map(|i| Value::String(i.to_owned())).collect(),
            ))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn wrong(name: &str, reason: &str) -> ConfigError {
    ConfigError::Environment {
        name: name.to_owned(),
        reason: reason.trim().to_owned(),
    }
}
