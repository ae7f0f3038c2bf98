//! Fingerprints of the pages' examples: another target is another finding; comments and blank lines change nothing.

// A test fails loudly; the exemption that clippy.toml grants ends at functions marked as tests.
#![allow(clippy::unwrap_used)]

#[path = "common/examples.rs"]
#[allow(dead_code, reason = "other tests run all kinds of examples")]
mod examples;

use std::collections::BTreeSet;

use lblint::analysis::Analysis;
use lblint::checks::all;
use lblint::finding::Finding;
use lblint::settings::Selector;
use lblint::source::{Dialect, Span};

use examples::{Block, Kind, blocks};

/// Checks, and examples, whose findings are about a pool, although a target's line is what they show of it: if another target
/// takes the place of this one, the pool has the same defect.
const ABOUT_POOLS: [&str; 11] = [
    "assumed-up-after-reload",
    // All servers are backups.
    "backup-without-effect, block 3",
    "database-role-not-checked",
    // A value on a server's line, and nothing in the pool that reads it.
    "incomplete-affinity",
    // A server in a frontend, which has none.
    "invalid-value, block 3",
    "mode-mismatch",
    "no-eligible-target",
    // Which of them is over its limit is a matter of numbers.
    "no-failover-headroom, block 1",
    "same-host-targets",
    "single-backup-takes-all",
    "single-target",
];

/// What all servers of the pool do is written on the line of one of them; or a target is named by the one that gets all.
const ABOUT_ALL: [&str; 2] = ["broken-health-check", "one-target-takes-all"];

fn firing(name: &str, page: &str) -> Vec<(String, Block)> {
    let found = blocks(page).into_iter().filter_map(Result::ok).filter(|block| block.kind == Kind::Fires);
    found.map(|block| (format!("{name}, block {}", block.number), block)).collect()
}

fn analysed(name: &str, block: &Block) -> Analysis {
    block.analyze(block.profile, vec![Selector::Check(name.to_owned())])
}

fn fingerprints(analysis: &Analysis) -> BTreeSet<String> {
    analysis.findings.shown.iter().flat_map(Finding::fingerprints).collect()
}

/// Where a finding's cause stands in a target's own statement: the place of its name, in the text.
fn name_of_target(analysis: &Analysis, finding: &Finding) -> Option<Span> {
    let cause = finding.primary.span;
    let targets = analysis.units.iter().flat_map(|unit| &unit.unit.targets);
    targets.filter(|target| target.statement.encloses(cause)).map(|target| target.name.0).next()
}

#[test]
fn another_target_is_another_finding() {
    let mut same = BTreeSet::new();
    for meta in all().iter().map(|check| check.meta()) {
        for (number, mut block) in firing(meta.name, meta.page) {
            let of_pool = |name: &&str| *name == meta.name || *name == number;
            if block.dialect != Dialect::Haproxy || ABOUT_POOLS.iter().chain(&ABOUT_ALL).any(of_pool) {
                continue;
            }
            let before = analysed(meta.name, &block);
            let Some(at) = before.findings.shown.iter().find_map(|finding| name_of_target(&before, finding)) else {
                continue;
            };
            let (_, source) = before.sources.at(at.start).unwrap();
            let end = at.local(source.view().base).end;
            if !block.text.is_char_boundary(end) {
                continue;
            }
            block.text.insert_str(end, "renamed");
            let after = analysed(meta.name, &block);
            if !after.findings.shown.is_empty() && fingerprints(&after) == fingerprints(&before) {
                same.insert(number);
            }
        }
    }
    assert!(same.is_empty(), "{same:#?}");
}

#[test]
fn comments_and_blank_lines_change_nothing() {
    let mut moved = BTreeSet::new();
    for meta in all().iter().map(|check| check.meta()) {
        for (number, mut block) in firing(meta.name, meta.page) {
            let before = fingerprints(&analysed(meta.name, &block));
            block.text = format!("\n# a comment\n\n{}", block.text);
            let after = fingerprints(&analysed(meta.name, &block));
            if !block.text.contains('{') || block.dialect != Dialect::Envoy {
                assert!(!before.is_empty(), "{number}");
            }
            if before != after {
                moved.insert(number);
            }
        }
    }
    assert!(moved.is_empty(), "{moved:#?}");
}
