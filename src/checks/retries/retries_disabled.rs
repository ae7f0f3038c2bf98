//! A pool of several targets gives a request up after the first one.

use crate::checks::PoolContext;
use crate::checks::phrases::seconds;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Conditions, Forwarding, Mode, Origin, Protocol, Route};
use crate::source::{Dialect, Span};
use crate::traffic::{Detection, gives_up, one_in, slowest_detection};

/// See `docs/checks/retries-disabled.md`.
#[derive(Debug)]
pub(in crate::checks) struct RetriesDisabled;

const META: Meta = Meta {
    name: "retries-disabled",
    group: Group::Retries,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "a pool of several targets gives a request up after the first one",
    follows: &["no-health-check"],
    page: include_str!("../../../docs/checks/retries-disabled.md"),
};

/// Where it does not depend on the statement.
const ADVICE: Wording = Wording {
    haproxy: "",
    nginx: "",
    envoy: "write `retry_policy: { retry_on: \"connect-failure,refused-stream\", num_retries: 2 }`, with `retry_host_predicate` `previous_hosts`: it repeats only what was not sent",
};

/// For connections that are handed on as they are.
const STREAM_ADVICE: Wording = Wording {
    haproxy: "",
    nginx: "",
    envoy: "write `max_connect_attempts: 3` in the `tcp_proxy`: it tries another host",
};

impl Check for RetriesDisabled {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Retries]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let alive = pool.view.targets.iter().filter(|target| target.state == AdministrativeState::Up).count();
        if alive < 2 || pool.view.is_one_place() || !pool.is_reached() {
            return;
        }
        let all: Vec<(&Route, &Forwarding)> = context.forwardings_to(pool.view.id).collect();
        let giving_up = all.iter().filter(|(_, forwarding)| gives_up(forwarding) == Some(true));
        let mut causes: Vec<(Span, bool)> =
            giving_up.clone().map(|(_, forwarding)| cause(forwarding)).map(|at| (at.at, at.is_explicit())).collect();
        causes.sort_unstable();
        causes.dedup();
        // Some requests of a pool may not be repeated: then somebody chose which ones.
        let chosen = giving_up.count() < all.len();
        for (at, written) in causes {
            let finding = finding(context, pool, at);
            findings.push(if chosen || !written {
                finding.at_most(Severity::Info).only_from(Profile::Strict)
            } else {
                finding
            });
        }
    }
}

/// The statement that ends it: the conditions, if they leave out failed connections, else the number of tries.
fn cause(forwarding: &Forwarding) -> Origin {
    match forwarding.retry_on.get() {
        Some(on) if forwarding.tries.is(&1) || on.has(Conditions::ERROR) || on.has(Conditions::CONNECT) => {
            forwarding.tries.origin
        }
        Some(_) => forwarding.retry_on.origin,
        _ => forwarding.tries.origin,
    }
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, at: Span) -> Finding {
    let count = pool.view.targets.len();
    let message = format!(
        "`{}` gives a request up after one server: while one of its {count} servers is dead, {}",
        pool.name,
        consequence(pool)
    );
    let finding = Finding::new(&META, at, context.subject(pool.name), message).because("no other server is tried");
    let finding = finding.related(pool.view.pool.header, format!("has {count} servers"));
    let flag = pool.view.settings.mode.is(&Mode::Tcp);
    let mut forwardings = context.forwardings_to(pool.view.id);
    let is_stream = forwardings.all(|(_, forwarding)| forwarding.protocol == Protocol::Stream);
    let own = if is_stream { STREAM_ADVICE } else { ADVICE }.of(context);
    finding.help(if own.is_empty() { advice(context.written(at), flag) } else { own.to_owned() })
}

/// What a dead server costs until it is back.
fn consequence(pool: &PoolContext<'_>) -> String {
    let share = pool.prediction.largest().map_or("its share of the requests".to_owned(), |top| one_in(top.share));
    match slowest_detection(&pool.view) {
        // Once it has failed often enough, a single failure takes it out again.
        Some(Detection::ByTraffic { out_for, .. }) => {
            format!("a request fails every {} in each worker process", seconds(out_for))
        }
        Some(Detection::After(_) | Detection::Sometime) => format!("{share} fails until a check notices"),
        Some(Detection::Never | Detection::Unknown) | None => format!("{share} fails"),
    }
}

/// The statements to write, in the words of the family; in `stream` the conditions are a flag.
fn advice(written: &str, flag: bool) -> String {
    let (family, rest) = written.split_once("_next_upstream").unwrap_or(("proxy", ""));
    match (flag, rest.starts_with("_tries")) {
        (true, true) => "`proxy_next_upstream_tries 2;` tries another server".to_owned(),
        (true, false) => "`proxy_next_upstream on;` tries another server".to_owned(),
        (false, _) => format!(
            "`{family}_next_upstream error timeout;` with `{family}_next_upstream_tries 2;` repeats only what is safe to repeat"
        ),
    }
}
