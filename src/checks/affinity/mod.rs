//! Sessions: whether clients keep their target.

mod duplicate_cookie_value;
mod incomplete_affinity;

pub(super) use duplicate_cookie_value::DuplicateCookieValue;
pub(super) use incomplete_affinity::IncompleteAffinity;
