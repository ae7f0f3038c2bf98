//! What is allowed under a name that no check has.

use crate::checks::Check;
use crate::finding::{Confidence, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/unknown-suppression.md`. What is allowed is held against what was found: `triage` makes its findings.
#[derive(Debug)]
pub(in crate::checks) struct UnknownSuppression;

const META: Meta = Meta {
    name: "unknown-suppression",
    group: Group::Operations,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a comment or an allowance names no check, or cannot be read",
    follows: &[],
    page: include_str!("../../../docs/checks/unknown-suppression.md"),
};

impl Check for UnknownSuppression {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
