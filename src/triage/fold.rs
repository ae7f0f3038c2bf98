//! A finding that follows from another one on the same subject is folded into it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Finding, Subject};

/// Removes findings all of whose subjects have a finding that theirs follows from; the head says what it swallowed. What a
/// looser profile does not show swallows nothing that it does: a stricter profile adds findings and takes none away.
pub(super) fn fold(findings: Vec<Finding>) -> Vec<Finding> {
    let heads = heads(&findings);
    let mut swallowed: FxHashMap<usize, Vec<&'static str>> = FxHashMap::default();
    let mut folded: FxHashSet<usize> = FxHashSet::default();
    for (index, finding) in findings.iter().enumerate() {
        if let Some(head) = head_of(finding, &findings, &heads) {
            swallowed.entry(head).or_default().push(finding.meta.name);
            folded.insert(index);
        }
    }
    let kept = findings.into_iter().enumerate().filter(|(index, _)| !folded.contains(index));
    kept.map(|(index, finding)| with_swallowed(finding, swallowed.remove(&index).unwrap_or_default())).collect()
}

type Heads<'f> = FxHashMap<(&'static str, PoolPath<'f>), usize>;
type PoolPath<'f> = (&'f str, Option<&'f str>);

fn path(subject: &Subject) -> PoolPath<'_> {
    (&subject.unit, subject.pool.as_deref())
}

fn heads(findings: &[Finding]) -> Heads<'_> {
    let mut heads = Heads::default();
    for (index, finding) in findings.iter().enumerate() {
        for subject in &finding.subjects {
            heads.entry((finding.meta.name, path(subject))).or_insert(index);
        }
    }
    heads
}

/// The finding that swallows this one: each subject has a finding of a check that this one follows.
fn head_of(finding: &Finding, findings: &[Finding], heads: &Heads<'_>) -> Option<usize> {
    let is_shown = |head: &usize| findings.get(*head).is_some_and(|head| head.profile <= finding.profile);
    let of_check =
        |name: &&'static str, subject: &Subject| heads.get(&(*name, path(subject))).copied().filter(is_shown);
    let head = |subject: &Subject| finding.follows.iter().find_map(|name| of_check(name, subject));
    let mut found = finding.subjects.iter().map(head);
    let first = found.next()??;
    found.all(|head| head.is_some()).then_some(first)
}

fn with_swallowed(mut finding: Finding, mut names: Vec<&'static str>) -> Finding {
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        finding.notes.push(format!("follows from it: {}", names.join(", ")));
    }
    finding
}
