//! What was allowed until a day that is past.

use crate::checks::Check;
use crate::finding::{Confidence, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/expired-suppression.md`. What is allowed is held against what was found: `triage` makes its findings.
#[derive(Debug)]
pub(in crate::checks) struct ExpiredSuppression;

const META: Meta = Meta {
    name: "expired-suppression",
    group: Group::Operations,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a comment or an allowance was to hold until a day that is past",
    follows: &[],
    page: include_str!("../../../docs/checks/expired-suppression.md"),
};

impl Check for ExpiredSuppression {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
