//! When one target fails, a survivor has to carry more than it was given for.

use crate::checks::PoolContext;
use crate::checks::cases::in_every_case;
use crate::checks::phrases::list;
use crate::checks::wording::Wording;
use crate::checks::{Aspect, Check, Context};
use crate::finding::{Confidence, Finding, Group, Meta, Profile, Severity};
use crate::model::{AdministrativeState, Limit, RouteSource, Target};
use crate::source::{Dialect, Span};
use crate::traffic::{Prediction, Scenario, Share, percent, predict};

/// See `docs/checks/no-failover-headroom.md`.
#[derive(Debug)]
pub(in crate::checks) struct NoFailoverHeadroom;

const META: Meta = Meta {
    name: "no-failover-headroom",
    group: Group::Failover,
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    profile: Profile::Strict,
    dialects: &[Dialect::Haproxy, Dialect::Nginx, Dialect::Envoy],
    since: "0.1.0",
    summary: "after losing any one target the predicted load or declared limit of a survivor is exceeded",
    follows: &["one-target-takes-all", "skewed-weights"],
    page: include_str!("../../../docs/checks/no-failover-headroom.md"),
};

const SPREAD: Wording = Wording {
    haproxy: "give the servers equal weights, raise `maxconn` of the servers, or add one",
    nginx: "give the servers equal weights, or add one",
    envoy: "give the endpoints equal weights, or add some to the priority that takes over",
};

/// Above this many targets each failure is small.
const MOST: usize = 64;

impl Check for NoFailoverHeadroom {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn reads(&self) -> &'static [Aspect] {
        &[Aspect::Targets, Aspect::Shares, Aspect::Limits]
    }

    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let each = pool.has_several().then(|| pool.one_by_one());
        let pool = each.as_ref().unwrap_or(pool);
        if pool.is_reached() && !pool.prediction.is_unknown() && !pool.view.elects() {
            findings.extend(in_every_case(context, pool, judge));
        }
    }
}

fn judge(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    if pool.prediction.is_unknown() || !(2..=MOST).contains(&pool.view.targets.len()) {
        return None;
    }
    over_limit(context, pool).or_else(|| overloaded(context, pool)).or_else(|| few_backups(context, pool))
}

/// What happens when the target at this position is down.
fn without(pool: &PoolContext<'_>, position: u32) -> Prediction {
    predict(&pool.view, Scenario::down(&[position]))
}

/// A survivor would get more connections than its limit, of those that the listeners in front may take.
fn over_limit(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let (taken, at) = taken_in(context, pool)?;
    let limit = |position: u32| {
        let target = pool.target(position)?;
        let limit = pool.view.settings_of(target)?.connections.get().copied()?;
        (limit > 0).then_some(f64::from(limit))
    };
    let fits = |prediction: &Prediction| {
        prediction.shares.iter().all(|share| limit(share.target).is_none_or(|most| share.share * taken <= most))
    };
    if !fits(&pool.prediction) {
        // Too much in peace is another matter.
        return None;
    }
    let (lost, after) = pool
        .prediction
        .shares
        .iter()
        .map(|share| (share.target, without(pool, share.target)))
        .find(|(_, after)| !fits(after))?;
    let burden =
        after.shares.iter().find(|share| limit(share.target).is_some_and(|most| share.share * taken > most))?;
    let (survivor, most) = (pool.target(burden.target)?, limit(burden.target)?);
    let message = format!(
        "if `{}` of `{}` fails, `{}` gets {} of up to {taken:.0} connections, {:.0} at a time, and takes {most:.0}",
        pool.view.full_name_of(pool.target(lost)?),
        pool.name,
        pool.view.full_name_of(survivor),
        percent(burden.share),
        burden.share * taken
    );
    let settings = pool.view.settings_of(survivor)?;
    let place = survivor.origin_span(settings.connections.origin);
    let finding = Finding::new(&META, place, context.subject(pool.name), message).because("its limit");
    Some(finding.related(at, "so many may come in").help(SPREAD.of(context)))
}

/// The most connections that the listeners in front of a pool take together, where all of them say it.
fn taken_in(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<(f64, Span)> {
    let mut listeners: Vec<_> = context
        .routes_to(pool.view.id)
        .map(|route| match route.from {
            RouteSource::Listener(id) => Some(id),
            RouteSource::Pool(_) => None,
        })
        .collect::<Option<_>>()?;
    listeners.sort_unstable();
    listeners.dedup();
    let mut sum = 0;
    let mut place = None;
    for id in listeners {
        let limit = context.unit.listener(id)?.connections;
        let Some(Limit::AtMost(most)) = limit.get().filter(|_| limit.origin.is_explicit()) else { return None };
        sum += most;
        place = place.or(Some(limit.origin.at));
    }
    place.map(|place| (sum as f64, place))
}

/// A survivor of an uneven pool gets several times what it has in peace.
fn overloaded(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let shares = &pool.prediction.shares;
    if shares.len() < 3 || pool.view.method().is_some_and(|method| !method.rotates()) {
        return None;
    }
    // Whatever the policy, its share is not more than all the others can grow by together.
    let enough = |lost: &Share| lost.share >= 1.0 - 1.0 / context.options.failover_growth;
    let lost = pool.prediction.largest().filter(enough)?;
    let after = without(pool, lost.target);
    let growth =
        |target: u32| Some(after.share_of(target)? / pool.prediction.share_of(target).filter(|share| *share > 0.0)?);
    let most = after.shares.iter().filter_map(|share| growth(share.target)).fold(0.0, f64::max);
    if most < context.options.failover_growth {
        return None;
    }
    let name = pool.target(lost.target)?;
    let message = format!(
        "if `{}` of `{}` fails, each survivor gets {most:.1} x its traffic: {} of all requests move at once",
        pool.view.full_name_of(name),
        pool.name,
        percent(lost.share)
    );
    let finding =
        Finding::new(&META, name.origin_span(name.weight.origin), context.target_subject(pool.name, name), message);
    Some(finding.because(percent(lost.share)).help(SPREAD.of(context)))
}

/// Fewer than half as many targets take over as there were.
fn few_backups(context: &Context<'_>, pool: &PoolContext<'_>) -> Option<Finding> {
    let up = |target: &&Target| target.state == AdministrativeState::Up;
    let tier = |tier: u8| pool.view.targets.iter().filter(up).filter(move |target| target.tier == tier);
    let (first, next) = (tier(0).count(), tier(1).next()?);
    let backups: Vec<&Target> = tier(1).filter(|target| !pool.view.unit.is_beside(target.address)).collect();
    let is_apology = pool.view.unit.is_beside(next.address) || backups.is_empty();
    if first < 3 || backups.len() * 2 >= first || is_apology {
        return None;
    }
    let names: Vec<_> = backups.iter().map(|target| pool.view.full_name_of(target)).collect();
    let names = list(names.iter().map(AsRef::as_ref));
    let message = format!(
        "when the {first} first targets of `{}` fail, {names} {} all their traffic: {:.1} x what each of them had",
        pool.name,
        if backups.len() == 1 { "gets" } else { "get" },
        first as f64 / backups.len() as f64
    );
    let finding = Finding::new(&META, next.statement, context.subject(pool.name), message);
    let finding = finding.about(context.target_subjects(pool.name, backups.iter().copied()));
    Some(finding.because("takes over").at_most(Severity::Info).help(SPREAD.of(context)))
}
