//! Which pools traffic reaches, and from where.

use crate::model::{Guard, PoolId, Presence, Route, RouteSource, Unit};

/// How traffic reaches a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    /// No route leads to it.
    No,
    /// A route that chooses its pool while running may lead to it, or another file may.
    Perhaps,
    /// Only when another pool has no targets left.
    AsFallback,
    /// A route leads to it.
    Yes,
}

/// For every pool of a unit: how traffic reaches it.
#[derive(Debug)]
pub struct Reach {
    pools: Vec<Reached>,
    /// Pool and position of each route that leads to one, sorted.
    routes: Vec<(PoolId, u32)>,
}

impl Reach {
    /// Follows the routes of a unit. Cost: one pass over the routes.
    pub fn new(unit: &Unit) -> Self {
        let floor = if unit.fragment || unit.computed_routes { Reached::Perhaps } else { Reached::No };
        let mut reach = Self { pools: vec![floor; unit.pools.len()], routes: Vec::with_capacity(unit.routes.len()) };
        for (position, route) in (0_u32..).zip(&unit.routes) {
            let how = strength(unit, route);
            for id in route.to.pools().filter_map(|(_, pool)| pool) {
                reach.routes.push((id, position));
                if let Some(how) = how {
                    reach.raise(id, how);
                }
            }
        }
        reach.routes.sort_unstable();
        reach.routes.dedup();
        reach
    }

    /// The positions of the routes that lead to a pool, in the order in which they are tried.
    pub fn routes_to(&self, id: PoolId) -> impl Iterator<Item = u32> {
        let first = self.routes.partition_point(|(pool, _)| *pool < id);
        let routes = self.routes.get(first..).unwrap_or_default().iter();
        routes.take_while(move |(pool, _)| *pool == id).map(|(_, position)| *position)
    }

    /// How many ways there are from a route to a pool.
    pub fn count(&self) -> usize {
        self.routes.len()
    }

    /// How traffic reaches a pool.
    pub fn of(&self, id: PoolId) -> Reached {
        self.pools.get(id.0 as usize).copied().unwrap_or(Reached::Perhaps)
    }

    fn raise(&mut self, id: PoolId, how: Reached) {
        if let Some(pool) = self.pools.get_mut(id.0 as usize) {
            *pool = (*pool).max(how);
        }
    }
}

/// What a route contributes, if it can ever be taken.
fn strength(unit: &Unit, route: &Route) -> Option<Reached> {
    let open = match route.from {
        RouteSource::Listener(id) => unit.listener(id).is_some_and(|listener| !listener.disabled),
        RouteSource::Pool(_) => true,
    };
    match &route.guard {
        _ if !open => None,
        Guard::Never | Guard::Unmatched | Guard::Taken(_) => None,
        Guard::When { fallback: true, .. } => Some(Reached::AsFallback),
        _ if route.presence != Presence::Always => Some(Reached::Perhaps),
        Guard::Always | Guard::When { .. } => Some(Reached::Yes),
    }
}
