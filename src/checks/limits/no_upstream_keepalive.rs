//! Every request opens a connection of its own to the server: one finding a unit.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Keepalive, PoolKind, Protocol, Reuse};
use crate::source::Dialect;

/// See `docs/checks/no-upstream-keepalive.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoUpstreamKeepalive;

const META: Meta = Meta {
    name: "no-upstream-keepalive",
    group: Group::Limits,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "no idle connections are kept, so that every request opens one of its own",
    follows: &[],
    page: include_str!("../../../docs/checks/no-upstream-keepalive.md"),
};

impl Check for NoUpstreamKeepalive {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let bare: Vec<&PoolContext<'_>> = pools.iter().filter(|pool| keeps_nothing(context, pool)).collect();
        let Some((first, others)) = bare.split_first() else { return };
        let names = list(bare.iter().map(|pool| pool.name));
        let message = format!(
            "every request to {names} waits for a connection of its own, which is closed behind it: one round trip more, with TLS two or three, and a port that is blocked for a minute"
        );
        let finding = Finding::new(&META, first.view.pool.header, context.subject(first.name), message);
        let mut finding = finding.because("no `keepalive`");
        for other in others.iter().take(3) {
            finding = finding.related(other.view.pool.header, "nor here");
        }
        finding.subjects = bare.iter().map(|pool| context.subject(pool.name)).collect();
        findings.push(finding.help(
            "write `keepalive 32;` at the end of the upstream, with `proxy_http_version 1.1;` and `proxy_set_header Connection \"\";` beside `proxy_pass`",
        ));
    }
}

/// A pool that is declared, and to which plain requests go over connections that are closed. On the same machine a new one
/// costs next to nothing, and an address that is filled in may be there.
fn keeps_nothing(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let keepalive = pool.view.settings.keepalive;
    // Code that picks servers may keep connections itself, and an include that is not known may say so.
    let complete = pool.view.pool.completeness.is_complete();
    if !complete
        || pool.view.pool.kind != PoolKind::Upstream
        || !keepalive.is(&Keepalive::Off)
        || keepalive.origin.is_explicit()
    {
        return false;
    }
    let plain = |protocol| matches!(protocol, Protocol::Http | Protocol::Grpc | Protocol::Memcached);
    let requests = context.forwardings_to(pool.view.id);
    let mut requests =
        requests.filter(|(_, forwarding)| plain(forwarding.protocol) && !forwarding.reuse.is(&Reuse::Upgraded));
    let near = pool.view.is_beside_proxy(|name| context.is_localhost(name));
    pool.is_reached() && pool.view.knows_addresses() && !near && requests.next().is_some()
}
