//! A part without which the program refuses the whole.

use super::{each_refusal, quoted, refusal};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;

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
    // Two of one kind are told apart by what they lack.
    finding.subjects.iter_mut().for_each(|subject| subject.discriminator.push_str(&lacks));
    Some(finding.because(lacks))
}
