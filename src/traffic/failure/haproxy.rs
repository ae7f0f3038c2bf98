//! HAProxy: retries, where they go, and what they cost.

use super::FailureMode;
use super::encounter::{Encounter, Pool};
use crate::model::{Affinity, Method, PoolSettings, Redispatch, TargetRules, Timeout};
use crate::traffic::PoolView;

/// The longest pause before a retry on the same server, in milliseconds (configuration manual, `retries`).
const PAUSE: u64 = 1000;

/// Where a request goes when its connection, or its answer, fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Always to the same server.
    Stays,
    /// Away with this retry, to another server.
    Leaves(u32),
    /// With this retry a server is chosen again, and it is the same one.
    Returns(u32),
}

/// What a request meets (2.6.12, measured for each policy and mode; research 3.11).
///
/// A retry on the same server waits for the smaller of `timeout connect` and a second if the connection was refused. With
/// `option redispatch` a request that no key, cookie or table ties to its server leaves it with the first retry, any other
/// with the last one, or every n-th. A map gives a key the same server again. `None` while what decides is not known.
pub(super) fn encounter(pool: &Pool<'_>, mode: FailureMode) -> Option<Encounter> {
    let view = pool.view;
    let settings = view.settings;
    let retries = *settings.retries.get()?;
    let cost = cost(view, mode)?.milliseconds();
    let repeats = settings.retry_on.get()?.has(mode.condition());
    let way = if repeats { way(view, retries, pool.others > 0)? } else { Way::Stays };
    let pauses = if mode == FailureMode::Refused { pause(settings.timeouts.connect.get()?) } else { 0 };
    let stay = |tries: u32, waits: u32| Some(cost? * u64::from(tries) + pauses * u64::from(waits));
    Some(match way {
        _ if !repeats => Encounter::fails(cost),
        Way::Stays => Encounter::fails(stay(retries + 1, retries)),
        Way::Returns(at) => Encounter::fails(stay(retries + 1, retries.min(at.saturating_sub(1)))),
        Way::Leaves(at) if pool.down > 1 => several(stay(at, at - 1), retries, at, pool.down),
        Way::Leaves(at) => Encounter::saved(stay(at, at - 1)),
    })
}

/// With several servers down a retry may meet another one of them.
fn several(delay: Option<u64>, retries: u32, at: u32, down: usize) -> Encounter {
    if at == 1 && retries as usize >= down { Encounter::saved(delay) } else { Encounter::perhaps(delay) }
}

/// Where retries go; `None` while that is not known.
fn way(view: &PoolView<'_>, retries: u32, has_others: bool) -> Option<Way> {
    let redispatch = *view.settings.redispatch.get()?;
    let at = match redispatch {
        Redispatch::Never => return Some(Way::Stays),
        Redispatch::LastRetry => retries,
        Redispatch::Every(number) => number,
    };
    if retries == 0 || !has_others || at > retries {
        return Some(Way::Stays);
    }
    let is_hashed = matches!(view.method()?, Method::Hash(_));
    let is_tied = view.pool.sticks.is_some()
        || !view.settings.affinity.is(&Affinity::None)
        || view.pool.target_rules != TargetRules::None;
    Some(match (is_hashed, view.settings.hash_type.get()?.consistent) {
        (true, false) => Way::Returns(at),
        (true, true) => Way::Leaves(at),
        (false, _) if is_tied => Way::Leaves(at),
        (false, _) => Way::Leaves(1),
    })
}

/// How long one attempt takes. `None` while it is not known.
fn cost(view: &PoolView<'_>, mode: FailureMode) -> Option<Timeout> {
    let timeouts = &view.settings.timeouts;
    match mode {
        FailureMode::Refused | FailureMode::Http500 => Some(Timeout::After(0)),
        FailureMode::Drop => timeouts.connect.get().copied(),
        FailureMode::Hang => timeouts.server.get().copied(),
    }
}

/// How long a request waits before its last retry on the same server fails, in milliseconds: a pause before each (research
/// 2.4; measured 3.0 s for 3 retries). `None` while that is not known.
pub fn pauses(settings: &PoolSettings) -> Option<u64> {
    Some(u64::from(*settings.retries.get()?) * pause(settings.timeouts.connect.get()?))
}

const fn pause(connect: &Timeout) -> u64 {
    match connect {
        Timeout::After(milliseconds) if *milliseconds < PAUSE => *milliseconds,
        _ => PAUSE,
    }
}
