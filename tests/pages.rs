//! The pages of `docs/checks` are the checks' tests: their examples are run, their tables compared, their index rebuilt.

// A test fails loudly; the exemption that clippy.toml grants ends at functions marked as tests.
#![allow(clippy::unwrap_used)]

#[path = "common/examples.rs"]
mod examples;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use lblint::analysis::Analysis;
use lblint::checks::{all, find};
use lblint::finding::{Finding, Meta, Profile, Severity};
use lblint::settings::Selector;
use lblint::source::Dialect;

use examples::{Block, Kind, blocks};

impl Block {
    /// What is wrong with the example, given the check that it belongs to.
    fn problems(&self, meta: &Meta) -> Vec<String> {
        let analysis = self.analyze(self.profile, vec![Selector::Check(meta.name.to_owned())]);
        if analysis.units.is_empty() || !analysis.errors.is_empty() {
            return vec!["is not read as a configuration".to_owned()];
        }
        let mut problems = match self.kind {
            Kind::Fires => [self.misfires(&analysis), self.shouts(meta)].concat(),
            Kind::Silent | Kind::Fixed => unwanted(&analysis, |_| true),
        };
        if self.kind != Kind::Fires {
            let expected = |finding: &Finding| self.also.iter().any(|name| name == finding.meta.name);
            let other = |finding: &Finding| finding.meta.name != meta.name && !expected(finding);
            let severe = |finding: &Finding| finding.severity >= Severity::Warning;
            let analysis = self.analyze(Profile::Default, Vec::new());
            problems.extend(unwanted(&analysis, |finding| other(finding) && severe(finding)));
        }
        problems
    }

    /// What a stricter profile is stated for is no warning in the default one.
    fn shouts(&self, meta: &Meta) -> Vec<String> {
        if self.profile <= meta.profile {
            return Vec::new();
        }
        let loud = |finding: &Finding| finding.meta.name == meta.name && finding.severity > Severity::Info;
        unwanted(&self.analyze(meta.profile, Vec::new()), loud)
    }

    /// The marked lines are the lines of the findings, no more and no fewer.
    fn misfires(&self, analysis: &Analysis) -> Vec<String> {
        let marked = self.marked();
        let mut lines: Vec<u32> = analysis.findings.shown.iter().map(|finding| line(analysis, finding)).collect();
        lines.sort_unstable();
        if marked.is_empty() {
            return vec!["has no line marked with `# <- here`".to_owned()];
        }
        if lines == marked {
            return Vec::new();
        }
        let mut problem = format!("should fire on line {marked:?}, fires on {lines:?}");
        analysis.findings.shown.iter().for_each(|finding| {
            let _ = write!(problem, "\n      line {}: {}", line(analysis, finding), finding.message);
        });
        vec![problem]
    }
}

fn line(analysis: &Analysis, finding: &Finding) -> u32 {
    analysis.sources.location(finding.primary.span).line
}

/// The findings that should not be there.
fn unwanted(analysis: &Analysis, is_unwanted: impl Fn(&Finding) -> bool) -> Vec<String> {
    let findings = analysis.findings.shown.iter().filter(|finding| is_unwanted(finding));
    let describe = |finding: &Finding| {
        format!("should be clean: line {}: {}: {}", line(analysis, finding), finding.meta.name, finding.message)
    };
    findings.map(describe).collect()
}

/// Every problem of a page's examples, each with the number of its block.
fn example_problems(meta: &Meta) -> Vec<String> {
    let mut problems = Vec::new();
    let mut shown: Vec<(Dialect, Kind)> = Vec::new();
    for (index, block) in blocks(meta.page).into_iter().enumerate() {
        let found = block.map_or_else(
            |error| vec![error],
            |block| {
                shown.push((block.dialect, block.kind));
                block.problems(meta)
            },
        );
        problems.extend(found.into_iter().map(|problem| format!("block {}: {problem}", index + 1)));
    }
    for dialect in meta.dialects {
        let missing = [Kind::Fires, Kind::Silent].into_iter().filter(|kind| !shown.contains(&(*dialect, *kind)));
        problems.extend(missing.map(|kind| format!("has no {dialect} block of kind {kind:?}")));
    }
    problems
}

/// Fails with all problems of all pages.
fn report(problems: impl IntoIterator<Item = (String, Vec<String>)>) {
    let mut text = String::new();
    for (page, problems) in problems {
        for problem in problems {
            let _ = writeln!(text, "  {page}: {problem}");
        }
    }
    assert!(text.is_empty(), "\n{text}");
}

fn for_every_check(problems: impl Fn(&'static Meta) -> Vec<String>) {
    report(all().iter().map(|check| (check.meta().name.to_owned(), problems(check.meta()))));
}

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/checks")
}

/// The pages on disk, by name, in order; the index is none of them.
fn pages_on_disk() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<(String, String)> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap()))
        .filter(|(name, _)| name != "README")
        .collect();
    pages.sort_unstable();
    pages
}

/// The index of all checks: a table for each group.
fn index() -> String {
    let mut text = String::from("# Checks\n\nGenerated from the checks: `LBLINT_BLESS=1 cargo test --test pages`.\n");
    let mut metas: Vec<&Meta> = all().iter().map(|check| check.meta()).collect();
    metas.sort_by_key(|meta| (meta.group, meta.name));
    for group in metas.chunk_by(|one, other| one.group == other.group) {
        let name = group.first().map_or("", |meta| meta.group.name());
        let _ =
            write!(text, "\n## {name}\n\n| name | severity | profile | dialects | summary |\n|---|---|---|---|---|\n");
        for meta in group {
            let Meta { name, severity, profile, summary, .. } = meta;
            let dialects = dialects(meta);
            let _ = writeln!(text, "| [{name}]({name}.md) | {severity} | {profile} | {dialects} | {summary} |");
        }
    }
    text
}

fn dialects(meta: &Meta) -> String {
    meta.dialects.iter().map(|dialect| dialect.name()).collect::<Vec<_>>().join(", ")
}

/// The cells of the row below the page's first table header.
fn table(page: &str) -> Vec<&str> {
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let row = rows.skip(2).map(|row| row.trim_matches('|').split('|').map(str::trim).collect());
    row.take(1).next().unwrap_or_default()
}

#[test]
fn there_are_checks() {
    assert!(!all().is_empty(), "no check is registered, so no page was tested");
}

#[test]
fn examples_do_what_their_pages_say() {
    for_every_check(example_problems);
}

#[test]
fn tables_agree_with_the_checks() {
    for_every_check(|meta| {
        let Meta { group, severity, confidence, profile, since, .. } = meta;
        let dialects = dialects(meta);
        let expected = [group.name(), severity.name(), confidence.name(), profile.name(), &dialects, since];
        let written = table(meta.page);
        let differ = written != expected;
        differ.then(|| format!("its table says {written:?}, the check {expected:?}")).into_iter().collect()
    });
}

#[test]
fn every_page_belongs_to_a_check() {
    let is_orphan = |name: &str| !all().is_empty() && find(name).is_none_or(|check| check.meta().name != name);
    let orphans = pages_on_disk().into_iter().filter(|(name, _)| is_orphan(name));
    report(orphans.map(|(name, _)| (name, vec!["belongs to no registered check".to_owned()])));
    let pages: BTreeSet<String> = pages_on_disk().into_iter().map(|(name, _)| name).collect();
    for_every_check(|meta| {
        let missing = !pages.contains(meta.name);
        missing.then(|| "has no page".to_owned()).into_iter().collect()
    });
}

#[test]
fn pages_have_their_form() {
    const SECTIONS: [&str; 7] = [
        "## What it finds",
        "## Why it hurts",
        "## How each proxy behaves",
        "## Examples",
        "## Options",
        "## When to suppress",
        "## See also",
    ];
    report(pages_on_disk().into_iter().map(|(name, page)| {
        let mut problems = Vec::new();
        if !page.starts_with(&format!("# {name}\n\n")) {
            problems.push(format!("does not start with `# {name}`"));
        }
        let sections: Vec<&str> = page.lines().filter(|line| line.starts_with("## ")).collect();
        if sections != SECTIONS {
            problems.push(format!("has the sections {sections:?}"));
        }
        problems.extend(blocks(&page).into_iter().filter_map(Result::err));
        problems.extend(unmarked(&page).map(|number| format!("block {number}: marks only in blocks that fire")));
        (name, problems)
    }));
}

/// The numbers of blocks that fire without a mark, or have a mark and do not fire.
fn unmarked(page: &str) -> impl Iterator<Item = usize> {
    let blocks = blocks(page).into_iter().flatten();
    blocks.filter(|block| block.marked().is_empty() == (block.kind == Kind::Fires)).map(|block| block.number)
}

#[test]
fn links_lead_to_pages() {
    let pages = pages_on_disk();
    let exists = |link: &str| pages.iter().any(|(name, _)| link.strip_suffix(".md") == Some(name));
    report(pages.iter().map(|(name, page)| {
        let links = page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        let broken = links.filter(|link| !link.contains("://") && !exists(link));
        (name.clone(), broken.map(|link| format!("links to {link}, which is not there")).collect())
    }));
}

#[test]
fn the_index_is_up_to_date() {
    let path = directory().join("README.md");
    if std::env::var_os("LBLINT_BLESS").is_some() {
        std::fs::write(&path, index()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(all().is_empty() || written == index(), "docs/checks/README.md is stale: run with LBLINT_BLESS=1");
}
