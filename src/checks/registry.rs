//! Every check, in alphabetical order of names.

use super::Check;

/// Every check.
pub fn all() -> &'static [&'static dyn Check] {
    CHECKS
}

/// The check of this name.
pub fn find(name: &str) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.meta().name == name)
}

const CHECKS: &[&'static dyn Check] = &[];
