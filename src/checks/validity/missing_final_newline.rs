//! The last line does not end with a newline.

use super::placeholder::is_rendered;
use super::{each_diagnostic, is};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/missing-final-newline.md`.
#[derive(Debug)]
pub(in crate::checks) struct MissingFinalNewline;

const META: Meta = Meta {
    name: "missing-final-newline",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "the last line does not end with a newline, and HAProxy refuses the file",
    follows: &[],
    page: include_str!("../../../docs/checks/missing-final-newline.md"),
};

impl Check for MissingFinalNewline {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            if !is(diagnostic, &Kind::MissingFinalNewline) {
                return None;
            }
            finding.message = "the file does not end with a newline: HAProxy refuses to load it".into();
            finding = finding.because("nothing follows the last line");
            // What renders a template ends its lines as it likes, or adds some.
            if is_rendered(context, diagnostic.span) {
                finding = finding.at_most(Severity::Info).only_from(Profile::Strict);
            }
            // In a text inside of another one the end of the line is that one's.
            let source = context.sources.at(diagnostic.span.end).map(|(_, source)| source.written().span());
            let is_end = source.is_some_and(|whole| whole.end == diagnostic.span.end);
            let fix = Fix::safe("end the last line with a newline").insert(diagnostic.span.end, "\n");
            finding = finding.fix(is_end.then_some(fix));
            Some(finding.help("end the last line with a newline (many editors do it by a setting)"))
        });
    }
}
