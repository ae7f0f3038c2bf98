//! The names of targets as they are shown.

use super::sanitise;
use crate::model::{Target, Unit};
use crate::source::Sources;

/// One statement can stand for four billion targets; nobody reads them.
const MOST: u32 = 4096;

/// The names of all targets that a statement stands for.
pub(super) fn names(unit: &Unit, sources: &Sources, target: &Target) -> Vec<String> {
    let name = sanitise::line(unit.texts.get(target.name, sources)).into_owned();
    let Some((first, last, mark)) = target.count.numbers() else { return vec![name] };
    let last = last.min(first.saturating_add(MOST - 1));
    (first..=last).map(|number| format!("{name}{mark}{number}")).collect()
}
