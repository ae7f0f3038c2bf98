//! Sessions: whether clients keep their target.

mod affinity_table_limits;
mod duplicate_cookie_value;
mod incomplete_affinity;

pub(super) use affinity_table_limits::AffinityTableLimits;
pub(super) use duplicate_cookie_value::DuplicateCookieValue;
pub(super) use incomplete_affinity::IncompleteAffinity;
