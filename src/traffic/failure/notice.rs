//! Whether and when a failure is noticed: by health checks, by agents, by failures of real traffic.

use super::{FailureMode, nginx};
use crate::model::{Forwarding, ProbeKind, Target, TargetSettings};
use crate::source::Dialect;
use crate::traffic::PoolView;
use crate::traffic::detection::{Detection, ejection};

/// By what a failure is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notice {
    /// A health check, of its own or of the target that it tracks.
    HealthCheck,
    /// An agent on the target.
    Agent,
    /// Failures of real traffic.
    Ejection,
}

impl Notice {
    /// What to call it.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::HealthCheck => "health check",
            Self::Agent => "agent",
            Self::Ejection => "ejection",
        }
    }
}

/// Whether a failure is noticed, by what, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noticed {
    /// Whether the target is taken out of rotation; `None` if that is not known.
    pub noticed: Option<bool>,
    /// By what.
    pub by: Option<Notice>,
    /// After at least so many milliseconds.
    pub earliest: Option<u64>,
    /// After at most so many milliseconds.
    pub latest: Option<u64>,
    /// After so many failures of real traffic, where these take it out.
    pub failures: Option<u32>,
    /// The path that is checked must fail as well.
    pub needs_failing_path: bool,
}

impl Noticed {
    const fn surely(noticed: Option<bool>) -> Self {
        Self { noticed, by: None, earliest: None, latest: None, failures: None, needs_failing_path: false }
    }

    /// Nothing is known.
    pub(super) const fn unknown() -> Self {
        Self::surely(None)
    }

    const fn by(notice: Notice) -> Self {
        Self { by: Some(notice), ..Self::surely(Some(true)) }
    }

    /// What holds for several targets together: the slowest counts.
    pub(super) fn and(self, other: Self) -> Self {
        let noticed = match (self.noticed, other.noticed) {
            (Some(true), Some(true)) => Some(true),
            (Some(false), _) | (_, Some(false)) => Some(false),
            _ => None,
        };
        let latest = |one: Option<u64>, other: Option<u64>| one.zip(other).map(|(one, other)| one.max(other));
        Self {
            noticed,
            by: self.by.max(other.by).filter(|_| noticed == Some(true)),
            earliest: latest(self.earliest, other.earliest),
            latest: latest(self.latest, other.latest),
            failures: self.failures.max(other.failures),
            needs_failing_path: self.needs_failing_path || other.needs_failing_path,
        }
    }
}

/// Whether a target's failure is noticed where requests come by these routes.
pub fn notice(view: &PoolView<'_>, target: &Target, mode: FailureMode, forwardings: &[&Forwarding]) -> Noticed {
    let Some(settings) = view.settings_of(target) else { return Noticed::unknown() };
    let by_check = by_check(view, settings, mode);
    if by_check.noticed == Some(true) {
        // What `observe` sees may come first.
        let sooner = view.unit.dialect == Dialect::Haproxy && !settings.observed.is(&false);
        return if sooner { Noticed { earliest: Some(0), ..by_check } } else { by_check };
    }
    let by_traffic = by_traffic(view, target, mode, forwardings);
    match (by_check.noticed, by_traffic.noticed) {
        (_, Some(true)) => by_traffic,
        (Some(false), found) | (found, Some(false)) => Noticed::surely(found),
        _ => Noticed::unknown(),
    }
}

/// Whether a check, an agent, or the check of another target sees it.
fn by_check(view: &PoolView<'_>, settings: &TargetSettings, mode: FailureMode) -> Noticed {
    if settings.checked.is(&true) {
        return by_own_check(view, settings, mode);
    }
    let (agent, tracks) = (settings.agent.get(), settings.tracks.get());
    match (settings.checked.get(), agent, tracks) {
        // The other target's check may see its failure, if both are one machine.
        (_, _, Some(true)) => Noticed::by(Notice::HealthCheck),
        // An agent is a program of its own, which is gone with its host only.
        (_, Some(true), _) if mode == FailureMode::Drop => Noticed::by(Notice::Agent),
        (Some(false), Some(false), Some(false)) => Noticed::surely(Some(false)),
        _ => Noticed::unknown(),
    }
}

/// What the target's own check sees. A bare connection sees whether one is made, a request also what becomes of it.
fn by_own_check(view: &PoolView<'_>, settings: &TargetSettings, mode: FailureMode) -> Noticed {
    let Some(probe) = view.settings.probe.get() else { return Noticed::unknown() };
    let sees = match (probe.kind, mode) {
        (ProbeKind::Connect, FailureMode::Hang | FailureMode::Http500) => Some(false),
        (ProbeKind::Other(_), FailureMode::Http500) => None,
        _ => Some(true),
    };
    if sees != Some(true) {
        return Noticed::surely(sees);
    }
    let times = times(view, settings, mode);
    Noticed {
        earliest: times.map(|(earliest, _)| earliest),
        latest: times.map(|(_, latest)| latest),
        needs_failing_path: mode.connects(),
        ..Noticed::by(Notice::HealthCheck)
    }
}

/// When so many checks in a row have failed: each takes its time, the next one comes an interval after its end, and the
/// first up to an interval after the failure (HAProxy 2.6.12 and Envoy 1.40, measured at random moments).
fn times(view: &PoolView<'_>, settings: &TargetSettings, mode: FailureMode) -> Option<(u64, u64)> {
    let interval = settings.interval.get()?.milliseconds()?;
    let between = settings.fast_interval.get()?.milliseconds()?;
    let fall = u64::from(*settings.fall.get()?);
    if view.unit.dialect == Dialect::Envoy && mode == FailureMode::Http500 {
        // An answer that is an error needs no second one.
        return Some((0, interval));
    }
    // `fastinter` bounds no check: only what is between them (2.6.12, measured).
    let each = duration(view, mode, interval)?;
    let least = each * fall + between * fall.saturating_sub(1);
    Some((least, least + interval))
}

/// How long a check takes that fails, in milliseconds, where the next one usually comes after `interval`.
///
/// HAProxy 2.6.12 (measured): without `timeout check` the interval bounds it; with it, a connection may take `timeout
/// connect` but not more than the interval, and an answer the timeout but not less than the connection. Envoy: its timeout.
fn duration(view: &PoolView<'_>, mode: FailureMode, interval: u64) -> Option<u64> {
    if matches!(mode, FailureMode::Refused | FailureMode::Http500) {
        return Some(0);
    }
    let timeouts = &view.settings.timeouts;
    let written = timeouts.check.get()?.milliseconds();
    match (view.unit.dialect, written) {
        (Dialect::Haproxy, Some(check)) => {
            let connect = timeouts.connect.get()?.milliseconds().map_or(interval, |connect| connect.min(interval));
            Some(if mode == FailureMode::Drop { connect } else { connect.max(check) })
        }
        (Dialect::Haproxy, None) => Some(interval),
        (Dialect::Envoy | Dialect::Nginx, written) => written,
    }
}

/// Whether failures of real traffic take it out.
fn by_traffic(view: &PoolView<'_>, target: &Target, mode: FailureMode, forwardings: &[&Forwarding]) -> Noticed {
    let failures = match ejection(view, target) {
        Detection::ByTraffic { failures, .. } => failures,
        // HAProxy counts what `observe` sees only where checks run (2.6.12: half of the requests failed for good).
        Detection::Never if is_observed(view, target) => return Noticed::unknown(),
        Detection::Never => return Noticed::surely(Some(false)),
        _ => return Noticed::unknown(),
    };
    let counts = match view.unit.dialect {
        // An error in an answer counts only where it is among the conditions (research nginx 3.2).
        Dialect::Nginx if mode == FailureMode::Http500 => all(forwardings, |one| nginx::tries_again(one, mode)),
        _ => Some(true),
    };
    match counts {
        Some(true) => Noticed { failures: Some(failures), earliest: Some(0), ..Noticed::by(Notice::Ejection) },
        other => Noticed::surely(other),
    }
}

/// Whether HAProxy watches answers of a target that it checks; what that does to it is not predicted.
fn is_observed(view: &PoolView<'_>, target: &Target) -> bool {
    let watches = |settings: &TargetSettings| !settings.checked.is(&false) && !settings.observed.is(&false);
    view.unit.dialect == Dialect::Haproxy && view.settings_of(target).is_some_and(watches)
}

/// What holds for all routes; `None` where they differ, or where there are none.
fn all(forwardings: &[&Forwarding], ask: impl Fn(&Forwarding) -> Option<bool>) -> Option<bool> {
    let (first, others) = forwardings.split_first()?;
    let first = ask(first)?;
    others.iter().all(|other| ask(other) == Some(first)).then_some(first)
}
