//! The load balancer says that it is healthy, whatever has become of its pools.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{ListenerId, RouteSource};
use crate::source::Dialect;

/// See `docs/checks/health-blind-endpoint.md`.
#[derive(Debug)]
pub(in crate::checks) struct HealthBlindEndpoint;

const META: Meta = Meta {
    name: "health-blind-endpoint",
    group: Group::Health,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Audit,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "the load balancer's own health page ignores its pools",
    follows: &[],
    page: include_str!("../../../docs/checks/health-blind-endpoint.md"),
};

impl Check for HealthBlindEndpoint {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        for (position, listener) in (0_u32..).zip(&context.unit.listeners) {
            let Some(at) = listener.always_healthy.filter(|_| listener.presence.is_certain()) else { continue };
            let from = RouteSource::Listener(ListenerId(position));
            let routes = context.unit.routes.iter().filter(|route| route.from == from);
            let mut led: Vec<_> = routes.flat_map(|route| route.to.pools().filter_map(|(_, pool)| pool)).collect();
            led.sort_unstable();
            led.dedup();
            let behind: Vec<&PoolContext<'_>> = led
                .iter()
                .filter_map(|id| pools.get(id.0 as usize))
                .filter(|pool| !pool.view.targets.is_empty())
                .collect();
            let Some(first) = behind.first() else { continue };
            let names = list(behind.iter().map(|pool| pool.name));
            let name = context.text(listener.name);
            let message = format!(
                "`{name}` answers its health page with 200 as long as HAProxy runs, also when no server of {names} is left: \
                 whoever asks it keeps sending traffic that gets a 503"
            );
            let help = format!("write `acl dead nbsrv({}) lt 1` and `monitor fail if dead` in `{name}`", first.name);
            let finding = Finding::new(&META, at, context.subject(name).told_by("listener"), message);
            findings.push(finding.because("depends on nothing").help(help));
        }
    }
}
