//! The same findings after changes that mean nothing: remarks, line ends, other names, another order, other files.
//!
//! Tried on every example of a page that fires, every file of the fixtures and, where `LBLINT_SHARED` says where the corpus
//! is, a sample of its accepted files. All checks run, in the profile that shows everything.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

#[path = "../common/examples.rs"]
#[allow(dead_code, reason = "the pages' own test uses the rest")]
mod blocks;
mod examples;
mod findings;
#[path = "../common/placeholders.rs"]
mod placeholders;
mod remarks;
mod renaming;
mod reordering;
mod splitting;
mod text;
mod trees;

use examples::Example;
use findings::{Sameness, difference};
use text::Part;

/// Transforms every example; those that the transformation has nothing to do with are passed over.
fn tried(examples: &[Example], sameness: Sameness, transform: impl Fn(&Example) -> Option<Vec<Part>>) {
    let mut transformed = 0;
    let mut differences = Vec::new();
    for example in examples {
        let Some(parts) = transform(example) else { continue };
        transformed += 1;
        differences.extend(difference(example, &parts, sameness));
    }
    eprintln!("{transformed} of {} examples were transformed", examples.len());
    let few = examples.len() / 20;
    assert!(transformed >= few, "only {transformed} of {} examples were transformed", examples.len());
    assert!(differences.is_empty(), "{} of {transformed}:\n{}", differences.len(), differences.join("\n"));
}

/// Whoever asks for more gets no less: what the default profile shows, the one for audits shows, too.
fn strictness_takes_nothing_away(examples: &[Example]) {
    let gone: Vec<String> = examples.iter().filter_map(findings::gone_in_audit).collect();
    assert!(gone.is_empty(), "{}", gone.join("\n"));
}

#[test]
fn a_stricter_profile_takes_nothing_away() {
    strictness_takes_nothing_away(&examples::shipped());
}

#[test]
fn a_stricter_profile_takes_nothing_away_in_the_corpus() {
    strictness_takes_nothing_away(&examples::corpus());
}

#[test]
fn remarks_say_nothing() {
    tried(&examples::shipped(), Sameness::Full, |example| Some(remarks::remarked(example)));
}

#[test]
fn remarks_say_nothing_in_the_corpus() {
    tried(&examples::corpus(), Sameness::Full, |example| Some(remarks::remarked(example)));
}

#[test]
fn line_ends_say_nothing() {
    tried(&examples::shipped(), Sameness::Full, |example| Some(remarks::with_carriage_returns(example)));
}

#[test]
fn line_ends_say_nothing_in_the_corpus() {
    tried(&examples::corpus(), Sameness::Full, |example| Some(remarks::with_carriage_returns(example)));
}

#[test]
fn a_condition_around_everything_says_nothing() {
    for tags in remarks::CONDITIONS {
        tried(&examples::shipped(), Sameness::Full, |example| remarks::conditional(example, tags));
    }
}

#[test]
fn a_condition_around_everything_says_nothing_in_the_corpus() {
    for tags in remarks::CONDITIONS {
        tried(&examples::corpus(), Sameness::Full, |example| remarks::conditional(example, tags));
    }
}

#[test]
fn names_say_nothing() {
    tried(&examples::shipped(), Sameness::Full, renaming::renamed);
}

#[test]
fn names_say_nothing_in_the_corpus() {
    tried(&examples::corpus(), Sameness::Full, renaming::renamed);
}

#[test]
fn the_order_of_pools_says_nothing() {
    tried(&examples::shipped(), Sameness::OtherFirst, reordering::pools_reversed);
}

#[test]
fn the_order_of_pools_says_nothing_in_the_corpus() {
    tried(&examples::corpus(), Sameness::OtherFirst, reordering::pools_reversed);
}

#[test]
fn the_order_of_targets_says_nothing() {
    tried(&examples::shipped(), Sameness::OtherTarget, reordering::targets_reversed);
}

#[test]
fn the_order_of_targets_says_nothing_in_the_corpus() {
    tried(&examples::corpus(), Sameness::OtherTarget, reordering::targets_reversed);
}

#[test]
fn files_say_nothing() {
    tried(&examples::shipped(), Sameness::Copies, splitting::split);
}

#[test]
fn files_say_nothing_in_the_corpus() {
    tried(&examples::corpus(), Sameness::Copies, splitting::split);
}
