//! Settings for targets of the proxy's own zone to come first, which cannot act.

use std::collections::BTreeSet;

use crate::checks::PoolContext;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{LocalityId, Membership, Method, Target, ZoneRouting};
use crate::source::{Dialect, Span};

/// See `docs/checks/zone-routing-without-effect.md`.
#[derive(Debug)]
pub(in crate::checks) struct ZoneRoutingWithoutEffect;

const META: Meta = Meta {
    name: "zone-routing-without-effect",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Envoy],
    since: "0.1.0",
    summary: "settings for zone-aware routing that cannot act",
    follows: &[],
    page: include_str!("../../../docs/checks/zone-routing-without-effect.md"),
};

impl Check for ZoneRoutingWithoutEffect {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let Some(zones) = pool.view.spread().and_then(|spread| spread.zones) else { return };
        // To turn it off is a decision.
        if zones.enabled.is(&0) || !pool.is_reached() {
            return;
        }
        if let Some(reason) = reason(context, pool, &zones) {
            findings.push(finding(context, pool, &zones, &reason));
        }
    }
}

/// Why it cannot act.
struct Reason {
    why: String,
    /// What decides it, where that stands elsewhere.
    at: Option<(Span, &'static str)>,
    help: &'static str,
}

fn reason(context: &Context<'_>, pool: &PoolContext<'_>, zones: &ZoneRouting) -> Option<Reason> {
    by_policy(pool)
        .or_else(|| few_localities(pool))
        .or_else(|| few_targets(pool, zones))
        .or_else(|| no_own_cluster(context))
}

/// Rings and tables are built from all endpoints.
fn by_policy(pool: &PoolContext<'_>) -> Option<Reason> {
    let policy = &pool.view.settings.policy;
    let word = policy.get().filter(|policy| matches!(policy.method, Method::Hash(_)))?.word;
    Some(Reason {
        why: format!("`{word}` knows no zones"),
        at: Some((policy.origin.at, "builds one table of all endpoints")),
        help: "use `ROUND_ROBIN`, `LEAST_REQUEST` or `RANDOM`, or remove the settings",
    })
}

/// The endpoints of the first priority, where the configuration tells all that there are.
fn first_priority<'a>(pool: &PoolContext<'a>) -> Option<impl Iterator<Item = &'a Target> + use<'a>> {
    let told =
        matches!(pool.view.pool.membership, Membership::Listed | Membership::Resolved | Membership::FirstAddress);
    let targets = pool.view.targets;
    let complete = told && pool.view.pool.completeness.is_complete() && !targets.is_empty();
    complete.then(|| targets.iter().filter(|target| target.tier == 0))
}

fn few_localities(pool: &PoolContext<'_>) -> Option<Reason> {
    let locality = |target: &Target| pool.view.settings_of(target).and_then(|settings| settings.locality);
    let localities: BTreeSet<Option<LocalityId>> = first_priority(pool)?.map(locality).collect();
    (localities.len() < 2).then(|| Reason {
        why: if localities.contains(&None) {
            "no endpoint has a `locality`".to_owned()
        } else {
            "all its endpoints are in one locality".to_owned()
        },
        at: None,
        help: "write a `locality` for each group of endpoints, or remove the settings",
    })
}

fn few_targets(pool: &PoolContext<'_>, zones: &ZoneRouting) -> Option<Reason> {
    let least = *zones.least_targets.get()?;
    let known = pool.view.pool.membership != Membership::Resolved;
    let targets = first_priority(pool).filter(|_| known)?.count();
    (targets < least as usize).then(|| Reason {
        why: format!(
            "it takes {least} endpoints (`min_cluster_size`{}), and there are {targets}",
            if zones.least_targets.origin.is_explicit() { "" } else { ", the default" }
        ),
        at: None,
        help: "write `min_cluster_size` as large as the fewest endpoints that may be left",
    })
}

/// Without a cluster of the proxies themselves nobody knows how many of them are in each zone.
fn no_own_cluster(context: &Context<'_>) -> Option<Reason> {
    let missing = context.unit.own_cluster.is_none() && !context.unit.fragment;
    missing.then(|| Reason {
        why: "the bootstrap has no `local_cluster_name`".to_owned(),
        at: None,
        help: "write `cluster_manager: { local_cluster_name: NAME }` and a cluster NAME of the proxies themselves, with localities, or remove the settings",
    })
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, zones: &ZoneRouting, reason: &Reason) -> Finding {
    let message =
        format!("zone-aware routing of `{}` never acts, and requests go to all zones alike: {}", pool.name, reason.why);
    let finding = Finding::new(&META, zones.at, context.subject(pool.name), message).because("without effect");
    let finding = match reason.at {
        Some((at, text)) => finding.related(at, text),
        None => finding,
    };
    let finding = finding.help(reason.help);
    if context.unit.own_cluster.is_some() && context.unit.own_locality.is_none() {
        return finding
            .note("`node.locality` is not written either: unless `--service-zone` tells it, the proxy has no zone");
    }
    finding
}
