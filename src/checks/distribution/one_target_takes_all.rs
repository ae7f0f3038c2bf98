//! Several targets are declared, yet one of them gets everything.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Method, Target};
use crate::source::Dialect;
use crate::traffic::{Share, percent};

/// See `docs/checks/one-target-takes-all.md`.
#[derive(Debug)]
pub(in crate::checks) struct OneTargetTakesAll;

const META: Meta = Meta {
    name: "one-target-takes-all",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "several targets are declared, yet the prediction gives one of them everything",
    follows: &[],
    page: include_str!("../../../docs/checks/one-target-takes-all.md"),
};

impl Check for OneTargetTakesAll {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(top) = pool.prediction.largest().filter(|top| takes_all(context, pool, *top)) else { return };
        let Some(winner) = pool.target(top.target) else { return };
        let losers: Vec<&Target> = others(pool, top).collect();
        if losers.is_empty() || !pool.is_reached() {
            return;
        }
        findings.push(finding(context, pool, top, winner, &losers));
    }
}

/// The targets of the first tier that the winner leaves without traffic; backups are meant to wait.
fn others<'p>(pool: &'p PoolContext<'_>, top: Share) -> impl Iterator<Item = &'p Target> {
    let first_tier = pool.target(top.target).map_or(0, |winner| winner.tier);
    let numbered = (0_u32..).zip(pool.view.targets);
    numbered
        .filter(move |(position, target)| *position != top.target && target.tier <= first_tier)
        .map(|(_, target)| target)
}

fn takes_all(context: &Context<'_>, pool: &PoolContext<'_>, top: Share) -> bool {
    let nearly = pool.prediction.shares.len() >= 3 && top.share >= context.options.takes_all_share;
    nearly || pool.prediction.shares.len() == 1
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, top: Share, winner: &Target, losers: &[&Target]) -> Finding {
    let name = context.text(winner.name);
    let rest = list(losers.iter().map(|target| context.text(target.name)));
    let share = percent(top.share);
    let remainder = if top.share < 1.0 { percent(1.0 - top.share) } else { "nothing".to_owned() };
    let together = if losers.len() > 1 { " together" } else { "" };
    let message =
        format!("`{name}` gets {share} of `{}`; {rest}{together} get{} {remainder}", pool.name, plural(losers));
    let policy = &pool.view.settings.policy;
    let by_policy = matches!(pool.view.method(), Some(Method::First | Method::Sticky));
    let at =
        if by_policy { policy.origin.at } else { losers.first().map_or(winner.statement, |loser| decisive(loser)) };
    let mut finding = Finding::new(&META, at, context.subject(pool.name), message).related(winner.statement, share);
    if by_policy {
        let word = context.written(policy.origin.at);
        finding =
            finding.because(format!("`{word}` fills one server before it uses the next")).at_most(Severity::Warning);
        finding =
            finding.help("write `balance roundrobin`, or give every server a `maxconn` so that the next one is used");
        return finding;
    }
    if losers.iter().all(|loser| loser.state != AdministrativeState::Up) {
        finding = finding.because("out of service").at_most(Severity::Warning);
        return finding.help("remove `disabled`, or the server if it is gone for good");
    }
    if losers.iter().all(|loser| is_drained(pool, loser)) {
        return finding.because("drained").at_most(Severity::Info).only_from(Profile::Strict);
    }
    finding
        .because("next to nothing")
        .help("give the servers equal weights, or remove those that should get no traffic")
}

fn plural(losers: &[&Target]) -> &'static str {
    if losers.len() == 1 { "s" } else { "" }
}

/// Where it is written that a target gets nothing.
fn decisive(target: &Target) -> crate::source::Span {
    if target.weight.origin.is_explicit() { target.origin_span(target.weight.origin) } else { target.statement }
}

/// Weight 0 with a cookie: existing sessions still reach it, new clients do not.
fn is_drained(pool: &PoolContext<'_>, target: &Target) -> bool {
    target.weight.is(&0) && pool.view.settings_of(target).is_some_and(|settings| settings.cookie.is(&true))
}
