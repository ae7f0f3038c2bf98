//! One cause, one finding: findings of one check with the same cause become one that lists all subjects.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Finding, Subject};
use crate::source::{Sources, Span};

/// Joins findings with the same check and cause, then those that differ only in the file that repeats the statement.
pub(super) fn join(findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    let mut by_cause =
        merge(findings, |finding| (finding.meta.name, finding.primary.span, String::new()), add_subjects);
    by_cause.iter_mut().for_each(name_subjects_once);
    let by_statement = |finding: &Finding| (finding.meta.name, Span::default(), statement_key(finding, sources));
    merge(by_cause, by_statement, add_copy)
}

type Key = (&'static str, Span, String);

fn merge(findings: Vec<Finding>, key: impl Fn(&Finding) -> Key, add: fn(&mut Finding, Finding)) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut positions: FxHashMap<Key, usize> = FxHashMap::default();
    for finding in findings {
        let position = *positions.entry(key(&finding)).or_insert(merged.len());
        match merged.get_mut(position) {
            Some(first) => add(first, finding),
            None => merged.push(finding),
        }
    }
    merged
}

/// The worst finding of a cause speaks; the subjects of the others are listed. Only what mends all of them mends the cause.
fn add_subjects(first: &mut Finding, mut other: Finding) {
    if (other.severity, other.confidence) > (first.severity, first.confidence) {
        std::mem::swap(first, &mut other);
    }
    first.fixes.retain(|fix| other.fixes.contains(fix));
    first.subjects.append(&mut other.subjects);
}

/// Each subject once, in the order in which they came.
fn name_subjects_once(finding: &mut Finding) {
    if finding.subjects.len() < 2 {
        return;
    }
    let mut seen: FxHashSet<Subject> = FxHashSet::default();
    finding.subjects.retain(|subject| seen.insert(subject.clone()));
}

/// A fix is about the statement that is shown: the copies have their own when they are looked at by themselves.
fn add_copy(first: &mut Finding, other: Finding) {
    first.copies.push(other.primary.span);
    first.copies.extend(other.copies);
    first.subjects.extend(other.subjects);
}

/// Equal for findings that say the same of the same statement in different files.
fn statement_key(finding: &Finding, sources: &Sources) -> String {
    let same_file_only = finding.subjects.iter().any(|subject| subject.unit.is_empty());
    if same_file_only {
        let location = sources.location(finding.primary.span);
        return format!("{}:{}", location.file, finding.primary.span.start);
    }
    let related = finding.related.iter().map(|label| sources.slice(label.span));
    let subjects = finding.subjects.iter().filter_map(|subject| subject.pool.as_deref());
    let parts = [finding.message.as_str(), sources.slice(finding.primary.span)].into_iter();
    parts.chain(related).chain(subjects).collect::<Vec<_>>().join("\u{0}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{EXAMPLE, Fix, Severity};

    fn finding(at: Span, pool: &str, message: &str) -> Finding {
        let subject = Subject { unit: "a".into(), pool: Some(pool.into()), ..Subject::default() };
        Finding::new(&EXAMPLE, at, subject, message)
    }

    #[test]
    fn one_cause_is_one_finding_and_the_worst_one_speaks() {
        let mild = finding(Span::new(1, 2), "p", "mild").at_most(Severity::Info);
        let joined = join(vec![mild, finding(Span::new(1, 2), "q", "bad")], &Sources::default());
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].message, "bad");
        let pools: Vec<_> = joined[0].subjects.iter().filter_map(|subject| subject.pool.as_deref()).collect();
        assert_eq!(pools, ["q", "p"]);
    }

    #[test]
    fn what_mends_one_of_two_subjects_does_not_mend_the_cause() {
        let (at, edit) = (Span::new(1, 2), Span::new(7, 8));
        let both = Fix::safe("both").delete(at);
        let own = Fix::safe("own").delete(edit);
        let one = finding(at, "p", "one").fix(own).fix(both.clone());
        let joined = join(vec![one, finding(at, "q", "one").fix(both.clone())], &Sources::default());
        assert_eq!(joined[0].fixes, [both]);
    }

    #[test]
    fn other_causes_stay_apart() {
        let two = vec![finding(Span::new(1, 2), "p", "one"), finding(Span::new(3, 4), "p", "two")];
        assert_eq!(join(two, &Sources::default()).len(), 2);
    }
}
