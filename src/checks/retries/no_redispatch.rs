//! Retries go to the same dead target.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Forwarding, Key, Method, Mode, Protocol, Redispatch, TargetRules};
use crate::source::{Dialect, Span};
use crate::traffic::{Detection, chooses_another, gives_up, pauses, slowest_detection};

/// See `docs/checks/no-redispatch.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoRedispatch;

const META: Meta = Meta {
    name: "no-redispatch",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Envoy],
    since: "0.1.0",
    summary: "retries go to the same dead target",
    follows: &[],
    page: include_str!("../../../docs/checks/no-redispatch.md"),
};

impl Check for NoRedispatch {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Retries]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let settings = pool.view.settings;
        let several = pool.view.targets.iter().filter(|target| target.tier == 0).count() > 1;
        let several = several && !pool.view.is_one_place();
        if several && pool.is_reached() {
            findings.extend(of_routes(context, pool));
        }
        let retries = settings.retries.get().copied().unwrap_or(0);
        let open = context.is_open(settings.redispatch.origin);
        let stuck = !open && settings.redispatch.is(&Redispatch::Never) && retries > 0;
        let speaks = settings.mode.is(&Mode::Http) || settings.mode.is(&Mode::Tcp);
        // Where each request is for one server, another one would be wrong.
        let anyone = pool.view.pool.target_rules != TargetRules::ForEach && !pool.view.elects();
        if !stuck || !several || !speaks || !anyone || !pool.is_reached() || pool.is_served_here(context) {
            return;
        }
        let wait = pauses(settings).map_or(String::new(), |wait| format!(" after {}", seconds(wait)));
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

/// Routes that retry and leave to chance, or to a key, which target they meet.
fn of_routes(context: &Context<'_>, pool: &PoolContext<'_>) -> Vec<Finding> {
    let retries = |forwarding: &Forwarding| gives_up(forwarding) == Some(false);
    let blind = |forwarding: &Forwarding| chooses_another(&pool.view, forwarding) != Some(true);
    let stuck = context.forwardings_to(pool.view.id).map(|(_, forwarding)| forwarding);
    let stuck =
        stuck.filter(|forwarding| forwarding.protocol != Protocol::Stream && retries(forwarding) && blind(forwarding));
    let mut places: Vec<Span> = stuck.map(|forwarding| forwarding.retry_on.origin.at).collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(|at| blind_retry(context, pool, at)).collect()
}

fn blind_retry(context: &Context<'_>, pool: &PoolContext<'_>, at: Span) -> Finding {
    let keyed = pool.view.method().is_some_and(|method| matches!(method, Method::Hash(key) if key != Key::Missing));
    let (name, until) = (pool.name, until(pool));
    let message = if keyed {
        format!("a request of `{name}` that meets a dead server is retried there{until}: its key leads to the same one")
    } else {
        format!(
            "a request of `{name}` that meets a dead server may be retried there{until}: nothing makes a retry choose another"
        )
    };
    let finding =
        Finding::new(&META, at, context.subject(name), message).because("no `retry_host_predicate` beside it");
    finding.help("write `retry_host_predicate` with `envoy.retry_host_predicates.previous_hosts`, and `host_selection_retry_max_attempts: 3`")
}

/// How long that lasts: until the health check has noticed, where one does.
fn until(pool: &PoolContext<'_>) -> String {
    match slowest_detection(&pool.view) {
        Some(Detection::After(milliseconds)) => format!(", until the check notices ({})", seconds(milliseconds)),
        Some(Detection::Never) => ", for as long as it is down".to_owned(),
        Some(Detection::ByTraffic { .. } | Detection::Sometime | Detection::Unknown) | None => String::new(),
    }
}
