//! Which checks, severities and thresholds count: those of the catalogue that a team has accepted. Later ones are counted, and
//! never make a pipeline fail.

use std::fmt;
use std::str::FromStr;

use semver::Version;

use crate::checks::Options;
use crate::finding::{Meta, Severity};

/// The catalogues: the month of each release and its version, oldest first. A check that is new says its release in its
/// metadata (`since`); every version that stands there has a line here.
const RELEASES: [(&str, &str); 1] = [("2026-11", "0.1.0")];

/// Severities of checks that were changed in a release: the check, the release, and what its severity was before.
const SEVERITIES: [(&str, &str, Severity); 0] = [];

/// Defaults of options that were changed in a release: the option, the release, and what its default was before.
const THRESHOLDS: [(&str, &str, f64); 0] = [];

/// A catalogue, named by its month or by the version of lblint that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    written: String,
    version: Version,
}

impl fmt::Display for Catalogue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl FromStr for Catalogue {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let version = if is_month(word) { of_month(word)? } else { version(word)? };
        Ok(Self { written: word.to_owned(), version })
    }
}

/// `2026-12`
fn is_month(word: &str) -> bool {
    let month = word.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2);
    let number = |digits: &str| digits.parse::<u16>().ok();
    month.is_some_and(|(year, month)| number(year).is_some() && number(month).is_some_and(|at| (1..=12).contains(&at)))
}

/// The last release up to a month.
fn of_month(word: &str) -> Result<Version, String> {
    let last = RELEASES.iter().rev().find(|(month, _)| *month <= word);
    let [(first, _), ..] = RELEASES;
    last.map_or_else(|| Err(format!("`{word}` is before the first catalogue, {first}")), |(_, name)| version(name))
}

/// `0.6` is its first release.
fn version(word: &str) -> Result<Version, String> {
    let dots = word.matches('.').count();
    let whole = if dots == 1 { format!("{word}.0") } else { word.to_owned() };
    whole.parse().map_err(|_| format!("`{word}` is no catalogue; write its month or version, as in 2026-12 or 0.2"))
}

impl Catalogue {
    /// Whether a check came later.
    pub fn is_older_than(&self, meta: &Meta) -> bool {
        self.is_before(meta.since)
    }

    fn is_before(&self, release: &str) -> bool {
        Version::parse(release).is_ok_and(|release| release > self.version)
    }

    /// The severity that a check had, where a later release changed it: what the first later one replaced.
    pub fn severity(&self, check: &str) -> Option<Severity> {
        self.earlier(&SEVERITIES, check)
    }

    /// The thresholds that held.
    pub fn options(&self) -> Options {
        self.options_before(&THRESHOLDS)
    }

    fn options_before(&self, changes: &[(&str, &str, f64)]) -> Options {
        let mut earlier = serde_json::Map::new();
        for (name, ..) in changes {
            earlier.extend(self.earlier(changes, name).map(|value| ((*name).to_owned(), number(value))));
        }
        Options::default().with(&earlier)
    }

    /// What something was before the first release after the catalogue that changed it.
    fn earlier<T: Copy>(&self, changes: &[(&str, &str, T)], name: &str) -> Option<T> {
        let mut later = changes.iter().filter(|(changed, release, _)| *changed == name && self.is_before(release));
        later.next().map(|(.., before)| *before)
    }
}

/// A number without a fraction is a whole one, as most options are.
fn number(value: f64) -> serde_json::Value {
    let whole = format!("{value:.0}").parse::<u64>().ok().filter(|_| value.fract() == 0.0);
    whole.map_or_else(|| value.into(), serde_json::Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(word: &str) -> Catalogue {
        word.parse().unwrap()
    }

    #[test]
    fn a_month_is_the_last_release_up_to_it() {
        assert_eq!(catalogue("2026-11").version, Version::new(0, 1, 0));
        assert_eq!(catalogue("2031-01").version, Version::new(0, 1, 0));
        assert_eq!(catalogue("0.2").version, Version::new(0, 2, 0));
        for wrong in ["2020-01", "2026-13", "soon", "1", "2026"] {
            assert!(wrong.parse::<Catalogue>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_release_that_brought_a_check_has_a_line() {
        for check in crate::checks::all() {
            let since = check.meta().since;
            assert!(RELEASES.iter().any(|(_, release)| *release == since), "{since}");
        }
        assert!(RELEASES.is_sorted());
    }

    #[test]
    fn what_changed_later_is_as_it_was() {
        let changes = [("small-pool", "0.2.0", 2.0), ("small-pool", "0.3.0", 4.0), ("canary-share", "0.1.0", 0.5)];
        let before = |word: &str| catalogue(word).options_before(&changes);
        assert_eq!(before("0.1").small_pool, 2);
        assert_eq!(before("0.2").small_pool, 4);
        assert_eq!(before("0.3"), Options::default());
    }
}
