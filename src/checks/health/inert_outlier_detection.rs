//! Outlier detection that can never leave a target out.

use crate::checks::PoolContext;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::Fact;
use crate::source::Dialect;
use crate::traffic::{can_eject, one_in, percent};

/// See `docs/checks/inert-outlier-detection.md`.
#[derive(Debug)]
pub(in crate::checks) struct InertOutlierDetection;

const META: Meta = Meta {
    name: "inert-outlier-detection",
    group: Group::Health,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "outlier detection is written, and its limit never lets it leave a target out",
    follows: &[],
    page: include_str!("../../../docs/checks/inert-outlier-detection.md"),
};

impl Check for InertOutlierDetection {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(observed) = observed(pool) else { return };
        let Some(spread) = pool.view.spread() else { return };
        let limit = spread.ejection_limit.get().copied().unwrap_or(0);
        if !pool.is_reached() || limit == 0 && spread.ejection_limit.origin.is_explicit() {
            return;
        }
        match (can_eject(&pool.view), pool.view.declared()) {
            (Some(false), Some(targets)) if targets > 1 => {
                findings.push(never(context, pool, observed, limit, targets));
            }
            (None, None) => findings.push(with_few_addresses(context, pool, observed, limit)),
            _ => {}
        }
    }
}

/// That failures of real traffic are counted, where that is so for all targets and written.
fn observed(pool: &PoolContext<'_>) -> Option<Fact<bool>> {
    let first = pool.view.settings_of(pool.view.targets.first()?)?;
    (first.observed.is(&true) && first.observed.origin.is_explicit()).then_some(first.observed)
}

/// The lowest limit that lets one of so many be left out, in percent.
const fn needed(targets: u32) -> u32 {
    100_u32.div_ceil(if targets == 0 { 1 } else { targets })
}

fn never(context: &Context<'_>, pool: &PoolContext<'_>, observed: Fact<bool>, limit: u32, targets: u32) -> Finding {
    let message = format!(
        "`outlier_detection` of `{}` never ejects a server: one of {targets} is {}, and `max_ejection_percent` is {limit}{}{}",
        pool.name,
        percent(1.0 / f64::from(targets.max(1))),
        if is_written(pool) { "" } else { " (the default)" },
        consequence(pool)
    );
    let finding = Finding::new(&META, place(pool, observed), context.subject(pool.name), message);
    let finding = finding
        .because("nobody is ejected")
        .help(format!("write `max_ejection_percent: {}`, or `always_eject_one_host: true`", needed(targets)));
    let checked = pool.view.targets.iter().all(|target| pool.view.is_watched(target) == Some(true));
    if checked {
        finding.at_most(Severity::Warning).note("`health_checks` still find a server that is dead")
    } else {
        finding
    }
}

/// What a server costs that answers every request with an error.
fn consequence(pool: &PoolContext<'_>) -> String {
    match (pool.prediction.largest(), pool.prediction.smallest()) {
        (Some(top), Some(bottom)) if (top.share - bottom.share).abs() < 1e-9 => {
            format!("; a server that fails keeps {}", one_in(top.share))
        }
        _ => "; a server that fails keeps its share".to_owned(),
    }
}

/// How many addresses a name has is not known; with fewer than the limit asks for nobody is ejected.
fn with_few_addresses(context: &Context<'_>, pool: &PoolContext<'_>, observed: Fact<bool>, limit: u32) -> Finding {
    let message = format!(
        "`outlier_detection` of `{}` ejects nobody while its names have fewer than {} addresses: `max_ejection_percent` is {limit}{}",
        pool.name,
        needed(limit),
        if is_written(pool) { "" } else { " (the default)" },
    );
    let finding = Finding::new(&META, place(pool, observed), context.subject(pool.name), message);
    let finding =
        finding.because("a percentage of how many there are").at_most(Severity::Info).only_from(Profile::Strict);
    finding.help("write `max_ejection_percent: 50`, or `always_eject_one_host: true`")
}

fn is_written(pool: &PoolContext<'_>) -> bool {
    pool.view.spread().is_some_and(|spread| spread.ejection_limit.origin.is_explicit())
}

/// The limit where it is written, else the block that lacks it.
fn place(pool: &PoolContext<'_>, observed: Fact<bool>) -> crate::source::Span {
    let limit = pool.view.spread().and_then(|spread| spread.ejection_limit.origin.written_at());
    limit.unwrap_or(observed.origin.at)
}
