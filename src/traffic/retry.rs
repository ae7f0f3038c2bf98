//! Whether a request that meets a dead target is tried on another one.

use super::PoolView;
use crate::model::{AdministrativeState, Conditions, Fact, Forwarding, Key, Method, Mode, Redispatch, Timeout};
use crate::source::Dialect;

/// Outcomes behind which a target may have carried the request out: an answer that says that something went wrong on
/// the way, a broken one, or none in time. 503 and 429 refuse it.
const PERHAPS_DONE: Conditions = Conditions::TIMEOUT
    .with(Conditions::INVALID)
    .with(Conditions::STATUS_500)
    .with(Conditions::STATUS_502)
    .with(Conditions::STATUS_504);

/// Whether a route gives a request up after the first target; `None` while that is not known.
///
/// nginx (research 3.2): another target is tried if the outcome is among the conditions and tries are left; 0 is no limit.
/// Envoy (research 3.7): the same, and a connection that is not made is a condition of its own.
pub fn gives_up(forwarding: &Forwarding) -> Option<bool> {
    let repeats = |on: &Conditions| on.has(Conditions::ERROR) || on.has(Conditions::CONNECT);
    if forwarding.tries.is(&1) || forwarding.retry_on.get().is_some_and(|on| !repeats(on)) {
        return Some(true);
    }
    let known = forwarding.tries.get().is_some() && forwarding.retry_on.get().is_some();
    known.then_some(false)
}

/// Whether a further attempt goes to another target; `None` where that is left to chance.
///
/// Envoy (research 3.7): it asks the policy once more. A key leads to the same target again; a policy that rotates gives
/// another one unless other requests come in between (14 % of them failed with 16 clients, measured on 1.40).
pub fn chooses_another(view: &PoolView<'_>, forwarding: &Forwarding) -> Option<bool> {
    let is_keyed = matches!(view.method(), Some(Method::Hash(key)) if key != Key::Missing);
    if forwarding.avoids_tried.is(&true) { Some(true) } else { is_keyed.then_some(false) }
}

/// Whether requests to a pool whose routes hand them on like this are tried elsewhere; with no routes that say it,
/// the pool's own settings count.
pub fn tries_elsewhere<'f>(view: &PoolView<'_>, forwardings: impl Iterator<Item = &'f Forwarding>) -> Option<bool> {
    let mut of_routes = None;
    for forwarding in forwardings {
        let elsewhere = if gives_up(forwarding)? { Some(false) } else { chooses_another(view, forwarding) };
        if elsewhere == Some(false) {
            return Some(false);
        }
        of_routes = Some(of_routes.unwrap_or(elsewhere).and(elsewhere));
    }
    let own = || view.settings.redispatch.get().map(|redispatch| *redispatch != Redispatch::Never);
    of_routes.unwrap_or_else(own)
}

/// How many targets a request is handed to at most; where names may stand for several targets, at least so many.
/// `None` while that is not known. nginx: each server once (research 3.2), Envoy: as often as the policy says.
pub fn attempts(view: &PoolView<'_>, forwarding: &Forwarding) -> Option<u32> {
    let tries = *forwarding.tries.get()?;
    if view.unit.dialect != Dialect::Nginx {
        return Some(tries);
    }
    let serving = view.targets.iter().filter(|target| target.state == AdministrativeState::Up);
    let targets: u32 = serving.map(|target| target.count.exactly().unwrap_or(1)).sum();
    Some(if tries == 0 { targets } else { tries.min(targets) })
}

/// Whether a route hands on a request again whose method may not be repeated, after a target may have carried it out.
///
/// nginx does so only with `non_idempotent` (`proxy_next_upstream` in its manual), Envoy whatever the method
/// (router documentation, x-envoy-retry-on); a connection that breaks (`reset`) may have carried a request.
pub fn repeats_writes(view: &PoolView<'_>, forwarding: &Forwarding) -> Option<bool> {
    let on = repeated_after(view, forwarding)?;
    let any_method = view.unit.dialect != Dialect::Nginx || on.has(Conditions::NON_IDEMPOTENT);
    let some_method = !*forwarding.repeatable.get()?;
    Some(any_method && some_method && on.meets(PERHAPS_DONE.with(Conditions::ERROR)) && attempts(view, forwarding)? > 1)
}

/// After what a route hands a request on again: of its conditions those that can be met. What the timeout of the whole request
/// ends Envoy does not repeat, so that one without a sooner `per_try_timeout` leaves no time for another attempt (router
/// documentation; measured on 1.40).
pub fn repeated_after(view: &PoolView<'_>, forwarding: &Forwarding) -> Option<Conditions> {
    let on = *forwarding.retry_on.get()?;
    if view.unit.dialect != Dialect::Envoy {
        return Some(on);
    }
    let sooner = |attempt: u64, whole: Option<u64>| whole.is_none_or(|whole| attempt < whole);
    let ends = |of: &Fact<Timeout>| of.get().map(|timeout| timeout.milliseconds());
    let has_time = ends(&forwarding.per_try).flatten().zip(ends(&forwarding.total));
    let is_repeated = has_time.is_some_and(|(attempt, whole)| sooner(attempt, whole));
    Some(if is_repeated { on } else { on.without(Conditions::TIMEOUT) })
}

/// `repeats_writes` for a pool whose own settings say what is repeated (HAProxy `retry-on`).
pub fn pool_repeats_writes(view: &PoolView<'_>) -> Option<bool> {
    let settings = view.settings;
    let repeats = settings.retry_on.get()?.meets(PERHAPS_DONE) && *settings.retries.get()? > 0;
    Some(repeats && *settings.mode.get()? == Mode::Http && !*settings.retry_exceptions.get()?)
}
