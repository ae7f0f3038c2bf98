//! What a cluster does when few of its endpoints are healthy: the panic threshold at its ends, and in small clusters.

use crate::checks::PoolContext;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Spread, Target};
use crate::source::Dialect;
use crate::traffic::{can_eject, percent};

/// See `docs/checks/panic-threshold.md`.
#[derive(Debug)]
pub(in crate::checks) struct PanicThreshold;

const META: Meta = Meta {
    name: "panic-threshold",
    group: Group::Health,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "few healthy endpoints: all are asked, dead ones too, or none",
    follows: &["no-health-check", "inert-outlier-detection", "broken-health-check", "ejection-can-empty-pool"],
    page: include_str!("../../../docs/checks/panic-threshold.md"),
};

impl Check for PanicThreshold {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(spread) = pool.view.spread() else { return };
        let Some(threshold) = spread.panic_below.get().copied().filter(|_| pool.is_reached()) else { return };
        let serves = |target: &&Target| target.state == AdministrativeState::Up;
        let serving: Vec<&Target> = pool.view.targets.iter().filter(serves).collect();
        let one_tier = serving.iter().all(|target| target.tier == 0);
        let noticed = |target: &&Target| {
            pool.view.is_watched(target) == Some(true)
                || pool.view.is_ejected(target) == Some(true) && can_eject(&pool.view) == Some(true)
        };
        // With further priorities traffic moves on long before anybody panics.
        if !one_tier || !serving.iter().any(noticed) || !pool.view.pool.completeness.is_complete() {
            return;
        }
        let number = pool.view.declared().filter(|number| *number as usize == serving.len());
        let found = match (threshold, number) {
            (0, number) => Some(none_is_asked(context, pool, spread, number)),
            (100.., Some(number)) if number > 1 => Some(all_are_asked(context, pool, spread, number)),
            (_, Some(3)) if threshold > 33 => Some(two_of_three(context, pool, spread, threshold)),
            _ => None,
        };
        findings.extend(found);
    }
}

fn none_is_asked(context: &Context<'_>, pool: &PoolContext<'_>, spread: &Spread, number: Option<u32>) -> Finding {
    let all = match number {
        Some(1) => "its only endpoint".to_owned(),
        Some(number) => format!("all {number} endpoints"),
        None => "all endpoints".to_owned(),
    };
    let few = number.is_some_and(|number| number <= 2) && pool.tries_elsewhere(context) != Some(true);
    let message = format!(
        "if {all} of `{}` count as unhealthy, every request gets a 503 at once, also when it is the check that is wrong",
        pool.name
    );
    let finding = Finding::new(&META, spread.panic_below.origin.at, context.subject(pool.name), message)
        .because("nobody is asked then");
    let finding =
        finding.help("leave `healthy_panic_threshold` out (50), or check that one wrong answer is not enough");
    if few { finding } else { finding.at_most(Severity::Info) }
}

fn all_are_asked(context: &Context<'_>, pool: &PoolContext<'_>, spread: &Spread, number: u32) -> Finding {
    let message = format!(
        "if one of the {number} endpoints of `{}` dies, traffic goes to all of them again: {} still goes to the dead one",
        pool.name,
        percent(1.0 / f64::from(number))
    );
    let finding = Finding::new(&META, spread.panic_below.origin.at, context.subject(pool.name), message);
    finding
        .because("fewer than all is a panic")
        .help("leave `healthy_panic_threshold` out (50): the others then take over")
}

fn two_of_three(context: &Context<'_>, pool: &PoolContext<'_>, spread: &Spread, threshold: u32) -> Finding {
    let message = format!(
        "if two of the three endpoints of `{}` die, {} of the traffic still goes to them: 33.3 % healthy is less than {threshold} %",
        pool.name,
        percent(2.0 / 3.0)
    );
    let finding = Finding::new(&META, spread.panic_below.origin.at, context.subject(pool.name), message);
    let default = if spread.panic_below.origin.is_explicit() { "" } else { " (the default)" };
    let finding = finding.because(format!("panics below {threshold} %{default}")).at_most(Severity::Info);
    finding.help("if one endpoint can carry it all, write `common_lb_config: {healthy_panic_threshold: {value: 30}}`")
}
