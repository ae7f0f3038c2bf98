//! What comes in at each listener: to which pools it goes, and what part of it fails.

use rustc_hash::FxHashMap;

use super::Fraction;
use super::chain::members;
use crate::model::{Destination, Guard, ListenerId, PoolId, Route, RouteKind, RouteSource, Unit};
use crate::source::Sources;

/// Pools may hand on to pools, and these to others.
const DEPTH: usize = 8;
/// Parts are sums of fractions; less than this is nothing.
const ROUNDING: f64 = 1e-9;
/// All of a split, in the units of its branches.
const WHOLE: u32 = 10_000;

/// What a pool does with what it gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PoolState {
    /// What fails; `None` if that is not known.
    pub(super) failed: Option<Fraction>,
    /// Nobody is left, and the proxy knows it.
    pub(super) empty: bool,
    /// Its targets that do not answer, by position in ascending order.
    pub(super) down: Vec<u32>,
}

/// How much of a listener's traffic goes to a pool.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The pool.
    pub pool: PoolId,
    /// Its part of what the listener hands on; `None` where requests decide.
    pub share: Option<f64>,
    /// It gets something only when another pool fails.
    pub fallback: bool,
}

/// What comes in at a listener.
#[derive(Clone, Debug, PartialEq)]
pub struct Entrance {
    /// The listener.
    pub listener: ListenerId,
    /// To which pools it goes, each once.
    pub parts: Vec<Part>,
    /// Which part of it fails; `None` if that is not known.
    pub failed: Option<Fraction>,
}

/// All listeners that hand requests on, with the pools as they are.
pub(super) fn entrances(unit: &Unit, sources: &Sources, states: &FxHashMap<PoolId, PoolState>) -> Vec<Entrance> {
    let mut routes: FxHashMap<ListenerId, Vec<&Route>> = FxHashMap::default();
    for route in &unit.routes {
        if let RouteSource::Listener(id) = route.from
            && can_be_taken(route)
        {
            routes.entry(id).or_default().push(route);
        }
    }
    routes.retain(|id, _| unit.listener(*id).is_some_and(|listener| !listener.disabled));
    let mut routes: Vec<(ListenerId, Vec<&Route>)> = routes.into_iter().collect();
    routes.sort_unstable_by_key(|(id, _)| *id);
    routes.iter().map(|(id, routes)| entrance(unit, sources, *id, routes, states)).collect()
}

const fn can_be_taken(route: &Route) -> bool {
    !matches!(route.guard, Guard::Never | Guard::Unmatched | Guard::Taken(_))
        && !matches!(route.kind, RouteKind::Mirror)
}

fn entrance(
    unit: &Unit,
    sources: &Sources,
    listener: ListenerId,
    routes: &[&Route],
    states: &FxHashMap<PoolId, PoolState>,
) -> Entrance {
    let (fallbacks, regular): (Vec<&Route>, Vec<&Route>) = routes.iter().partition(|route| is_fallback(route));
    let mut parts = regular_parts(&regular);
    let nobody_left = !parts.list.is_empty() && parts.list.iter().all(|part| is_empty(states, part.pool));
    let spare: Vec<PoolId> = fallbacks.iter().flat_map(|route| route.to.pools().filter_map(|(_, pool)| pool)).collect();
    let settled = spare.is_empty() || is_settled(unit, sources, &fallbacks, &parts.list, states);
    let takes_over = nobody_left && settled && !spare.is_empty();
    if takes_over || !settled {
        for part in &mut parts.list {
            part.share = takes_over.then_some(0.0);
        }
    }
    let mut parts = parts.list;
    parts.extend(spare.into_iter().enumerate().map(|(place, pool)| {
        let share = if takes_over && place == 0 { 1.0 } else { 0.0 };
        Part { pool, share: settled.then_some(share), fallback: true }
    }));
    let (parts, failed) = handed_to_targets(unit, sources, parts, states);
    let lost = certain(&regular).map_or(0.0, |route| untaken(&route.to));
    let failed = failed.filter(|_| !leads_elsewhere(&regular)).map(|failed| failed.plus(lost));
    Entrance { listener, parts, failed }
}

/// Whether it is known which fallback takes over: nobody is missing, or nobody is left of the only pool, which is the one that the
/// rules ask for. How many targets a rule wants is not in the model.
fn is_settled(
    unit: &Unit,
    sources: &Sources,
    fallbacks: &[&Route],
    regular: &[Part],
    states: &FxHashMap<PoolId, PoolState>,
) -> bool {
    let is_whole = |part: &Part| states.get(&part.pool).is_none_or(|state| state.down.is_empty() && !state.empty);
    if regular.iter().all(is_whole) {
        return true;
    }
    let [only] = regular else { return false };
    let name = unit.pool(only.pool).map_or("", |pool| unit.texts.get(pool.name, sources));
    is_empty(states, only.pool) && fallbacks.iter().all(|route| may_ask_for(route, name, sources))
}

/// Whether a fallback's condition may ask for this pool: it names it, or it names no pool at all.
fn may_ask_for(route: &Route, pool: &str, sources: &Sources) -> bool {
    let Guard::When { at, .. } = route.guard else { return true };
    let words = sources.slice(at);
    let asked = words.match_indices('(').filter_map(|(at, _)| words.get(at + 1..)?.split([')', ',', '/']).next());
    let asked: Vec<&str> = asked.collect();
    asked.is_empty() || asked == [pool] || unnamed(words)
}

/// `nbsrv` without a pool asks for the section's own.
fn unnamed(words: &str) -> bool {
    !words.contains("nbsrv(") && !words.contains("srv_is_up(") && !words.contains("connslots(")
}

/// Whether some of the traffic goes where nobody can look: the pool is computed, or it is not in this unit.
fn leads_elsewhere(routes: &[&Route]) -> bool {
    let is_elsewhere = |route: &&Route| match &route.to {
        Destination::Pool(_, pool) => pool.is_none(),
        Destination::Split(branches) => branches.iter().any(|branch| branch.pool.is_none() && branch.weight != Some(0)),
        Destination::Computed(..) => true,
    };
    certain(routes).map_or_else(|| routes.iter().any(is_elsewhere), |route| is_elsewhere(&route))
}

/// What fails of a pool that hands on to others; `None` if that is not known.
pub(super) fn failed_of_members(
    unit: &Unit,
    sources: &Sources,
    pool: PoolId,
    states: &FxHashMap<PoolId, PoolState>,
) -> Option<Fraction> {
    handed_to_targets(unit, sources, vec![Part { pool, share: Some(1.0), fallback: false }], states).1
}

/// The pools with targets that these parts end at, and what fails there and on the way: a pool of pools whose members have
/// no targets serves nobody.
fn handed_to_targets(
    unit: &Unit,
    sources: &Sources,
    parts: Vec<Part>,
    states: &FxHashMap<PoolId, PoolState>,
) -> (Vec<Part>, Option<Fraction>) {
    let total = |parts: &[Part]| parts.iter().map(|part| part.share).sum::<Option<f64>>();
    let before = total(&parts);
    let parts = handed_on(unit, sources, parts, states, DEPTH);
    let on_the_way = before.zip(total(&parts)).map_or(0.0, |(before, after)| before - after);
    let failed = match failed(&parts, states) {
        _ if on_the_way >= 1.0 - ROUNDING => Some(Fraction::exactly(1.0)),
        failed if on_the_way > ROUNDING => failed.map(|failed| failed.plus(on_the_way)),
        failed => failed,
    };
    (parts, failed)
}

const fn is_fallback(route: &Route) -> bool {
    matches!(route.guard, Guard::When { fallback: true, .. })
}

fn is_empty(states: &FxHashMap<PoolId, PoolState>, pool: PoolId) -> bool {
    states.get(&pool).is_some_and(|state| state.empty)
}

/// The rule that all traffic takes: a lone one gets everything that is handed on, as does one without a condition that
/// stands before all others.
fn certain<'r>(routes: &[&'r Route]) -> Option<&'r Route> {
    match routes {
        [only] => Some(only),
        [first, ..] if is_sure(first) => Some(first),
        _ => None,
    }
}

/// What no rule took may stand before the rules of other hosts and other chains of filters.
fn is_sure(route: &Route) -> bool {
    route.guard == Guard::Always && route.kind == RouteKind::Rule && route.presence.is_certain()
}

/// The part of a split that no branch takes: the name of the pool is empty then, and the request fails (nginx 1.22.1,
/// measured; research 2.3). Rounding takes less than a unit of each branch.
fn untaken(to: &Destination) -> f64 {
    let Destination::Split(branches) = to else { return 0.0 };
    let weights: Option<Vec<u32>> = branches.iter().map(|branch| branch.weight).collect();
    let taken: u32 = weights.map_or(WHOLE, |weights| weights.iter().sum());
    let left = WHOLE.saturating_sub(taken);
    if taken == 0 || left as usize <= branches.len() { 0.0 } else { f64::from(left) / f64::from(WHOLE) }
}

/// The pools of rules that are not fallbacks; where no rule takes all traffic, requests decide.
fn regular_parts(routes: &[&Route]) -> Parts {
    let mut parts = Parts::default();
    if let Some(route) = certain(routes) {
        add_all(&mut parts, &route.to, Some(1.0));
        return parts;
    }
    for route in routes {
        add_all(&mut parts, &route.to, None);
    }
    if let [only] = parts.list.as_mut_slice()
        && !routes.iter().any(|route| matches!(route.to, Destination::Computed(..)))
    {
        only.share = Some(1.0);
    }
    parts
}

/// The pools of a destination, which gets `share` of the traffic.
fn add_all(parts: &mut Parts, to: &Destination, share: Option<f64>) {
    match to {
        Destination::Pool(_, Some(pool)) => add(parts, Part { pool: *pool, share, fallback: false }),
        Destination::Split(branches) => {
            let total: f64 = branches.iter().filter_map(|branch| branch.weight).map(f64::from).sum();
            let taken = 1.0 - untaken(to);
            for branch in branches {
                let part = branch.weight.filter(|_| total > 0.0).map(|weight| f64::from(weight) / total * taken);
                let share = share.zip(part).map(|(share, part)| share * part);
                if let Some(pool) = branch.pool {
                    add(parts, Part { pool, share, fallback: false });
                }
            }
        }
        Destination::Pool(_, None) | Destination::Computed(..) => {}
    }
}

/// Parts of a listener's traffic, each pool once.
#[derive(Debug, Default)]
struct Parts {
    list: Vec<Part>,
    places: FxHashMap<PoolId, usize>,
}

/// Adds a part to what the pool has already.
fn add(parts: &mut Parts, part: Part) {
    let place = *parts.places.entry(part.pool).or_insert(parts.list.len());
    match parts.list.get_mut(place) {
        Some(known) => {
            known.share = known.share.zip(part.share).map(|(one, other)| one + other);
            known.fallback &= part.fallback;
        }
        None => parts.list.push(part),
    }
}

/// Pools that hand on to others are replaced by these.
fn handed_on(
    unit: &Unit,
    sources: &Sources,
    parts: Vec<Part>,
    states: &FxHashMap<PoolId, PoolState>,
    depth: usize,
) -> Vec<Part> {
    let mut all = Parts::default();
    for part in parts {
        match members(unit, sources, part.pool, states).filter(|_| depth > 0) {
            None => add(&mut all, part),
            Some(members) => {
                let inner = members.into_iter().map(|(pool, share)| Part {
                    pool,
                    share: part.share.zip(share).map(|(one, other)| one * other),
                    fallback: part.fallback || share == Some(0.0),
                });
                let inner = handed_on(unit, sources, inner.collect(), states, depth - 1);
                for part in inner {
                    add(&mut all, part);
                }
            }
        }
    }
    all.list
}

/// What fails of all parts together; where requests decide, between the least and the most of any of their pools.
fn failed(parts: &[Part], states: &FxHashMap<PoolId, PoolState>) -> Option<Fraction> {
    let of = |part: &Part| states.get(&part.pool).and_then(|state| state.failed);
    let regular = parts.iter().filter(|part| part.share != Some(0.0));
    regular.clone().next()?;
    if regular.clone().all(|part| part.share.is_some()) {
        return regular.map(|part| Some(of(part)?.times(part.share?))).sum();
    }
    let each: Vec<Fraction> = regular.map(of).collect::<Option<_>>()?;
    let low = each.iter().map(|one| one.low).fold(1.0, f64::min);
    let high = each.iter().map(|one| one.high).fold(0.0, f64::max);
    let value = each.iter().map(|one| one.value).fold(0.0, f64::max);
    Some(Fraction { value, low, high })
}
