//! A health check is described, and no target is checked by it.

use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::checks::{PoolContext, mend};
use crate::finding::{Confidence, Finding, Fix, Group, Meta, Profile, Severity};
use crate::model::OriginKind;
use crate::source::Dialect;

/// See `docs/checks/health-check-not-enabled.md`.
#[derive(Debug)]
pub(in crate::checks) struct HealthCheckNotEnabled;

const META: Meta = Meta {
    name: "health-check-not-enabled",
    group: Group::Health,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a health check is described but no target is checked by it",
    follows: &[],
    page: include_str!("../../../docs/checks/health-check-not-enabled.md"),
};

const MISSING: Wording = Wording {
    haproxy: "`check` on the servers is missing",
    nginx: "`check` in the upstream is missing",
    envoy: "every endpoint has `disable_active_health_check`",
};

const HELP: Wording = Wording {
    haproxy: "write `default-server check` above the servers",
    nginx: "write `check interval=3000 rise=2 fall=3 timeout=1000 type=http;` in the upstream",
    envoy: "take `disable_active_health_check` away",
};

impl Check for HealthCheckNotEnabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let probe = &pool.view.settings.probe;
        let unwatched = pool.view.targets.iter().all(|target| pool.view.is_watched(target) == Some(false));
        // A method that is inherited by a pool of one server is a common habit, not a wish to check that server.
        let meant = probe.origin.kind == OriginKind::Written || pool.view.targets.len() > 1;
        if !probe.origin.is_explicit() || !unwatched || !meant || pool.view.targets.is_empty() || !pool.is_reached() {
            return;
        }
        let written = context.written(probe.origin.at);
        let message =
            format!("no server of `{}` is checked: `{written}` says how, and {}", pool.name, MISSING.of(context));
        let mut finding = Finding::new(&META, probe.origin.at, context.subject(pool.name), message);
        if let Some(target) = pool.view.targets.first() {
            finding = finding.related(target.statement, "not checked");
        }
        // Nobody knows what the servers answer to a check that never ran.
        let fix = Fix::to_review("write `check` on the servers");
        let fix = mend::add_parameter(context, fix, pool.view.targets, "check");
        finding = finding.fix(fix.filter(|_| context.unit.dialect == Dialect::Haproxy));
        findings.push(finding.because("describes a check that never runs").help(HELP.of(context)));
    }
}
