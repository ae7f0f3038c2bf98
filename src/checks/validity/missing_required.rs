//! A part without which the program refuses the whole.

use super::{each_refusal, quoted, refusal};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::{Dialect, Span};

/// See `docs/checks/missing-required.md`.
#[derive(Debug)]
pub(in crate::checks) struct MissingRequired;

const META: Meta = Meta {
    name: "missing-required",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a part is missing without which the proxy refuses the configuration",
    follows: &[],
    page: include_str!("../../../docs/checks/missing-required.md"),
};

impl Check for MissingRequired {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        each_refusal(context, &META, findings, say);
    }
}

/// Whether a file is called as main files are: others that hold nothing but `http` or `stream` are included by one.
fn is_main_file(context: &Context<'_>, at: Span) -> bool {
    let file = context.sources.location(at).file;
    let name = file.rsplit('/').next().unwrap_or(&file);
    name.contains("nginx") || name.contains("angie") || name.contains("tengine")
}

/// The message for what lacks a part.
pub(super) fn say(context: &Context<'_>, diagnostic: &Diagnostic, mut finding: Finding) -> Option<Finding> {
    let refusal = refusal(context, diagnostic);
    let (message, lacks) = match &diagnostic.kind {
        Kind::Incomplete(what) => {
            (format!("{} lacks {what}: {refusal}", quoted(context, diagnostic)), format!("lacks {what}"))
        }
        Kind::MissingField { within, field } => {
            (format!("this `{within}` lacks `{field}`: {refusal}"), format!("lacks `{field}`"))
        }
        _ => return None,
    };
    finding.message = message;
    if matches!(&diagnostic.kind, Kind::Incomplete(what) if what.contains("`events`"))
        && !is_main_file(context, diagnostic.span)
    {
        let note = "unless the main file, which has one, includes this file";
        finding = finding.note(note).at_most(Severity::Info).only_from(Profile::Strict);
    }
    // Two of one kind are told apart by what they lack.
    finding.subjects.iter_mut().for_each(|subject| subject.discriminator.push_str(&lacks));
    Some(finding.because(lacks))
}
