//! Out of range, of the wrong type, or in the wrong place.

use super::{each_refusal, placeholder, quoted, refusal, suggest};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::source::{Dialect, Span};

/// See `docs/checks/invalid-value.md`.
#[derive(Debug)]
pub(in crate::checks) struct InvalidValue;

const META: Meta = Meta {
    name: "invalid-value",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "out of range, of the wrong type, or in the wrong place",
    follows: &[],
    page: include_str!("../../../docs/checks/invalid-value.md"),
};

impl Check for InvalidValue {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_refusal(context, &META, findings, say);
    }
}

/// The message for a value, or a statement, that the program refuses.
pub(super) fn say(context: &Context<'_>, diagnostic: &Diagnostic, mut finding: Finding) -> Option<Finding> {
    // One finding for all of them: `placeholder-left-in`.
    if placeholder::refused(context, diagnostic).is_some() {
        return None;
    }
    finding.message = message(context, diagnostic)?;
    Some(match &diagnostic.kind {
        Kind::DuplicateName { first, .. } => finding.related(*first, "first defined here"),
        Kind::Repeated(first) => finding.related(*first, "the first one"),
        Kind::IgnoredHere(_) => finding.at_most(Severity::Warning),
        Kind::InvalidValue(expected) => finding.because(format!("not {expected}")),
        Kind::Misspelt { write, .. } => {
            finding.because(format!("write `{write}`")).fix(spelled(context, diagnostic.span, write))
        }
        Kind::UnknownValue { suggestion, .. } => {
            suggest(context, diagnostic, finding.because("no such value"), suggestion.as_deref())
        }
        _ => finding,
    })
}

fn message(context: &Context<'_>, diagnostic: &Diagnostic) -> Option<String> {
    let (word, program) = (quoted(context, diagnostic), context.unit.dialect.title());
    let refusal = refusal(context, diagnostic);
    Some(match &diagnostic.kind {
        Kind::InvalidValue(expected) => format!("{word} is not {expected}: {refusal}"),
        Kind::Misspelt { wanted, write } => format!("{word} is not {wanted}: {refusal}; write `{write}`"),
        Kind::UnknownValue { known, .. } => format!("{word} is none of {known}: {refusal}"),
        Kind::Misplaced { within, accepted_in } => {
            format!("{word} is not accepted in `{within}`; it belongs into {accepted_in}")
        }
        Kind::IgnoredHere(within) => format!("{word} has no effect in `{within}`: {program} warns and ignores it"),
        Kind::PrefixRefused => format!("{word} is not accepted before this statement"),
        Kind::MissingArgument(statement) => format!("`{statement}` needs another argument"),
        Kind::ExtraArgument(statement) => format!("{word} is one argument too many for `{statement}`"),
        Kind::EntryLength { within, is_longer } => {
            let fault = if *is_longer { "is one word too many" } else { "has no value" };
            format!("{word} {fault}: an entry of `{within}` is a key and one value, {program} refuses any other")
        }
        Kind::Conflict(why) => why.to_string(),
        Kind::DuplicateName { what, first } => {
            format!("the name {word} is taken by another {what} in line {}: {refusal}", context.line(*first))
        }
        Kind::Repeated(first) => {
            format!(
                "{word} stands in line {} of the same block already: {program} refuses a second one",
                context.line(*first)
            )
        }
        _ => return None,
    })
}

/// What is meant in place of a scalar of YAML or JSON; in quotes where the scalar stands in some, or where JSON wants them.
fn spelled(context: &Context<'_>, at: Span, write: &str) -> Option<Fix> {
    const QUOTES: [char; 2] = ['"', '\''];
    let written = context.written(at);
    let is_plain =
        |text: &str| !text.is_empty() && text.chars().all(|one| one.is_alphanumeric() || "._-/".contains(one));
    let quote = written.chars().next().filter(|first| QUOTES.contains(first));
    let (inner, bare) = (written.trim_matches(QUOTES), write.trim_matches(QUOTES));
    let is_json = context.sources.at(at.start)?.1.written().text.trim_start().starts_with(['{', '[']);
    let meant = match quote {
        Some(quote) => format!("{quote}{bare}{quote}"),
        None if is_json && bare == write && !matches!(write, "true" | "false") => format!("\"{write}\""),
        None => write.to_owned(),
    };
    let title = format!("write `{meant}`");
    // A number without a unit need not have been meant in seconds.
    let is_guess = bare.strip_suffix('s') == Some(inner);
    let fix = || if is_guess { Fix::to_review(title) } else { Fix::safe(title) };
    (is_plain(inner) && is_plain(bare)).then(|| fix().replace(at, meant.as_str()))
}
