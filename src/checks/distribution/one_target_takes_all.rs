//! Several targets are declared, yet one of them gets everything.

use crate::checks::PoolContext;
use crate::checks::cases::in_every_case;
use crate::checks::phrases::{list, seconds};
use crate::checks::wording::Wording;
use crate::checks::{Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{Address, AdministrativeState, Method, Mode, Port, Target, Timeout};
use crate::source::Dialect;
use crate::traffic::{Share, percent, ports};

use super::weights::follows_weights;

/// See `docs/checks/one-target-takes-all.md`.
#[derive(Debug)]
pub(in crate::checks) struct OneTargetTakesAll;

const META: Meta = Meta {
    name: "one-target-takes-all",
    group: Group::Distribution,
    severity: Severity::Error,
    confidence: Confidence::High,
    profile: Profile::Default,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "several targets are declared, yet the prediction gives one of them everything",
    follows: &["starved-target", "backup-without-effect"],
    page: include_str!("../../../docs/checks/one-target-takes-all.md"),
};

const ROTATE: Wording = Wording {
    haproxy: "equal weights, and `balance roundrobin` unless a session needs its server",
    nginx: "equal weights; without a method nginx rotates over the servers",
    envoy: "equal weights, and `lb_policy: ROUND_ROBIN` unless a session needs its server",
};

const IN_SERVICE: Wording = Wording {
    haproxy: "take `disabled` away, or the server if it is gone for good",
    nginx: "take `down` away, or the server if it is gone for good",
    envoy: "take `health_status` away, or the endpoint if it is gone for good",
};

const ONE_FIRST: Wording = Wording {
    haproxy: "fills one server before it uses the next",
    nginx: "",
    envoy: "stays with one endpoint for as long as it can be reached",
};

const USE_ALL: Wording = Wording {
    haproxy: "`balance roundrobin`, or a `maxconn` on every server so that the next one is used",
    nginx: "",
    envoy: "`round_robin` or `least_request` use all of them",
};

impl Check for OneTargetTakesAll {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        if pool.is_reached() {
            findings.extend(in_every_case(context, pool, judge));
        }
    }
}

fn judge(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    if let Some(finding) = one_address(context, pool) {
        return Some(finding);
    }
    let top = taker(context, pool).filter(|_| pool.also_one_by_one(|each| taker(context, each).is_some()))?;
    let winner = pool.target(top.target)?;
    let losers: Vec<&Target> = others(pool, top).collect();
    let speaks = !losers.is_empty() && !pool.has_meant_shares(context);
    speaks.then(|| finding(context, pool, top, winner, &losers))
}

/// The targets of the first tier that the winner leaves without traffic; backups are meant to wait.
fn others<'p>(pool: &'p PoolContext<'_>, top: Share) -> impl Iterator<Item = &'p Target> {
    let first_tier = pool.target(top.target).map_or(0, |winner| winner.tier);
    let numbered = (0_u32..).zip(pool.view.targets);
    numbered
        .filter(move |(position, target)| *position != top.target && target.tier <= first_tier)
        .map(|(_, target)| target)
}

/// The target that takes all, or nearly all.
fn taker(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Share> {
    let targets = pool.prediction.shares.len();
    let takes_all = |top: &Share| targets == 1 || (targets >= 3 && top.share >= context.options.takes_all_share);
    pool.prediction.largest().filter(takes_all)
}

/// Two or more targets get traffic, and all of them are one and the same address.
fn one_address(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let targets: Vec<&Target> = pool.prediction.shares.iter().filter_map(|share| pool.target(share.target)).collect();
    let (first, others) = targets.split_first()?;
    let comparable = matches!(first.address, Address::Ip(_, Port::Number(_) | Port::OfClient));
    let again = others.first().filter(|_| comparable && others.iter().all(|other| other.address == first.address))?;
    let address = context.written(first.address_at);
    let names = list(targets.iter().map(|target| context.text(target.name)));
    let message = format!("all the traffic of `{}` goes to {address}: {names} are one and the same server", pool.name);
    let finding = Finding::new(&META, again.address_at, context.subject(pool.name).told_by(address), message)
        .because("the same address");
    Some(finding.related(first.address_at, "as here").help("write the address of another server"))
}

fn finding(context: &Context<'_>, pool: &PoolContext<'_>, top: Share, winner: &Target, losers: &[&Target]) -> Finding {
    let name = context.text(winner.name);
    let rest = list(losers.iter().map(|target| context.text(target.name)));
    let (together, gets) = if losers.len() > 1 { (" together", "get") } else { ("", "gets") };
    let remainder = if top.share < 1.0 { percent(1.0 - top.share) } else { "nothing".to_owned() };
    let share = percent(top.share);
    let message = format!("`{name}` gets {share} of `{}`; {rest}{together} {gets} {remainder}", pool.name);
    let finding = |at| Finding::new(&META, at, context.target_subject(pool.name, winner), message);
    let finding = match pool.view.method() {
        Some(Method::First | Method::Sticky) => {
            let finding = by_policy(context, finding(pool.view.settings.policy.origin.at), winner, &share);
            if is_standby(pool) { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding }
        }
        _ if top.share < 1.0 && !follows_weights(pool, top) => {
            finding(place_of_weight(winner)).because(share).help(ROTATE.of(context))
        }
        _ if top.share < 1.0 => by_weights(context, pool, finding(place_of_weight(winner)), winner, losers),
        _ => by_state(
            context,
            pool,
            finding(losers.first().map_or(winner.statement, |loser| decisive(loser))),
            winner,
            losers,
        ),
    };
    finding.note(pool.after_death(context, top.target)).note(pool.reached_from(context))
}

fn by_policy(context: &Context<'_>, finding: Finding, winner: &Target, share: &str) -> Finding {
    let finding = finding.because(ONE_FIRST.of(context)).related(winner.statement, share);
    finding.at_most(Severity::Warning).help(USE_ALL.of(context))
}

/// `balance first` over the nodes of a database, or in front of backups: one that works, others that wait.
pub(super) fn is_standby(pool: &PoolContext<'_>) -> bool {
    let targets = pool.view.targets;
    let is_database =
        |target: &Target| matches!(target.address.port(), Some(Port::Number(port)) if ports::has_one_writer(port));
    let has_backup = targets.iter().any(|target| target.tier > 0);
    let is_first = pool.view.method() == Some(Method::First);
    is_first && (targets.iter().all(is_database) || (has_backup && pool.view.settings.mode.is(&Mode::Tcp)))
}

fn by_weights(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    finding: Finding,
    winner: &Target,
    losers: &[&Target],
) -> Finding {
    let weight = |target: &Target| u64::from(target.weight.get().copied().unwrap_or(0));
    let total = weight(winner) + losers.iter().map(|loser| weight(loser)).sum::<u64>();
    let mut finding = finding.because(format!("{} of {total}", weight(winner)));
    for loser in losers.iter().take(3) {
        finding = finding.related(place_of_weight(loser), format!("{} of {total}", weight(loser)));
    }
    let policy = &pool.view.settings.policy;
    if pool.view.method().is_some_and(|method| !method.rotates()) {
        let word = context.written(policy.origin.at);
        finding =
            finding.related(policy.origin.at, format!("requests are not rotated: `{word}` picks the server by a key"));
    }
    finding.help(ROTATE.of(context))
}

fn by_state(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    finding: Finding,
    winner: &Target,
    losers: &[&Target],
) -> Finding {
    let finding = finding.related(winner.statement, "gets everything");
    if losers.iter().all(|loser| loser.state != AdministrativeState::Up) {
        let finding = finding.because("out of service").at_most(Severity::Warning).note(alone(pool, winner));
        let finding =
            if keeps_its_place(pool) { finding.at_most(Severity::Info).only_from(Profile::Strict) } else { finding };
        return finding.help(IN_SERVICE.of(context));
    }
    if losers.iter().all(|loser| is_drained(pool, loser)) {
        return finding.because("drained").at_most(Severity::Info).only_from(Profile::Strict);
    }
    finding.because("gets nothing").help("give the servers equal weights, or remove those that should get no traffic")
}

/// Where clients are hashed, a target that is out of service keeps its place so that the others keep their clients.
fn keeps_its_place(pool: &PoolContext<'_>) -> bool {
    matches!(pool.view.method(), Some(Method::Hash(_)))
}

/// Failures of real traffic take out the only target that is left: then nobody answers (nginx, research A2).
fn alone(pool: &PoolContext<'_>, winner: &Target) -> String {
    if pool.view.targets.iter().any(|target| target.tier > winner.tier && target.state == AdministrativeState::Up) {
        return String::new();
    }
    let settings = pool.view.settings_of(winner);
    let ejection = settings.and_then(|settings| Some((*settings.ejected_after.get()?, *settings.ejected_for.get()?)));
    match ejection {
        Some((failures, Timeout::After(time))) if failures > 0 => format!(
            "{failures} failed {} of it {} the whole pool out for {}: `max_fails=0` on it avoids that",
            if failures == 1 { "request" } else { "requests" },
            if failures == 1 { "takes" } else { "take" },
            seconds(time)
        ),
        _ => String::new(),
    }
}

/// Where a target's weight is written; the server's line if it is not.
fn place_of_weight(target: &Target) -> crate::source::Span {
    if target.weight.origin.is_explicit() { target.origin_span(target.weight.origin) } else { target.statement }
}

/// Where it is written that a target gets nothing.
fn decisive(target: &Target) -> crate::source::Span {
    if target.weight.is(&0) { place_of_weight(target) } else { target.statement }
}

/// Weight 0 with a cookie: existing sessions still reach it, new clients do not.
fn is_drained(pool: &PoolContext<'_>, target: &Target) -> bool {
    target.weight.is(&0) && pool.view.settings_of(target).is_some_and(|settings| settings.cookie.is(&true))
}
