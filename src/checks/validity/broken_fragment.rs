//! What is wrong in a file that the program reads only while running: it starts as if nothing were.

use super::{Say, each_diagnostic, invalid_value, missing_required, quoted, syntax_error, unknown_directive};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

/// See `docs/checks/broken-fragment.md`.
#[derive(Debug)]
pub(in crate::checks) struct BrokenFragment;

const META: Meta = Meta {
    name: "broken-fragment",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "a file that the main one names is broken; the proxy starts without it and does not tell",
    follows: &[],
    page: include_str!("../../../docs/checks/broken-fragment.md"),
};

impl Check for BrokenFragment {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_diagnostic(context, &META, findings, |diagnostic, finding| {
            if !context.is_read_at_run_time(diagnostic.span) {
                return None;
            }
            let finding = SAYERS.iter().find_map(|say| say(context, diagnostic, finding.clone()))?;
            Some(consequence(context, diagnostic, finding))
        });
    }
}

/// Whose findings these are in a file that the program reads at its start.
const SAYERS: [Say; 4] = [syntax_error::say, unknown_directive::say, invalid_value::say, missing_required::say];

const SILENT: &str = "Envoy starts all the same, and `--mode validate` does not look into this file";

/// What becomes of the file: words that are not known are read over, what cannot be parsed takes the whole file with it,
/// what the program's own code refuses is missing by itself (measured, 1.40).
fn consequence(context: &Context<'_>, diagnostic: &Diagnostic, mut finding: Finding) -> Finding {
    let word = quoted(context, diagnostic);
    match &diagnostic.kind {
        Kind::UnknownKeyword { within, .. } if &**within == unknown_directive::EXTENSIONS => {
            finding.message = format!("{word} is the type of no extension: Envoy takes nothing of this file");
        }
        Kind::UnknownKeyword { within, .. } => {
            finding.message = format!("{word} is unknown in `{within}`: Envoy ignores it without a word");
        }
        Kind::UnknownValue { known, .. } => {
            finding.message = format!("{word} is none of {known}: Envoy ignores it without a word");
        }
        Kind::Conflict(_) => finding = finding.note("Envoy takes the rest of the file"),
        _ => {}
    }
    finding.note(SILENT)
}
