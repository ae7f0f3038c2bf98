//! What can be said of a unit's pools: verified, or undecided and why.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::checks::intent::Outcome;
use crate::checks::{Context, Gaps, PoolContext};
use crate::model::{Namespace, Text, Whereabouts, Why};
use crate::source::Span;
use crate::traffic::Certainty;

/// What can be said of a unit's pools.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How many pools every fact is known of that decides who gets their traffic.
    pub verified: usize,
    /// The others.
    pub undecided: Vec<Undecided>,
    /// How many pools lack the same pieces of knowledge.
    pub gaps: BTreeMap<Gaps, usize>,
    /// Whether what is declared of the pools is so.
    pub expectations: Vec<Verified>,
}

/// Whether one expectation of a pool is met.
#[derive(Debug)]
pub struct Verified {
    /// The pool's name.
    pub pool: Text,
    /// What was found out.
    pub outcome: Outcome,
}

/// A pool of which something is not known.
#[derive(Debug)]
pub struct Undecided {
    /// The pool's name.
    pub pool: Text,
    /// Why its shares are not known.
    pub why: Why,
    /// What would decide it.
    pub would_decide: &'static str,
    /// Where to look.
    pub at: Span,
}

impl Verdict {
    pub(super) fn new(context: &Context<'_>, pools: &[PoolContext<'_>]) -> Self {
        let mut verdict = Self::default();
        for pool in pools {
            *verdict.gaps.entry(Gaps::of(context, pool)).or_default() += 1;
            let verified = |outcome: &Outcome| Verified { pool: pool.view.pool.name, outcome: outcome.clone() };
            verdict.expectations.extend(pool.outcomes(context).iter().map(verified));
            match undecided(pool) {
                Some(undecided) => verdict.undecided.push(undecided),
                None => verdict.verified += 1,
            }
        }
        let mut told: FxHashSet<&str> = FxHashSet::default();
        let elsewhere = context.unit.names.references.iter().filter(|reference| {
            reference.namespace == Namespace::Pool
                && reference.whereabouts == Whereabouts::OtherFile
                && told.insert(context.text(reference.name))
        });
        verdict.undecided.extend(elsewhere.map(|reference| Undecided {
            pool: reference.name,
            why: Why::OtherFile,
            would_decide: ELSEWHERE,
            at: reference.at,
        }));
        verdict
    }
}

/// What would tell what a file defines that was not read.
const ELSEWHERE: &str = "the file that defines it, or the directory that holds it, as an argument";

fn undecided(pool: &PoolContext<'_>) -> Option<Undecided> {
    if pool.prediction.certainty != Certainty::Unknown {
        return None;
    }
    let (why, at) = pool.prediction.because?;
    Some(Undecided { pool: pool.view.pool.name, why, would_decide: would_decide(pool, why), at })
}

fn would_decide(pool: &PoolContext<'_>, why: Why) -> &'static str {
    match why {
        Why::Remote if pool.view.pool.completeness.is_complete() => {
            "the state of the service: its check elects one target"
        }
        Why::Remote => "the answer of the name server",
        Why::Variable => "the value of the environment variable (`setenv` in global)",
        Why::Request => "the requests that arrive",
        Why::OtherFile => ELSEWHERE,
        Why::Condition => "the value of the condition, or `--proxy-version`",
        Why::Template => "the rendered file",
        Why::Repetition => "the list that is looped over",
        Why::Unsupported => "a prediction of this policy or setting",
        Why::Malformed => "a valid statement",
    }
}
