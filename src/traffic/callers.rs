//! Who connects to pools that tell clients apart by address, where settings say that other proxies do.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::Reach;
use crate::model::{Callers, Clients, Front, Key, Method, PoolId, RouteKind, RouteSource, Unit};

/// The pools of a unit whose keys are the addresses of proxies, with these. Cost: one pass over the routes, none where no
/// listener has a proxy in front.
pub fn callers(unit: &Unit) -> FxHashMap<PoolId, Callers> {
    if unit.listeners.iter().all(|listener| listener.fronts.is_empty()) {
        return FxHashMap::default();
    }
    let reach = Reach::new(unit);
    let pools = unit.pools().map(|(id, _)| id).filter(|id| is_by_address(unit, *id));
    pools.filter_map(|id| Some((id, callers_of(unit, &reach, id)?))).collect()
}

fn is_by_address(unit: &Unit, id: PoolId) -> bool {
    let settings = unit.pool(id).and_then(|pool| unit.settings(pool.settings));
    let method = settings.and_then(|settings| settings.policy.get()).map(|policy| policy.method);
    method == Some(Method::Hash(Key::ClientAddress))
}

/// Nothing where one way to the pool is open to anybody, or may replace addresses by those of clients.
fn callers_of(unit: &Unit, reach: &Reach, id: PoolId) -> Option<Callers> {
    let mut clients = unit.pool(id)?.clients;
    let mut fronts: Vec<Front> = Vec::new();
    let routes = reach.routes_to(id).filter_map(|position| unit.routes.get(position as usize));
    for route in routes.filter(|route| route.kind != RouteKind::Mirror) {
        let RouteSource::Listener(listener) = route.from else { return None };
        let listener = unit.listener(listener).filter(|listener| !listener.fronts.is_empty())?;
        clients = clients.and(listener.clients);
        let more = listener.fronts.iter().filter(|front| !fronts.contains(front)).cloned().collect::<Vec<_>>();
        fronts.extend(more);
    }
    let replaced_elsewhere = match clients {
        Clients::Restored(_) => return None,
        Clients::RestoredFrom(at) => Some(at).filter(|_| fronts.iter().all(|front| is_other(unit, front))),
        Clients::Untold | Clients::BehindProxy(_) => None,
    };
    let replaced = matches!(clients, Clients::RestoredFrom(_)) && replaced_elsewhere.is_none();
    (!fronts.is_empty() && !replaced).then(|| Callers { addresses: addresses(&fronts), fronts, replaced_elsewhere })
}

/// Whether connections from there keep their address where others get that of the client.
fn is_other(unit: &Unit, front: &Front) -> bool {
    let trusted = |network| unit.trusted.iter().any(|trusted| trusted.meets(network));
    front.network.as_ref().is_some_and(|network| !trusted(network))
}

/// All addresses, if networks of one address are all there is.
fn addresses(fronts: &[Front]) -> Option<Vec<IpAddr>> {
    let mut addresses: Vec<IpAddr> = fronts.iter().map(|front| front.network?.only()).collect::<Option<_>>()?;
    addresses.sort_unstable();
    addresses.dedup();
    Some(addresses)
}
