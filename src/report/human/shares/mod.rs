//! `lblint shares` for people: bars, and what happens when targets fail.

use std::fmt::Write as _;

mod failures;
mod listeners;
mod pool;

use super::style::bold;
use super::table;
use crate::report::numbers::{count, list};
use crate::report::shares::{Document, Pool, Unit};
use crate::report::{Detail, Options};
use crate::traffic::Certainty;

pub(in crate::report) fn shares(document: &Document, options: &Options<'_>) -> String {
    let output: String = document.units.iter().map(|unit| one_unit(unit, options)).collect();
    output + &closing(document)
}

fn one_unit(unit: &Unit, options: &Options<'_>) -> String {
    let mut output = format!("{}  {}\n", bold(&unit.root, options.color), unit.dialect);
    for pool in &unit.pools {
        output += &pool::render(pool, options);
    }
    output += &listeners::render(unit);
    output.push('\n');
    output
}

/// How many pools survive any single failure, and which do not; what cannot be said.
fn closing(document: &Document) -> String {
    let pools = || document.units.iter().flat_map(|unit| &unit.pools);
    let targets: usize = pools().map(|pool| pool.shares.len()).sum();
    let units = count(document.units.len(), "unit");
    let mut output = format!("{units}, {}, {}\n", count(pools().count(), "pool"), count(targets, "target"));
    let asked = || pools().filter(|pool| pool.failures.as_ref().is_some_and(|failures| !failures.is_empty()));
    if asked().next().is_some() {
        output += &survivors(asked());
    }
    let unknown: Vec<String> =
        pools().filter(|pool| pool.certainty == Certainty::Unknown).map(|pool| pool.name.clone()).collect();
    if !unknown.is_empty() {
        let _ = writeln!(output, "undecided: {} -> lblint coverage", list(&unknown, 4));
    }
    output
}

fn survivors<'p>(asked: impl Iterator<Item = &'p Pool>) -> String {
    let (mut alive, mut open, mut dead) = (Vec::new(), Vec::new(), Vec::new());
    for pool in asked {
        let failures = || pool.failures.iter().flatten();
        let kind = if failures().any(|failure| failure.failed.is_some_and(|failed| failed > 0.0)) {
            &mut dead
        } else if failures().any(|failure| failure.high != Some(0.0)) {
            &mut open
        } else {
            &mut alive
        };
        kind.push(pool.name.clone());
    }
    let mut output = String::new();
    for (what, pools) in [
        ("survive every failure that was asked about", &alive),
        ("may lose requests", &open),
        ("lose requests for as long as one lasts", &dead),
    ] {
        if !pools.is_empty() {
            let _ = writeln!(output, "{what}: {}", list(pools, 4));
        }
    }
    output
}

/// A fraction as percent: whole ones without a decimal.
fn percent(fraction: f64) -> String {
    let percent = fraction * 100.0;
    if (percent - percent.round()).abs() < 0.05 { format!("{percent:.0} %") } else { format!("{percent:.1} %") }
}

/// Bounds as percent: `50-100 %`.
fn between(low: f64, high: f64) -> String {
    let (low, high) = (percent(low), percent(high));
    if low == high { high } else { format!("{}-{high}", low.trim_end_matches(" %")) }
}

/// Whether everything is to be said.
fn is_verbose(options: &Options<'_>) -> bool {
    options.detail == Detail::Verbose
}
