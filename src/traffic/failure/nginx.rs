//! nginx: each attempt goes to another server, as long as the conditions of the location allow it.

use super::FailureMode;
use super::encounter::{Encounter, Pool};
use crate::model::{Conditions, Forwarding};

/// What requests must be for a retry behind them: a `POST` that was sent is not repeated (research 3.2).
const IDEMPOTENT: &str = "requests may be repeated (GET, not POST)";

/// What a request meets (research 3.2; measured on 1.22.1). `None` while what decides is not known.
pub(super) fn encounter(pool: &Pool<'_>, forwarding: &Forwarding, mode: FailureMode) -> Option<Encounter> {
    let cost = match mode {
        FailureMode::Refused | FailureMode::Http500 => Some(0),
        FailureMode::Drop => forwarding.connect.get()?.milliseconds(),
        FailureMode::Hang => forwarding.read.get()?.milliseconds(),
    };
    let time = cost.map(|cost| cost * pool.down as u64);
    if pool.others == 0 || !tries_again(forwarding, mode)? {
        return Some(Encounter::fails(cost));
    }
    if !forwarding.tries.is(&0) && *forwarding.tries.get()? as usize <= pool.down {
        return Some(if *forwarding.tries.get()? == 1 { Encounter::fails(cost) } else { Encounter::perhaps(time) });
    }
    let saved = Encounter::saved(time);
    Some(match forwarding.retry_for.get()?.milliseconds() {
        // The time is looked at between two attempts.
        Some(limit) if limit > 0 && cost.is_none_or(|cost| cost >= limit) => Encounter::fails(cost),
        _ if mode.connects() => saved.assuming(IDEMPOTENT),
        _ => saved,
    })
}

/// Whether a failure of this kind is among the conditions of `proxy_next_upstream`.
pub(super) fn tries_again(forwarding: &Forwarding, mode: FailureMode) -> Option<bool> {
    let condition = match mode {
        FailureMode::Refused => Conditions::ERROR,
        FailureMode::Drop | FailureMode::Hang => Conditions::TIMEOUT,
        FailureMode::Http500 => Conditions::STATUS_500,
    };
    Some(forwarding.retry_on.get()?.has(condition) && !forwarding.tries.is(&1))
}
