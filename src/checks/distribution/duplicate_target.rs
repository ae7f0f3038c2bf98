//! One address twice in one pool.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::checks::phrases::{if_there, list};
use crate::checks::{Aspect, Check, Context};
use crate::checks::{PoolContext, mend};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Count, HashFunction, Membership, Target};
use crate::source::Dialect;
use crate::traffic::{Place, percent};

/// See `docs/checks/duplicate-target.md`.
#[derive(Debug)]
pub(in crate::checks) struct DuplicateTarget;

const META: Meta = Meta {
    name: "duplicate-target",
    group: Group::Distribution,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "one address is in a pool twice, so that host gets a double share",
    follows: &["one-target-takes-all"],
    page: include_str!("../../../docs/checks/duplicate-target.md"),
};

impl Check for DuplicateTarget {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        // What tells the members while running gives each address once (Envoy, research 3.1).
        if pool.view.pool.membership == Membership::Discovered {
            return;
        }
        let mut first: FxHashMap<Place<'_>, u32> = FxHashMap::default();
        // By the first of a place: others there that need not be there with it.
        let mut apart: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut again: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (position, target) in (0_u32..).zip(pool.view.targets) {
            let Some(place) = place(pool, target) else { continue };
            if let Some(finding) = template(context, pool, position, &place) {
                findings.push(finding);
                continue;
            }
            let first = *first.entry(place).or_insert(position);
            if first == position {
                continue;
            }
            let others = apart.entry(first).or_default();
            let is_with = |other: &u32| pool.target(*other).is_some_and(|other| are_together(other, target));
            match std::iter::once(first).chain(others.iter().copied()).find(is_with) {
                Some(earlier) => again.entry(earlier).or_insert_with(|| vec![earlier]).push(position),
                None if others.len() < MOST_ARMS => others.push(position),
                None => {}
            }
        }
        findings.extend(again.values().filter_map(|positions| finding(context, pool, positions)));
    }
}

/// In how many arms of conditions one address is looked for.
const MOST_ARMS: usize = 16;

/// Whether two targets are there together whenever one of them is.
fn are_together(first: &Target, again: &Target) -> bool {
    again.presence.implies(first.presence) || first.presence.implies(again.presence)
}

/// Where a target is that serves wherever it is there.
fn place<'a>(pool: &PoolContext<'a>, target: &Target) -> Option<Place<'a>> {
    let comparable = target.state == AdministrativeState::Up && target.tier == 0;
    pool.view.place_of(target).filter(|_| comparable)
}

/// A template that makes several servers of one written address. Loopback is what slots are filled with that are set later.
fn template(context: &Context<'_>, pool: &PoolContext<'_>, position: u32, place: &Place<'_>) -> Option<Finding> {
    let target = pool.target(position)?;
    let Count::Copies(first, last) = target.count else { return None };
    if last <= first || place.ip().is_none_or(|ip| ip.is_loopback()) {
        return None;
    }
    let address = context.written(target.address_at);
    let share = pool.prediction.share_of_all(&[position]);
    let share = share.map_or(String::new(), |share| format!(": that host gets {} of the traffic", percent(share)));
    let count = target.count.exactly()?;
    let message = format!("{address} is in `{}` {count} times, once for each number of the template{share}", pool.name);
    let subject = context.target_subject(pool.name, target).told_by(address);
    let finding = Finding::new(&META, target.address_at, subject, message).because("one address for all of them");
    Some(
        finding
            .help("write a name and `resolvers`, which give each server an address of its own, or one `server` line"),
    )
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, positions: &[u32]) -> Option<Finding> {
    let mut targets: Vec<&Target> = positions.iter().filter_map(|position| pool.target(*position)).collect();
    // What is certain needs no condition.
    let certain = || targets.iter().filter(|target| target.presence.is_certain());
    if certain().nth(1).is_some() {
        targets = certain().copied().collect();
    }
    let (first, again) = targets.split_first()?;
    // Several source addresses towards one host: it is listed once for each on purpose.
    if targets.iter().any(|target| context.written(target.statement).contains(" source ")) {
        return None;
    }
    let name = |target: &&Target| context.text(target.name);
    // Where there are no names but the addresses, there is nothing to tell apart.
    let alike = again.iter().all(|target| name(target) == name(first));
    let address = if alike { name(first) } else { context.written(first.address_at) };
    let told_apart = targets.iter().any(|target| name(target) != address);
    let names = if told_apart { format!(", as {}", list(targets.iter().map(name))) } else { String::new() };
    let is_certain = targets.iter().all(|target| target.presence.is_certain());
    // On nginx's ring equal addresses share their points.
    let ring = pool.view.settings.hash_type.get().is_some_and(|hash| hash.function == HashFunction::NginxRing);
    let share = pool
        .prediction
        .share_of_all(positions)
        .filter(|_| !ring && is_certain)
        .map_or(String::new(), |share| format!(": that host gets {} of the traffic", percent(share)));
    let share = if ring { ": on the ring the line changes no share" } else { share.as_str() };
    let if_there = if_there(is_certain);
    let message = format!("{address} is in `{}` {} times{names}{share}{if_there}", pool.name, targets.len());
    let at = again.first()?.address_at;
    let subjects = targets.iter().map(|target| context.target_subject(pool.name, target).told_by(address));
    let mut finding =
        Finding::new(&META, at, context.subject(pool.name), message).about(subjects).because("the same address again");
    finding = finding.related(first.address_at, "first here").fix(removal(context, first, again));
    Some(finding.help("correct the address, or remove the line; for a larger share write a weight"))
}

/// Takes out lines that say the same once more. In Envoy an endpoint is an entry of a list, which may have any form.
fn removal(context: &Context<'_>, first: &Target, again: &[&Target]) -> Option<Fix> {
    let words = |target: &Target| context.written(target.statement).split_whitespace().collect::<Vec<_>>();
    let alike = again.iter().all(|target| words(target) == words(first) && target.presence.implies(first.presence));
    if context.unit.dialect == Dialect::Envoy || !alike {
        return None;
    }
    // The address of another server may have been meant.
    let fix = Fix::to_review("remove the line that stands there twice");
    mend::remove(context, fix, again.iter().map(|target| target.statement))
}
