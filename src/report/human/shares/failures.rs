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
            let mut row = row.clone();
            say_once(&mut row, place.checked_sub(1).and_then(|before| group.rows.get(before)));
            rows.push([vec![who], row].concat());
        }
    }
    let mut output = table(&rows, "    ");
    if groups.len() > shown {
        let _ = writeln!(output, "    and {} more (-v shows all)", groups.len() - shown);
    }
    output + &notes(pool, &groups, options)
}

/// Who takes over is often the same in each way to fail.
fn say_once(row: &mut [String], before: Option<&Vec<String>>) {
    if let (Some(last), Some(before)) = (row.last_mut(), before.and_then(|before| before.last()))
        && last == before
        && last != "nobody"
    {
        "the same".clone_into(last);
    }
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

/// Survivors that go from one share to another, as people read both.
struct Step<'p> {
    from: String,
    to: String,
    names: Vec<&'p str>,
}

/// Who carries more than before, and how much; several that do alike stand together.
fn takes_over(peace: &Peace<'_>, failure: &Failure) -> String {
    let steps = steps(peace, failure);
    let gone = failure.down.iter().filter(|name| peace.of(name).is_some_and(|share| share > 0.0)).count();
    let others = peace.served.saturating_sub(gone);
    let text = |step: &Step<'_>| format!("{} -> {}", step.from.trim_end_matches(" %"), step.to);
    let each: Vec<String> = match steps.as_slice() {
        [] => return "nobody".to_owned(),
        [only] if only.names.len() + failure.omitted as usize == others => {
            return match others {
                1 => format!("the other, {}", text(only)),
                _ => format!("the others, {} each", text(only)),
            };
        }
        several => several
            .iter()
            .map(|step| match step.names.as_slice() {
                [name] => format!("{name} {}", text(step)),
                names => format!("{} targets {} each", names.len(), text(step)),
            })
            .collect(),
    };
    list(&each, NAMES)
}

/// The steps that can be seen, in the order of their first survivors.
fn steps<'p>(peace: &Peace<'_>, failure: &'p Failure) -> Vec<Step<'p>> {
    let mut steps: Vec<Step<'p>> = Vec::new();
    for Survivor { target, share, .. } in &failure.shares {
        let Some(before) = peace.of(target).filter(|before| share > before) else { continue };
        let (from, to) = (percent(before), percent(*share));
        match steps.iter_mut().find(|step| (&step.from, &step.to) == (&from, &to)) {
            Some(step) => step.names.push(target),
            None if from != to => steps.push(Step { from, to, names: vec![target] }),
            None => {}
        }
    }
    steps
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
