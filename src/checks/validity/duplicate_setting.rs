//! A setting is written twice in one section, and the later one silently wins.

use super::{each_diagnostic, quoted};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/duplicate-setting.md`.
#[derive(Debug)]
pub(in crate::checks) struct DuplicateSetting;

const META: Meta = Meta {
    name: "duplicate-setting",
    group: Group::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a setting is written twice in one section and one of them silently wins",
    follows: &[],
    page: include_str!("../../../docs/checks/duplicate-setting.md"),
};

impl Check for DuplicateSetting {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let Kind::DuplicateSetting(first) = diagnostic.kind else { return None };
            let (word, earlier) = (quoted(context, diagnostic), context.written(first));
            let line = context.line(first);
            finding.message = format!("{word} wins over `{earlier}` of line {line}: the earlier one has no effect");
            finding = finding.because("this one counts").related(first, "without effect");
            Some(finding.help("keep one of them"))
        });
    }
}
