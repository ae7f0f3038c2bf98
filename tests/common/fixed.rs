//! Applies the fixes of findings and says what they do that they should not.

use std::collections::{BTreeMap, BTreeSet};

use lblint::analysis::Analysis;
use lblint::checks;
use lblint::diagnostic::Diagnostic;
use lblint::finding::{Finding, Fix, Group, Profile, fingerprint};

/// The texts of a configuration, by path.
pub(crate) type Files = Vec<(String, String)>;

/// Checks whose findings are about who is in a pool, or about words that say it: mending them may change the pools.
const ABOUT_POOLS: [&str; 10] = [
    "broken-fragment",
    "duplicate-target",
    "incomplete-split",
    "invalid-value",
    "order-dependent-setting",
    "syntax-error",
    "undefined-pool",
    "undefined-reference",
    "unknown-directive",
    "unresolvable-route",
];

/// Checks about what the program does not read: once it does, it is judged for the first time.
const UNREAD: [&str; 7] = [
    "broken-fragment",
    "invalid-value",
    "syntax-error",
    "undefined-pool",
    "undefined-reference",
    "unknown-directive",
    "unresolvable-route",
];

/// Checks about health checks that do not run: once they do, stricter profiles judge how.
const UNCHECKED: [&str; 3] = ["health-check-not-enabled", "partial-health-check", "unchecked-backup"];

/// One fix that was tried.
#[derive(Debug)]
pub(crate) struct Tried {
    pub(crate) check: &'static str,
    /// The texts with the fix.
    pub(crate) files: Files,
    /// What is wrong with it.
    pub(crate) problems: Vec<String>,
}

/// Tries fixes, each by itself; of one check at most so many.
pub(crate) fn tried(files: &Files, most: usize, analyze: impl Fn(&Files) -> Analysis) -> Vec<Tried> {
    let before = analyze(files);
    let mut tried: Vec<Tried> = Vec::new();
    for finding in &before.findings.shown {
        if tried.iter().filter(|fix| fix.check == finding.meta.name).count() >= most {
            continue;
        }
        for fix in &finding.fixes {
            let fixed = applied(&before, fix, files);
            let after = analyze(&fixed);
            let named = |problem| format!("{}: `{}`: {problem}", finding.meta.name, fix.title);
            let problems = problems(&before, &after, finding).into_iter().map(named).collect();
            tried.push(Tried { check: finding.meta.name, files: fixed, problems });
        }
    }
    tried
}

/// The texts with the edits of a fix.
fn applied(analysis: &Analysis, fix: &Fix, files: &Files) -> Files {
    let mut files = files.clone();
    for edit in fix.edits().iter().rev() {
        let (_, source) = analysis.sources.at(edit.span.start).unwrap();
        let (_, text) = files.iter_mut().find(|(path, _)| *path == source.path).unwrap();
        text.replace_range(edit.span.local(source.view().base), &edit.text);
    }
    files
}

fn problems(before: &Analysis, after: &Analysis, finding: &Finding) -> Vec<String> {
    let mut problems = Vec::new();
    problems.extend(more(&diagnostics(before), &diagnostics(after)).map(|new| format!("new diagnostic {new:?}")));
    let check = finding.meta.name;
    let is_told = |new: &&(&'static str, Option<String>)| {
        let meta = checks::find(new.0).unwrap().meta();
        let first_read = UNREAD.contains(&check) && meta.group != Group::Validity;
        let is_health = meta.group == Group::Health && meta.profile > Profile::Default;
        let first_run = UNCHECKED.contains(&check) && is_health;
        !first_read && !first_run
    };
    let (old, new) = (findings(before), findings(after));
    problems.extend(more(&old, &new).filter(is_told).map(|new| format!("new finding {new:?}")));
    let count = |analysis: &Analysis, print: &String| analysis.findings.census.times(print);
    let prints: BTreeSet<String> =
        finding.subjects.iter().map(|subject| fingerprint(finding.meta.name, subject)).collect();
    let gone = prints.iter().filter(|print| count(after, print) < count(before, print)).count();
    // Copies stand for themselves.
    if gone == 0 || (finding.copies.is_empty() && gone < prints.len()) {
        problems.push(format!("the finding stays: {}", finding.message));
    }
    let fixes = |analysis: &Analysis| {
        let same = analysis.findings.shown.iter().filter(|other| other.meta.name == finding.meta.name);
        same.map(|other| other.fixes.len()).sum::<usize>()
    };
    if finding.copies.is_empty() && fixes(after) >= fixes(before) {
        problems.push("the same check has as many fixes as before".to_owned());
    }
    if !ABOUT_POOLS.contains(&finding.meta.name) && pools(before) != pools(after) {
        problems.push(format!("the pools differ:\n{:#?}\n{:#?}", pools(before), pools(after)));
    }
    problems
}

/// What there is more of than before.
fn more<'m, K: Ord>(before: &'m BTreeMap<K, usize>, after: &'m BTreeMap<K, usize>) -> impl Iterator<Item = &'m K> {
    after.iter().filter(|(key, count)| before.get(*key).is_none_or(|before| before < *count)).map(|(key, _)| key)
}

fn counted<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts
}

/// The kinds of diagnostics, without the places in them, and the words that they are about.
fn diagnostics(analysis: &Analysis) -> BTreeMap<(String, String), usize> {
    let kind = |one: &Diagnostic| {
        let name = format!("{:?}", one.kind);
        name.split(['(', ' ']).next().unwrap_or_default().to_owned()
    };
    let all = analysis.units.iter().flat_map(|unit| &unit.diagnostics);
    counted(all.map(|one| (kind(one), analysis.sources.slice(one.span).to_owned())))
}

/// What was found, before anything was joined or folded: a check and its pool, as often as it has causes there.
fn findings(analysis: &Analysis) -> BTreeMap<(&'static str, Option<String>), usize> {
    let mut counts = BTreeMap::new();
    for (_, check, subject, causes) in analysis.findings.census.wanted() {
        *counts.entry((check, subject.pool.clone())).or_default() += causes;
    }
    counts
}

/// Who is in the pools, with which weight and rank, and by what the traffic is dealt out.
fn pools(analysis: &Analysis) -> Vec<String> {
    let mut pools = Vec::new();
    for unit in &analysis.units {
        let unit = &unit.unit;
        for pool in &unit.pools {
            let policy = unit.settings(pool.settings).map(|settings| format!("{:?}", settings.policy.get()));
            pools.push(format!("{}: {policy:?}", unit.texts.get(pool.name, &analysis.sources)));
            for target in unit.targets_of(pool) {
                let address = analysis.sources.slice(target.address_at);
                let (weight, tier, state) = (target.weight.get(), target.tier, target.state);
                pools.push(format!("  {address} {weight:?} {tier} {state:?} {:?}", target.count));
            }
        }
    }
    pools
}
