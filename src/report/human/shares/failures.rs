//! What happens when targets fail, a row for each way; targets that fail alike stand together.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{between, is_verbose, percent, table};
use crate::report::Options;
use crate::report::numbers::list;
use crate::report::shares::{Failure, Pool, Share, Survivor};
use crate::traffic::thousands;

/// Names of targets in one cell.
const NAMES: usize = 3;
/// Groups of targets that are shown, unless everything is asked for.
const SHOWN: usize = 20;

/// Targets that fail alike, with the first one's failures, a way each.
struct Group<'p> {
    names: Vec<String>,
    failures: Vec<&'p Failure>,
    rows: Vec<Vec<String>>,
}

pub(super) fn render(pool: &Pool, options: &Options<'_>) -> String {
    let Some(failures) = pool.failures.as_ref().filter(|failures| !failures.is_empty()) else { return String::new() };
    let groups = groups(pool, failures);
    let all = groups.iter().map(|group| group.names.len()).sum::<usize>();
    let title = ["when it fails", "", "noticed after", "fails until then", "fails afterwards", "takes over"];
    let mut rows = vec![title.map(str::to_owned).to_vec()];
    let shown = if is_verbose(options) { groups.len() } else { SHOWN };
    for group in groups.iter().take(shown) {
        let who = if group.names.len() == all && all > 1 { "any one".to_owned() } else { list(&group.names, NAMES) };
        for (place, row) in group.rows.iter().enumerate() {
            let who = if place == 0 { who.clone() } else { String::new() };
            rows.push([vec![who], row.clone()].concat());
        }
    }
    let mut output = table(&rows, "    ");
    if groups.len() > shown {
        let _ = writeln!(output, "    and {} more (-v shows all)", groups.len() - shown);
    }
    output + &notes(pool, &groups, options)
}

fn groups<'p>(pool: &Pool, failures: &'p [Failure]) -> Vec<Group<'p>> {
    let mut groups: Vec<Group<'p>> = Vec::new();
    let mut places: HashMap<Vec<Vec<String>>, usize> = HashMap::new();
    let peace = Peace::new(pool);
    for of_target in failures.chunk_by(|a, b| a.down == b.down) {
        let rows: Vec<Vec<String>> = of_target.iter().map(|failure| row(&peace, failure)).collect();
        let name = of_target.first().map(|failure| together(&failure.down)).unwrap_or_default();
        let place = *places.entry(rows.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.names.push(name),
            None => groups.push(Group { names: vec![name], failures: of_target.iter().collect(), rows }),
        }
    }
    groups
}

/// Targets that fail together: `web1 + web2`, of many the first ones.
fn together(names: &[String]) -> String {
    let Some((shown, more)) = names.split_at_checked(NAMES).filter(|(_, more)| more.len() > 1) else {
        return names.join(" + ");
    };
    format!("{} + {} more", shown.join(" + "), thousands(more.len() as u64))
}

fn row(peace: &Peace<'_>, failure: &Failure) -> Vec<String> {
    vec![failure.mode.to_owned(), noticed(failure), until(failure), afterwards(failure), takes_over(peace, failure)]
}

fn noticed(failure: &Failure) -> String {
    match (failure.noticed, failure.noticed_after_min_s, failure.noticed_after_s) {
        (Some(false), ..) => "never".to_owned(),
        (None, ..) => "?".to_owned(),
        (Some(true), Some(least), Some(most)) => format!("{least}-{most} s"),
        (Some(true), ..) => match failure.noticed_after_failures {
            Some(1) => "1 failed request".to_owned(),
            Some(failures) => format!("{failures} failed requests"),
            None => failure.noticed_by.map_or_else(|| "some time".to_owned(), |by| format!("some time ({by})")),
        },
    }
}

fn until(failure: &Failure) -> String {
    let until = &failure.until_noticed;
    let (Some(low), Some(high)) = (until.low, until.high) else { return "?".to_owned() };
    let delay = match until.delay_s {
        Some(0.0) => "at once".to_owned(),
        Some(seconds) => format!("after {seconds} s"),
        None => "after no known time".to_owned(),
    };
    if high > 0.0 {
        return format!("{}, {delay}", between(low, high));
    }
    match (until.retried > 0.0, until.delay_s) {
        (false, _) => "0 %".to_owned(),
        (true, Some(0.0)) => format!("0 % ({} are retried)", percent(until.retried)),
        (true, _) => format!("0 % ({} are retried {delay})", percent(until.retried)),
    }
}

fn afterwards(failure: &Failure) -> String {
    let (Some(low), Some(high)) = (failure.low, failure.high) else { return "?".to_owned() };
    let fails = between(low, high);
    if failure.noticed == Some(false) && high > 0.0 { format!("{fails} for good") } else { fails }
}

/// The shares of a pool in peace, by target.
struct Peace<'p> {
    shares: HashMap<&'p str, f64>,
    /// How many targets have any.
    served: usize,
}

impl<'p> Peace<'p> {
    fn new(pool: &'p Pool) -> Self {
        let known = |share: &'p Share| Some((share.target.as_str(), share.share?));
        let shares: HashMap<&str, f64> = pool.shares.iter().filter_map(known).collect();
        let served = shares.values().filter(|share| **share > 0.0).count();
        Self { shares, served }
    }

    fn of(&self, target: &str) -> Option<f64> {
        self.shares.get(target).copied()
    }
}

/// Who carries more than before, and how much.
fn takes_over(peace: &Peace<'_>, failure: &Failure) -> String {
    let more: Vec<(&Survivor, f64)> = failure
        .shares
        .iter()
        .filter_map(|after| Some((after, peace.of(&after.target)?)))
        .filter(|(after, before)| after.share > before + 1e-6)
        .collect();
    let first = more.first().map(|(after, before)| (percent(*before), percent(after.share)));
    let Some((from, to)) = first else { return "nobody".to_owned() };
    let alike =
        more.iter().all(|(after, before)| (percent(*before), percent(after.share)) == (from.clone(), to.clone()));
    let step = |from: &str, to: &str| format!("{} -> {to}", from.trim_end_matches(" %"));
    let gone = failure.down.iter().filter(|name| peace.of(name).is_some_and(|share| share > 0.0)).count();
    let others = peace.served.saturating_sub(gone);
    match (alike, more.len()) {
        (true, count @ 2..) if count + failure.omitted as usize == others => {
            format!("the others, {} each", step(&from, &to))
        }
        (true, 1) if others == 1 => format!("the other, {}", step(&from, &to)),
        (true, 2..) => format!("{}, {} each", list(&names(&more), NAMES), step(&from, &to)),
        _ => {
            let each: Vec<String> = more
                .iter()
                .map(|(after, before)| format!("{} {}", after.target, step(&percent(*before), &percent(after.share))))
                .collect();
            list(&each, NAMES)
        }
    }
}

fn names(more: &[(&Survivor, f64)]) -> Vec<String> {
    more.iter().map(|(after, _)| after.target.clone()).collect()
}

/// Under what all this holds besides what holds for the pool; and, if asked for, how the numbers come about.
fn notes(pool: &Pool, groups: &[Group<'_>], options: &Options<'_>) -> String {
    let failures = || groups.iter().flat_map(|group| &group.failures);
    let mut assumptions: Vec<&str> = Vec::new();
    for assumption in failures().flat_map(|failure| &failure.assumptions) {
        if !assumptions.contains(assumption) && !pool.assumptions.iter().any(|known| known == assumption) {
            assumptions.push(assumption);
        }
    }
    let mut output = String::new();
    if !assumptions.is_empty() {
        let _ = writeln!(output, "    assumed: {}", assumptions.join("; "));
    }
    for failure in failures().filter(|_| is_verbose(options)) {
        for line in &failure.arithmetic {
            let _ = writeln!(output, "    = {} {}: {line}", together(&failure.down), failure.mode);
        }
    }
    output
}
