//! A weighted split that leaves traffic without a pool, or whose weights make another sum than is written.

use crate::checks::{Aspect, Check, Context, PoolContext, mend};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity, Subject};
use crate::model::{Branch, Destination, Guard, Route, RouteKind, WrittenTotal};
use crate::source::{Dialect, Span};
use crate::traffic::{percent, thousands};

/// See `docs/checks/incomplete-split.md`.
#[derive(Debug)]
pub(in crate::checks) struct IncompleteSplit;

const META: Meta = Meta {
    name: "incomplete-split",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a weighted split leaves traffic without a pool, or its weights do not add up to the sum that is written",
    follows: &[],
    page: include_str!("../../../docs/checks/incomplete-split.md"),
};

/// The whole of the traffic, in the units of [`Branch::weight`].
const ALL: u32 = 10_000;

impl Check for IncompleteSplit {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[]
    }

    fn unit(&self, context: &Context<'_>, _: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        for route in context.unit.routes.iter().filter(|route| route.kind != RouteKind::Mirror) {
            let Destination::Split(branches) = &route.to else { continue };
            if route.presence.is_certain() && route.guard != Guard::Never {
                findings.extend(uncovered(context, route, branches));
                findings.extend(route.total.and_then(|total| other_sum(context, branches, total)));
                findings.extend(branches.iter().filter_map(|branch| parked(context, branch)));
            }
        }
    }
}

/// What tells the findings of several routes apart is the pool that is named first.
fn subject(context: &Context<'_>, branch: &Branch) -> Subject {
    context.subject(context.text(branch.name))
}

/// nginx: for the requests that no percentage covers the variable is empty, and they fail (research 3.12). A pass inside an
/// `if` has asked first.
fn uncovered(context: &Context<'_>, route: &Route, branches: &[Branch]) -> Option<Finding> {
    let asked = matches!(route.guard, Guard::When { at, .. } if context.written(at).starts_with('('));
    if context.unit.dialect != Dialect::Nginx || asked {
        return None;
    }
    let covered: u32 = branches.iter().map(|branch| branch.weight).sum::<Option<u32>>()?;
    // A part of a part is rounded down.
    let rounding = branches.len() as u32;
    let first = branches.first().filter(|_| covered + rounding < ALL)?;
    let message = format!(
        "{} of the requests go nowhere and get a 500: the split to `{}` covers {}",
        percent(f64::from(ALL - covered) / f64::from(ALL)),
        context.text(first.name),
        percent(f64::from(covered) / f64::from(ALL))
    );
    let last = branches.last().unwrap_or(first);
    let finding = Finding::new(&META, last.at, subject(context, first).told_by("rest"), message)
        .because("nothing takes the rest");
    let finding = finding.related(route.at, "fails where the variable is empty");
    let finding = finding.fix(rest_to_last(context, branches, covered));
    Some(finding.help("write `*` in place of the last percentage: it takes what is left"))
}

/// `*` in place of the last percentage, where all of them stand in one split. Another pool may have been forgotten.
fn rest_to_last(context: &Context<'_>, branches: &[Branch], covered: u32) -> Option<Fix> {
    let percentages: Vec<Span> =
        branches.iter().map(|branch| mend::word_before(context, branch.at)).collect::<Option<_>>()?;
    let number = |at: &Span| context.written(*at).strip_suffix('%')?.parse::<f64>().ok();
    let sum = percentages.iter().map(number).sum::<Option<f64>>()?;
    let last = percentages.iter().max()?;
    let is_whole = (sum * 100.0 - f64::from(covered)).abs() < 0.5;
    is_whole.then(|| Fix::to_review("write `*` in place of the last percentage").replace(*last, "*"))
}

/// Envoy: weights count in proportion to their own sum, whatever is written beside them.
fn other_sum(context: &Context<'_>, branches: &[Branch], total: WrittenTotal) -> Option<Finding> {
    let first = branches.iter().max_by_key(|branch| branch.weight)?;
    let share = f64::from(first.weight?) / f64::from(ALL);
    let meant = share * total.sum as f64 / total.written.max(1) as f64;
    let message = format!(
        "`{}` gets {} of the split, not {}: the weights add up to {}, and `total_weight: {}` is not read",
        context.text(first.name),
        percent(share),
        percent(meant),
        thousands(total.sum),
        total.written
    );
    let finding = Finding::new(&META, total.at, subject(context, first), message).because("not read");
    let finding = finding.related(first.at, percent(share)).at_most(Severity::Warning);
    Some(finding.help(
        "remove `total_weight`, and let the weights add up to what was meant: the rest needs a cluster of its own",
    ))
}

/// A pool that waits for its turn in a split.
fn parked(context: &Context<'_>, branch: &Branch) -> Option<Finding> {
    if branch.weight != Some(0) {
        return None;
    }
    let name = context.text(branch.name);
    let message = format!("`{name}` gets nothing of the split: its weight is 0");
    let finding = Finding::new(&META, branch.at, subject(context, branch).told_by("parked"), message).because("parked");
    let finding = finding.at_most(Severity::Info).only_from(Profile::Strict);
    Some(finding.help("remove it once the other one stays"))
}
