//! Weights so large that the ring they build costs memory and time, or that the values of a hash run out over them.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Count, HashFunction, Method, Target};
use crate::source::{Dialect, Span};
use crate::traffic::hash::nginx::{IP_HASH_VALUES, KEY_HASH_VALUES, hash_shares, ip_hash_shares};
use crate::traffic::{percent, thousands};

/// See `docs/checks/huge-weights.md`.
#[derive(Debug)]
pub(in crate::checks) struct HugeWeights;

const META: Meta = Meta {
    name: "huge-weights",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "weights are so large that the ring costs memory, or that the values of a hash run out over them",
    follows: &["starved-target", "one-target-takes-all"],
    page: include_str!("../../../docs/checks/huge-weights.md"),
};

const HELP: Wording = Wording {
    haproxy: "",
    nginx: "divide all weights by their greatest common divisor, or round them: only their ratio counts",
    envoy: "round the weights so that the lightest is not thousands of times lighter than all together, or write `MAGLEV`",
};

/// Points for each unit of weight on nginx's ring (`ngx_http_upstream_hash_module.c`).
const NGINX_POINTS: u64 = 160;
/// Bytes for each point while nginx reads its configuration (measured, 1.22.1: 506 MB for 16,000,000 points).
const NGINX_BYTES: u64 = 32;
/// Bytes for each point of Envoy's ring (measured, 1.40.0: 24 MB for 1,000,002 points).
const ENVOY_BYTES: u64 = 24;

impl Check for HugeWeights {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() || !matches!(pool.view.method(), Some(Method::Hash(_))) {
            return;
        }
        let function = pool.view.settings.hash_type.get().map(|hash_type| hash_type.function);
        let message = match function {
            Some(HashFunction::NginxRing) => nginx_ring(context, pool),
            Some(HashFunction::NginxAddress) => distorted(context, pool, IP_HASH_VALUES as u64, ip_hash_shares),
            Some(HashFunction::NginxCrc32) => {
                distorted(context, pool, KEY_HASH_VALUES, |weights, down| hash_shares(weights, down, 0))
            }
            Some(HashFunction::EnvoyRing | HashFunction::EnvoyMurmurRing) => envoy_ring(context, pool),
            _ => None,
        };
        findings.extend(message.and_then(|message| finding(context, pool, message)));
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, message: String) -> Option<Finding> {
    let heaviest = heaviest(pool)?;
    let finding = Finding::new(&META, heaviest, context.subject(pool.name), message).because("the largest weight");
    let policy = pool.view.settings.policy.origin.at;
    Some(finding.related(policy, "weights become points or values of a hash here").help(HELP.of(context)))
}

/// The largest weight that is written.
fn heaviest(pool: &PoolContext<'_>) -> Option<Span> {
    let written = pool.view.targets.iter().filter(|target| target.weight.origin.is_explicit());
    let heaviest = written.rev().max_by_key(|target| target.weight.get().copied())?;
    Some(heaviest.origin_span(heaviest.weight.origin))
}

/// Weights of the first tier; `None` if one is not known.
fn weights(pool: &PoolContext<'_>) -> Option<Vec<u32>> {
    let first = pool.view.targets.iter().filter(|target| target.tier == 0);
    first.map(|target| target.weight.get().copied()).collect()
}

fn sum(weights: &[u32]) -> u64 {
    weights.iter().copied().map(u64::from).sum()
}

/// Each address of a name has as many points again, so there are at least so many.
fn nginx_ring(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<String> {
    let total = sum(&weights(pool)?);
    let points = total.saturating_mul(NGINX_POINTS);
    (points >= context.options.huge_ring_points).then(|| {
        format!(
            "the weights of `{}` add up to {}, which makes a ring of {} points: {} to read the configuration, at each reload",
            pool.name,
            thousands(total),
            thousands(points),
            megabytes(points.saturating_mul(NGINX_BYTES))
        )
    })
}

/// The lightest endpoint gets its part of `minimum_ring_size`, at least one point, and the others in proportion (research 3.6).
fn envoy_ring(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<String> {
    let size = pool.view.spread()?.ring.get()?;
    let weights = weights(pool)?;
    let total = sum(&weights);
    let lightest = weights.iter().copied().filter(|weight| *weight > 0).min()?;
    let of_lightest = (u64::from(size.least) * u64::from(lightest)).div_ceil(total);
    let points = (of_lightest.saturating_mul(total) / u64::from(lightest)).min(u64::from(size.most));
    // A ring that is asked for in so many words is nobody's surprise.
    (points >= context.options.huge_ring_points && points > 2 * u64::from(size.least)).then(|| {
        format!(
            "the lightest weight of `{}` is {} of {}, which makes a ring of {} points ({}), built again whenever an endpoint comes or goes",
            pool.name,
            thousands(lightest.into()),
            thousands(total),
            thousands(points),
            megabytes(points.saturating_mul(ENVOY_BYTES))
        )
    })
}

fn megabytes(bytes: u64) -> String {
    format!("about {} MB", thousands(bytes / 1_000_000))
}

/// A hash with few values over weights that add up to nearly as many gives some target more than its weight says.
fn distorted(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    values: u64,
    shares: impl Fn(&[u32], &[u32]) -> Option<Vec<f64>>,
) -> Option<String> {
    let is_plain =
        |target: &Target| target.state == AdministrativeState::Up && target.count == Count::One && target.tier == 0;
    let weights = weights(pool).filter(|_| pool.view.targets.iter().all(is_plain))?;
    let total = sum(&weights);
    // Each unit of weight has at least values / total of the values, rounded down.
    let may_matter = total as f64 >= values as f64 * (context.options.uneven_ring - 1.0);
    let complete = pool.view.pool.completeness.is_complete();
    if !may_matter || !complete || weights.len() < 2 {
        return None;
    }
    let shares = shares(&weights, &[])?;
    let fair = |weight: u32| f64::from(weight) / total as f64;
    let numbered = pool.view.targets.iter().zip(weights.iter().zip(&shares));
    let (target, share, fair) = numbered
        .map(|(target, (weight, share))| (target, *share, fair(*weight)))
        .max_by(|(_, a, fair_a), (_, b, fair_b)| (a / fair_a).total_cmp(&(b / fair_b)))?;
    (share >= fair * context.options.uneven_ring).then(|| {
        format!(
            "`{}` gets {} of `{}` in place of {}: the weights add up to {}, and the hash has {} values",
            context.text(target.name),
            percent(share),
            pool.name,
            percent(fair),
            thousands(total),
            thousands(values)
        )
    })
}
