//! Statements that the version that will run the configuration has given up: one finding a file.

use super::{keyword, quoted};
use crate::checks::{Check, Context, PoolContext};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::source::Dialect;
use crate::source::{SourceId, Span};

/// See `docs/checks/removed-api.md`.
#[derive(Debug)]
pub(in crate::checks) struct RemovedApi;

const META: Meta = Meta {
    name: "removed-api",
    group: Group::Validity,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "statements that the version that will run the configuration refuses; one finding a file",
    follows: &[],
    page: include_str!("../../../docs/checks/removed-api.md"),
};

impl Check for RemovedApi {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        for file in &context.unit.files {
            let removed: Vec<_> = removed_in(context, file.source).collect();
            findings.extend(finding(context, &removed));
        }
    }
}

fn removed_in<'c>(context: &'c Context<'_>, source: SourceId) -> impl Iterator<Item = &'c Diagnostic> {
    context.diagnostics.iter().filter(move |diagnostic| {
        matches!(diagnostic.kind, Kind::Removed { .. } | Kind::GoneBy { .. })
            && context.sources.at(diagnostic.span.start).is_some_and(|(id, _)| id == source)
    })
}

fn finding(context: &Context<'_>, removed: &[&Diagnostic]) -> Option<Finding> {
    const SHOWN: usize = 5;
    let (first, others) = removed.split_first()?;
    let (program, version) = (context.unit.dialect.title(), context.unit.version);
    let message = match others.len() {
        0 => format!("{program} {version} refuses {}: {}", quoted(context, first), fate(first)),
        count => format!(
            "{program} {version} refuses {} statements of this file, from {} on",
            count + 1,
            quoted(context, first)
        ),
    };
    let subjects = removed.iter().map(|one| context.unit_subject().told_by(keyword(context, one)));
    let finding = Finding::new(&META, first.span, context.unit_subject(), message).about(subjects);
    let mut finding = finding.because(fate(first));
    for other in others.iter().take(SHOWN) {
        finding = finding.related(other.span, fate(other));
    }
    if others.len() > SHOWN {
        finding = finding.note(format!("and {} more", others.len() - SHOWN));
    }
    let dialect = context.unit.dialect;
    let finding = finding.fix(renaming(context, removed));
    Some(finding.note(format!("an older {program} runs this? say so: --proxy-version {dialect}=VERSION")))
}

/// Since when it is gone, and what to write instead.
fn fate(diagnostic: &Diagnostic) -> String {
    match diagnostic.kind {
        Kind::Removed { since, instead: "" } => format!("gone since {since}"),
        Kind::Removed { since, instead } => format!("gone since {since}; write {instead}"),
        Kind::GoneBy { instead: "", .. } => "not there any more".to_owned(),
        Kind::GoneBy { instead, .. } => format!("not there any more; write {instead}"),
        _ => String::new(),
    }
}

/// Statements of HAProxy that have another name and are the same otherwise (configuration.txt 2.0, 4.2).
const RENAMED: [(&str, &str); 10] = [
    ("clitimeout", "timeout client"),
    ("contimeout", "timeout connect"),
    ("option forceclose", "option httpclose"),
    ("option independant-streams", "option independent-streams"),
    ("redisp", "option redispatch"),
    ("redispatch", "option redispatch"),
    ("srvtimeout", "timeout server"),
    ("timeout clitimeout", "timeout client"),
    ("timeout contimeout", "timeout connect"),
    ("timeout srvtimeout", "timeout server"),
];

/// Writes the new names, if that is all that has to be done.
fn renaming(context: &Context<'_>, removed: &[&Diagnostic]) -> Option<Fix> {
    if context.unit.dialect != Dialect::Haproxy {
        return None;
    }
    let new_name = |at: Span| RENAMED.iter().find(|(old, _)| *old == context.written(at)).map(|(_, new)| *new);
    let title = match removed {
        [one] => format!("write `{}`", new_name(one.span)?),
        _ => "write the new names".to_owned(),
    };
    removed.iter().try_fold(Fix::safe(title), |fix, one| Some(fix.replace(one.span, new_name(one.span)?)))
}
