//! A ring with so few points that some target owns much more of it than its weight says.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::Target;
use crate::source::Dialect;
use crate::traffic::{percent, ring_shares};

/// See `docs/checks/uneven-hash-ring.md`.
#[derive(Debug)]
pub(in crate::checks) struct UnevenHashRing;

const META: Meta = Meta {
    name: "uneven-hash-ring",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "the ring of a consistent hash gives a target much more than its weight says",
    follows: &["one-target-takes-all", "starved-target", "duplicate-target", "missing-hash-key"],
    page: include_str!("../../../docs/checks/uneven-hash-ring.md"),
};

const HELP: Wording = Wording {
    haproxy: "give all servers a larger equal `weight` (16 points for each unit): 100 makes 1,600 points a server",
    nginx: "give all servers a larger equal `weight` (160 points for each unit): 10 makes 1,600 points a server",
    envoy: "write `ring_hash_lb_config: {minimum_ring_size: 65536}`, or `lb_policy: MAGLEV`",
};

impl Check for UnevenHashRing {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if !pool.is_reached() {
            return;
        }
        let Some(shares) = ring_shares(&pool.view, &pool.prediction) else { return };
        let all: Vec<Owner<'_>> = owners(pool.view.targets, &shares);
        let most = all.iter().max_by(|a, b| a.ratio().total_cmp(&b.ratio()));
        let least = all.iter().min_by(|a, b| a.ratio().total_cmp(&b.ratio()));
        if let (Some(most), Some(least)) = (most, least)
            && most.ratio() >= context.options.uneven_ring
        {
            findings.push(finding(context, pool, *most, *least));
        }
    }
}

/// A target with what it owns of the ring, and what its weight says.
#[derive(Clone, Copy)]
struct Owner<'a> {
    target: &'a Target,
    share: f64,
    fair: f64,
}

impl Owner<'_> {
    fn ratio(&self) -> f64 {
        if self.fair > 0.0 { self.share / self.fair } else { 1.0 }
    }
}

fn owners<'a>(targets: &'a [Target], shares: &[f64]) -> Vec<Owner<'a>> {
    let weight = |target: &Target| f64::from(target.weight.get().copied().unwrap_or(0));
    let total: f64 = targets.iter().map(weight).sum();
    let owner = |(target, share): (&'a Target, &f64)| Owner { target, share: *share, fair: weight(target) / total };
    targets.iter().zip(shares).map(owner).collect()
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, most: Owner<'_>, least: Owner<'_>) -> Finding {
    let name = |owner: Owner<'_>| context.text(owner.target.name);
    let message = format!(
        "the ring of `{}` gives `{}` {}, {:.2} x its fair {}, and `{}` {}",
        pool.name,
        name(most),
        percent(most.share),
        most.ratio(),
        percent(most.fair),
        name(least),
        percent(least.share)
    );
    let finding = Finding::new(&META, pool.view.settings.policy.origin.at, context.subject(pool.name), message);
    let finding = finding.because("too few points for an even ring");
    let finding = finding.related(most.target.statement, percent(most.share));
    let finding = finding.related(least.target.statement, percent(least.share));
    finding.note("computed from the points of the ring, for keys that are spread evenly").help(HELP.of(context))
}
