//! A pool's prediction with what the routes that lead to it tell: who the clients are, and whether it needs targets at all.

use super::predict::{Effort, Scenario, predict};
use super::share::Prediction;
use super::{Fraction, PoolView, Reach};
use crate::model::{Address, Clients, Key, Listener, Method, RouteSource, Why, is_private};

/// What is said where few addresses may come in.
const FEW: &str = "many clients; if a proxy stands in front, its addresses are the only keys";

/// Who gets a pool's traffic while all its targets are alive.
pub fn prediction(view: &PoolView<'_>, reach: &Reach) -> Prediction {
    let prediction = predict(view, Scenario::default().with(Effort::Full));
    if prediction.is_unknown() {
        return prediction;
    }
    // Statistics, redirects and fixed answers need nobody.
    if view.pool.answers_itself && view.targets.is_empty() {
        return Prediction { failed: 0.0, ..prediction }.assuming_only("it answers by itself");
    }
    let by_client = matches!(view.method(), Some(Method::Hash(Key::ClientAddress)));
    if by_client && view.callers.is_none() && prediction.shares.len() > 1 && !comes_from_many(view, reach) {
        return prediction.between(|_, _| (0.0, 1.0)).assuming(FEW);
    }
    prediction
}

/// What is said of a pool that hands on to others, of whose requests this part fails.
pub(super) fn of_members(view: &PoolView<'_>, failed: Option<Fraction>) -> Prediction {
    match failed {
        Some(failed) => Prediction { failed: failed.value, ..Prediction::nobody() }.assuming_only("its pools serve it"),
        None => Prediction::unknown(Why::Remote, view.pool.header),
    }
}

/// Whether many addresses come in: some listener in front is open to the world, and none tells of a proxy in front of it.
fn comes_from_many(view: &PoolView<'_>, reach: &Reach) -> bool {
    let routes = reach.routes_to(view.id).filter_map(|position| view.unit.routes.get(position as usize));
    let listeners = routes.filter_map(|route| match route.from {
        RouteSource::Listener(id) => view.unit.listener(id),
        RouteSource::Pool(_) => None,
    });
    let mut seen = false;
    let mut open = false;
    let mut told = view.pool.clients;
    for listener in listeners {
        (seen, open) = (true, open || is_open(listener));
        told = told.and(listener.clients);
    }
    match told {
        Clients::Restored(_) | Clients::RestoredFrom(_) => true,
        Clients::BehindProxy(_) => false,
        // Without a listener nothing speaks against it.
        Clients::Untold => open || !seen,
    }
}

/// Whether one of its addresses is not a private one.
fn is_open(listener: &Listener) -> bool {
    listener.binds.is_empty() || listener.binds.iter().any(|bind| is_public(bind.address))
}

fn is_public(address: Address) -> bool {
    match address {
        Address::Ip(ip, _) => !is_private(ip),
        Address::Any(_) | Address::Host(..) | Address::Unknown(_) => true,
        Address::Socket(_) | Address::Special(_) => false,
    }
}
