//! Whether a request that meets a dead target is tried on another one.

use super::PoolView;
use crate::model::{Conditions, Forwarding, Redispatch};

/// Whether a route gives a request up after the first target; `None` while that is not known.
///
/// nginx (research 3.2): another target is tried if the outcome is among the conditions and tries are left; 0 is no limit.
pub fn gives_up(forwarding: &Forwarding) -> Option<bool> {
    if forwarding.tries.is(&1) || forwarding.retry_on.get().is_some_and(|on| !on.has(Conditions::ERROR)) {
        return Some(true);
    }
    let known = forwarding.tries.get().is_some() && forwarding.retry_on.get().is_some();
    known.then_some(false)
}

/// Whether requests to a pool whose routes hand them on like this are tried elsewhere; with no routes that say it,
/// the pool's own settings count.
pub fn tries_elsewhere<'f>(view: &PoolView<'_>, forwardings: impl Iterator<Item = &'f Forwarding>) -> Option<bool> {
    let mut several = false;
    for forwarding in forwardings {
        several = true;
        if gives_up(forwarding)? {
            return Some(false);
        }
    }
    let own = || view.settings.redispatch.get().map(|redispatch| *redispatch != Redispatch::Never);
    if several { Some(true) } else { own() }
}
