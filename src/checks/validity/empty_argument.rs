//! An empty word ends the statement.

use super::each_diagnostic;
use crate::checks::{Check, Context, PoolContext, mend};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/empty-argument.md`.
#[derive(Debug)]
pub(in crate::checks) struct EmptyArgument;

const META: Meta = Meta {
    name: "empty-argument",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "an empty word ends the statement: everything after it is ignored",
    follows: &[],
    page: include_str!("../../../docs/checks/empty-argument.md"),
};

impl Check for EmptyArgument {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| match diagnostic.kind {
            Kind::EmptyWord => {
                finding.message = "an empty word ends this statement: everything after it is ignored".into();
                finding = finding.because("the statement ends here");
                finding = finding.note("HAProxy 3.2 warns of it, 3.3 and later refuse it; up to 3.1 it is silent");
                Some(finding.help("remove the empty word; for a variable that may be empty write \"${NAME[*]}\""))
            }
            Kind::TrailingEmptyWord => {
                finding.message = "an empty word at the end of the statement: HAProxy 3.3 and later refuse it".into();
                let finding = finding.fix(mend::remove_word(context, Fix::safe("remove it"), diagnostic.span));
                Some(finding.at_most(Severity::Info).only_from(Profile::Strict).help("remove the empty word"))
            }
            _ => None,
        });
    }
}
