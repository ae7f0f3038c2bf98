//! Servers that speak HTTP are only asked whether they accept a connection.

use rustc_hash::FxHashMap;

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Mode, ProbeKind, Protocol, Target};
use crate::source::{Dialect, Span};
use crate::traffic::{FailureMode, one_in, percent};

/// See `docs/checks/shallow-health-check.md`.
#[derive(Debug)]
pub(in crate::checks) struct ShallowHealthCheck;

const META: Meta = Meta {
    name: "shallow-health-check",
    group: Group::Health,
    severity: Severity::Info,
    confidence: Confidence::High,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "servers that speak HTTP are only asked whether they accept a connection",
    follows: &["no-health-check", "health-check-not-enabled", "partial-health-check", "broken-health-check"],
    page: include_str!("../../../docs/checks/shallow-health-check.md"),
};

const HELP: Wording = Wording {
    haproxy: "write `option httpchk` and `http-check send meth GET uri /health ver HTTP/1.1 hdr Host NAME`",
    nginx: "write `type=http` in `check`, and `check_http_send` with a request for a health page",
    envoy: "write `http_health_check: {path: /health}` in place of `tcp_health_check`",
};

impl Check for ShallowHealthCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    /// What a hundred pools inherit is told of the first one, and names the others: to put it into words for each costs more
    /// than to find it.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let mut told: FxHashMap<Span, usize> = FxHashMap::default();
        for pool in pools {
            let Some(first) = first_checked(context, pool) else { continue };
            let cause = pool.view.settings.probe.origin.at;
            let place = *told.entry(cause).or_insert(findings.len());
            match findings.get_mut(place) {
                Some(finding) => finding.subjects.push(context.subject(pool.name)),
                None => findings.push(finding(context, pool, first)),
            }
        }
    }
}

/// The first target that a bare connection checks, where the pool speaks HTTP and several are checked so.
fn first_checked<'a>(context: &Context<'_>, pool: &PoolContext<'a>) -> Option<&'a Target> {
    let probe = pool.view.settings.probe;
    let connects = probe.get().is_some_and(|probe| probe.kind == ProbeKind::Connect);
    if !connects || context.is_open(probe.origin) || !pool.is_reached() || !speaks_http(context, pool) {
        return None;
    }
    let mut targets = pool.view.targets.iter().filter(|target| only_connects(pool, target));
    let first = targets.next()?;
    targets.next().map(|_| first)
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, first: &Target) -> Finding {
    let message = format!(
        "a server of `{}` that accepts connections and answers nothing but errors counts as up: {} for good",
        pool.name,
        lost(pool, first)
    );
    let cause = pool.view.settings.probe.origin.at;
    let finding = Finding::new(&META, cause, context.subject(pool.name), message);
    let finding = finding.because("the check only connects").related(first.statement, "checked");
    finding.help(HELP.of(context))
}

/// What fails while one server answers nothing but errors: "one request in two fails", and where such a server looks idle
/// "50.0 to 100 % of the requests fail".
fn lost(pool: &PoolContext<'_>, first: &Target) -> String {
    let position = pool.view.targets.iter().position(|target| std::ptr::eq(target, first)).unwrap_or_default();
    let failed = pool.failure(position as u32, FailureMode::Http500).failed;
    let share = "its share of the requests fails";
    if failed.low <= 0.0 && failed.high >= 1.0 {
        return share.to_owned();
    }
    if failed.is_open() {
        return format!("{} to {} of the requests fail", percent(failed.low), percent(failed.high));
    }
    match (pool.prediction.largest(), pool.prediction.smallest()) {
        (Some(top), Some(bottom)) if (top.share - bottom.share).abs() < 1e-9 => format!("{} fails", one_in(top.share)),
        _ => share.to_owned(),
    }
}

/// Requests, not connections, and no other protocol behind them.
fn speaks_http(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let by_mode = pool.view.settings.mode.is(&Mode::Http);
    let http = |protocol: Protocol| matches!(protocol, Protocol::Http | Protocol::Grpc);
    let mut forwardings = context.forwardings_to(pool.view.id).peekable();
    // In Envoy other filters than those of HTTP and TCP lead to a cluster, too: for Redis, for Thrift.
    let is_said = context.unit.dialect != Dialect::Envoy || forwardings.peek().is_some();
    by_mode && is_said && forwardings.all(|(_, forwarding)| http(forwarding.protocol))
}

/// The check is all that notices: no agent, and no watching of answers.
fn only_connects(pool: &PoolContext<'_>, target: &Target) -> bool {
    let Some(settings) = pool.view.settings_of(target) else { return false };
    let asked = settings.checked.is(&true) && settings.agent.is(&false) && settings.observed.is(&false);
    asked && !pool.view.unit.is_beside(target.address)
}
