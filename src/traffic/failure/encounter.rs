//! What becomes of a request that is handed to a target that fails.

use super::{FailureMode, envoy, haproxy, nginx};
use crate::model::Forwarding;
use crate::source::Dialect;
use crate::traffic::PoolView;

/// What becomes of a request that is handed to a target that fails: which part of such requests fails, between two bounds,
/// and how long it takes until they have failed or reached another target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Encounter {
    /// The part that fails: at light load, at least, at most.
    pub(super) fails: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// How long such a request takes, in milliseconds; `None` if that is not known or has no end.
    pub(super) delay: Option<u64>,
    /// Under which assumptions.
    pub(super) assuming: Option<&'static str>,
}

impl Encounter {
    /// It fails.
    pub(super) const fn fails(delay: Option<u64>) -> Self {
        Self { fails: 1.0, low: 1.0, high: 1.0, delay, assuming: None }
    }

    /// Another target serves it.
    pub(super) const fn saved(delay: Option<u64>) -> Self {
        Self { fails: 0.0, low: 0.0, high: 0.0, delay, assuming: None }
    }

    /// It may fail.
    pub(super) const fn perhaps(delay: Option<u64>) -> Self {
        Self { fails: 0.0, low: 0.0, high: 1.0, delay, assuming: None }
    }

    pub(super) const fn assuming(self, assumption: &'static str) -> Self {
        Self { assuming: Some(assumption), ..self }
    }

    /// Either of two: requests come by several routes.
    fn or(self, other: Self) -> Self {
        Self {
            fails: self.fails.max(other.fails),
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            delay: self.delay.max(other.delay),
            assuming: self.assuming.or(other.assuming),
        }
    }
}

/// A pool of which targets fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pool<'a> {
    pub(super) view: &'a PoolView<'a>,
    /// How many targets that are in use are left.
    pub(super) others: usize,
    /// How many fail.
    pub(super) down: usize,
}

/// What a request meets that is handed to a target that fails, by whichever of these routes it comes.
pub(super) fn encounter<'f>(
    pool: &Pool<'_>,
    forwardings: impl Iterator<Item = &'f Forwarding>,
    mode: FailureMode,
) -> Option<Encounter> {
    if pool.view.unit.dialect == Dialect::Haproxy {
        return haproxy::encounter(pool, mode);
    }
    let mut all: Option<Encounter> = None;
    for forwarding in forwardings {
        let one = match pool.view.unit.dialect {
            Dialect::Envoy => envoy::encounter(pool, forwarding, mode)?,
            Dialect::Nginx | Dialect::Haproxy => nginx::encounter(pool, forwarding, mode)?,
        };
        all = Some(all.map_or(one, |all| all.or(one)));
    }
    all
}
