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
            let word = quoted(context, diagnostic);
            let (message, because, other) = match diagnostic.kind {
                Kind::DuplicateSetting(first) => {
                    let (earlier, line) = (context.written(first), context.line(first));
                    let message = format!("{word} wins over `{earlier}` of line {line}: the earlier one has no effect");
                    (message, "this one counts", (first, "without effect"))
                }
                Kind::OtherSpelling(first) => {
                    let (other, line) = (context.written(first), context.line(first));
                    let message =
                        format!("{word} is `{other}` of line {line} once more: which of them counts is left open");
                    (message, "one of them counts", (first, "or this one"))
                }
                _ => return None,
            };
            finding.message = message;
            finding = finding.because(because).related(other.0, other.1);
            Some(finding.help("keep one of them"))
        });
    }
}
