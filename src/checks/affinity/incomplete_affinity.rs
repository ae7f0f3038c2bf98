//! Sessions are meant to stay on their target, and half of what that takes is missing.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Check, Context, PoolContext};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Affinity, CarrierKind, Mode, SessionValue, Target, UnsentCookie, Value};
use crate::source::{Dialect, Span};
use crate::traffic::percent;

/// See `docs/checks/incomplete-affinity.md`.
#[derive(Debug)]
pub(in crate::checks) struct IncompleteAffinity;

const META: Meta = Meta {
    name: "incomplete-affinity",
    group: Group::Affinity,
    severity: Severity::Warning,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "sessions are to stay on their target, and half of what that takes is missing",
    follows: &[],
    page: include_str!("../../../docs/checks/incomplete-affinity.md"),
};

const NO_CARRIER: Wording = Wording {
    haproxy: "write `cookie SERVERID insert indirect nocache` in the pool",
    nginx: "write `sticky route $cookie_route;` above the servers",
    envoy: "",
};

const NO_VALUES: Wording = Wording {
    haproxy: "write `cookie NAME` behind each server",
    nginx: "write `route=NAME` behind each server",
    envoy: "",
};

impl Check for IncompleteAffinity {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let subjects: Vec<Sticky<'_>> = pools.iter().filter_map(|pool| Sticky::new(context, pool)).collect();
        let used: BTreeSet<Span> =
            subjects.iter().filter(|one| !one.with.is_empty()).filter_map(Sticky::carrier_at).collect();
        let mut idle: BTreeMap<Span, Vec<&Sticky<'_>>> = BTreeMap::new();
        for one in &subjects {
            match one.carrier {
                None if one.with.is_empty() => {}
                None => findings.extend(without_carrier(context, one)),
                Some((at, CarrierKind::NotMade)) => findings.push(not_made(context, one, at)),
                Some((_, CarrierKind::Made)) => {}
                Some((at, CarrierKind::Written)) if one.with.is_empty() => {
                    // Inherited by all, it is meant for those that make use of it.
                    if !used.contains(&at) {
                        idle.entry(at).or_default().push(one);
                    }
                }
                Some((at, CarrierKind::Written)) => findings.extend(partial(context, one, at)),
            }
        }
        findings.extend(idle.into_iter().map(|(at, pools)| without_values(context, at, &pools)));
        unsent_cookies(context, pools, findings);
        lost(context, pools, findings);
    }
}

/// A pool with what is written about its sessions.
struct Sticky<'p> {
    pool: &'p PoolContext<'p>,
    carrier: Option<(Span, CarrierKind)>,
    /// Targets in service, without backups, that have a value.
    with: Vec<&'p Target>,
    /// The others, with their shares.
    without: Vec<(&'p Target, f64)>,
    /// The first value.
    value_at: Option<Span>,
}

impl<'p> Sticky<'p> {
    fn new(context: &Context<'_>, pool: &'p PoolContext<'p>) -> Option<Self> {
        let (view, sessions) = (&pool.view, &context.unit.sessions);
        let carrier = match sessions.carrier_of(view.id) {
            None => None,
            Some(carrier) => match carrier.kind {
                Value::Known(kind) => Some((carrier.at, kind)),
                Value::Unknown(_) => return None,
            },
        };
        let may_have_value = |target: &Target| view.settings_of(target).is_none_or(|one| !one.cookie.is(&false));
        if carrier.is_none() && !view.targets.iter().any(may_have_value) {
            return None;
        }
        let written = sessions.values_of(&view.pool.targets);
        let settings = view.settings;
        if !settings.mode.is(&Mode::Http) || !pool.is_reached() || settings.affinity.get().is_none() {
            return None;
        }
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for (position, target) in (0_u32..).zip(view.targets) {
            if target.tier > 0 || target.state != AdministrativeState::Up || !target.presence.is_certain() {
                continue;
            }
            match view.settings_of(target)?.cookie.get()? {
                true => with.push(target),
                false => without.push((target, share(pool, position))),
            }
        }
        let several =
            with.len() + without.len() > 1 || view.targets.iter().any(|target| target.count.exactly() != Some(1));
        let value_at = written.first().map(|value: &SessionValue| value.at);
        several.then_some(Self { pool, carrier, with, without, value_at })
    }

    fn carrier_at(&self) -> Option<Span> {
        self.carrier.map(|(at, _)| at)
    }

    /// Something else keeps clients on their target.
    fn is_tied_otherwise(&self) -> bool {
        let policy = self.pool.view.settings.policy.get();
        self.pool.view.pool.sticks.is_some() || policy.is_none_or(|policy| !policy.method.rotates())
    }
}

fn share(pool: &PoolContext<'_>, position: u32) -> f64 {
    pool.prediction.share_of(position).unwrap_or(0.0)
}

/// What happens to a client whose target nothing remembers: "3 of 4 requests of a client go to another server than the one before".
fn scattered(count: usize) -> String {
    format!("{} of {count} requests of a client go to another one than the request before", count - 1)
}

fn weaker(finding: Finding, one: &Sticky<'_>) -> Finding {
    if one.is_tied_otherwise() { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding }
}

/// Values, and nothing that carries them.
fn without_carrier(context: &Context<'_>, one: &Sticky<'_>) -> Option<Finding> {
    let affinity = one.pool.view.settings.affinity;
    if !affinity.is(&Affinity::None) || affinity.origin.is_explicit() || context.is_open(affinity.origin) {
        return None;
    }
    let first = one.with.first()?;
    let at = one.value_at.unwrap_or(first.statement);
    let what = Wording { haproxy: "cookie value", nginx: "route", envoy: "" }.of(context);
    let missing = Wording { haproxy: "no `cookie` statement", nginx: "no `sticky`", envoy: "" }.of(context);
    let all = one.with.len() + one.without.len();
    let name = one.pool.name;
    let message = format!(
        "{} of the {all} servers of `{name}` have a {what}, and {missing} uses it: no client keeps its server",
        one.with.len()
    );
    let finding = Finding::new(&META, at, context.subject(name), message).because("nothing reads it");
    let finding = if one.is_tied_otherwise() { finding } else { finding.note(scattered(all)) };
    Some(weaker(finding, one).help(NO_CARRIER.of(context)))
}

/// A statement that carries values, and no values.
fn without_values(context: &Context<'_>, at: Span, all: &[&Sticky<'_>]) -> Finding {
    let names = list(all.iter().map(|one| one.pool.name));
    let what = Wording { haproxy: "cookie value", nginx: "route", envoy: "" }.of(context);
    let message = format!("no server of {names} has a {what}: no client keeps its server");
    let first = all.first().map_or("", |one| one.pool.name);
    let mut finding = Finding::new(&META, at, context.subject(first), message).because("has no values to carry");
    finding.subjects = all.iter().map(|one| context.subject(one.pool.name)).collect();
    let other = Wording { haproxy: ", or `dynamic` here and `dynamic-cookie-key` in the pool", nginx: "", envoy: "" }
        .of(context);
    let finding = finding.help(format!("{}{other}", NO_VALUES.of(context)));
    match all {
        [one] => weaker(finding, one),
        _ => finding,
    }
}

/// Values are to be made, and what that takes is missing.
fn not_made(context: &Context<'_>, one: &Sticky<'_>, at: Span) -> Finding {
    let name = one.pool.name;
    let message = format!(
        "`{name}` makes no cookie values: `dynamic` needs a `dynamic-cookie-key`, so no client keeps its server"
    );
    let finding = Finding::new(&META, at, context.subject(name), message).because("makes none without a key");
    weaker(finding, one).help("write `dynamic-cookie-key SECRET`, the same on all proxies")
}

/// Some targets have values.
fn partial(context: &Context<'_>, one: &Sticky<'_>, at: Span) -> Option<Finding> {
    let (first, _) = one.without.first()?;
    let without = list(one.without.iter().map(|(target, _)| context.text(target.name)));
    let share: f64 = one.without.iter().map(|(_, share)| share).sum();
    // A target that gets no new clients needs no value.
    if share <= 0.0 && one.pool.prediction.shares.iter().any(|share| share.share > 0.0) {
        return None;
    }
    let (name, of_clients) =
        (one.pool.name, if share > 0.0 { format!(" ({} of the new ones)", percent(share)) } else { String::new() });
    let (what, has) = if one.without.len() == 1 { ("it", "has") } else { ("them", "have") };
    let word = Wording { haproxy: "cookie value", nginx: "route", envoy: "" }.of(context);
    let message = format!(
        "{without} of `{name}` {has} no {word}, as others do: clients that begin on {what}{of_clients} are sent elsewhere by the next request"
    );
    let finding = Finding::new(&META, first.statement, context.subject(name), message).because("ties nobody to it");
    let finding = finding.about(context.target_subjects(name, one.without.iter().map(|(target, _)| *target)));
    let finding = finding.related(at, "keeps clients on the servers that have one");
    Some(weaker(finding, one).help(NO_VALUES.of(context)))
}

/// Cookies that routes hash and that nothing sends.
fn unsent_cookies(context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
    let unsent: BTreeMap<Span, &UnsentCookie> =
        context.unit.sessions.unsent.iter().map(|cookie| (cookie.policies, cookie)).collect();
    if unsent.is_empty() {
        return;
    }
    for pool in pools.iter().filter(|pool| pool.is_reached()) {
        let hashes = pool.view.settings.policy.get().is_some_and(|policy| !policy.method.rotates());
        if !hashes || pool.view.targets.len() < 2 && pool.view.pool.completeness.is_complete() {
            continue;
        }
        let mut seen = BTreeSet::new();
        for (_, forwarding) in context.forwardings_to(pool.view.id) {
            let at = forwarding.hash_key.origin.at;
            if seen.insert(at)
                && let Some(cookie) = unsent.get(&at)
            {
                let word = context.text(cookie.name);
                let message = format!(
                    "`{}` is hashed by the cookie `{word}`, which Envoy does not send as it has no `ttl`: requests without it go to any of its endpoints",
                    pool.name
                );
                let finding = Finding::new(&META, cookie.at, context.subject(pool.name).told_by(word), message);
                let finding = finding
                    .because("must come from somebody else")
                    .help("write `ttl: 0s` beside its name for a cookie of the session, or a longer one");
                findings.push(if is_of_application(word) {
                    finding.at_most(Severity::Info).only_from(Profile::Strict)
                } else {
                    finding
                });
            }
        }
    }
}

/// Names that application servers give their own session cookies.
fn is_of_application(name: &str) -> bool {
    const WORDS: [&str; 6] = ["sess", "sid", "auth", "token", "user", "login"];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// A method that is written behind `sticky` replaces what that was wrapped around, and it with that.
fn lost(context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
    for pool in pools.iter().filter(|pool| pool.is_reached() && pool.view.targets.len() > 1) {
        let affinity = pool.view.settings.affinity;
        let Some(carrier) = context.unit.sessions.carrier_of(pool.view.id) else { continue };
        if affinity.is(&Affinity::None) && affinity.origin.is_explicit() {
            let message = format!(
                "`{}` keeps no client on its server: {} takes `sticky` away",
                pool.name,
                context.written(affinity.origin.at)
            );
            let finding = Finding::new(&META, affinity.origin.at, context.subject(pool.name), message);
            let finding = finding.because("replaces what stands above it").related(carrier.at, "without effect");
            findings.push(finding.help("write the method first, then `sticky`"));
        }
    }
}
