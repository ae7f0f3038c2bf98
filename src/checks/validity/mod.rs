//! Will it load, and does it say what was meant: the one place that turns diagnostics into findings.

mod coerced_value;
mod duplicate_setting;
mod empty_argument;
mod invalid_value;
mod missing_final_newline;
mod missing_include;
mod removed_api;
mod syntax_error;
mod too_new;
mod undefined_reference;
mod unknown_directive;

pub(super) use coerced_value::CoercedValue;
pub(super) use duplicate_setting::DuplicateSetting;
pub(super) use empty_argument::EmptyArgument;
pub(super) use invalid_value::InvalidValue;
pub(super) use missing_final_newline::MissingFinalNewline;
pub(super) use missing_include::MissingInclude;
pub(super) use removed_api::RemovedApi;
pub(super) use syntax_error::SyntaxError;
pub(super) use too_new::TooNew;
pub(super) use undefined_reference::UndefinedReference;
pub(super) use unknown_directive::UnknownDirective;

use super::Context;
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Finding, Meta};

/// One finding for each diagnostic that `say` has words for; `say` gets the finding with its place and subject.
fn each_diagnostic(
    context: &Context<'_>,
    meta: &'static Meta,
    findings: &mut Vec<Finding>,
    say: impl Fn(&Diagnostic, Finding) -> Option<Finding>,
) {
    for diagnostic in context.diagnostics {
        let finding = Finding::new(meta, diagnostic.span, context.subject_at(diagnostic.span), "");
        findings.extend(say(diagnostic, finding));
    }
}

/// The words at a diagnostic's place, cut to what fits into a sentence.
fn quoted(context: &Context<'_>, diagnostic: &Diagnostic) -> String {
    let text: String = context.written(diagnostic.span).chars().take(60).collect();
    format!("`{text}`")
}

/// Adds "did you mean".
fn suggest(finding: Finding, suggestion: Option<&str>) -> Finding {
    match suggestion {
        Some(word) => finding.help(format!("did you mean `{word}`?")),
        None => finding,
    }
}

/// Whether the diagnostic is of a kind.
fn is(diagnostic: &Diagnostic, kind: &Kind) -> bool {
    diagnostic.kind == *kind
}
