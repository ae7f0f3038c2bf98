//! Nothing notices a dead target.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::waited;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Mode, Redispatch};
use crate::source::Dialect;
use crate::traffic::{one_in, percent};

/// See `docs/checks/no-health-check.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoHealthCheck;

const META: Meta = Meta {
    name: "no-health-check",
    group: Group::Health,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "a pool has two or more targets and nothing notices a dead one",
    follows: &["health-check-not-enabled"],
    page: include_str!("../../../docs/checks/no-health-check.md"),
};

impl Check for NoHealthCheck {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let usable = |target: &&crate::model::Target| target.state == AdministrativeState::Up && !target.weight.is(&0);
        let targets: Vec<_> = pool.view.targets.iter().filter(usable).collect();
        let unwatched = targets.iter().all(|target| pool.view.is_watched(target) == Some(false));
        let resolved = targets
            .iter()
            .any(|target| pool.view.settings_of(target).is_some_and(|s| !s.resolved_at_run_time.is(&false)));
        let log = pool.view.settings.mode.is(&Mode::Log);
        if targets.len() < 2 || !unwatched || resolved || log || !pool.is_reached() {
            return;
        }
        let Some(first) = targets.first() else { return };
        if pool.view.settings_of(first).is_some_and(|settings| context.is_open(settings.checked.origin)) {
            return;
        }
        let at =
            pool.view.settings_of(first).map_or(first.statement, |settings| first.origin_span(settings.checked.origin));
        let message = format!("nothing notices when a server of `{}` dies: {}", pool.name, consequence(pool));
        let mut finding =
            Finding::new(&META, at, context.subject(pool.name), message).because("no `check` for the servers here");
        finding = finding.related(first.statement, "always counts as up");
        if pool.view.settings.redispatch.get().is_some_and(|redispatch| *redispatch != Redispatch::Never) {
            finding = finding.at_most(Severity::Warning);
        }
        findings.push(
            finding.help("write `default-server check` above the servers, and `option httpchk` if they speak HTTP"),
        );
    }
}

/// What a dead server costs: the share that fails and how long it takes to fail, or that it is tried in vain.
fn consequence(pool: &PoolContext<'_>) -> String {
    let settings = pool.view.settings;
    let dead = match (pool.prediction.largest(), pool.prediction.smallest()) {
        (Some(top), Some(bottom)) if (top.share - bottom.share).abs() < 1e-9 => one_in(top.share),
        (Some(top), Some(bottom)) => {
            format!("between {} and {} of the traffic", percent(bottom.share), percent(top.share))
        }
        _ => "its share of the requests".to_owned(),
    };
    match (settings.redispatch.get(), settings.retries.get()) {
        (Some(Redispatch::Never), Some(0)) => format!("{dead} fails at once for as long as it is down"),
        (Some(Redispatch::Never), Some(_)) => {
            let wait = waited(settings).map_or(String::new(), |wait| format!(", each after {}", seconds(wait)));
            format!("{dead} fails{wait}, for as long as it is down")
        }
        (Some(_), _) => format!("{dead} tries it in vain first, for as long as it is down"),
        (None, _) => format!("{dead} may fail for as long as it is down"),
    }
}
