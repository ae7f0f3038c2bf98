//! Which units and pools a report shows.

use super::sanitise;
use crate::analysis::Analysis;
use crate::model::{Pool, Unit};

/// Patterns for units and pools: a name, in which `*` stands for any text. No pattern lets everything through.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Patterns for the root files of units.
    pub units: Vec<String>,
    /// Patterns for the names of pools.
    pub pools: Vec<String>,
}

impl Filter {
    pub(super) fn lets_unit(&self, root: &str) -> bool {
        self.units.is_empty() || self.units.iter().any(|pattern| matches(pattern, root))
    }

    pub(super) fn lets_pool(&self, name: &str) -> bool {
        self.pools.is_empty() || self.pools.iter().any(|pattern| matches(pattern, name))
    }

    /// Whether patterns were given and let no pool of any unit through.
    pub fn lets_nothing(&self, analysis: &Analysis) -> bool {
        let is_restricted = !self.units.is_empty() || !self.pools.is_empty();
        let units = analysis.units.iter().filter(|analysed| self.lets_unit(&analysed.root));
        let name = |unit: &Unit, pool: &Pool| sanitise::line(unit.texts.get(pool.name, &analysis.sources)).into_owned();
        let mut pools =
            units.flat_map(|analysed| analysed.unit.pools.iter().map(move |pool| name(&analysed.unit, pool)));
        is_restricted && !pools.any(|name| self.lets_pool(&name))
    }

    pub(super) const fn takes_all_pools(&self) -> bool {
        self.pools.is_empty()
    }
}

/// Whether a text fits a pattern: the pieces between the stars occur in order, the first at the start, the last at the end.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, others)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let (middle, last) = others.rsplit_once('*').unwrap_or(("", others));
    for piece in middle.split('*') {
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text) in
            [("web", "web"), ("*", ""), ("w*", "web"), ("*b", "web"), ("a*b*c", "axxbyyc"), ("**", "x")]
        {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("web", "web2"), ("w*", "aw"), ("*b", "ba"), ("a*b*c", "acb"), ("ab*ba", "aba")] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
