//! No policy is written, and the program's default is another one in a later version.

use std::collections::BTreeMap;

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Mode, Target};
use crate::source::{Dialect, Span};

/// See `docs/checks/implicit-policy.md`.
#[derive(Debug)]
pub(in crate::checks) struct ImplicitPolicy;

const META: Meta = Meta {
    name: "implicit-policy",
    group: Group::Distribution,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "no policy is written, and its default differs between versions in use",
    follows: &[],
    page: include_str!("../../../docs/checks/implicit-policy.md"),
};

impl Check for ImplicitPolicy {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// One finding for each place where one line would say it for all.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut by_place: BTreeMap<Span, Vec<&PoolContext<'_>>> = BTreeMap::new();
        for pool in pools.iter().filter(|pool| leaves_it_open(context, pool)) {
            by_place.entry(pool.view.settings.policy.origin.at).or_default().push(pool);
        }
        findings.extend(by_place.into_iter().filter_map(|(at, pools)| finding(context, at, &pools)));
    }
}

/// A pool of several targets, without a policy.
fn leaves_it_open(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let policy = &pool.view.settings.policy;
    let origin = policy.origin;
    let http_or_tcp = matches!(pool.view.settings.mode.get(), Some(Mode::Http | Mode::Tcp));
    // Lines that a template fills in may hold it.
    let open = policy.get().is_some() && !origin.is_explicit() && !context.is_open(origin) && http_or_tcp;
    open && pool.is_reached() && !pool.view.elects() && several(pool)
}

/// Two or more that share the traffic.
fn several(pool: &PoolContext<'_>) -> bool {
    let serves = |target: &&Target| target.serves_first();
    let count = |target: &Target| target.count.exactly().unwrap_or(2);
    pool.view.targets.iter().filter(serves).map(count).sum::<u32>() > 1
}

fn finding(context: &Context<'_>, at: Span, pools: &[&PoolContext<'_>]) -> Option<Finding> {
    let first = pools.first()?;
    let names = list(pools.iter().map(|pool| pool.name));
    let message = format!(
        "{names} {} no `balance`: up to HAProxy 3.2 that is `roundrobin`, from 3.3 on `random`, the less busy one of two by chance",
        if pools.len() == 1 { "has" } else { "have" }
    );
    let mut finding = Finding::new(&META, at, context.subject(first.name), message);
    finding.subjects = pools.iter().map(|pool| context.subject(pool.name)).collect();
    let finding = finding.because("one line here says it for all that do not");
    Some(finding.help("write `balance roundrobin`, or the algorithm that is meant"))
}
