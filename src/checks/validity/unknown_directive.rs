//! No supported version has such a statement.

use super::{did_you_mean, each_refusal, quoted, suggest};
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::{Dialect, Span};

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
        findings.extend(of_another(context));
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
    let (within, suggestion) = unknown(diagnostic)?;
    if owner(context, suggestion).is_some() {
        return None;
    }
    if within == EXTENSIONS {
        return Some(did_you_mean(unknown_type(context, diagnostic, finding), suggestion));
    }
    let (word, fate) = (quoted(context, diagnostic), NOBODY.of(context));
    finding.message = match &diagnostic.kind {
        Kind::UnknownParameter { .. } => format!("{word} is no parameter of `{within}`: {fate}"),
        _ => format!("{word} is unknown in {}: {fate}", place(within)),
    };
    finding = finding.because(format!("not known in {}", place(within)));
    if let (None, Some(advice)) = (suggestion, advice(context.written(diagnostic.span), within)) {
        finding = finding.help(advice);
    }
    Some(suggest(context, diagnostic, finding, suggestion))
}

/// Where a word is not known, and the nearest one that is.
fn unknown(diagnostic: &Diagnostic) -> Option<(&str, Option<&str>)> {
    match &diagnostic.kind {
        Kind::UnknownKeyword { within, suggestion } | Kind::UnknownParameter { within, suggestion } => {
            Some((within, suggestion.as_deref()))
        }
        _ => None,
    }
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

/// Who may have what no table has: a module that the configuration loads, or another edition of the program.
struct Owner {
    at: Span,
    label: &'static str,
    who: &'static str,
}

/// Who may have a word; a near word says that it is misspelt.
fn owner(context: &Context<'_>, suggestion: Option<&str>) -> Option<Owner> {
    if suggestion.is_some() {
        return None;
    }
    let module =
        context.unit.loads_module.map(|at| Owner { at, label: "loads a module", who: "a module that is loaded" });
    let edition = || {
        let (label, who) = ("not of the open source edition", "the edition of nginx that reads this");
        Some(Owner { at: context.unit.other_edition?, label, who })
    };
    module.or_else(edition)
}

/// One quiet finding a unit for all that a module or another edition may have.
fn of_another(context: &Context<'_>) -> Option<Finding> {
    let owner = owner(context, None)?;
    let is_unknown = |one: &&Diagnostic| unknown(one).is_some_and(|(_, suggestion)| suggestion.is_none());
    let all: Vec<&Diagnostic> = context.diagnostics.iter().filter(is_unknown).collect();
    let first = all.first()?;
    let mut names: Vec<&str> = all.iter().map(|diagnostic| context.written(diagnostic.span)).collect();
    names.sort_unstable();
    names.dedup();
    let message =
        format!("{}: not known; {} may have what lblint does not know", list(names.iter().copied()), owner.who);
    let finding = Finding::new(&META, first.span, context.unit_subject(), message).because("not known");
    let finding = finding.about(names.iter().map(|name| context.unit_subject().told_by(name)));
    let finding = finding.related(owner.at, owner.label);
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
