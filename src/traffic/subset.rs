//! Envoy: which subset of a pool's targets requests get, where all routes that lead to it ask for the same.

use super::{Asked, PoolView};
use crate::model::{Forwarding, LabelsId, Subsets, Text};

/// What the requests of these routes get (research 3.6): the names that are asked for must be those of a selector, and some
/// target must have the values; else the fallback decides.
pub(super) fn asked(view: &PoolView<'_>, forwardings: &[&Forwarding]) -> Asked {
    let Some(spread) = view.spread() else { return Asked::Open };
    let Some(&subsets) = spread.subsets.get().filter(|subsets| **subsets != Subsets::Off) else { return Asked::Open };
    let Some(asked) = same(forwardings) else { return Asked::Open };
    match serves(view, view.unit.selectors(spread.selectors), asked) {
        None => Asked::Open,
        Some(true) => Asked::With(asked),
        Some(false) => match subsets {
            Subsets::Refuse => Asked::Nobody,
            Subsets::AnyTarget => Asked::Any,
            // Which labels the default has is not in the model.
            Subsets::Default | Subsets::Off => Asked::Open,
        },
    }
}

/// What all routes ask for; `None` if they differ, or if there is none.
fn same(forwardings: &[&Forwarding]) -> Option<LabelsId> {
    let (first, others) = forwardings.split_first()?;
    let first = *first.asks_for.get()?;
    others.iter().all(|other| other.asks_for.is(&first)).then_some(first)
}

/// Whether there is a subset for these labels; `None` while that is not known.
fn serves(view: &PoolView<'_>, selectors: &[Vec<Text>], asked: LabelsId) -> Option<bool> {
    let names: Vec<Text> = view.unit.labels(asked).iter().map(|label| label.name).collect();
    if selectors.is_empty() {
        return None;
    }
    if names.is_empty() || !selectors.contains(&names) {
        return Some(false);
    }
    let has: Vec<Option<bool>> = view.targets.iter().map(|target| view.has_labels(target, asked)).collect();
    if has.contains(&None) { None } else { Some(has.contains(&Some(true))) }
}
