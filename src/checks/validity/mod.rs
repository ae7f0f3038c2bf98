//! Will it load, and does it say what was meant: the one place that turns diagnostics into findings.

mod broken_fragment;
mod coerced_value;
mod duplicate_setting;
mod empty_argument;
mod invalid_value;
mod missing_final_newline;
mod missing_include;
mod missing_required;
mod order_dependent_setting;
pub(in crate::checks) mod placeholder;
mod placeholder_left_in;
mod removed_api;
mod setting_without_effect;
mod syntax_error;
mod too_new;
mod undefined_reference;
mod unknown_directive;
mod unset_variable;
mod version_trap;

pub(super) use broken_fragment::BrokenFragment;
pub(super) use coerced_value::CoercedValue;
pub(super) use duplicate_setting::DuplicateSetting;
pub(super) use empty_argument::EmptyArgument;
pub(super) use invalid_value::InvalidValue;
pub(super) use missing_final_newline::MissingFinalNewline;
pub(super) use missing_include::MissingInclude;
pub(super) use missing_required::MissingRequired;
pub(super) use order_dependent_setting::OrderDependentSetting;
pub(super) use placeholder_left_in::PlaceholderLeftIn;
pub(super) use removed_api::RemovedApi;
pub(super) use setting_without_effect::SettingWithoutEffect;
pub(super) use syntax_error::SyntaxError;
pub(super) use too_new::TooNew;
pub(super) use undefined_reference::UndefinedReference;
pub(super) use unknown_directive::UnknownDirective;
pub(super) use unset_variable::UnsetVariable;
pub(super) use version_trap::VersionTrap;

use super::{Context, mend};
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

/// What a check says of a diagnostic; it gets the finding with its place and subject.
type Say = fn(&Context<'_>, &Diagnostic, Finding) -> Option<Finding>;

/// The same for what keeps the program from starting: in a file that it reads only later that is `broken-fragment`.
fn each_refusal(context: &Context<'_>, meta: &'static Meta, findings: &mut Vec<Finding>, say: Say) {
    each_diagnostic(context, meta, findings, |diagnostic, finding| {
        if context.is_read_at_run_time(diagnostic.span) { None } else { say(context, diagnostic, finding) }
    });
}

/// What the program does about it.
fn refusal(context: &Context<'_>, diagnostic: &Diagnostic) -> String {
    let program = context.unit.dialect.title();
    if !context.is_read_at_run_time(diagnostic.span) {
        return format!("{program} refuses it");
    }
    match &diagnostic.kind {
        // What the schema allows and the program's code does not is left out by itself (measured, 1.40).
        Kind::DuplicateName { .. } => format!("{program} leaves this one out"),
        Kind::MissingField { field, .. } if matches!(&**field, "address" | "filter_chains" | "typed_config") => {
            format!("{program} goes on without it")
        }
        _ => format!("{program} takes nothing of this file"),
    }
}

/// The words at a diagnostic's place, cut to what fits into a sentence.
fn quoted(context: &Context<'_>, diagnostic: &Diagnostic) -> String {
    const SHOWN: usize = 60;
    let text = context.written(diagnostic.span);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}...`", text.get(..end).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

/// The keyword of a statement that has one or two of them: `nbproc`, `option forceclose`.
fn keyword<'c>(context: &Context<'c>, diagnostic: &Diagnostic) -> &'c str {
    const TWO_WORDS: [&str; 6] = ["option", "no", "default", "timeout", "stats", "http-request"];
    let text = context.written(diagnostic.span).trim_start();
    let end = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.find([' ', '\t', '\r', '\n', ';', ':']).map_or(text.len(), |at| from + at)
    };
    let first = end(0);
    let is_first = TWO_WORDS.iter().any(|word| text.get(..first) == Some(*word));
    let gap = text.get(first..).map_or(0, |rest| rest.len() - rest.trim_start_matches([' ', '\t']).len());
    text.get(..if is_first && gap > 0 { end(first + gap) } else { first }).unwrap_or(text)
}

/// Adds "did you mean".
fn did_you_mean(finding: Finding, suggestion: Option<&str>) -> Finding {
    match suggestion {
        Some(word) => finding.help(format!("did you mean `{word}`?")),
        None => finding,
    }
}

/// The same, with the word as a fix to look at where that is all that has to be written.
fn suggest(context: &Context<'_>, diagnostic: &Diagnostic, finding: Finding, suggestion: Option<&str>) -> Finding {
    let Some(word) = suggestion else { return finding };
    // Of a parameter with a value, the value stays.
    let value = context.written(diagnostic.span).split_once('=').map_or("", |(_, value)| value);
    let meant = if word.ends_with('=') { format!("{word}{value}") } else { word.to_owned() };
    did_you_mean(finding, suggestion).fix(mend::correct_word(context, diagnostic.span, &meant))
}

/// Whether the diagnostic is of a kind.
fn is(diagnostic: &Diagnostic, kind: &Kind) -> bool {
    diagnostic.kind == *kind
}
