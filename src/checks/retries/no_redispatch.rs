//! Retries go to the same dead target.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::waited;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Mode, Redispatch};
use crate::source::Dialect;
use crate::traffic::{Detection, detection};

/// See `docs/checks/no-redispatch.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoRedispatch;

const META: Meta = Meta {
    name: "no-redispatch",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy],
    since: "0.1.0",
    summary: "retries go to the same dead target",
    follows: &[],
    page: include_str!("../../../docs/checks/no-redispatch.md"),
};

impl Check for NoRedispatch {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let settings = pool.view.settings;
        let several = pool.view.targets.iter().filter(|target| target.tier == 0).count() > 1;
        let retries = settings.retries.get().copied().unwrap_or(0);
        let open = context.is_open(settings.redispatch.origin);
        let stuck = !open && settings.redispatch.is(&Redispatch::Never) && retries > 0;
        let speaks = settings.mode.is(&Mode::Http) || settings.mode.is(&Mode::Tcp);
        if !stuck || !several || !speaks || pool.view.elects() || !pool.is_reached() {
            return;
        }
        let wait = waited(settings).map_or(String::new(), |wait| format!(" after {}", seconds(wait)));
        let message = format!(
            "a request of `{}` that meets a dead server is retried there {retries} times and fails{wait}{}",
            pool.name,
            until(pool)
        );
        let origin = settings.redispatch.origin;
        let finding = Finding::new(&META, origin.at, context.subject(pool.name), message);
        let finding = finding.because("no `option redispatch` for the pools here");
        findings.push(finding.help("write `option redispatch 1`: every retry goes to another server"));
    }
}

/// How long that lasts: until the health check has noticed, where one does.
fn until(pool: &PoolContext<'_>) -> String {
    match pool.view.targets.first().map(|target| detection(&pool.view, target)) {
        Some(Detection::After(milliseconds)) => format!(", until the check notices ({})", seconds(milliseconds)),
        Some(Detection::Never) => ", for as long as it is down".to_owned(),
        Some(Detection::ByTraffic { .. } | Detection::Sometime | Detection::Unknown) | None => String::new(),
    }
}
