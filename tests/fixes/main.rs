//! Every fix of every example is applied: the finding is gone, nothing else is wrong, and the pools are what they were.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

#[path = "../common/examples.rs"]
#[allow(dead_code, reason = "the pages' own test uses the rest")]
mod blocks;
mod examples;
#[path = "../common/fixed.rs"]
mod fixed;
mod live;
mod places;
#[path = "../incidents/programs.rs"]
mod programs;

use std::collections::BTreeMap;

use fixed::tried;

#[test]
fn fixes_mend_what_they_are_for_and_nothing_else() {
    let mut checks: BTreeMap<&str, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for example in examples::all() {
        for fix in tried(&example.files, usize::MAX, |files| example.analyze(files)) {
            *checks.entry(fix.check).or_default() += 1;
            problems.extend(fix.problems.iter().map(|problem| format!("{}: {problem}", example.name)));
        }
    }
    eprintln!("tried: {checks:#?}");
    assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
    let missing: Vec<&&str> = WITH_FIXES.iter().filter(|check| !checks.contains_key(**check)).collect();
    assert!(missing.is_empty(), "no example has a fix of {missing:?}");
    let unlisted: Vec<&&str> = checks.keys().filter(|check| !WITH_FIXES.contains(check)).collect();
    assert!(unlisted.is_empty(), "{unlisted:?} have fixes, too");
}

/// The checks that know what to write.
const WITH_FIXES: [&str; 22] = [
    "broken-fragment",
    "duplicate-setting",
    "duplicate-target",
    "empty-argument",
    "health-check-not-enabled",
    "incomplete-split",
    "invalid-value",
    "keepalive-defeated",
    "missing-final-newline",
    "order-dependent-setting",
    "partial-health-check",
    "placeholder-left-in",
    "setting-without-effect",
    "stuck-on-backup",
    "syntax-error",
    "unchecked-backup",
    "undefined-pool",
    "undefined-reference",
    "unitless-timeout",
    "unknown-directive",
    "unresolvable-route",
    "unused-suppression",
];
