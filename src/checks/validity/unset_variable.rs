//! A variable in a server's address has no value, so that part of the address is missing.

use super::each_diagnostic;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/unset-variable.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnsetVariable;

const META: Meta = Meta {
    name: "unset-variable",
    group: Group::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a variable in an address has no value, so the address lacks a part",
    follows: &[],
    page: include_str!("../../../docs/checks/unset-variable.md"),
};

impl Check for UnsetVariable {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let Kind::UnsetVariable { name, suggestion } = &diagnostic.kind else { return None };
            let written = context.written(diagnostic.span);
            let pool = finding.subjects.first().and_then(|subject| subject.pool.clone()).unwrap_or_default();
            finding.message = match suggestion {
                None => format!(
                    "`{written}` of `{pool}` lacks a part: `{name}` is not set, and nothing stands in its place"
                ),
                Some(near) => {
                    finding.confidence = Confidence::Medium;
                    format!(
                        "`{written}` of `{pool}` lacks a part unless the environment sets `{name}`: `{near}` is set here"
                    )
                }
            };
            let help = suggestion.as_ref().map_or_else(
                || format!("write `setenv {name} VALUE` in `global`, or the value itself"),
                |near| format!("did you mean `{near}`?"),
            );
            Some(finding.because("becomes empty").help(help))
        });
    }
}
