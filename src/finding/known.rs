//! What findings were about, by fingerprint: to tell what is new from what was there before.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Finding, Subject, fingerprint};
use crate::source::Span;

/// Fingerprints of what is known, and how many causes each has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(FxHashMap<String, usize>);

impl Known {
    /// Adds a cause.
    pub fn add(&mut self, fingerprint: &str) {
        self.add_times(fingerprint, 1);
    }

    fn add_times(&mut self, fingerprint: &str, times: usize) {
        *self.0.entry(fingerprint.to_owned()).or_default() += times;
    }

    fn times(&self, fingerprint: &str) -> usize {
        self.0.get(fingerprint).copied().unwrap_or_default()
    }

    /// What this or another one knows: a cause that both know counts once.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        for (fingerprint, times) in &other.0 {
            let own = self.0.entry(fingerprint.clone()).or_default();
            *own = (*own).max(*times);
        }
        self
    }
}

/// Lets through what is not known. A subject that has more causes than are known keeps the last of them: which of them is
/// the new one, names do not tell.
#[derive(Debug)]
pub struct Sieve<'a> {
    known: &'a Known,
    held_back: FxHashMap<String, FxHashSet<Span>>,
}

impl<'a> Sieve<'a> {
    /// One that has held back nothing yet.
    pub fn new(known: &'a Known) -> Self {
        Self { known, held_back: FxHashMap::default() }
    }

    /// Takes the subjects that are known out of findings, and findings that are left without any. The order stays.
    pub fn sift(&mut self, findings: Vec<Finding>) -> Vec<Finding> {
        if self.known.0.is_empty() {
            return findings;
        }
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|index| findings.get(*index).map(|finding| finding.primary.span));
        let mut findings: Vec<Option<Finding>> = findings.into_iter().map(Some).collect();
        for index in order {
            if let Some(slot) = findings.get_mut(index) {
                *slot = slot.take().and_then(|finding| self.rest_of(finding));
            }
        }
        findings.into_iter().flatten().collect()
    }

    /// How many causes were held back, of all subjects.
    pub fn held_back(&self) -> usize {
        self.held_back.values().map(FxHashSet::len).sum()
    }

    /// How many of them another one knows as well.
    pub fn held_back_by(&self, known: &Known) -> usize {
        self.held_back.iter().map(|(fingerprint, causes)| causes.len().min(known.times(fingerprint))).sum()
    }

    fn rest_of(&mut self, mut finding: Finding) -> Option<Finding> {
        let (check, cause) = (finding.meta.name, finding.primary.span);
        finding.subjects.retain(|subject| !self.is_known(fingerprint(check, subject), cause));
        (!finding.subjects.is_empty()).then_some(finding)
    }

    fn is_known(&mut self, fingerprint: String, cause: Span) -> bool {
        let times = self.known.times(&fingerprint);
        if times == 0 {
            return false;
        }
        let held_back = self.held_back.entry(fingerprint).or_default();
        held_back.contains(&cause) || (held_back.len() < times && held_back.insert(cause))
    }
}

/// All that findings were about.
#[derive(Debug, Default)]
pub struct Census(BTreeMap<String, Counted>);

/// One subject of one check.
#[derive(Debug)]
struct Counted {
    check: &'static str,
    subject: Subject,
    causes: FxHashSet<Span>,
    /// Those that nobody allowed.
    open: FxHashSet<Span>,
    /// Those of findings that are shown unless they are known.
    wanted: FxHashSet<Span>,
}

/// What became of findings that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// They were found, and may be allowed.
    Found,
    /// Nobody allowed them; settings may hide them.
    Open,
    /// They are shown unless they are known.
    Wanted,
}

impl Census {
    /// Counts findings; those that are counted again with a better fate are not counted twice.
    pub fn count(&mut self, findings: &[Finding], fate: Fate) {
        for finding in findings {
            let (check, cause) = (finding.meta.name, finding.primary.span);
            for subject in &finding.subjects {
                let new = || Counted {
                    check,
                    subject: subject.clone(),
                    causes: FxHashSet::default(),
                    open: FxHashSet::default(),
                    wanted: FxHashSet::default(),
                };
                let counted = self.0.entry(fingerprint(check, subject)).or_insert_with(new);
                counted.causes.insert(cause);
                if fate >= Fate::Open {
                    counted.open.insert(cause);
                }
                if fate == Fate::Wanted {
                    counted.wanted.insert(cause);
                }
            }
        }
    }

    /// What can be left out of another analysis: all that nobody allowed, so that what is allowed no longer is told. What
    /// settings hid was there all the same: a stricter profile makes nothing new.
    pub fn known(&self) -> Known {
        let mut known = Known::default();
        self.0.iter().for_each(|(fingerprint, counted)| known.add_times(fingerprint, counted.open.len()));
        known
    }

    /// How many causes a fingerprint has.
    pub fn times(&self, fingerprint: &str) -> usize {
        self.0.get(fingerprint).map_or(0, |counted| counted.causes.len())
    }

    /// What would be shown: fingerprint, check, subject and how many causes.
    pub fn wanted(&self) -> impl Iterator<Item = (&str, &'static str, &Subject, usize)> {
        let wanted = self.0.iter().filter(|(_, counted)| !counted.wanted.is_empty());
        wanted.map(|(print, counted)| (print.as_str(), counted.check, &counted.subject, counted.wanted.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::EXAMPLE;

    fn finding(at: u32, pools: &[&str]) -> Finding {
        let subject = |pool: &&str| Subject { pool: Some((*pool).into()), ..Subject::default() };
        let mut finding = Finding::new(&EXAMPLE, Span::new(at, at + 1), Subject::default(), format!("at {at}"));
        finding.subjects = pools.iter().map(subject).collect();
        finding
    }

    fn left(known: &[Finding], now: Vec<Finding>) -> Vec<(String, Vec<String>)> {
        let mut census = Census::default();
        census.count(known, Fate::Open);
        let known = census.known();
        let pools = |finding: &Finding| finding.subjects.iter().filter_map(|subject| subject.pool.clone()).collect();
        let left = Sieve::new(&known).sift(now);
        left.iter().map(|finding| (finding.message.clone(), pools(finding))).collect()
    }

    #[test]
    fn what_is_known_is_held_back_wherever_it_stands() {
        assert!(left(&[finding(1, &["a", "b"])], vec![finding(9, &["b"]), finding(7, &["a"])]).is_empty());
    }

    #[test]
    fn a_new_subject_of_a_known_cause_is_alone() {
        let left = left(&[finding(1, &["a", "b"])], vec![finding(1, &["a", "c", "b"])]);
        assert_eq!(left, [("at 1".to_owned(), vec!["c".to_owned()])]);
    }

    #[test]
    fn what_two_know_counts_once() {
        let known = |findings: &[Finding]| {
            let mut census = Census::default();
            census.count(findings, Fate::Open);
            census.known()
        };
        let both = known(&[finding(1, &["a"])]).or(&known(&[finding(1, &["a"]), finding(2, &["b"])]));
        let mut sieve = Sieve::new(&both);
        let left = sieve.sift(vec![finding(3, &["a"]), finding(4, &["a"]), finding(5, &["b"])]);
        assert_eq!(left.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(), ["at 4"]);
        assert_eq!((sieve.held_back(), sieve.held_back_by(&known(&[finding(1, &["a"])]))), (2, 1));
    }

    #[test]
    fn what_was_allowed_is_not_known() {
        let mut census = Census::default();
        census.count(&[finding(1, &["a"]), finding(2, &["a"])], Fate::Found);
        census.count(&[finding(2, &["a"])], Fate::Open);
        let known = census.known();
        assert_eq!(Sieve::new(&known).sift(vec![finding(1, &["a"]), finding(2, &["a"])]).len(), 1);
        let print = fingerprint(EXAMPLE.name, &finding(1, &["a"]).subjects[0]);
        assert_eq!(census.times(&print), 2);
    }

    #[test]
    fn a_swapped_subject_is_not_held_back() {
        assert_eq!(left(&[finding(1, &["a"])], vec![finding(1, &["b"])]).len(), 1);
    }

    #[test]
    fn one_cause_more_of_the_same_subject_is_let_through() {
        let known = [finding(1, &["a"]), finding(2, &["a"])];
        let now = vec![finding(5, &["a"]), finding(3, &["a"]), finding(4, &["a"]), finding(4, &["a"])];
        assert_eq!(left(&known, now), [("at 5".to_owned(), vec!["a".to_owned()])]);
    }
}
