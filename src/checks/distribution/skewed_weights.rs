//! Shares that differ much more than a mixed set of machines explains.

use crate::checks::PoolContext;
use crate::checks::cases::in_every_case;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Method, Target};
use crate::source::{Dialect, Span};
use crate::traffic::{Detection, Prediction, Scenario, Share, detection, percent, predict};

use super::weights::{follows_weights, total, weight};

/// See `docs/checks/skewed-weights.md`.
#[derive(Debug)]
pub(in crate::checks) struct SkewedWeights;

const META: Meta = Meta {
    name: "skewed-weights",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "the largest share is at least 4 times the smallest, or one of three or more targets gets 70 %",
    follows: &["one-target-takes-all", "starved-target"],
    page: include_str!("../../../docs/checks/skewed-weights.md"),
};

impl Check for SkewedWeights {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        findings.extend(in_every_case(context, pool, judge));
    }
}

fn judge(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let top = pool.prediction.largest()?;
    let weighs = !matches!(pool.view.method(), None | Some(Method::First | Method::Sticky | Method::RandomPair));
    let wondered_at = weighs && pool.is_reached() && is_skewed(context, pool);
    let wondered_at = wondered_at && pool.also_one_by_one(|each| is_skewed(context, each));
    if pool.prediction.shares.len() < 2 || !wondered_at || pool.has_meant_shares(context) {
        return None;
    }
    let winner = pool.target(top.target)?;
    let finding = describe(context, pool, top, winner);
    Some(if is_canary(context, &pool.prediction) {
        finding.at_most(Severity::Info).only_from(Profile::Strict).note("the small share reads as a canary")
    } else if is_graded(pool, top) {
        finding
            .at_most(Severity::Info)
            .only_from(Profile::Strict)
            .note("the weights rise step by step and read as meant")
    } else {
        finding
    })
}

fn is_skewed(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let (Some(top), Some(bottom)) = (pool.prediction.largest(), pool.prediction.smallest()) else { return false };
    let ratio = top.share / bottom.share;
    let dominant = pool.prediction.shares.len() >= 3 && top.share >= context.options.skewed_share;
    ratio >= context.options.skewed_ratio - 1e-9 || dominant
}

/// A small minority beside targets that are even among themselves.
fn is_canary(context: &Context<'_>, prediction: &Prediction) -> bool {
    let small = |share: &&Share| share.share <= context.options.canary_share + 1e-9;
    let minority: f64 = prediction.shares.iter().filter(small).map(|share| share.share).sum();
    let mut major = prediction.shares.iter().filter(|share| !small(share)).map(|share| share.share);
    let Some(first) = major.next() else { return false };
    let rest: Vec<f64> = major.collect();
    // One large share is a canary's counterpart only in a pool of two.
    let counterpart = !rest.is_empty() || prediction.shares.len() == 2;
    minority > 0.0
        && minority <= context.options.canary_share + 1e-9
        && counterpart
        && rest.iter().all(|share| share / first < 1.5)
}

/// A weight for each of three or more targets, in at least three sizes of which none is more than twice the next smaller
/// one, and nobody gets half: machines of different sizes.
fn is_graded(pool: &PoolContext<'_>, top: Share) -> bool {
    let targets: Vec<&Target> = pool.prediction.shares.iter().filter_map(|share| pool.target(share.target)).collect();
    if !targets.iter().all(|target| target.weight.origin.is_explicit()) || top.share >= 0.5 {
        return false;
    }
    let mut weights: Vec<u64> = targets.iter().map(|target| weight(target)).collect();
    weights.sort_unstable();
    weights.dedup();
    weights.len() >= 3 && weights.windows(2).all(|pair| matches!(pair, [low, high] if *high <= low.saturating_mul(2)))
}

fn describe(context: &Context<'_>, pool: &PoolContext<'_>, top: Share, winner: &Target) -> Finding {
    let name = context.text(winner.name);
    let plain = follows_weights(pool, top);
    let of_total = |target: &Target| format!("{} of {}", weight(target), total(pool));
    let why = if plain { format!(" (weight {})", of_total(winner)) } else { String::new() };
    let share = percent(top.share);
    let message = format!("`{name}` gets {share} of `{}`{why}{}", pool.name, after_failure(context, pool, top));
    let at = place(context, winner, plain);
    let because = if plain { of_total(winner) } else { share };
    // Several may get the most.
    let most = pool.prediction.shares.iter().filter(|share| share.share >= top.share - 1e-9);
    let winners = context.target_subjects(pool.name, most.filter_map(|share| pool.target(share.target)));
    let finding = Finding::new(&META, at, context.subject(pool.name), message).about(winners);
    let mut finding = finding.because(because);
    for share in pool.prediction.shares.iter().filter(|share| share.target != top.target).take(3) {
        if let Some(target) = pool.target(share.target) {
            let gets = percent(share.share);
            let text = if plain { format!("{}: {gets}", of_total(target)) } else { gets };
            finding = finding.related(target.origin_span(target.weight.origin), text);
        }
    }
    finding = finding.note(unwritten(context, pool));
    for assumption in &pool.prediction.assumptions {
        finding = finding.note(format!("assumed: {assumption}"));
    }
    finding = finding.note(pool.reached_from(context));
    finding.help("give the servers equal weights, or weights in proportion to what they can carry")
}

/// Where it is written that a target gets so much: its weight, or that of its locality.
fn place(context: &Context<'_>, winner: &Target, plain: bool) -> Span {
    let settings = context.unit.target_settings(winner.settings);
    let locality = settings.and_then(|settings| context.unit.locality(settings.locality?));
    match locality.map(|locality| locality.weight.origin) {
        Some(origin) if !plain && origin.is_explicit() => origin.at,
        _ => winner.origin_span(winner.weight.origin),
    }
}

/// The targets without a weight beside others that have one. One that gets nothing now, such as a backup, is compared
/// with nobody.
fn unwritten(context: &Context<'_>, pool: &PoolContext<'_>) -> String {
    let compared = pool.prediction.shares.iter().filter_map(|share| pool.target(share.target));
    let silent = compared.filter(|target| !target.weight.origin.is_explicit());
    let silent = list(silent.map(|target| context.text(target.name)));
    if silent.is_empty() || !pool.view.targets.iter().any(|target| target.weight.origin.is_explicit()) {
        return String::new();
    }
    format!("no weight is written for {silent}: the default is 1")
}

/// What happens when the winner fails, where that is known: "; if it fails, `web2` takes 50.0 %".
fn after_failure(context: &Context<'_>, pool: &PoolContext<'_>, top: Share) -> String {
    if pool.target(top.target).is_some_and(|target| detection(&pool.view, target) == Detection::Never) {
        return String::new();
    }
    let after = predict(&pool.view, Scenario::down(&[top.target]));
    let Some(next) = after.largest() else { return String::new() };
    let heirs: Vec<&str> = after
        .shares
        .iter()
        .filter(|share| (share.share - next.share).abs() < 1e-9)
        .filter_map(|share| pool.target(share.target))
        .map(|target| context.text(target.name))
        .collect();
    let each = if heirs.len() > 1 { "take" } else { "takes" };
    let suffix = if heirs.len() > 1 { " each" } else { "" };
    format!("; if it fails, {} {each} {}{suffix}", list(heirs), percent(next.share))
}
