//! Logs: one event a line on standard error, as JSON or for people. What is logged never
//! carries message text, tokens or addresses of people; keeping to that is the caller's part.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::SystemTime;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Why logging could not begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level is no filter.
    #[error(
        "log level {0:?} is neither a level (error, warn, info, debug, trace) nor a filter such as \"info,hub=debug\""
    )]
    Level(String),
    /// Another subscriber was there first.
    #[error("logging was started twice in one process")]
    Twice,
}

/// Checks a level or filter such as `info` or `info,hub=debug`.
///
/// # Errors
/// The text is neither.
pub fn check_level(level: &str) -> Result<(), TelemetryError> {
    filter(level).map(drop)
}

/// Starts logging for the whole process.
///
/// # Errors
/// The level is no filter, or logging runs already.
pub fn start(level: &str, format: LogFormat) -> Result<(), TelemetryError> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter(level)?)
        .with_timer(SystemTime)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Pretty => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };

    started.map_err(|_| TelemetryError::Twice)
}

fn filter(level: &str) -> Result<EnvFilter, TelemetryError> {
    let wrong = || TelemetryError::Level(level.to_owned());
    // `EnvFilter` reads any single word as the name of a target, so a typing error would
    // silently switch everything off.
    let first = level.split(',').next().unwrap_or_default().trim();
    if !first.contains('=') && first.parse::<tracing::Level>().is_err() && first != "off" {
        return Err(wrong());
    }

    EnvFilter::try_new(level).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_level_is_refused() {
        for good in ["info", "warn", "off", "info,hub=debug", "hub=trace"] {
            assert!(check_level(good).is_ok(), "{good}");
        }
        for bad in ["", "inof", "hub=loud", "infos,hub=debug"] {
            assert!(check_level(bad).is_err(), "{bad}");
        }
    }
}
