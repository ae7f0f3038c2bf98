//! The names of targets as they are shown.

use super::sanitise;
use crate::model::{Count, Target, Unit};
use crate::source::Sources;

/// One statement can stand for four billion targets; nobody reads them.
const MOST: u32 = 4096;

/// The names of all targets that a statement stands for.
pub(super) fn names(unit: &Unit, sources: &Sources, target: &Target) -> Vec<String> {
    let name = sanitise::line(unit.texts.get(target.name, sources)).into_owned();
    match target.count {
        Count::One | Count::AtLeastOne => vec![name],
        Count::Answers(number) => (1..=number.min(MOST)).map(|number| format!("{name}#{number}")).collect(),
        Count::Copies(first, last) | Count::Slots(first, last) => {
            let last = last.min(first.saturating_add(MOST - 1));
            (first..=last).map(|number| format!("{name}{number}")).collect()
        }
    }
}
