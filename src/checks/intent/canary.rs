//! `canary`: how much of the traffic another pool, or one target, gets for a while.

use super::Canary;
use super::outcome::{State, Subject};
use crate::finding::Severity;
use crate::model::{Destination, Guard, PoolId, Route};
use crate::source::Span;
use crate::traffic::{Reached, percent};

const ROUNDING: f64 = 1e-9;

/// How much a canary gets.
enum Part {
    /// So much, at most, as is written there.
    Share(f64, Span),
    /// Nothing.
    Nothing,
    /// That is not known.
    Unknown(String),
}

pub(super) fn canary(subject: &Subject<'_, '_>, wanted: &Canary) -> State {
    let state = judged(subject, wanted);
    // What a rule hands to a pool is written; what a target gets is predicted.
    let is_pool = subject.context.unit.pools().any(|(_, pool)| subject.context.name_of(pool) == wanted.pool);
    if is_pool { state } else { state.assuming(&subject.peace.assumptions) }
}

fn judged(subject: &Subject<'_, '_>, wanted: &Canary) -> State {
    let Some(part) = part(subject, &wanted.pool) else { return missing(subject, wanted) };
    let (share, at) = match part {
        Part::Unknown(why) => return State::Open(why),
        Part::Nothing => return State::held(format!("`{}` gets nothing", wanted.pool)),
        Part::Share(share, at) => (share, at),
    };
    let over = wanted.until.filter(|until| subject.context.intent.today.is_some_and(|today| *until < today));
    let (name, gets) = (&wanted.pool, percent(share));
    if let Some(until) = over.filter(|_| share > ROUNDING) {
        let message = format!(
            "the canary `{name}` gets {gets} of the traffic of `{}`; expected: nothing after {until}",
            subject.pool.name
        );
        return State::unmet(Severity::Warning, message, at, gets);
    }
    if share > wanted.at_most.0 + ROUNDING {
        let message = format!(
            "the canary `{name}` gets {gets} of the traffic of `{}`; expected: at most {}",
            subject.pool.name,
            percent(wanted.at_most.0)
        );
        return State::unmet(Severity::Warning, message, at, gets);
    }
    State::held(format!("`{name}` gets {gets}"))
}

fn missing(subject: &Subject<'_, '_>, wanted: &Canary) -> State {
    let unit = subject.context.unit;
    if unit.fragment || wanted.until.is_some() {
        // Gone before its last day is gone in time.
        return State::held(format!("there is no `{}`", wanted.pool));
    }
    let message =
        format!("there is no pool `{}` beside `{}`, and no such target in it", wanted.pool, subject.pool.name);
    State::unmet(Severity::Warning, message, subject.pool.view.pool.header, "its traffic was to be shared")
}

/// What the pool of this name gets, or else the target; `None` if there is neither.
fn part(subject: &Subject<'_, '_>, name: &str) -> Option<Part> {
    let context = subject.context;
    let pool = context.unit.pools().find(|(_, pool)| context.name_of(pool) == name);
    if let Some((id, _)) = pool {
        return Some(of_pool(subject, id));
    }
    let named = subject.named(name);
    let target = named.first().and_then(|position| subject.pool.target(*position))?;
    Some(match subject.share_of_all(&named) {
        None => Part::Unknown("the pool's shares are not known".to_owned()),
        Some((_, high)) if high <= ROUNDING => Part::Nothing,
        Some((_, high)) => Part::Share(high, target.origin_span(target.weight.origin)),
    })
}

/// The largest part of any rule's traffic that goes there.
fn of_pool(subject: &Subject<'_, '_>, id: PoolId) -> Part {
    let context = subject.context;
    let mut largest: Option<(f64, Span)> = None;
    for route in context.routes_to(id).filter(|route| can_be_taken(route)) {
        match of_route(route, id) {
            None => return Part::Unknown("requests decide which of them go there".to_owned()),
            Some((share, at)) if largest.is_none_or(|(most, _)| share > most) => largest = Some((share, at)),
            Some(_) => {}
        }
    }
    match largest {
        Some((share, at)) if share > ROUNDING => Part::Share(share, at),
        None if context.reach.of(id) == Reached::Perhaps => Part::Unknown("rules that choose while running".to_owned()),
        _ => Part::Nothing,
    }
}

const fn can_be_taken(route: &Route) -> bool {
    !matches!(route.guard, Guard::Never | Guard::Unmatched | Guard::Taken(_) | Guard::When { fallback: true, .. })
}

/// What a rule hands to a pool; `None` where requests decide.
fn of_route(route: &Route, id: PoolId) -> Option<(f64, Span)> {
    match &route.to {
        Destination::Pool(..) => matches!(route.guard, Guard::Always).then_some((1.0, route.at)),
        Destination::Computed(..) => None,
        Destination::Split(branches) => {
            let total: f64 = branches.iter().map(|branch| branch.weight.map(f64::from)).sum::<Option<f64>>()?;
            let own = branches.iter().filter(|branch| branch.pool == Some(id));
            let at = own.clone().next().map_or(route.at, |branch| branch.at);
            let weight: f64 = own.filter_map(|branch| branch.weight).map(f64::from).sum();
            Some((if total > 0.0 { weight / total } else { 0.0 }, at))
        }
    }
}
