//! What is allowed and never found.

use crate::checks::Check;
use crate::finding::{Confidence, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/unused-suppression.md`. What is allowed is held against what was found: `triage` makes its findings.
#[derive(Debug)]
pub(in crate::checks) struct UnusedSuppression;

const META: Meta = Meta {
    name: "unused-suppression",
    group: Group::Operations,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a comment or an allowance hides nothing",
    follows: &[],
    page: include_str!("../../../docs/checks/unused-suppression.md"),
};

impl Check for UnusedSuppression {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
