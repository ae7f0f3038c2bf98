//! What somebody says a pool is meant to be, as it is written in `[[expect]]` and in comments.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::words::{Counts, Deviation, Milliseconds, Percent};
use crate::source::{Date, matches_text};
use crate::traffic::FailureMode;

/// What a pool is meant to be: each key is held against the prediction.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("required" = ["pool"]))]
pub struct Wanted {
    /// The pools: a pattern of names, or of `unit/pool`. In a comment it is the pool of the comment.
    #[schemars(with = "String", example = &"payments")]
    pub pool: Option<String>,
    /// The most that any target's share may deviate from a fair one, in percent of that.
    #[schemars(example = &"10%")]
    pub even: Option<Deviation>,
    /// How many targets there are; of a pool whose targets are discovered, how many are guaranteed.
    #[schemars(example = &"3..")]
    pub targets: Option<Counts>,
    /// The shares of targets, to one percentage point.
    #[schemars(example = BTreeMap::from([("web1", "98%")]))]
    pub share: Option<BTreeMap<String, Percent>>,
    /// What may be down without a request failing, once that is noticed.
    #[schemars(example = &"host")]
    pub survives: Option<Survives>,
    /// How long it may take until a failure is noticed.
    #[schemars(example = &"10s")]
    pub noticed_within: Option<Milliseconds>,
    /// The ways to fail that `survives` and `noticed-within` are about. Without it: `survives` asks about refused
    /// connections and lost hosts, `noticed-within` about all that the pool's checks can see.
    #[serde(deserialize_with = "some_modes")]
    #[schemars(length(min = 1), example = ["refused", "hang"])]
    pub modes: Option<Vec<FailureMode>>,
    /// How much of the traffic a canary may get, and until when.
    pub canary: Option<Canary>,
    /// Whether clients are to stay with their target.
    pub affinity: Option<Wish>,
    /// Requests in a second, for the whole pool.
    #[serde(deserialize_with = "rate")]
    #[schemars(range(min = 0), example = 1200)]
    pub rps: Option<f64>,
    /// Requests in a second that one target can answer.
    #[serde(deserialize_with = "rate")]
    #[schemars(range(min = 0), example = 500)]
    pub capacity_rps: Option<f64>,
    /// Who wants it.
    #[schemars(example = &"@payments")]
    pub owner: Option<String>,
    /// The last day on which it holds; after that it is a finding itself.
    #[schemars(with = "Option<String>", extend("format" = "date"), example = &"2027-03-01")]
    pub until: Option<Date>,
}

/// Without a way to fail nothing would be asked, and anything would hold.
fn some_modes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<FailureMode>>, D::Error> {
    let modes = Vec::deserialize(deserializer)?;
    let missing = || D::Error::custom("`modes` names no way to fail; there are refused, drop, hang, http500");
    if modes.is_empty() { Err(missing()) } else { Ok(Some(modes)) }
}

/// TOML knows numbers below 0, `nan` and `inf`; none of them is a rate.
fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let rate = f64::deserialize(deserializer)?;
    let mistake = || D::Error::custom(format!("`{rate}` is no number of requests in a second"));
    if rate.is_finite() && rate >= 0.0 { Ok(Some(rate)) } else { Err(mistake()) }
}

/// The keys of an expectation.
const KEYS: [&str; 13] = [
    "pool",
    "even",
    "targets",
    "share",
    "survives",
    "noticed-within",
    "modes",
    "canary",
    "affinity",
    "rps",
    "capacity-rps",
    "owner",
    "until",
];

/// What may be down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Survives {
    /// Any one target.
    Target,
    /// All targets of any one address.
    Host,
    /// All targets of any one zone.
    Zone,
}

impl Survives {
    /// What to call it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Host => "host",
            Self::Zone => "zone",
        }
    }
}

/// Whether clients are to stay with their target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Wish {
    /// Yes.
    Client,
    /// No.
    None,
}

/// A pool that gets a small part of another one's traffic for a while.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Canary {
    /// Its name; or that of a target of the pool itself.
    #[schemars(example = &"canary")]
    pub pool: String,
    /// The most that it may get.
    #[schemars(example = &"5%")]
    pub at_most: Percent,
    /// The last day on which it may get anything.
    #[schemars(with = "Option<String>", extend("format" = "date"), example = &"2026-12-15")]
    pub until: Option<Date>,
}

impl Wanted {
    /// Whether it is about a pool, by its name and that of its unit from the root of the project.
    pub(in crate::checks) fn is_about(&self, unit: &str, pool: &str) -> bool {
        let Some(pattern) = &self.pool else { return false };
        matches_text(pattern, pool) || (pattern.contains('/') && matches_text(pattern, &format!("{unit}/{pool}")))
    }

    /// Whether anything is wanted of the pool.
    fn says_something(&self) -> bool {
        let Self { even, targets, share, survives, noticed_within, canary, affinity, capacity_rps, rps, .. } = self;
        even.is_some()
            || targets.is_some()
            || share.is_some()
            || survives.is_some()
            || noticed_within.is_some()
            || canary.is_some()
            || affinity.is_some()
            || (rps.is_some() && capacity_rps.is_some())
    }

    /// Why one of its keys is held against nothing, or all of them.
    pub(in crate::checks) fn idle(&self) -> Option<&'static str> {
        let asks_for_modes = self.survives.is_some() || self.noticed_within.is_some();
        match (self.rps, self.capacity_rps) {
            (Some(_), None) => Some("`rps` is held against `capacity-rps`, which is missing"),
            (None, Some(_)) => Some("`capacity-rps` is held against `rps`, which is missing"),
            _ if self.modes.is_some() && !asks_for_modes => {
                Some("`modes` is for `survives` and `noticed-within`, which are missing")
            }
            _ if !self.says_something() => Some("it wants nothing; write for example even = \"10%\""),
            _ => None,
        }
    }

    /// The key that a misspelt one resembles.
    pub(super) fn nearest_key(word: &str) -> &'static str {
        KEYS.into_iter().min_by_key(|key| strsim::osa_distance(word, key)).unwrap_or_default()
    }

    /// Whether a key is one of an expectation.
    pub(super) fn knows(word: &str) -> bool {
        KEYS.contains(&word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_of_the_type() {
        let schema = schemars::schema_for!(Wanted).to_value();
        let mut names: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        let mut keys = KEYS;
        keys.sort_unstable();
        assert_eq!(names, keys);
    }

    #[test]
    fn patterns_are_of_names_or_of_units_and_names() {
        let about = |pattern: &str| {
            let wanted = Wanted { pool: Some(pattern.to_owned()), ..Wanted::default() };
            wanted.is_about("eu/haproxy.cfg", "payments")
        };
        assert!(about("payments") && about("pay*") && about("*/payments") && about("eu/*/pay*") && about("*"));
        assert!(!about("pay") && !about("us/*/payments") && !about("haproxy.cfg/payments"));
    }
}
