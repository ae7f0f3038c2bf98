//! No supported version has such a statement.

use super::{each_diagnostic, quoted, suggest};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/unknown-directive.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnknownDirective;

const META: Meta = Meta {
    name: "unknown-directive",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx],
    since: "0.1.0",
    summary: "no supported version has such a statement, parameter or function",
    follows: &[],
    page: include_str!("../../../docs/checks/unknown-directive.md"),
};

impl Check for UnknownDirective {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let Kind::UnknownKeyword { within, suggestion } = &diagnostic.kind else { return None };
            let (word, program) = (quoted(context, diagnostic), context.unit.dialect.title());
            finding.message = format!("{word} is unknown in {}: no version of {program} accepts it", place(within));
            finding = finding.because(format!("not known in {}", place(within)));
            Some(suggest(finding, suggestion.as_deref()))
        });
    }
}

/// How to call the place in which a word is not known.
fn place(within: &str) -> String {
    match within {
        "converters" | "sample fetches" => format!("the list of {within}"),
        "server" | "default-server" | "server-template" | "bind" => format!("a `{within}` line"),
        _ => format!("`{within}`"),
    }
}
