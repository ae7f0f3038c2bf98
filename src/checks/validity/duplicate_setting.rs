//! A setting is written twice in one section, and the later one silently wins.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{each_diagnostic, quoted};
use crate::checks::{Check, Context, PoolContext, mend};
use crate::diagnostic::{Diagnostic, Kind};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::source::{Dialect, Span};

/// See `docs/checks/duplicate-setting.md`.
#[derive(Debug)]
pub(in crate::checks) struct DuplicateSetting;

const META: Meta = Meta {
    name: "duplicate-setting",
    group: Group::Validity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a setting is written twice in one section and one of them silently wins",
    follows: &[],
    page: include_str!("../../../docs/checks/duplicate-setting.md"),
};

impl Check for DuplicateSetting {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let copies = Copies::of(context.diagnostics);
        each_diagnostic(context, &META, findings, |diagnostic, finding| {
            let finding = match diagnostic.kind {
                Kind::DuplicateSetting(_) => last_wins(context, diagnostic, &copies, finding)?,
                Kind::OtherSpelling(other) => left_open(context, diagnostic, other, finding),
                _ => return None,
            };
            Some(finding.help("keep one of them"))
        });
    }
}

/// Settings that stand more than once, each with the one that it replaces.
struct Copies {
    replaces: FxHashMap<Span, Span>,
    replaced: FxHashSet<Span>,
}

impl Copies {
    fn of(diagnostics: &[Diagnostic]) -> Self {
        let pairs = diagnostics.iter().filter_map(|diagnostic| match diagnostic.kind {
            Kind::DuplicateSetting(earlier) => Some((diagnostic.span, earlier)),
            _ => None,
        });
        let replaces: FxHashMap<Span, Span> = pairs.collect();
        let replaced = replaces.values().copied().collect();
        Self { replaces, replaced }
    }

    /// All that have no effect because of the last one, in the order of the text.
    fn before(&self, last: Span) -> Vec<Span> {
        let next = |at: &Span| self.replaces.get(at).copied().filter(|earlier| earlier.start < at.start);
        let mut all: Vec<Span> = std::iter::successors(next(&last), next).collect();
        all.reverse();
        all
    }
}

/// Of several the last one counts; the others are told with it.
fn last_wins(context: &Context<'_>, diagnostic: &Diagnostic, copies: &Copies, mut finding: Finding) -> Option<Finding> {
    if copies.replaced.contains(&diagnostic.span) {
        return None;
    }
    let word = quoted(context, diagnostic);
    let earlier = copies.before(diagnostic.span);
    finding.message = match earlier.as_slice() {
        [] => return None,
        [only] => {
            let (written, line) = (context.written(*only), context.line(*only));
            format!("{word} wins over `{written}` of line {line}: the earlier one has no effect")
        }
        several => {
            let lines = numbers(several.iter().map(|at| context.line(*at)));
            format!("{word} wins over those of lines {lines}: they have no effect")
        }
    };
    let finding = finding.because("this one counts").fix(fix(context, diagnostic.span, &earlier));
    Some(earlier.into_iter().fold(finding, |finding, at| finding.related(at, "without effect")))
}

/// `11, 207 and 403`
fn numbers(lines: impl Iterator<Item = u32>) -> String {
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    match lines.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => lines.concat(),
    }
}

fn left_open(context: &Context<'_>, diagnostic: &Diagnostic, other: Span, mut finding: Finding) -> Finding {
    let (written, line) = (context.written(other), context.line(other));
    let word = quoted(context, diagnostic);
    finding.message = format!("{word} is `{written}` of line {line} once more: which of them counts is left open");
    finding.because("one of them counts").related(other, "or this one")
}

/// Settings of HAProxy that a line holds alone.
const WHOLE_LINES: [&str; 9] =
    ["balance", "clitimeout", "contimeout", "fullconn", "maxconn", "mode", "retries", "srvtimeout", "timeout"];

/// Takes out those that have no effect. Where they say something else than the one that counts, that one may be wrong.
fn fix(context: &Context<'_>, last: Span, earlier: &[Span]) -> Option<Fix> {
    let alike = earlier.iter().all(|at| context.written(*at) == context.written(last));
    let title = "remove what has no effect";
    let fix = if alike { Fix::safe(title) } else { Fix::to_review(title) };
    earlier.iter().try_fold(fix, |fix, at| without(context, fix, *at))
}

fn without(context: &Context<'_>, fix: Fix, at: Span) -> Option<Fix> {
    match context.unit.dialect {
        Dialect::Haproxy => {
            let line = mend::line(context, at)?;
            let first = context.written(line).split_whitespace().next()?;
            WHOLE_LINES.contains(&first).then(|| fix.delete(line))
        }
        Dialect::Nginx => mend::remove_word(context, fix, at),
        Dialect::Envoy => None,
    }
}
