//! Whether and when a dead target is noticed.

use super::PoolView;
use crate::model::{PoolKind, Target, Timeout};

/// How a dead target is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    /// After at most this many milliseconds from the first failed check on, for refused connections.
    After(u64),
    /// Something watches it; how fast is not known.
    Sometime,
    /// By failures of real traffic: after so many it is left out for so many milliseconds, then tried again.
    ByTraffic {
        /// How many failures.
        failures: u32,
        /// For how long, in milliseconds.
        out_for: u64,
    },
    /// Nothing notices.
    Never,
    /// Not known.
    Unknown,
}

/// When refused connections to a target are noticed by its health check: `fall` checks, `interval` apart at first and
/// `fast_interval` apart once one has failed; the first may come up to one interval late (HAProxy 2.6.12, research 3.11).
pub fn detection(view: &PoolView<'_>, target: &Target) -> Detection {
    match view.is_watched(target) {
        None => return Detection::Unknown,
        Some(false) => return ejection(view, target),
        Some(true) => {}
    }
    let Some(settings) = view.settings_of(target) else { return Detection::Unknown };
    if !settings.checked.is(&true) {
        return Detection::Sometime;
    }
    match (settings.fall.get(), settings.interval.get(), settings.fast_interval.get()) {
        (Some(&fall), Some(&Timeout::After(interval)), Some(&Timeout::After(fast))) => {
            Detection::After(interval + u64::from(fall.saturating_sub(1)) * fast)
        }
        _ => Detection::Sometime,
    }
}

/// How the target of a pool is noticed for which that takes longest; `None` without targets.
pub fn slowest_detection(view: &PoolView<'_>) -> Option<Detection> {
    let each = view.targets.iter().map(|target| detection(view, target));
    each.max_by_key(|detection| match *detection {
        // The sooner it is tried again, the more requests fail.
        Detection::ByTraffic { out_for, .. } => (0, u64::MAX - out_for),
        Detection::After(milliseconds) => (1, milliseconds),
        Detection::Sometime => (2, 0),
        Detection::Unknown => (3, 0),
        Detection::Never => (4, 0),
    })
}

/// Whether failures of real traffic can take a target out at all; `None` while the number of targets is not known.
///
/// nginx keeps nothing of a name in a pass directive that it looks up for each request: the next one begins anew (measured,
/// 1.22.1; `ngx_http_upstream_create_round_robin_peer`).
///
/// Envoy 1.40 (`outlier_detection_impl.cc`; measured, research 3.9): one more is left out only while that makes at most the
/// limit's percentage of all targets, or if one may always be.
pub fn can_eject(view: &PoolView<'_>) -> Option<bool> {
    let Some(spread) = view.spread() else { return Some(!is_made_anew(view)) };
    if spread.ejects_one.is(&true) {
        return Some(true);
    }
    let limit = u64::from(*spread.ejection_limit.get()?);
    let allows = |targets: u64| limit > 0 && limit.min(100) * targets >= 100;
    // Each stands for one or more, so that often nobody has to count.
    if limit == 0 || allows(view.targets.len() as u64) {
        return Some(limit > 0);
    }
    let declared = view.declared().filter(|_| view.pool.completeness.is_complete());
    declared.map(|declared| allows(u64::from(declared)))
}

/// Whether each request looks up the name that the pool is made of.
fn is_made_anew(view: &PoolView<'_>) -> bool {
    let looked_up = |target| view.settings_of(target).is_some_and(|settings| settings.resolved_at_run_time.is(&true));
    view.pool.kind == PoolKind::Implicit && view.targets.iter().any(looked_up)
}

/// How failures of real traffic alone take a target out. A lone one is never left out: nginx has nothing to go to instead
/// (research 3.1).
pub fn ejection(view: &PoolView<'_>, target: &Target) -> Detection {
    let alone = view.targets.len() < 2 && target.count.exactly() == Some(1);
    let Some(settings) = view.settings_of(target) else { return Detection::Unknown };
    match (settings.ejected_after.get(), settings.ejected_for.get()) {
        _ if alone || view.is_ejected(target) == Some(false) => Detection::Never,
        _ if can_eject(view).is_none() => Detection::Unknown,
        (Some(&failures), Some(&Timeout::After(out_for))) => Detection::ByTraffic { failures, out_for },
        _ => Detection::Unknown,
    }
}
