//! What is said of a configuration, in a form that can be compared across transformations.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lblint::analysis::Analysis;
use lblint::finding::{Finding, Profile};
use lblint::source::Span;

use crate::examples::Example;
use crate::text::{Part, place};

/// What is put before the names of pools; no configuration has it.
pub(crate) const PREFIX: &str = "zq7x";

/// How much of a finding must stay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sameness {
    /// All of it.
    Full,
    /// Pools stand in another order: of several that one cause reaches, another one is named first.
    OtherFirst,
    /// Targets stand in another order: of several that are alike, another one is shown.
    OtherTarget,
    /// The same statement in two files is one finding with copies.
    Copies,
}

/// One finding as it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    check: &'static str,
    severity: String,
    message: String,
    at: Option<(String, usize)>,
    subjects: BTreeSet<(Option<String>, Option<String>)>,
}

/// What a transformation changes that it should not, or nothing.
pub(crate) fn difference(example: &Example, parts: &[Part], sameness: Sameness) -> Option<String> {
    let before = example.analyze(&[(example.path.clone(), example.text.clone())]);
    let files: Vec<(String, String)> = parts.iter().map(|part| (part.path.clone(), part.text(&example.text))).collect();
    let after = example.analyze(&files);
    let told = |message: &str| with_moved_lines(message, example, parts);
    let old = said(&before, sameness, told, |span| moved(&before, example, parts, span));
    let new = said(&after, sameness, str::to_owned, |span| here(&after, span));
    (old != new).then(|| describe(&example.name, &old, &new))
}

/// What is shown in the default profile and not in the one that shows everything.
pub(crate) fn gone_in_audit(example: &Example) -> Option<String> {
    let files = [(example.path.clone(), example.text.clone())];
    let names = |profile| {
        let analysis = example.analyze_for(profile, &files);
        let named = |finding: &Finding| (finding.meta.name, here(&analysis, finding.primary.span));
        analysis.findings.shown.iter().map(named).collect::<BTreeSet<_>>()
    };
    let (few, all) = (names(Profile::Default), names(Profile::Audit));
    (!few.is_subset(&all)).then(|| format!("{}: {:?}", example.name, few.difference(&all).collect::<Vec<_>>()))
}

/// The lines that a message names, where they are now.
fn with_moved_lines(message: &str, example: &Example, parts: &[Part]) -> String {
    let mut moved = String::new();
    for (index, part) in message.split("line ").enumerate() {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let line = part[..digits].parse().ok().filter(|_| index > 0);
        let now = line.and_then(|line: usize| {
            let before: usize = example.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
            let blanks = example.text[before..].bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            place(parts, &example.text, before + blanks)
        });
        let number = now.map_or_else(|| part[..digits].to_owned(), |(_, line)| line.to_string());
        let _ = write!(moved, "{}{number}{}", if index > 0 { "line " } else { "" }, &part[digits..]);
    }
    moved
}

fn here(analysis: &Analysis, span: Span) -> (String, usize) {
    let location = analysis.sources.location(span);
    (location.file, location.line as usize)
}

/// Where the transformation puts a place of the original.
fn moved(analysis: &Analysis, example: &Example, parts: &[Part], span: Span) -> (String, usize) {
    let Some((_, source)) = analysis.sources.at(span.start) else { return (String::new(), 0) };
    if source.path != example.path {
        return here(analysis, span);
    }
    let offset = (span.start - source.view().base) as usize;
    place(parts, &example.text, offset).unwrap_or_else(|| ("lost".to_owned(), offset))
}

fn said(
    analysis: &Analysis,
    sameness: Sameness,
    told: impl Fn(&str) -> String,
    place: impl Fn(Span) -> (String, usize),
) -> Vec<Said> {
    let one = |finding: &Finding, at: Span| one(finding, place(at), &told(&finding.message), sameness);
    let mut all: Vec<Said> = Vec::new();
    let findings = analysis.findings.shown.iter();
    // They speak of one file: what is gone in it, and defaults that no section of it inherits.
    let of_file = |one: &&Finding| ["removed-api", "order-dependent-setting"].contains(&one.meta.name);
    for finding in findings.filter(|one| sameness != Sameness::Copies || !of_file(one)) {
        all.push(one(finding, finding.primary.span));
        if sameness == Sameness::Copies {
            all.extend(finding.copies.iter().map(|copy| one(finding, *copy)));
        }
    }
    all.sort();
    all
}

fn one(finding: &Finding, at: (String, usize), message: &str, sameness: Sameness) -> Said {
    let name = |name: &str| name.replace(PREFIX, "").replace('\r', "");
    let subjects = finding.subjects.iter();
    let mut subjects: BTreeSet<_> =
        subjects.map(|subject| (subject.pool.as_deref().map(name), subject.target.as_deref().map(name))).collect();
    let mut message = name(message);
    let mut at = Some(at);
    let is_exchangeable = match sameness {
        Sameness::OtherFirst => subjects.len() > 1,
        Sameness::OtherTarget => true,
        Sameness::Full | Sameness::Copies => false,
    };
    if sameness == Sameness::OtherFirst {
        message = in_any_order(&message);
    }
    if is_exchangeable {
        message = without_names(&message);
        at = None;
    }
    match sameness {
        // The first of the worst speaks for all.
        Sameness::OtherFirst if is_exchangeable => message.clear(),
        Sameness::Copies => subjects.clear(),
        _ => {}
    }
    Said { check: finding.meta.name, severity: finding.severity.to_string(), message, at, subjects }
}

/// The words in any order, without what stands in backquotes and without addresses.
fn without_names(message: &str) -> String {
    let outside = message.split('`').step_by(2).collect::<String>();
    let is_address = |word: &&str| word.contains(':') || word.matches('.').count() > 1 || word.contains(".example");
    let kept: Vec<&str> = outside.split([' ', ',', ';']).filter(|word| !is_address(word)).collect();
    in_any_order(&kept.join(" "))
}

/// Lists follow the order of the text.
fn in_any_order(message: &str) -> String {
    let mut words: Vec<&str> = message.split([' ', ',', ';']).collect();
    words.sort_unstable();
    words.join(" ")
}

fn describe(name: &str, old: &[Said], new: &[Said]) -> String {
    let mut text = format!("{name}\n");
    for (sign, these, others) in [('-', old, new), ('+', new, old)] {
        for said in these.iter().filter(|said| !others.contains(said)) {
            let Said { check, severity, message, at, subjects } = said;
            let _ = writeln!(text, "  {sign} {severity}[{check}] {message}\n      at {at:?} of {subjects:?}");
        }
    }
    text
}
