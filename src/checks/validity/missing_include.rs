//! A file that is included is not there, or cannot be read as one.

use super::{each_diagnostic, quoted};
use crate::checks::phrases::list;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::{Dialect, is_mark};

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
            let (message, because, help) = match &diagnostic.kind {
                Kind::DirectoryIncluded => (
                    format!("{word} is a directory: nginx refuses to read it"),
                    "a directory",
                    "write `/*.conf` behind it",
                ),
                Kind::DanglingLink(link) => (
                    format!("{word} matches `{link}`, a link that leads nowhere: nginx refuses to start"),
                    "matches a link that leads nowhere",
                    "remove the link, or add the file that it leads to",
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

/// From so many files on the checkout is taken for one that lacks what a deployment adds.
const MANY: usize = 3;

/// One finding a unit: what a deployment generates is missing in the repository as a whole.
fn missing(context: &Context<'_>) -> Option<Finding> {
    let mut all: Vec<&Diagnostic> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for diagnostic in context.diagnostics.iter().filter(|diagnostic| diagnostic.kind == Kind::MissingInclude) {
        let name = context.written(diagnostic.span);
        if !names.contains(&name) {
            names.push(name);
        }
        all.push(diagnostic);
    }
    let (first, others) = all.split_first()?;
    let (are, them) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
    let message = format!("{} {are} not there: nginx refuses to start without {them}", list(names.iter().copied()));
    let mut finding = Finding::new(&META, first.span, context.unit_subject(), message).because("no such file");
    finding = finding.about(names.iter().map(|name| context.unit_subject().told_by(name)));
    for other in others.iter().take(3) {
        let is_same = context.written(other.span) == context.written(first.span);
        finding = finding.related(other.span, if is_same { "the same" } else { "nor this one" });
    }
    if names.len() >= MANY || is_rendered(context) {
        return Some(finding.at_most(Severity::Info).only_from(Profile::Strict).help(ELSEWHERE));
    }
    Some(finding.help("add the file, or write a pattern such as `conf.d/*.conf`, which may match nothing"))
}

const ELSEWHERE: &str = "if a deployment makes them, give lblint the files as they are deployed";

/// Whether a program replaces whole lines of a file of the unit: it may write further files, too.
fn is_rendered(context: &Context<'_>) -> bool {
    let views = context.unit.files.iter().filter_map(|file| Some(context.sources.get(file.source)?.view()));
    views.into_iter().any(|view| view.masks.iter().any(|mask| is_mark(view.slice(*mask))))
}
