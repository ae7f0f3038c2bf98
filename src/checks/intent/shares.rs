//! `even` and `share`: who gets how much.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::outcome::{State, Subject};
use super::words::{Deviation, Percent};
use crate::checks::phrases::list;
use crate::finding::Severity;
use crate::traffic::percent;

/// Shares are fractions of floating point.
const ROUNDING: f64 = 1e-9;
/// How far a share may be from a declared one: one percentage point.
const TOLERANCE: f64 = 0.01;

/// How far a value is from an interval at least, and at most.
fn distances(value: f64, (low, high): (f64, f64)) -> (f64, f64) {
    let least = if value < low { low - value } else { (value - high).max(0.0) };
    (least, (value - low).abs().max((high - value).abs()))
}

/// No target's share deviates by more than this part from a fair one.
pub(super) fn even(subject: &Subject<'_, '_>, most: Deviation) -> State {
    if subject.peace.is_unknown() {
        return State::unknown(&subject.peace);
    }
    let serving = subject.serving();
    if serving.is_empty() {
        return State::open("no target is in service");
    }
    let fair = 1.0 / serving.len() as f64;
    let deviations: Vec<(u32, f64, f64)> = serving
        .iter()
        .filter_map(|position| {
            let (least, worst) = distances(fair, subject.share(*position)?);
            Some((*position, least / fair, worst / fair))
        })
        .collect();
    let surely = deviations.iter().copied().rev().max_by(|a, b| a.1.total_cmp(&b.1));
    let perhaps = deviations.iter().map(|(.., worst)| *worst).fold(0.0, f64::max);
    match surely {
        Some((position, least, _)) if least > most.0 + ROUNDING => uneven(subject, position, fair, least, most),
        _ if perhaps > most.0 + ROUNDING => State::open(format!(
            "a share may deviate by up to {} from fair: it depends on {}",
            percent(perhaps),
            doubts(subject)
        )),
        _ => State::held(format!("the largest deviation is {} of {} each", percent(perhaps), percent(fair))),
    }
}

fn uneven(subject: &Subject<'_, '_>, position: u32, fair: f64, deviation: f64, most: Deviation) -> State {
    let name = subject.name(position);
    let (low, high) = subject.share(position).unwrap_or_default();
    let (share, direction) = if low > fair { (low, "more") } else { (high, "less") };
    let gets = if share <= 0.0 { "nothing".to_owned() } else { percent(share) };
    let message = format!(
        "`{name}` gets {gets} of `{}`, {} {direction} than its fair {}; expected: at most {}",
        subject.pool.name,
        percent(deviation),
        percent(fair),
        percent(most.0)
    );
    State::unmet(Severity::Warning, message, subject.statement(position), gets)
}

/// What bounded shares depend on.
fn doubts(subject: &Subject<'_, '_>) -> String {
    let told = subject.peace.assumptions.join("; ");
    if told.is_empty() { "the load".to_owned() } else { told }
}

/// These targets get these shares.
pub(super) fn as_declared(subject: &Subject<'_, '_>, wanted: &BTreeMap<String, Percent>) -> State {
    let states: Vec<State> = wanted.iter().map(|(name, share)| one(subject, name, *share)).collect();
    let mut held = Vec::new();
    let mut open = None;
    for state in states {
        match state {
            State::Held(text) => held.push(text),
            State::Unmet(unmet) => return State::Unmet(unmet),
            State::Open(text) => open = open.or(Some(text)),
        }
    }
    open.map_or_else(|| State::Held(held.join(", ")), State::Open)
}

fn one(subject: &Subject<'_, '_>, name: &str, wanted: Percent) -> State {
    let named = subject.named(name);
    let Some(first) = named.first() else { return missing(subject, name) };
    let Some((low, high)) = subject.share_of_all(&named) else { return State::unknown(&subject.peace) };
    let (least, most) = distances(wanted.0, (low, high));
    let between = if high - low > ROUNDING { format!("{} to {}", percent(low), percent(high)) } else { percent(high) };
    if least > TOLERANCE + ROUNDING {
        let message = format!("`{name}` gets {between} of `{}`; expected: {}", subject.pool.name, percent(wanted.0));
        return State::unmet(Severity::Warning, message, subject.statement(*first), between);
    }
    if most > TOLERANCE + ROUNDING {
        return State::open(format!("`{name}` gets {between}: it depends on {}", doubts(subject)));
    }
    State::held(format!("`{name}` gets {between}"))
}

fn missing(subject: &Subject<'_, '_>, name: &str) -> State {
    let pool = &subject.pool.view.pool;
    if !pool.completeness.is_complete() {
        return State::open(format!("not all targets are known, and `{name}` is none of the others"));
    }
    let view = &subject.pool.view;
    let names: Vec<Cow<'_, str>> = view.targets.iter().map(|target| view.full_name_of(target)).collect();
    let nearest = names.iter().min_by_key(|known| strsim::osa_distance(name, known));
    let guess = nearest.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
    let message = format!("`{}` has no target `{name}`{guess}", subject.pool.name);
    State::unmet(Severity::Warning, message, pool.header, format!("has {}", list(names.iter().map(AsRef::as_ref))))
}
