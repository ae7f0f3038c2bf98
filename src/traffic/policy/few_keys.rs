//! A hash of few keys: the addresses of proxies in front. Who gets something is counted key by key, not spread.

use std::net::IpAddr;

use super::ring;
use crate::model::{Callers, HashFunction, HashType, Limit};
use crate::traffic::eligible::Group;
use crate::traffic::hash::haproxy::{Function, KeyHash, Map, map_weights};
use crate::traffic::hash::nginx::ip_hash_target;
use crate::traffic::share::{Certainty, Prediction};
use crate::traffic::{PoolView, Scenario};

/// What is said where it is known where each of them leads.
const KNOWN: &str = "the proxies in front send equally much; their addresses are the only keys";
/// What is said where that is not known.
const OPEN: &str = "only proxies in front connect, so there are as few keys as they have addresses";

/// The shares under the addresses of these proxies; `even` are those under many keys.
pub(super) fn shares(
    view: &PoolView<'_>,
    group: &Group,
    scenario: Scenario<'_>,
    callers: &Callers,
    even: Prediction,
) -> Prediction {
    let addresses = callers.addresses.as_deref().unwrap_or_default();
    let chosen: Option<Vec<u32>> = addresses.iter().map(|key| chosen(view, group, scenario, *key)).collect();
    let Some(chosen) = chosen.filter(|chosen| !chosen.is_empty()) else {
        let mut open = even.between(|_, _| (0.0, 1.0));
        open.assumptions = vec![OPEN];
        return open;
    };
    let keys = chosen.len() as f64;
    let own = |target: &u32| chosen.iter().filter(|chosen| *chosen == target).count() as f64 / keys;
    Prediction::of(Certainty::Assumed, &group.targets, group.targets.iter().map(own)).assuming(KNOWN)
}

/// The target that a key leads to, where the program's way is known for keys of this kind.
fn chosen(view: &PoolView<'_>, group: &Group, scenario: Scenario<'_>, key: IpAddr) -> Option<u32> {
    let hash_type = view.settings.hash_type.get()?;
    if !view.settings.hash_balance.is(&Limit::Unlimited) && hash_type.function != HashFunction::NginxAddress {
        return None;
    }
    match hash_type.function {
        HashFunction::NginxAddress => nginx(view, group, key),
        // `balance hash src` and the methods of nginx and Envoy hash other bytes.
        _ if view.settings.policy.get()?.word == "source" => haproxy(view, group, scenario, *hash_type, key),
        _ => None,
    }
}

fn nginx(view: &PoolView<'_>, group: &Group, key: IpAddr) -> Option<u32> {
    let (positions, weights, down) = super::hash::nginx_places(view, &group.targets)?;
    positions.get(ip_hash_target(&weights, &down, key)?).copied()
}

/// `balance source`: the address as a number, mixed once more if the hash type says so (research 3.5).
fn haproxy(
    view: &PoolView<'_>,
    group: &Group,
    scenario: Scenario<'_>,
    hash_type: HashType,
    key: IpAddr,
) -> Option<u32> {
    let hash = KeyHash { function: Function::Sdbm, avalanche: hash_type.avalanche }.of_address(key);
    let place = if hash_type.consistent {
        ring::haproxy_server(view, &group.targets, scenario.effort, hash)?
    } else {
        map(view, group)?.server(hash)
    };
    group.targets.get(place).copied()
}

/// The map of the targets that are alive; what all weights have in common is taken out of them.
fn map(view: &PoolView<'_>, group: &Group) -> Option<Map> {
    let weights: Vec<u32> = view.targets.iter().map(|target| target.weight.get().copied()).collect::<Option<_>>()?;
    let exactly_one =
        group.targets.iter().all(|at| view.target(*at).is_some_and(|target| target.count.exactly() == Some(1)));
    let slots = map_weights(&weights);
    let alive: Option<Vec<u32>> = group.targets.iter().map(|at| slots.get(*at as usize).copied()).collect();
    Map::new(&alive.filter(|_| exactly_one)?)
}
