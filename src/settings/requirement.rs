//! `required-version`: which versions of lblint a settings file is written for.

use std::str::FromStr;

use semver::{Version, VersionReq};

/// A range of versions, as in `>=0.6,<0.8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement(VersionReq);

impl FromStr for Requirement {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let wrong = |_| format!("`{word}` is no range of versions; write one such as >=0.6,<0.8");
        word.parse().map(Self).map_err(wrong)
    }
}

impl Requirement {
    /// What is wrong if this program is none of the required ones.
    pub(super) fn unmet(&self) -> Option<String> {
        let own = env!("CARGO_PKG_VERSION");
        let is_met = Version::parse(own).is_ok_and(|own| self.0.matches(&own));
        (!is_met).then(|| format!("this is lblint {own}, and the settings are written for {}", self.0))
    }
}
