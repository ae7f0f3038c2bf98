//! Whether a pool is what it is meant to be: for each expectation held, not met, or open.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Declared, Wanted, affinity, canary, capacity, members, shares, survival};
use crate::checks::{Context, PoolContext};
use crate::finding::Severity;
use crate::model::Target;
use crate::source::Span;
use crate::traffic::{Certainty, Prediction};

/// What an expectation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Shares are alike.
    Even,
    /// So many targets.
    Targets,
    /// These shares.
    Share,
    /// Nothing fails when something is down.
    Survives,
    /// Failures are noticed in time.
    NoticedWithin,
    /// A canary gets little.
    Canary,
    /// Clients stay with their target, or do not.
    Affinity,
    /// Targets can answer what they get.
    CapacityRps,
}

impl Kind {
    /// Its key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Targets => "targets",
            Self::Share => "share",
            Self::Survives => "survives",
            Self::NoticedWithin => "noticed-within",
            Self::Canary => "canary",
            Self::Affinity => "affinity",
            Self::CapacityRps => "capacity-rps",
        }
    }
}

/// Whether one expectation of a pool is met.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What it is about.
    pub kind: Kind,
    /// The expectation.
    pub declared: Arc<Declared>,
    /// Whether it is met.
    pub state: State,
}

impl Outcome {
    /// Where it is declared.
    pub fn at(&self) -> Span {
        self.declared.key(self.kind.key())
    }
}

/// Whether an expectation is met.
#[derive(Clone, Debug)]
pub enum State {
    /// It is, with these numbers.
    Held(String),
    /// It is not.
    Unmet(Unmet),
    /// That cannot be said, because of this.
    Open(String),
}

/// What is so instead.
#[derive(Clone, Debug)]
pub struct Unmet {
    /// One sentence with numbers.
    pub message: String,
    /// How bad that is.
    pub severity: Severity,
    /// The place in the configuration that speaks against it, and what it has to do with it.
    pub there: (Span, String),
}

impl State {
    pub(super) fn held(text: impl Into<String>) -> Self {
        Self::Held(text.into())
    }

    pub(super) fn open(text: impl Into<String>) -> Self {
        Self::Open(text.into())
    }

    pub(super) fn unmet(severity: Severity, message: String, at: Span, because: impl Into<String>) -> Self {
        Self::Unmet(Unmet { message, severity, there: (at, because.into()) })
    }

    /// What is met only under assumptions says so, as the shares do.
    pub(super) fn assuming(self, assumptions: &[&str]) -> Self {
        match self {
            Self::Held(text) if !assumptions.is_empty() => {
                Self::Held(format!("{text} (assumed: {})", assumptions.join("; ")))
            }
            other => other,
        }
    }

    /// Open, for the reason that the prediction names.
    pub(super) fn unknown(prediction: &Prediction) -> Self {
        let why = prediction.because.map_or("its shares are not known", |(why, _)| why.phrase());
        Self::open(format!("unknown: {why}"))
    }
}

/// Adds what is assumed to what was before, each once.
pub(super) fn note(assumptions: &mut Vec<&'static str>, more: &[&'static str]) {
    for assumption in more {
        if !assumptions.contains(assumption) {
            assumptions.push(assumption);
        }
    }
}

/// What expectations are held against.
pub(super) struct Subject<'p, 'a> {
    pub(super) context: &'p Context<'a>,
    pub(super) pool: &'p PoolContext<'a>,
    /// Who gets the traffic, as `lblint shares` says.
    pub(super) peace: Prediction,
}

impl Subject<'_, '_> {
    /// The name of the target at a position.
    pub(super) fn name(&self, position: u32) -> Cow<'_, str> {
        self.pool.target(position).map_or(Cow::Borrowed(""), |target| self.pool.view.full_name_of(target))
    }

    /// The statement of the target at a position.
    pub(super) fn statement(&self, position: u32) -> Span {
        self.pool.target(position).map_or(self.pool.view.pool.header, |target| target.statement)
    }

    /// The least and the most of the traffic that the target at a position gets; `None` if unknown.
    pub(super) fn share(&self, position: u32) -> Option<(f64, f64)> {
        if self.peace.certainty == Certainty::Unknown {
            return None;
        }
        let own = self.peace.shares.iter().find(|share| share.target == position);
        Some(own.map_or((0.0, 0.0), |share| (share.low, share.high)))
    }

    /// The targets of this name: one, or, where it is that of a statement, all that it stands for.
    pub(super) fn named(&self, name: &str) -> Vec<u32> {
        let view = &self.pool.view;
        let is_meant = |target: &Target| view.name_of(target) == name || view.full_name_of(target) == name;
        let targets = (0_u32..).zip(view.targets);
        targets.filter(|(_, target)| is_meant(target)).map(|(position, _)| position).collect()
    }

    /// The least and the most of the traffic that all these targets get together; `None` if unknown.
    pub(super) fn share_of_all(&self, positions: &[u32]) -> Option<(f64, f64)> {
        let shares: Vec<(f64, f64)> = positions.iter().map(|position| self.share(*position)).collect::<Option<_>>()?;
        let (low, high) = shares.iter().fold((0.0, 0.0), |(low, high), share| (low + share.0, high + share.1));
        Some((low, f64::min(high, 1.0)))
    }

    /// The targets that serve while nothing is down.
    pub(super) fn serving(&self) -> Vec<u32> {
        let usable = || (0_u32..).zip(self.pool.view.targets).filter(|(_, target)| target.is_usable());
        let first = usable().map(|(_, target)| target.tier).min();
        usable().filter(|(_, target)| Some(target.tier) == first).map(|(position, _)| position).collect()
    }
}

/// Holds all that is declared of a pool against the prediction.
pub(in crate::checks) fn outcomes(context: &Context<'_>, pool: &PoolContext<'_>) -> Vec<Outcome> {
    if pool.declared.is_empty() {
        return Vec::new();
    }
    let pool = &pool.one_by_one();
    let subject = Subject { context, pool, peace: crate::traffic::in_peace(&pool.view.as_called(), &context.reach) };
    pool.declared.iter().flat_map(|declared| of_one(&subject, declared)).collect()
}

fn of_one(subject: &Subject<'_, '_>, declared: &Arc<Declared>) -> Vec<Outcome> {
    let Wanted { even, targets, share, survives, noticed_within, modes, canary, affinity, rps, capacity_rps, .. } =
        &declared.wanted;
    let modes = modes.as_deref();
    let assumed = |state: State| state.assuming(&subject.peace.assumptions);
    let states = [
        even.map(|most| (Kind::Even, assumed(shares::even(subject, most)))),
        targets.map(|wanted| (Kind::Targets, members::targets(subject, wanted))),
        share.as_ref().map(|wanted| (Kind::Share, assumed(shares::as_declared(subject, wanted)))),
        survives.map(|what| (Kind::Survives, survival::survives(subject, what, modes))),
        noticed_within.map(|time| (Kind::NoticedWithin, survival::noticed_within(subject, time, modes))),
        canary.as_ref().map(|canary| (Kind::Canary, canary::canary(subject, canary))),
        affinity.map(|wish| (Kind::Affinity, affinity::affinity(subject, wish))),
        rps.zip(*capacity_rps).map(|(rps, most)| {
            let load = capacity::Load { rps, most, targets: *targets };
            (Kind::CapacityRps, capacity::capacity(subject, &load))
        }),
    ];
    let outcome = |(kind, state)| Outcome { kind, declared: Arc::clone(declared), state };
    states.into_iter().flatten().map(outcome).collect()
}
