//! Idle connections are to be kept, and something else closes them.

use crate::checks::PoolContext;
use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Fact, Forwarding, Keepalive, Reuse, Route, Step};
use crate::source::{Dialect, Span};

/// See `docs/checks/keepalive-defeated.md`.
#[derive(Debug)]
pub(in crate::checks) struct KeepaliveDefeated;

const META: Meta = Meta {
    name: "keepalive-defeated",
    group: Group::Limits,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx],
    since: "0.1.0",
    summary: "`keepalive` is written, and its order, size, the protocol version or a header makes it useless",
    follows: &[],
    page: include_str!("../../../docs/checks/keepalive-defeated.md"),
};

impl Check for KeepaliveDefeated {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let keepalive = &pool.view.settings.keepalive;
        match keepalive.get() {
            Some(Keepalive::Lost) => findings.push(lost_by_order(context, pool, keepalive.origin.at)),
            Some(Keepalive::Idle(idle)) if keepalive.origin.is_explicit() => {
                findings.extend(closed(context, pool).or_else(|| too_small(context, pool, *idle)));
            }
            Some(Keepalive::Idle(_) | Keepalive::Off) | None => {}
        }
    }
}

fn lost_by_order(context: &Context<'_>, pool: &PoolContext<'_>, method: Span) -> Finding {
    let stories = context.unit.stories.of(pool.view.settings.keepalive.origin);
    let keepalive = stories.iter().find_map(|step| match step {
        Step::TakesAway(at) => Some(*at),
        Step::Replaces(_) | Step::FallsBack(_) => None,
    });
    let message = format!(
        "`{}` keeps no connection: `{}` stands behind `keepalive` and replaces it",
        pool.name,
        context.written(method)
    );
    let mut finding = Finding::new(&META, method, context.subject(pool.name), message).because("takes keepalive away");
    if let Some(at) = keepalive {
        finding = finding.related(at, "without effect");
    }
    finding.help("write the method above `keepalive` (from 1.29.7 on the order does not matter)")
}

/// All routes to the pool close their connections.
fn closed(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let all: Vec<(&Route, &Forwarding)> = context.forwardings_to(pool.view.id).collect();
    let closes = |reuse: &Fact<Reuse>| matches!(reuse.get(), Some(Reuse::ClosedByVersion | Reuse::ClosedByHeader));
    let open = |reuse: &Fact<Reuse>| context.is_open(reuse.origin);
    if all.is_empty() || !all.iter().all(|(_, forwarding)| closes(&forwarding.reuse) && !open(&forwarding.reuse)) {
        return None;
    }
    let (route, forwarding) = all.first()?;
    let (why, help) = reason(context, forwarding);
    let written = context.written(pool.view.settings.keepalive.origin.at);
    let message = format!("`{}` keeps no connection although `{written}` is written: {why}", pool.name);
    let at = pool.view.settings.keepalive.origin.at;
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("never used");
    let finding = finding.related(route.at, "requests go out here");
    let cause = forwarding.reuse.origin;
    let finding = if cause.is_explicit() { finding.related(cause.at, "closes them") } else { finding };
    Some(finding.help(help))
}

fn reason(context: &Context<'_>, forwarding: &Forwarding) -> (&'static str, &'static str) {
    use crate::model::Protocol;
    match (forwarding.protocol, forwarding.reuse.get()) {
        (Protocol::Gateway, _) => {
            ("the application closes each one", "write `fastcgi_keep_conn on;` where it is passed")
        }
        (_, Some(Reuse::ClosedByHeader)) if forwarding.reuse.origin.is_explicit() => {
            ("`Connection: close` is sent", "send an empty header: `proxy_set_header Connection \"\";`")
        }
        (_, Some(Reuse::ClosedByHeader)) if pushed_out(context, forwarding) => (
            "the headers that are set there push out those of the blocks around, and `Connection: close` is sent",
            "repeat `proxy_set_header Connection \"\";` beside them",
        ),
        (_, Some(Reuse::ClosedByHeader)) => {
            ("`Connection: close` is sent unless it is cleared", "add `proxy_set_header Connection \"\";`")
        }
        _ => (
            "HTTP/1.0 is spoken, which closes each one",
            "write `proxy_http_version 1.1;` and `proxy_set_header Connection \"\";`",
        ),
    }
}

/// Whether the default applies because other headers are set nearer.
fn pushed_out(context: &Context<'_>, forwarding: &Forwarding) -> bool {
    context.written(forwarding.reuse.origin.at).starts_with("proxy_set_header")
}

/// Fewer idle connections than servers: nearly none is there when it is wanted (research 3.12, measured).
fn too_small(context: &Context<'_>, pool: &PoolContext<'_>, idle: u32) -> Option<Finding> {
    let servers = pool.prediction.shares.len();
    if (idle as usize) >= servers || servers < 2 {
        return None;
    }
    let names = list(
        pool.prediction
            .shares
            .iter()
            .filter_map(|share| pool.target(share.target))
            .map(|target| context.text(target.name)),
    );
    let message = format!(
        "`{}` keeps {idle} idle connection{} for {servers} servers together ({names}): nearly every request opens a new one",
        pool.name,
        if idle == 1 { "" } else { "s" }
    );
    let at = pool.view.settings.keepalive.origin.at;
    let finding = Finding::new(&META, at, context.subject(pool.name), message)
        .because("for all servers together, in each worker");
    Some(finding.help(format!("keep at least two for each server: `keepalive {};`", servers * 2)))
}
