//! A file that is included is not there, or cannot be read as one.

use super::{each_diagnostic, quoted};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::Kind;
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
                Kind::MissingInclude => (
                    format!("{word} is not there: nginx refuses to start without it"),
                    "no such file",
                    "add the file, or write a pattern such as `conf.d/*.conf`, which may match nothing",
                ),
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
    }
}
