//! What day it is: the system's, in UTC, or the one that the environment names, so that a run can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

use lblint::source::Date;

use super::exit::Failure;

/// The variable of the environment that names another day.
const VARIABLE: &str = "LBLINT_TODAY";

/// The day against which the last days of allowances and expectations are held: `LBLINT_TODAY`, else `SOURCE_DATE_EPOCH`
/// (reproducible-builds.org), else the clock.
pub(super) fn today() -> Result<Option<Date>, Failure> {
    match std::env::var(VARIABLE) {
        Ok(word) if !word.is_empty() => {
            word.parse().map(Some).map_err(|error| Failure::Usage(format!("{VARIABLE}: {error}")))
        }
        _ => {
            let clock = || SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs());
            Ok(epoch()?.or_else(clock).map(Date::of_seconds))
        }
    }
}

/// The moment of reproducible builds, in seconds since 1970.
fn epoch() -> Result<Option<u64>, Failure> {
    const VARIABLE: &str = "SOURCE_DATE_EPOCH";
    match std::env::var(VARIABLE) {
        Ok(word) if !word.is_empty() => {
            let wrong = |_| format!("{VARIABLE}: `{word}` is no number of seconds since 1970").into();
            word.trim().parse().map(Some).map_err(wrong)
        }
        _ => Ok(None),
    }
}
