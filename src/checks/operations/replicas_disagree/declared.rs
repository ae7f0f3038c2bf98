//! Copies that are declared as such: everything counts, save what may differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{META, compare};
use crate::checks::intent::Replicas;
use crate::checks::phrases::list;
use crate::checks::{OneUnit, Units};
use crate::finding::Finding;
use crate::model::PoolKind;
use crate::source::{Dialect, Sources, matches_text};

/// On which terms files are compared: as declared, or as their names suggest.
#[derive(Clone, Copy)]
pub(super) struct Terms<'r>(Option<&'r Replicas>);

impl Terms<'_> {
    /// The names of the files suggest it.
    pub(super) const GUESSED: Self = Self(None);

    /// Whether somebody declared it.
    pub(super) const fn are_declared(self) -> bool {
        self.0.is_some()
    }

    /// Whether a part of a pool may differ: a target by its name, or `policy`.
    pub(super) fn allow(self, pool: &str, part: &str) -> bool {
        let full = format!("{pool}/{part}");
        let is_named = |pattern: &String| matches_text(pattern, pool) || matches_text(pattern, &full);
        self.0.is_some_and(|declared| declared.differ_only_in.iter().any(is_named))
    }

    fn allow_pool(self, pool: &str) -> bool {
        self.0.is_some_and(|declared| declared.differ_only_in.iter().any(|pattern| matches_text(pattern, pool)))
    }

    /// Where it is declared.
    pub(super) fn tell(self, finding: Finding) -> Finding {
        match self.0 {
            Some(declared) => finding.related(declared.at, "declared to be copies"),
            None => finding,
        }
    }
}

/// Compares the units that are declared to be copies, dialect by dialect.
pub(super) fn compare_declared(units: &Units<'_>, declared: &Replicas, findings: &mut Vec<Finding>) {
    let mut by_dialect: BTreeMap<Dialect, Vec<&OneUnit<'_>>> = BTreeMap::new();
    for one in units.all.iter().filter(|one| declared.roots.iter().any(|root| root == one.root)) {
        by_dialect.entry(one.unit.dialect).or_default().push(one);
    }
    let terms = Terms(Some(declared));
    for replicas in by_dialect.into_values().filter(|replicas| replicas.len() > 1) {
        compare(&replicas, units.sources, terms, findings);
        findings.extend(missing_pools(&replicas, units.sources, terms, declared));
    }
}

fn names<'a>(one: &'a OneUnit<'_>, sources: &'a Sources) -> BTreeSet<&'a str> {
    let pools = one.unit.pools.iter().filter(|pool| pool.kind != PoolKind::Implicit);
    pools.map(|pool| one.text(pool.name, sources)).collect()
}

/// Pools that most copies have and one has not.
fn missing_pools(replicas: &[&OneUnit<'_>], sources: &Sources, terms: Terms<'_>, declared: &Replicas) -> Vec<Finding> {
    let each: Vec<BTreeSet<&str>> = replicas.iter().map(|one| names(one, sources)).collect();
    let all: BTreeSet<&str> = each.iter().flatten().copied().collect();
    // Where as many have a pool as have not, it is missing.
    let usual = |name: &str| each.iter().filter(|names| names.contains(name)).count() * 2 >= each.len();
    let usual: Vec<&str> = all.into_iter().filter(|name| usual(name) && !terms.allow_pool(name)).collect();
    let mut findings = Vec::new();
    for (one, own) in replicas.iter().zip(&each) {
        let missing: Vec<&str> = usual.iter().copied().filter(|name| !own.contains(name)).collect();
        let Some(first) = missing.first() else { continue };
        let file = one.root.rsplit('/').next().unwrap_or(one.root);
        let is = if missing.len() == 1 { "is" } else { "are" };
        let message =
            format!("{} {is} missing in {file}, which other copies of the proxy have", list(missing.iter().copied()));
        let mut finding =
            Finding::new(&META, declared.at, one.subject(first), message).because("declared to be copies");
        finding.subjects.extend(missing.iter().skip(1).map(|name| one.subject(name)));
        let holder = replicas.iter().find_map(|other| {
            other.unit.pools.iter().find(|pool| other.text(pool.name, sources) == *first).map(|pool| pool.header)
        });
        findings.push(match holder {
            Some(at) => finding.related(at, "as here"),
            None => finding,
        });
    }
    findings
}
