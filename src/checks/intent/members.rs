//! `targets`: how many there are.

use super::outcome::{State, Subject};
use super::words::Counts;
use crate::finding::Severity;
use crate::model::{AdministrativeState, Count, Target};

/// So many targets are in service: neither down nor drained. Backups are in service, too.
pub(super) fn targets(subject: &Subject<'_, '_>, wanted: Counts) -> State {
    let (least, most) = number(subject);
    let is_one = |number: u32| if number == 1 { "target is" } else { "targets are" };
    let pool = subject.pool;
    match most {
        Some(most) if most < wanted.least => {
            let only = if least == most { most.to_string() } else { format!("at most {most}") };
            let message = format!("{only} {} in service in `{}`; expected: {wanted}", is_one(most), pool.name);
            State::unmet(Severity::Error, message, pool.view.pool.header, format!("{only} of them"))
        }
        _ if least > wanted.most => {
            let message = format!("{least} {} in service in `{}`; expected: {wanted}", is_one(least), pool.name);
            State::unmet(Severity::Warning, message, pool.view.pool.header, format!("{least} of them"))
        }
        Some(most) if least >= wanted.least && most <= wanted.most => State::held(format!("{least} in service")),
        _ => State::open("what is discovered is not in the configuration; the number is taken as guaranteed"),
    }
}

/// How many targets there are at least, and at most where that is known.
fn number(subject: &Subject<'_, '_>) -> (u32, Option<u32>) {
    let pool = &subject.pool.view;
    let mut least = 0_u32;
    let mut most = Some(0_u32);
    for target in pool.targets.iter().filter(|target| may_serve(target)) {
        let (low, high) = range(target.count);
        least = least.saturating_add(if target.presence.is_certain() { low } else { 0 });
        most = most.zip(high).map(|(most, high)| most.saturating_add(high));
    }
    let slots = pool.targets.iter().any(|target| matches!(target.count, Count::Slots(..)));
    // Slots bound what discovery finds; a name that is asked for does not.
    let bounded = pool.pool.completeness.is_complete() || (slots && most.is_some());
    (least, most.filter(|_| bounded))
}

fn may_serve(target: &Target) -> bool {
    let in_service = matches!(target.state, AdministrativeState::Up | AdministrativeState::Degraded);
    in_service && !target.weight.is(&0)
}

const fn range(count: Count) -> (u32, Option<u32>) {
    match count {
        Count::One => (1, Some(1)),
        Count::Answers(first, last) | Count::Copies(first, last) => {
            let number = last.saturating_sub(first).saturating_add(1);
            (number, Some(number))
        }
        Count::Slots(first, last) => (0, Some(last.saturating_sub(first).saturating_add(1))),
        Count::AtLeastOne => (1, None),
    }
}
