//! Nothing stops the servers of a pool from being overrun: one finding a unit.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Limit, Mode, PoolKind, Target};
use crate::source::Dialect;
use crate::traffic::thousands;

/// See `docs/checks/no-connection-limit.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoConnectionLimit;

const META: Meta = Meta {
    name: "no-connection-limit",
    group: Group::Limits,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Audit,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "nothing limits how many requests a server gets at a time",
    follows: &[],
    page: include_str!("../../../docs/checks/no-connection-limit.md"),
};

const ADVICE: Wording = Wording {
    haproxy: "write `maxconn` on the servers, with `timeout queue`: what is above it waits in the proxy",
    nginx: "write `max_conns` on the servers with a `zone`, or `limit_conn` in front of them",
    envoy: "write `circuit_breakers` with what the servers can take",
};

impl Check for NoConnectionLimit {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let open: Vec<&PoolContext<'_>> = pools.iter().filter(|pool| is_unlimited(context, pool)).collect();
        let Some((first, others)) = open.split_first() else { return };
        let names = list(open.iter().map(|pool| pool.name));
        let message = match (context.unit.capacity.connections.get(), first.view.spread()) {
            (_, Some(spread)) => format!(
                "no limits are written for {names}: the defaults let {} requests at a time through to all servers of a cluster together, whatever they can take",
                spread.breakers.requests.get().map_or("1,024".to_owned(), |most| thousands(u64::from(*most)))
            ),
            (Some(Limit::AtMost(most)), None) if context.unit.capacity.connections.origin.is_explicit() => format!(
                "nothing limits how many requests a server of {names} gets at a time: up to all {} connections of the process",
                thousands(*most)
            ),
            _ => format!("nothing limits how many requests a server of {names} gets at a time"),
        };
        let finding = Finding::new(&META, first.view.pool.header, context.subject(first.name), message);
        let mut finding = finding.because("no limit");
        for other in others.iter().take(3) {
            finding = finding.related(other.view.pool.header, "nor here");
        }
        finding.subjects = open.iter().map(|pool| context.subject(pool.name)).collect();
        findings.push(finding.help(ADVICE.of(context)));
    }
}

/// A pool of which no server has a limit, and that has none of its own. What `default-server` of another file sets is open.
fn is_unlimited(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let speaks = matches!(pool.view.settings.mode.get(), Some(Mode::Http | Mode::Tcp));
    if context.unit.headless || !pool.is_reached() || !speaks || pool.view.pool.kind == PoolKind::Implicit {
        return false;
    }
    let near = pool.view.is_beside_proxy(|_| false);
    if near || context.routes_to(pool.view.id).next().is_none() {
        return false;
    }
    if let Some(spread) = pool.view.spread() {
        let breakers = &spread.breakers;
        let limits = [breakers.connections, breakers.pending, breakers.requests];
        return !pool.view.targets.is_empty() && limits.iter().all(|limit| !limit.origin.is_explicit());
    }
    let mut serving = pool.view.targets.iter().filter(|target| target.state == AdministrativeState::Up).peekable();
    let unlimited = |target: &Target| {
        let settings = pool.view.settings_of(target);
        settings.is_some_and(|settings| settings.connections.is(&0) && settings.queueing.least.is(&0))
    };
    serving.peek().is_some() && serving.all(unlimited)
}
