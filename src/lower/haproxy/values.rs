//! Values of the text to values of the model.

use crate::model::{Limit, Timeout};
use crate::syntax::haproxy::values::{lenient_number, parse_duration};

/// A timeout; 0 is the same as none (2.6.12: "missing timeouts", research 2.4).
pub(super) fn timeout(text: &str) -> Option<Timeout> {
    match parse_duration(text).ok()?.milliseconds {
        0 => Some(Timeout::Never),
        milliseconds => Some(Timeout::After(milliseconds)),
    }
}

/// An interval; 0 stays 0.
pub(super) fn interval(text: &str) -> Option<Timeout> {
    parse_duration(text).ok().map(|duration| Timeout::After(duration.milliseconds))
}

/// A number that the program reads leniently; negative ones count as 0.
pub(super) fn number(text: &str) -> u32 {
    u32::try_from(lenient_number(text).value().max(0)).unwrap_or(u32::MAX)
}

/// A limit; 0 means none.
pub(super) fn limit(text: &str) -> Limit {
    match number(text) {
        0 => Limit::Unlimited,
        limit => Limit::AtMost(u64::from(limit)),
    }
}
