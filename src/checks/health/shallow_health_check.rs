//! Servers that speak HTTP are only asked whether they accept a connection.

use crate::checks::PoolContext;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Mode, ProbeKind, Protocol, Target};
use crate::source::Dialect;
use crate::traffic::one_in;

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
    follows: &["no-health-check", "health-check-not-enabled", "partial-health-check"],
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

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let probe = pool.view.settings.probe;
        let connects = probe.get().is_some_and(|probe| probe.kind == ProbeKind::Connect);
        if !connects || context.is_open(probe.origin) || !pool.is_reached() || !speaks_http(context, pool) {
            return;
        }
        let targets: Vec<&Target> = pool.view.targets.iter().filter(|target| only_connects(pool, target)).collect();
        let Some(first) = targets.first().filter(|_| targets.len() > 1) else { return };
        let part = match (pool.prediction.largest(), pool.prediction.smallest()) {
            (Some(top), Some(bottom)) if (top.share - bottom.share).abs() < 1e-9 => one_in(top.share),
            _ => "its share of the requests".to_owned(),
        };
        let message = format!(
            "a server of `{}` that accepts connections and answers nothing but errors counts as up: {part} fails for good",
            pool.name
        );
        let finding = Finding::new(&META, probe.origin.at, context.subject(pool.name), message);
        let finding = finding.because("the check only connects").related(first.statement, "checked");
        findings.push(finding.help(HELP.of(context)));
    }
}

/// Requests, not connections, and no other protocol behind them.
fn speaks_http(context: &Context<'_>, pool: &PoolContext<'_>) -> bool {
    let by_mode = pool.view.settings.mode.is(&Mode::Http);
    let http = |protocol: Protocol| matches!(protocol, Protocol::Http | Protocol::Grpc);
    by_mode && context.forwardings_to(pool.view.id).all(|(_, forwarding)| http(forwarding.protocol))
}

/// The check is all that notices: no agent, and no watching of answers.
fn only_connects(pool: &PoolContext<'_>, target: &Target) -> bool {
    let Some(settings) = pool.view.settings_of(target) else { return false };
    let asked = settings.checked.is(&true) && settings.agent.is(&false) && settings.observed.is(&false);
    asked && !target.address.is_local()
}
