//! What is allowed without a reason.

use crate::checks::Check;
use crate::finding::{Confidence, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/suppression-without-reason.md`. What is allowed is held against what was found: `triage` makes its findings.
#[derive(Debug)]
pub(in crate::checks) struct SuppressionWithoutReason;

const META: Meta = Meta {
    name: "suppression-without-reason",
    group: Group::Operations,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a finding is allowed and nobody says why",
    follows: &[],
    page: include_str!("../../../docs/checks/suppression-without-reason.md"),
};

impl Check for SuppressionWithoutReason {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
