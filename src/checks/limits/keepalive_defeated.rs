//! Idle connections are to be kept, and something else closes them.

use std::collections::BTreeMap;

use crate::checks::phrases::list;
use crate::checks::{Check, Context};
use crate::checks::{PoolContext, mend};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::grammar::rules::RuleId;
use crate::model::{Fact, Forwarding, Guard, Keepalive, Method, Origin, Protocol, Reuse, Route, Step};
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

    /// Pools whose connections one statement closes, or the lack of one, are one finding.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut closed: BTreeMap<Alike<'_>, Vec<Closed<'_>>> = BTreeMap::new();
        for pool in pools.iter().filter(|pool| pool.is_reached()) {
            let keepalive = &pool.view.settings.keepalive;
            match keepalive.get() {
                Some(Keepalive::Lost) => findings.push(lost_by_order(context, pool, keepalive.origin.at)),
                Some(Keepalive::Idle(idle)) if keepalive.origin.is_explicit() => match find_closed(context, pool) {
                    Some(found) => closed.entry((found.cause.at, found.why, found.part)).or_default().push(found),
                    None => findings.extend(too_small(context, pool, *idle)),
                },
                Some(Keepalive::Idle(_) | Keepalive::Off) | None => {}
            }
        }
        findings.extend(closed.values().filter_map(|alike| not_kept(context, alike)));
    }
}

/// What pools of one finding have in common: the statement, the reason, and how many of all routes close.
type Alike<'a> = (Span, &'a str, Option<(usize, usize)>);

/// A pool to which every route closes its connections.
struct Closed<'p> {
    pool: &'p PoolContext<'p>,
    route: &'p Route,
    cause: Origin,
    why: &'static str,
    help: &'static str,
    /// How many of all routes close, where those for upgrades keep what they can.
    part: Option<(usize, usize)>,
}

fn lost_by_order(context: &Context<'_>, pool: &PoolContext<'_>, method: Span) -> Finding {
    let stories = context.unit.stories.of(pool.view.settings.keepalive.origin);
    let keepalive = stories.iter().find_map(|step| match step {
        Step::TakesAway(at) => Some(*at),
        Step::Replaces(_) | Step::FallsBack(_) | Step::Unread(_) => None,
    });
    let message = format!(
        "`{}` keeps no connection: `{}` stands behind `keepalive` and replaces it",
        pool.name,
        context.written(method)
    );
    let mut finding = Finding::new(&META, method, context.subject(pool.name), message).because("takes keepalive away");
    if let Some(at) = keepalive {
        finding = finding.related(at, "without effect");
        let fix = Fix::safe("write the method above `keepalive`");
        finding = finding.fix(mend::move_above(context, fix, method, at));
    }
    finding.help("write the method above `keepalive` (from 1.29.7 on the order does not matter)")
}

fn find_closed<'p>(context: &'p Context<'_>, pool: &'p PoolContext<'p>) -> Option<Closed<'p>> {
    let all = context.forwardings_to(pool.view.id);
    // A route for web sockets says nothing about the others; one that asks for upgrades and takes all requests keeps
    // the connections of those that do not get one.
    let all: Vec<(&Route, &Forwarding)> = all.collect();
    let upgraded = |entry: &&(&Route, &Forwarding)| entry.1.reuse.is(&Reuse::Upgraded);
    let keeping = all.iter().filter(upgraded).filter(|(route, _)| !is_for_sockets(context, route)).count();
    let all: Vec<(&Route, &Forwarding)> = all.into_iter().filter(|entry| !upgraded(&entry)).collect();
    let closes = |reuse: &Fact<Reuse>| matches!(reuse.get(), Some(Reuse::ClosedByVersion | Reuse::ClosedByHeader));
    // What a file that is not known sets around headers of this one does not count beside them.
    let open = |forwarding: &Forwarding| context.is_open(forwarding.reuse.origin) && !pushed_out(context, forwarding);
    if !all.iter().all(|(_, forwarding)| closes(&forwarding.reuse) && !open(forwarding)) {
        return None;
    }
    let (route, forwarding) = all.first()?;
    let (why, help) = reason(context, forwarding);
    let part = (keeping > 0).then_some((all.len(), all.len() + keeping));
    Some(Closed { pool, route, cause: forwarding.reuse.origin, why, help, part })
}

/// Whether the condition of a route names web sockets.
fn is_for_sockets(context: &Context<'_>, route: &Route) -> bool {
    const SIGNS: [&str; 6] = ["ws", "sock", "cable", "hub", "realtime", "live"];
    let Guard::When { at, .. } = route.guard else { return false };
    let condition = context.written(at).to_ascii_lowercase();
    SIGNS.iter().any(|sign| condition.contains(sign))
}

fn not_kept(context: &Context<'_>, alike: &[Closed<'_>]) -> Option<Finding> {
    let (first, others) = alike.split_first()?;
    let written = |closed: &Closed<'_>| closed.pool.view.settings.keepalive.origin.at;
    let names = list(alike.iter().map(|closed| closed.pool.name));
    let (keep, no) = if others.is_empty() && first.part.is_none_or(|(some, _)| some == 1) {
        ("keeps", "connection")
    } else {
        ("keep", "connections")
    };
    let statement = context.written(written(first));
    let message = match first.part {
        Some((some, all)) => {
            format!("{some} of {all} routes to {names} {keep} no {no} in spite of `{statement}`: {}", first.why)
        }
        None => format!("{names} {keep} no {no} although `{statement}` is written: {}", first.why),
    };
    let because = if first.part.is_some() { "not used by all" } else { "never used" };
    let finding = Finding::new(&META, written(first), context.subject(first.pool.name), message).because(because);
    let partly = first.part.is_some();
    let finding = if partly { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding };
    let mut finding = finding.related(first.route.at, "requests go out here");
    if first.cause.is_explicit() {
        finding = finding.related(first.cause.at, "closes them");
    } else if context.written(first.cause.at).starts_with("proxy_set_header") {
        finding = finding.related(first.cause.at, "beside this, headers of outer blocks do not count");
    }
    for other in others.iter().take(3) {
        finding = finding.related(written(other), "nor is this one");
    }
    finding.subjects = alike.iter().map(|closed| context.subject(closed.pool.name)).collect();
    Some(finding.help(first.help))
}

fn reason(context: &Context<'_>, forwarding: &Forwarding) -> (&'static str, &'static str) {
    const CLEAR: &str = "add `proxy_set_header Connection \"\";` beside the pass directive";
    let written = forwarding.reuse.origin.is_explicit();
    match (forwarding.protocol, forwarding.reuse.get()) {
        (Protocol::Gateway, _) if forwarding.reuse.origin.rule == RuleId::NGINX_POOL_SETTING => (
            "this protocol closes each one behind the answer",
            "remove `keepalive`: connections of uwsgi and SCGI are not kept",
        ),
        (Protocol::Gateway, _) => {
            ("the application is told to close each one", "write `fastcgi_keep_conn on;` beside `fastcgi_pass`")
        }
        (_, Some(Reuse::ClosedByHeader)) if written && is_computed(context, forwarding) => (
            "`Connection: close` is sent for requests that ask for no upgrade",
            "let the `map` answer nothing for them: `'' '';` in place of `'' close;`",
        ),
        (_, Some(Reuse::ClosedByHeader)) if written => {
            ("`Connection: close` is sent", "send an empty header: `proxy_set_header Connection \"\";`")
        }
        (_, Some(Reuse::ClosedByHeader)) if pushed_out(context, forwarding) => {
            ("none of the headers that are set clears `Connection`, so `Connection: close` is sent", CLEAR)
        }
        (_, Some(Reuse::ClosedByHeader)) => ("`Connection: close` is sent unless it is cleared", CLEAR),
        _ => (
            "HTTP/1.0 is spoken, which closes each one",
            "write `proxy_http_version 1.1;` and `proxy_set_header Connection \"\";` beside the pass directive",
        ),
    }
}

/// Whether a variable tells what the header says.
fn is_computed(context: &Context<'_>, forwarding: &Forwarding) -> bool {
    context.written(forwarding.reuse.origin.at).contains('$')
}

/// Whether the default applies because other headers are set nearer.
fn pushed_out(context: &Context<'_>, forwarding: &Forwarding) -> bool {
    context.written(forwarding.reuse.origin.at).starts_with("proxy_set_header")
}

/// Fewer idle connections than servers that take turns: the one that is wanted has just been closed for another
/// (1.22.1: 40 requests, 40 connections for 1 of 2, 2 of 3 and 3 of 4). Clients or weights that stay with one server
/// find theirs.
fn too_small(context: &Context<'_>, pool: &PoolContext<'_>, idle: u32) -> Option<Finding> {
    let servers = pool.prediction.shares.len();
    let (top, bottom) = (pool.prediction.largest()?, pool.prediction.smallest()?);
    let in_turn = pool.view.method().is_some_and(Method::rotates) && (top.share - bottom.share).abs() < 1e-9;
    if (idle as usize) >= servers || servers < 2 || !in_turn {
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
        "`{}` keeps {idle} idle connection{} for {servers} servers together ({names}): as they take turns, none is there when it is wanted",
        pool.name,
        if idle == 1 { "" } else { "s" }
    );
    let at = pool.view.settings.keepalive.origin.at;
    let finding = Finding::new(&META, at, context.subject(pool.name), message)
        .because("for all servers together, in each worker");
    Some(finding.help(format!("keep at least two for each server: `keepalive {};`", servers * 2)))
}
