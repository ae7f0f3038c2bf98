//! No supported version has such a statement.

use super::{each_refusal, quoted, suggest};
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
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
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
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
        each_refusal(context, &META, findings, say);
        findings.extend(of_a_module(context));
    }
}

/// What became of it: the tables of HAProxy and nginx hold what any version has, that of Envoy one version's.
const NOBODY: Wording = Wording {
    haproxy: "no version of HAProxy accepts it",
    nginx: "no version of nginx accepts it",
    envoy: "Envoy 1.40 refuses it",
};

/// The message for a word that no table has.
pub(super) fn say(context: &Context<'_>, diagnostic: &Diagnostic, mut finding: Finding) -> Option<Finding> {
    let Kind::UnknownKeyword { within, suggestion } = &diagnostic.kind else { return None };
    if may_be_a_modules(context, suggestion.as_deref()) {
        return None;
    }
    if &**within == EXTENSIONS {
        return Some(suggest(unknown_type(context, diagnostic, finding), suggestion.as_deref()));
    }
    let (word, fate) = (quoted(context, diagnostic), NOBODY.of(context));
    finding.message = format!("{word} is unknown in {}: {fate}", place(within));
    finding = finding.because(format!("not known in {}", place(within)));
    if let (None, Some(advice)) = (suggestion, advice(context.written(diagnostic.span), within)) {
        finding = finding.help(advice);
    }
    Some(suggest(finding, suggestion.as_deref()))
}

/// Habits of other programs' YAML (research/envoy.md 1.2).
fn advice(word: &str, within: &str) -> Option<&'static str> {
    match (word, within) {
        ("<<", _) => Some("Envoy has no merge keys: write the fields out, or let an alias stand for a whole value"),
        (_, "Bootstrap") => Some("a key that only holds anchors needs the tag `!ignore` in front of it"),
        _ => None,
    }
}

/// What types of extensions stand in.
pub(super) const EXTENSIONS: &str = "extension types";

/// A type that no extension has.
fn unknown_type(context: &Context<'_>, diagnostic: &Diagnostic, mut finding: Finding) -> Finding {
    let written = context.written(diagnostic.span).trim_matches(['"', '\'']);
    let name = written.rsplit('/').next().unwrap_or(written);
    finding.message = format!("`{name}` is the type of no extension: {}", NOBODY.of(context));
    finding.because("no such type")
}

/// A module that the configuration loads may have what no table has; a near word says that it is misspelt.
fn may_be_a_modules(context: &Context<'_>, suggestion: Option<&str>) -> bool {
    context.unit.loads_module.is_some() && suggestion.is_none()
}

/// One quiet finding a unit for all that a module may have.
fn of_a_module(context: &Context<'_>) -> Option<Finding> {
    let unknown = context.diagnostics.iter().filter(|diagnostic| {
        matches!(&diagnostic.kind, Kind::UnknownKeyword { suggestion, .. } if may_be_a_modules(context, suggestion.as_deref()))
    });
    let all: Vec<&Diagnostic> = unknown.collect();
    let first = all.first()?;
    let mut names: Vec<&str> = all.iter().map(|diagnostic| context.written(diagnostic.span)).collect();
    names.sort_unstable();
    names.dedup();
    let message = format!("{}: not known; a module that is loaded may have what lblint does not know", list(names));
    let finding = Finding::new(&META, first.span, context.unit_subject(), message).because("not known");
    let finding = finding.related(context.unit.loads_module?, "loads a module");
    Some(finding.at_most(Severity::Info).only_from(Profile::Strict))
}

/// How to call the place in which a word is not known.
fn place(within: &str) -> String {
    match within {
        "converters" | "sample fetches" => format!("the list of {within}"),
        "server" | "default-server" | "server-template" | "bind" => format!("a `{within}` line"),
        _ => format!("`{within}`"),
    }
}
