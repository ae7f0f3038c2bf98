//! Traffic is sent straight to a member of a pool.

use rustc_hash::FxHashMap;

use crate::checks::{Aspect, Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, AdministrativeState, Mode, Pool, PoolKind, Port, Route, Target};
use crate::source::Dialect;

/// See `docs/checks/bypassed-pool.md`.
#[derive(Debug)]
pub(in crate::checks) struct BypassedPool;

const META: Meta = Meta {
    name: "bypassed-pool",
    group: Group::Routing,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "a pass directive names a member of a pool instead of the pool: nobody takes over when it fails",
    follows: &[],
    page: include_str!("../../../docs/checks/bypassed-pool.md"),
};

/// A target's address as it is compared: its host, its port, and whether requests or connections go there.
#[derive(PartialEq, Eq, Hash)]
enum Place<'a> {
    Ip(std::net::IpAddr, u16, bool),
    Host(String, u16, bool),
    Socket(&'a str, bool),
}

impl Check for BypassedPool {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets]
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let is_alone = |pool: &&PoolContext<'_>| pool.view.pool.kind == PoolKind::Implicit;
        if !pools.iter().any(|pool| is_alone(&pool)) {
            return;
        }
        let mut members: FxHashMap<Place<'_>, (&PoolContext<'_>, u32)> = FxHashMap::default();
        for pool in pools.iter().filter(|pool| is_shared(pool.view.pool)) {
            for (position, target) in (0..).zip(pool.view.targets) {
                if target.state == AdministrativeState::Up && target.tier == 0 {
                    members.extend(place(context, pool, target).map(|place| (place, (pool, position))));
                }
            }
        }
        for pool in pools.iter().filter(is_alone) {
            let [target] = pool.view.targets else { continue };
            let member = place(context, pool, target).and_then(|place| members.get(&place).copied());
            let routes = context.routes_to(pool.view.id);
            findings.extend(member.and_then(|member| finding(context, pool, target, member, routes)));
        }
    }
}

/// A declared pool with others to take over.
fn is_shared(pool: &Pool) -> bool {
    pool.kind == PoolKind::Upstream && pool.targets.len() > 1
}

fn place<'a>(context: &Context<'a>, pool: &PoolContext<'_>, target: &Target) -> Option<Place<'a>> {
    let connections = pool.view.settings.mode.is(&Mode::Tcp);
    match target.address {
        Address::Ip(ip, Port::Number(port)) => Some(Place::Ip(ip, port, connections)),
        Address::Host(name, Port::Number(port)) => {
            Some(Place::Host(context.text(name).to_ascii_lowercase(), port, connections))
        }
        Address::Socket(path) => Some(Place::Socket(context.text(path), connections)),
        _ => None,
    }
}

fn finding<'a>(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    target: &Target,
    (whole, position): (&PoolContext<'_>, u32),
    mut routes: impl Iterator<Item = &'a Route>,
) -> Option<Finding> {
    let first = routes.next()?;
    let others = routes.count();
    let count = whole.view.targets.len();
    let places = if others == 0 { String::new() } else { format!(" (and {others} more)") };
    let message = format!(
        "`{}` is one of the {count} servers of `{}`, and this goes straight to it{places}: when it fails, none of the other {} takes over",
        pool.name,
        whole.name,
        count - 1
    );
    let member = whole.target(position)?;
    let finding = Finding::new(&META, target.address_at, context.target_subject(whole.name, member), message);
    let finding = finding.because("past the pool").related(member.statement, format!("a server of `{}`", whole.name));
    let finding = if first.at == target.statement { finding } else { finding.related(first.at, "leads here") };
    Some(finding.help(format!("name the pool: `{}`", whole.name)))
}
