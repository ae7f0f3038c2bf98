//! `rps` and `capacity-rps`: whether targets can answer what they get, in peace and after a failure.

use std::borrow::Cow;

use super::outcome::{State, Subject, note};
use super::words::Counts;
use crate::finding::Severity;
use crate::traffic::{Certainty, Failure, FailureMode};

/// What comes in, what a target can answer, and how many targets are guaranteed.
pub(super) struct Load {
    pub(super) rps: f64,
    pub(super) most: f64,
    pub(super) targets: Option<Counts>,
}

const ROUNDING: f64 = 1e-6;

pub(super) fn capacity(subject: &Subject<'_, '_>, load: &Load) -> State {
    let in_peace = in_peace(subject, load);
    match in_peace {
        State::Held(peace) => after_failures(subject, load, &peace),
        other => other,
    }
}

/// The least and the most that the busiest target gets.
fn busiest(shares: impl Iterator<Item = (u32, f64, f64)>) -> Option<(u32, f64, f64)> {
    shares.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

fn in_peace(subject: &Subject<'_, '_>, load: &Load) -> State {
    let pool = subject.pool;
    let serving = subject.serving().len() as u32;
    if subject.peace.is_unknown() {
        return guaranteed(subject, load);
    }
    let shares = || subject.peace.shares.iter().map(|share| (share.target, share.low, share.high));
    let Some((position, low, _)) = busiest(shares()) else { return State::open("no target is in service") };
    let high = shares().map(|(.., high)| high).fold(0.0, f64::max);
    let rate = low * load.rps;
    if rate > load.most + ROUNDING {
        let name = subject.name(position);
        let message = format!(
            "`{name}` gets {} of the {} requests/s of `{}`; it can answer {}",
            whole(rate),
            whole(load.rps),
            pool.name,
            whole(load.most)
        );
        return State::unmet(Severity::Error, message, subject.statement(position), over(rate, load));
    }
    if high * load.rps <= load.most + ROUNDING {
        return State::held(format!("up to {} requests/s for a target", whole(high * load.rps)));
    }
    too_few(subject, load, serving)
        .unwrap_or_else(|| State::open(format!("up to {} requests/s for a target", whole(high * load.rps))))
}

/// Whoever of so many targets gets the most gets at least the mean.
fn too_few(subject: &Subject<'_, '_>, load: &Load, targets: u32) -> Option<State> {
    let mean = load.rps / f64::from(targets.max(1));
    let message = format!(
        "{targets} targets for the {} requests/s of `{}` get {} on average; each can answer {}",
        whole(load.rps),
        subject.pool.name,
        whole(mean),
        whole(load.most)
    );
    let at = subject.pool.view.pool.header;
    (mean > load.most + ROUNDING).then(|| State::unmet(Severity::Error, message, at, over(mean, load)))
}

/// Of a pool whose targets are discovered only what is guaranteed counts.
fn guaranteed(subject: &Subject<'_, '_>, load: &Load) -> State {
    let least = load.targets.map(|counts| counts.least).filter(|least| *least > 0);
    let state = least.and_then(|least| too_few(subject, load, least));
    state.unwrap_or_else(|| State::unknown(&subject.peace))
}

fn after_failures(subject: &Subject<'_, '_>, load: &Load, peace: &str) -> State {
    let mut doubt = None;
    let mut most = 0.0_f64;
    let mut assumptions = subject.peace.assumptions.clone();
    for failure in subject.pool.peace(subject.context).each(&[FailureMode::Refused]) {
        note(&mut assumptions, &failure.assumptions);
        if failure.certainty == Certainty::Unknown {
            doubt =
                doubt.or_else(|| Some(format!("what happens if `{}` dies is not known", failed(subject, &failure))));
            continue;
        }
        let shares = || failure.shares.iter().map(|share| (share.target, share.low, share.high));
        let Some((heir, low, _)) = busiest(shares()) else { continue };
        let high = shares().map(|(.., high)| high).fold(0.0, f64::max);
        if low * load.rps > load.most + ROUNDING {
            return overloaded(subject, load, &failure, heir, low);
        }
        if high * load.rps > load.most + ROUNDING {
            let name = failed(subject, &failure);
            doubt = doubt.or_else(|| Some(format!("if `{name}` dies, up to {} requests/s", whole(high * load.rps))));
        }
        most = most.max(high);
    }
    let after = format!("{peace}, {} after one failure", whole(most * load.rps));
    doubt.map_or_else(|| State::Held(after).assuming(&assumptions), State::Open)
}

fn failed<'s>(subject: &'s Subject<'_, '_>, failure: &Failure) -> Cow<'s, str> {
    failure.down.first().map_or(Cow::Borrowed(""), |position| subject.name(*position))
}

fn overloaded(subject: &Subject<'_, '_>, load: &Load, failure: &Failure, heir: u32, share: f64) -> State {
    let rate = share * load.rps;
    let message = format!(
        "if `{}` fails, `{}` gets {} of the {} requests/s of `{}`; it can answer {}",
        failed(subject, failure),
        subject.name(heir),
        whole(rate),
        whole(load.rps),
        subject.pool.name,
        whole(load.most)
    );
    State::unmet(Severity::Warning, message, subject.statement(heir), over(rate, load))
}

fn over(rate: f64, load: &Load) -> String {
    format!("{} requests/s, {} too many", whole(rate), whole(rate - load.most))
}

/// A rate without a fraction where it has none.
fn whole(rate: f64) -> String {
    if (rate - rate.round()).abs() < 1e-6 || rate >= 10.0 { format!("{rate:.0}") } else { format!("{rate:.1}") }
}
