//! What still loads, and will not for ever: one finding a file.

use super::{keyword, quoted};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::source::Dialect;
use crate::source::SourceId;

/// See `docs/checks/version-trap.md`.
#[derive(Debug)]
pub(in crate::checks) struct VersionTrap;

const META: Meta = Meta {
    name: "version-trap",
    group: Group::Validity,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "deprecated fields that the version in use still accepts; one finding a file",
    follows: &[],
    page: include_str!("../../../docs/checks/version-trap.md"),
};

impl Check for VersionTrap {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        for file in &context.unit.files {
            let deprecated: Vec<_> = deprecated_in(context, file.source).collect();
            findings.extend(finding(context, &deprecated));
        }
    }
}

fn deprecated_in<'c>(context: &'c Context<'_>, source: SourceId) -> impl Iterator<Item = &'c Diagnostic> {
    context.diagnostics.iter().filter(move |diagnostic| {
        matches!(diagnostic.kind, Kind::Deprecated(_))
            && context.sources.at(diagnostic.span.start).is_some_and(|(id, _)| id == source)
    })
}

fn finding(context: &Context<'_>, deprecated: &[&Diagnostic]) -> Option<Finding> {
    const SHOWN: usize = 5;
    let (first, others) = deprecated.split_first()?;
    let (program, version) = (context.unit.dialect.title(), context.unit.version);
    let word = quoted(context, first);
    let message = match others.len() {
        0 => format!("{word} is deprecated: {program} {version} warns of it, a later version will refuse it"),
        count => format!(
            "{} fields of this file are deprecated, from {word} on: {program} {version} warns of them, a later version \
             will refuse them",
            count + 1
        ),
    };
    let subjects = deprecated.iter().map(|one| context.unit_subject().told_by(keyword(context, one)));
    let finding = Finding::new(&META, first.span, context.unit_subject(), message).about(subjects);
    let mut finding = finding.because(instead(first));
    for other in others.iter().take(SHOWN) {
        finding = finding.related(other.span, instead(other));
    }
    let left = others.len().saturating_sub(SHOWN);
    Some(if left > 0 { finding.note(format!("and {left} more")) } else { finding })
}

fn instead(diagnostic: &Diagnostic) -> String {
    match diagnostic.kind {
        Kind::Deprecated("") => "deprecated".to_owned(),
        Kind::Deprecated(instead) => format!("deprecated; write {instead}"),
        _ => String::new(),
    }
}
