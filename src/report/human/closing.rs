//! The last lines: what was read, what was found, what was not judged, what to do next.

use std::fmt::Write;
use std::time::Duration;

use super::style::bold;
use crate::analysis::{AnalysedUnit, Analysis};
use crate::finding::Profile;
use crate::model::Why;
use crate::report::grouping::summed;
use crate::report::numbers::{count, list};
use crate::report::totals::Totals;
use crate::report::understanding::{generated, skipped as noted_as_skipped, undecided_lines};
use crate::report::{Detail, Options, clearance, expectations, sanitise};
use crate::settings::{BaselineEntry, Settings};
use crate::source::{Dialect, Span};
use crate::traffic::thousands;

/// Writes the closing lines.
pub(super) fn lines(output: &mut String, analysis: &Analysis, options: &Options<'_>) {
    for line in told(analysis, options) {
        // Writing to a string cannot fail.
        let _ = writeln!(output, "{line}");
    }
}

/// The same as a list.
pub(in crate::report) fn told(analysis: &Analysis, options: &Options<'_>) -> Vec<String> {
    let totals = Totals::new(analysis);
    let mut lines = Vec::new();
    if totals.units > 0 {
        lines.push(size(totals, options.elapsed));
        lines.push(bold(&found(analysis, options.settings), options.color));
        lines.extend(newer(analysis, options.settings));
        lines.extend(suppressed(analysis));
        lines.extend(known_lines(analysis, options.settings));
        lines.push(judged(analysis, totals));
        if options.detail == Detail::Verbose {
            lines.extend(undecided_lines(analysis).into_iter().map(|line| format!("  {line}")));
            lines.extend(generated(analysis).iter().map(|noted| format!("  written by a program: {noted}")));
            lines.extend(clearance::lines(analysis, options.settings));
        }
        lines.extend(expectations::lines(analysis, options.detail));
        lines.extend(not_recognised(analysis));
        lines.extend(unread_includes(analysis));
        lines.extend(templates(analysis));
        lines.extend(assumed(analysis, options.settings));
    }
    lines.extend(orphans(&analysis.orphans));
    lines.extend(skipped(analysis));
    lines.extend(no_configurations(&analysis.unrecognised));
    if totals.units > 0 {
        lines.push(next(analysis, totals, options.settings));
    }
    lines
}

fn size(totals: Totals, elapsed: Option<Duration>) -> String {
    let parts = [
        count(totals.files, "file"),
        count(totals.units, "unit"),
        count(totals.pools, "pool"),
        count(totals.targets, "target"),
    ];
    let time = elapsed.map(|time| format!(" in {}", seconds(time))).unwrap_or_default();
    format!("{}{time}", parts.join(", "))
}

/// `0.4 s`; below a tenth of a second in milliseconds.
fn seconds(time: Duration) -> String {
    if time < Duration::from_millis(100) {
        format!("{} ms", time.as_millis().max(1))
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

fn found(analysis: &Analysis, settings: &Settings) -> String {
    let shown = &analysis.findings.shown;
    let findings = if shown.is_empty() { "no findings".to_owned() } else { summed(shown.iter()) };
    match analysis.findings.hidden {
        0 => findings,
        hidden => format!("{findings}; {} hidden ({})", thousands(hidden as u64), reveal(settings)),
    }
}

/// Findings that do not count yet.
fn newer(analysis: &Analysis, settings: &Settings) -> Option<String> {
    let catalogue = settings.catalogue.as_ref()?;
    let newer = &analysis.findings.newer;
    let names: Vec<String> = newer.keys().map(|name| (*name).to_owned()).collect();
    let number = count(newer.values().sum(), "finding");
    let names = list(&names, 5);
    (!newer.is_empty()).then(|| format!("{number} of checks newer than your catalogue {catalogue} ({names})"))
}

/// What somebody allowed is not forgotten.
fn suppressed(analysis: &Analysis) -> Option<String> {
    let number = analysis.findings.suppressed.len();
    (number > 0).then(|| format!("{} suppressed  -> lblint allows", thousands(number as u64)))
}

/// What is held back because it is known, and what need not be known any more.
fn known_lines(analysis: &Analysis, settings: &Settings) -> Vec<String> {
    let findings = &analysis.findings;
    let since = settings.history.since.iter().map(|since| {
        let known = thousands(findings.known as u64);
        format!("since {} ({}): {known} known from there", sanitise::line(&since.revision), since.short())
    });
    let baseline = settings.history.baseline.iter().map(|baseline| {
        let (known, all) = (thousands(findings.baselined as u64), count(baseline.len(), "entry"));
        format!("baseline: {known} known ({}, {all})", sanitise::line(&baseline.file))
    });
    since.chain(baseline).chain(stale(&findings.stale)).collect()
}

fn stale(entries: &[BaselineEntry]) -> Option<String> {
    let name = |entry: &BaselineEntry| {
        let names = [&entry.check, entry.pool.as_ref().unwrap_or(&entry.unit)];
        names.map(|name| sanitise::line(name).into_owned()).join(" ")
    };
    let names: Vec<String> = entries.iter().map(name).collect();
    let number = count(entries.len(), "entry");
    (!entries.is_empty()).then(|| format!("stale: {number} ({})  -> lblint baseline prune", list(&names, 3)))
}

/// What would show the findings that are hidden.
const fn reveal(settings: &Settings) -> &'static str {
    if !settings.select.is_empty() || !settings.ignore.is_empty() {
        return "by --select, --ignore or --profile";
    }
    match settings.profile.0 {
        Profile::Default => "--profile strict",
        Profile::Strict | Profile::Audit => "--profile audit",
    }
}

fn judged(analysis: &Analysis, totals: Totals) -> String {
    let verified = format!("verified: {}", count(totals.verified, "pool"));
    if totals.undecided == 0 {
        return verified;
    }
    let undecided = thousands(totals.undecided as u64);
    format!("{verified}    undecided: {undecided} ({})  -> lblint coverage", reasons(analysis))
}

/// Copies that were left behind are named, so that nobody thinks they were checked.
fn orphans(paths: &[String]) -> Option<String> {
    let first = paths.first()?;
    let more = if paths.len() > 1 { ", ..." } else { "" };
    Some(format!("not loaded by any unit: {} ({}{more})", count(paths.len(), "file"), sanitise::line(first)))
}

/// What could not be read is named, because nothing was said about it.
fn skipped(analysis: &Analysis) -> Option<String> {
    let names: Vec<String> = noted_as_skipped(analysis).iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| format!("skipped: {}", list(&names, 3)))
}

/// Templates were read; what they leave open is not known.
fn templates(analysis: &Analysis) -> Option<String> {
    let first = analysis.templates().next()?;
    let number = analysis.templates().count();
    let more = if number > 1 { ", ..." } else { "" };
    let count = count(number, "template");
    Some(format!("read as {count} ({}{more}): what is filled in is not known", sanitise::line(first)))
}

/// `120 by discovery, 31 by a template`: most frequent first.
fn reasons(analysis: &Analysis) -> String {
    let all = analysis.units.iter().flat_map(|analysed| &analysed.verdict.undecided);
    let mut counts: std::collections::BTreeMap<Why, usize> = std::collections::BTreeMap::new();
    for undecided in all {
        *counts.entry(undecided.why).or_default() += 1;
    }
    let mut counts: Vec<(Why, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let reasons = counts.into_iter().map(|(why, number)| format!("{} {}", thousands(number as u64), short(why)));
    list(&reasons.collect::<Vec<_>>(), 7)
}

const fn short(why: Why) -> &'static str {
    match why {
        Why::Template => "by a template",
        Why::Variable => "by a variable",
        Why::Request => "by the request",
        Why::OtherFile => "in other files",
        Why::Condition => "by a condition",
        Why::Repetition => "by a loop",
        Why::Remote => "by discovery",
        Why::Unsupported => "not modelled",
        Why::Malformed => "unreadable",
    }
}

fn not_recognised(analysis: &Analysis) -> Option<String> {
    let files = analysis.units.iter().flat_map(|analysed| &analysed.coverage.files);
    let statements: usize = files.map(|file| file.unrecognised.len()).sum();
    (statements > 0).then(|| format!("not recognised: {}  -> lblint coverage", count(statements, "statement")))
}

/// Includes that lead out of what was given; what packages ship is not worth a line.
fn unread_includes(analysis: &Analysis) -> Option<String> {
    let includes = analysis.units.iter().flat_map(|analysed| &analysed.coverage.unread);
    let is_include = |at: &Span| {
        let source = analysis.sources.at(at.start).map(|(_, source)| source);
        let template = source.and_then(crate::source::Source::template);
        template.is_none_or(|template| !template.splices.contains(at))
    };
    let places = includes.filter(|include| include.why.may_define()).map(|include| include.at);
    let mut places: Vec<Span> = places.filter(is_include).collect();
    places.sort_unstable();
    places.dedup();
    let first = analysis.sources.slice(*places.first()?);
    let more = if places.len() > 1 { ", ..." } else { "" };
    Some(format!("not read: {} ({}{more})  -> lblint coverage", count(places.len(), "include"), sanitise::line(first)))
}

fn assumed(analysis: &Analysis, settings: &Settings) -> Option<String> {
    let dialects = assumed_dialects(analysis, settings);
    let names: Vec<String> =
        dialects.iter().map(|dialect| format!("{} {}", title(*dialect), settings.version(*dialect).0)).collect();
    let first = dialects.first()?;
    let example = match first {
        Dialect::Haproxy => "haproxy=2.6",
        Dialect::Nginx => "nginx=1.26",
        Dialect::Envoy => "envoy=1.32",
    };
    Some(format!("assumed: {} (state yours: --proxy-version {example})", names.join(", ")))
}

/// The dialects that are there and whose version was not stated.
pub(in crate::report) fn assumed_dialects(analysis: &Analysis, settings: &Settings) -> Vec<Dialect> {
    let is_stated = |analysed: &AnalysedUnit| analysed.declared.as_ref().is_some_and(|unit| unit.version.is_some());
    let open = || analysis.units.iter().filter(|analysed| !is_stated(analysed));
    let is_there = |dialect: &Dialect| open().any(|analysed| analysed.unit.dialect == *dialect);
    Dialect::ALL.into_iter().filter(is_there).filter(|dialect| !settings.version(*dialect).1).collect()
}

const fn title(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Haproxy => "HAProxy",
        Dialect::Nginx => "nginx",
        Dialect::Envoy => "Envoy",
    }
}

fn no_configurations(files: &[String]) -> Option<String> {
    let names: Vec<String> = files.iter().map(|file| sanitise::line(file).into_owned()).collect();
    let why = "no configuration that lblint knows; --dialect NAME reads it all the same";
    (!names.is_empty()).then(|| format!("not analysed: {} ({why})", list(&names, 5)))
}

/// Two commands. Whoever sees the findings of a whole repository for the first time begins with what is new.
fn next(analysis: &Analysis, totals: Totals, settings: &Settings) -> String {
    let history = &settings.history;
    let is_first_look = analysis.directory_given && history.baseline.is_none() && history.since.is_none();
    let adopts = is_first_look && !analysis.findings.shown.is_empty();
    let commands =
        ["coverage (what would decide the rest)", "pools (what was understood)", "checks (what is looked for)"];
    let mut commands = commands.into_iter().skip(usize::from(totals.undecided == 0));
    let first = commands.next().unwrap_or_default();
    let (sign, second) =
        if adopts { ("adopt: ", "baseline create") } else { ("", commands.next().unwrap_or_default()) };
    format!("next: lblint {first}     {sign}lblint {second}")
}
