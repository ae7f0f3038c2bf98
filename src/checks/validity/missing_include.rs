//! A file that is included is not there, or cannot be read as one.

use super::{each_diagnostic, quoted};
use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/missing-include.md`.
#[derive(Debug)]
pub(in crate::checks) struct MissingInclude;

const META: Meta = Meta {
    name: "missing-include",
    group: Group::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a file that is included is not there, although its directory is",
    follows: &[],
    page: include_str!("../../../docs/checks/missing-include.md"),
};

impl Check for MissingInclude {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, mut finding| {
            let word = quoted(context, diagnostic);
            let (message, because, help) = match diagnostic.kind {
                Kind::DirectoryIncluded => (
                    format!("{word} is a directory: nginx refuses to read it"),
                    "a directory",
                    "write `/*.conf` behind it",
                ),
                Kind::IncludeCycle => (
                    format!(
                        "{word} leads back to this file: nginx opens it again and again until it can open no more files, or crashes"
                    ),
                    "leads back to this file",
                    "break the circle",
                ),
                Kind::TooManyIncludes => (
                    format!("{word} brings in more files than lblint follows: what is behind it was not read"),
                    "not followed",
                    "",
                ),
                _ => return None,
            };
            finding.message = message;
            finding = finding.because(because);
            Some(if help.is_empty() { finding } else { finding.help(help) })
        });
        findings.extend(missing(context));
    }
}

/// One finding a unit: what a deployment generates is missing in the repository as a whole.
fn missing(context: &Context<'_>) -> Option<Finding> {
    let all: Vec<&Diagnostic> =
        context.diagnostics.iter().filter(|diagnostic| diagnostic.kind == Kind::MissingInclude).collect();
    let (first, others) = all.split_first()?;
    let (are, them) = if others.is_empty() { ("is", "it") } else { ("are", "them") };
    let names = list(all.iter().map(|diagnostic| context.written(diagnostic.span)));
    let message = format!("{names} {are} not there: nginx refuses to start without {them}");
    let mut finding = Finding::new(&META, first.span, context.unit_subject(), message).because("no such file");
    for other in others.iter().take(3) {
        finding = finding.related(other.span, "nor this one");
    }
    Some(finding.help("add the file, or write a pattern such as `conf.d/*.conf`, which may match nothing"))
}
