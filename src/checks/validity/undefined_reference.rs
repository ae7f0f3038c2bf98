//! A statement names something that nothing defines.

use super::{each_diagnostic, quoted, suggest};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/undefined-reference.md`.
#[derive(Debug)]
pub(in crate::checks) struct UndefinedReference;

const META: Meta = Meta {
    name: "undefined-reference",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "a statement names an ACL, a section, a server or a variable that is not defined",
    follows: &[],
    page: include_str!("../../../docs/checks/undefined-reference.md"),
};

const NOWHERE: Wording =
    Wording { haproxy: "not defined, or only below", nginx: "no directive makes it", envoy: "defined nowhere" };

impl Check for UndefinedReference {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let Kind::UndefinedName { what, suggestion } = &diagnostic.kind else { return None };
            let (word, program) = (quoted(context, diagnostic), context.unit.dialect.title());
            finding.message = format!("{what} {word} is not defined: {program} refuses the configuration");
            finding = finding.because(NOWHERE.of(context));
            Some(suggest(context, diagnostic, finding, suggestion.as_deref()))
        });
    }
}
