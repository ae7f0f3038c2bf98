//! Pools that hand on to other pools: Envoy's aggregate clusters.

use rustc_hash::FxHashMap;

use super::entrance::PoolState;
use super::{PoolView, Scenario, priorities};
use crate::model::{Membership, PoolId, RouteSource, Unit};
use crate::source::Sources;

/// The members of a pool of pools, in order, with what each gets; `None` for any other pool.
///
/// Envoy (research 3.1): the priorities of all members, one member after the other, are one list, over which health decides
/// as inside a cluster. A member of which nothing is known leaves all parts open.
pub(super) fn members(
    unit: &Unit,
    sources: &Sources,
    id: PoolId,
    states: &FxHashMap<PoolId, PoolState>,
) -> Option<Vec<(PoolId, Option<f64>)>> {
    unit.pool(id).filter(|pool| pool.membership == Membership::OfPools)?;
    let routes = unit.routes.iter().filter(|route| route.from == RouteSource::Pool(id));
    let pools: Vec<PoolId> = routes.flat_map(|route| route.to.pools().filter_map(|(_, pool)| pool)).collect();
    let nobody = Vec::new();
    let down = |pool: &PoolId| states.get(pool).map_or(&nobody, |state| &state.down).as_slice();
    let views: Option<Vec<(PoolView<'_>, Scenario<'_>)>> = pools
        .iter()
        .map(|pool| Some((PoolView::new(unit, sources, *pool)?.one_by_one(), Scenario::down(down(pool)))))
        .collect();
    let parts = views.and_then(|views| priorities::chained(&views));
    let part = |place: usize| parts.as_ref().and_then(|parts| parts.get(place).copied());
    Some(pools.iter().enumerate().map(|(place, pool)| (*pool, part(place))).collect())
}
