//! Something that the stated version does not have yet.

use super::{each_diagnostic, quoted};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/too-new.md`.
#[derive(Debug)]
pub(in crate::checks) struct TooNew;

const META: Meta = Meta {
    name: "too-new",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "something that the version stated with `--proxy-version` does not have yet",
    follows: &[],
    page: include_str!("../../../docs/checks/too-new.md"),
};

impl Check for TooNew {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let Kind::TooNew(since) = diagnostic.kind else { return None };
            let (word, version) = (quoted(context, diagnostic), context.unit.version);
            let program = context.unit.dialect.title();
            finding.message = format!("{word} needs {program} {since}; version {version} will run this and refuses it");
            finding = finding.because(format!("new in {since}"));
            Some(finding.help(format!("run {program} {since} or later, or do without it")))
        });
    }
}
