//! One pool: its title, and a bar for each target.

use std::fmt::Write as _;

use super::{between, bold, failures, is_verbose, percent, table};
use crate::report::Options;
use crate::report::numbers::count;
use crate::report::shares::{Pool, Share};
use crate::traffic::Certainty;

/// How long the bar of everything is, in columns.
const BAR: u32 = 32;
/// Targets of a pool that are shown, unless everything is asked for.
const SHOWN: usize = 40;
/// Shares nearer to each other than this are even.
const EVEN: f64 = 0.0005;

pub(super) fn render(pool: &Pool, options: &Options<'_>) -> String {
    let place = format!("{}:{}", pool.location.file, pool.location.line);
    let targets = count(pool.shares.len(), "target");
    let policy = pool.policy.unwrap_or("policy unknown");
    let even = is_even(pool);
    let shape = if even { ", even" } else { "" };
    let name = bold(&pool.name, options.color);
    let mut output = format!("  {name}  {place}  {policy}, {targets}{shape}  {}\n", certainty(pool));
    // A pool of which all get the same needs no bars, unless somebody asks.
    if !even || is_verbose(options) {
        output += &bars(pool, options);
    }
    if is_verbose(options) {
        for line in &pool.arithmetic {
            let _ = writeln!(output, "    = {line}");
        }
    }
    output + &failures::render(pool, options)
}

fn certainty(pool: &Pool) -> String {
    let word = match pool.certainty {
        Certainty::Exact => "exact",
        Certainty::Assumed => "assumed",
        Certainty::Bounded => "bounded",
        Certainty::Unknown => "unknown",
    };
    match &pool.because {
        Some(because) => format!("{word}: {because}"),
        None if pool.assumptions.is_empty() => word.to_owned(),
        None => format!("{word}: {}", pool.assumptions.join("; ")),
    }
}

fn is_even(pool: &Pool) -> bool {
    let mut shares = pool.shares.iter().map(|share| share.share);
    let Some(Some(first)) = shares.next() else { return false };
    let is_alike = |share: Option<f64>| share.is_some_and(|share| (share - first).abs() < EVEN);
    pool.shares.len() > 1 && pool.failed == Some(0.0) && shares.all(is_alike) && !is_open(pool)
}

fn is_open(pool: &Pool) -> bool {
    pool.shares.iter().any(|share| share.low.zip(share.high).is_some_and(|(low, high)| high - low > EVEN))
}

fn bars(pool: &Pool, options: &Options<'_>) -> String {
    let eligible = pool.shares.iter().filter(|share| share.competes).count();
    let shown = if is_verbose(options) { pool.shares.len() } else { SHOWN };
    let open = is_open(pool);
    let rows: Vec<Vec<String>> = pool.shares.iter().take(shown).map(|share| row(share, eligible, open)).collect();
    let mut output = table(&rows, "    ");
    if let Some(left) = pool.shares.len().checked_sub(shown).filter(|left| *left > 0) {
        let _ = writeln!(output, "    and {} more (-v shows all)", count(left, "target"));
    }
    if let Some(failed) = pool.failed.filter(|failed| *failed > 0.0) {
        let _ = writeln!(output, "    nobody serves {}", percent(failed));
    }
    output
}

/// Target, weight, share, bounds where there are some, deviation from fair, bar.
fn row(share: &Share, eligible: usize, open: bool) -> Vec<String> {
    let weight = share.weight.map_or_else(|| "?".to_owned(), |weight| weight.to_string());
    let mut cells = vec![share.target.clone(), format!("weight {weight}")];
    let Some(value) = share.share else {
        cells.push("?".to_owned());
        return cells;
    };
    cells.push(format!("{:>7}", crate::traffic::percent(value)));
    if open {
        cells.push(format!("({})", between(share.low.unwrap_or(0.0), share.high.unwrap_or(1.0))));
    }
    let fair = 1.0 / eligible.max(1) as f64;
    cells.push(if value > 0.0 { format!("{:.2} x fair", value / fair) } else { String::new() });
    cells.push(bar(value));
    cells
}

/// Blocks of an eighth of a column.
fn bar(share: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let columns = share.clamp(0.0, 1.0) * f64::from(BAR);
    let whole = columns.floor();
    let full = (1..=BAR).take_while(|column| f64::from(*column) <= whole).count();
    let rest = EIGHTHS.iter().zip(1_u8..).find(|(_, next)| (columns - whole) * 8.0 < f64::from(*next));
    "█".repeat(full) + rest.map_or("", |(block, _)| block)
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn bars_have_eighths() {
        assert_eq!(bar(1.0), "█".repeat(32));
        assert_eq!(bar(0.5), "█".repeat(16));
        assert_eq!(bar(0.5 / 32.0), "▌");
        assert_eq!(bar(0.0), "");
    }
}
