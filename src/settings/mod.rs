//! What an invocation wants: from the command line and from `lblint.toml`, typed.

mod file;
mod find;
mod unit;

pub use file::{SettingsError, SettingsFile, option_names};
pub use find::{directory_of, find};
pub use unit::{GeneratedSettings, ProxyVersion, UnitSettings};

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::checks::Options;
use crate::finding::{Group, Meta, Profile, Severity};
use crate::source::{DeclaredUnit, Dialect, Scope, Version};

/// What an invocation wants.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The language of the files that were named, whatever their content says.
    pub dialect: Option<Dialect>,
    /// The versions that will run the configurations, where they were stated.
    pub versions: BTreeMap<Dialect, Version>,
    /// Only these checks and groups; empty means the profile decides.
    pub select: Vec<Selector>,
    /// Not these checks and groups.
    pub ignore: Vec<Selector>,
    /// Which findings are shown.
    pub profile: ProfileChoice,
    /// From which severity on findings make the invocation fail.
    pub fail_on: FailOn,
    /// Thresholds of checks.
    pub options: Options,
    /// What is said of files: units, what is left out, what is generated.
    pub scope: Scope,
}

/// The profile, [`Profile::Default`] unless something else is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProfileChoice(pub Profile);

impl Default for ProfileChoice {
    fn default() -> Self {
        Self(Profile::Default)
    }
}

/// Names a check or a group of checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// One check.
    Check(String),
    /// All checks of a group.
    Group(Group),
}

impl Selector {
    /// Whether the selector names this check.
    pub fn matches(&self, meta: &Meta) -> bool {
        match self {
            Self::Check(name) => meta.name == name,
            Self::Group(group) => meta.group == *group,
        }
    }
}

impl std::str::FromStr for Selector {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if let Ok(group) = word.parse() {
            return Ok(Self::Group(group));
        }
        if crate::checks::find(word).is_some() {
            return Ok(Self::Check(word.to_owned()));
        }
        let names = crate::checks::all().iter().map(|check| check.meta().name);
        let nearest = names.min_by_key(|name| strsim::osa_distance(word, name)).unwrap_or_default();
        Err(format!("`{word}` is no check and no group; did you mean `{nearest}`? `lblint checks` lists all"))
    }
}

impl Settings {
    /// The version that will run a configuration, and whether it was stated rather than assumed.
    pub fn version(&self, dialect: Dialect) -> (Version, bool) {
        match self.versions.get(&dialect) {
            Some(version) => (*version, true),
            None => (assumed_version(dialect), false),
        }
    }

    /// The settings of a unit: what is declared of it counts more than what holds for all.
    #[must_use]
    pub fn for_unit(&self, declared: Option<&DeclaredUnit>, dialect: Dialect) -> Cow<'_, Self> {
        let Some(version) = declared.and_then(|unit| unit.version) else { return Cow::Borrowed(self) };
        let mut settings = self.clone();
        settings.versions.insert(dialect, version);
        Cow::Owned(settings)
    }

    /// Whether a check can tell anything that is shown, or that the next profile would show: what lies further away is not
    /// even looked for.
    pub fn runs(&self, meta: &Meta) -> bool {
        meta.profile <= self.next_profile() || self.shows(meta, meta.profile)
    }

    /// The profile that shows more than the one that is asked for.
    pub const fn next_profile(&self) -> Profile {
        match self.profile.0 {
            Profile::Default => Profile::Strict,
            Profile::Strict | Profile::Audit => Profile::Audit,
        }
    }

    /// Whether a finding of a check is shown; `profile` is the finding's own.
    pub fn shows(&self, meta: &Meta, profile: Profile) -> bool {
        if self.ignore.iter().any(|selector| selector.matches(meta)) {
            return false;
        }
        let in_profile = profile <= self.profile.0;
        if self.select.is_empty() {
            return in_profile;
        }
        self.select.iter().any(|selector| match selector {
            // A check that is named is wanted even if the profile would leave it out, but not its quieter findings.
            Selector::Check(_) => selector.matches(meta) && (in_profile || profile == meta.profile),
            Selector::Group(_) => selector.matches(meta) && in_profile,
        })
    }
}

/// The version that is assumed where none was stated, and printed.
pub const fn assumed_version(dialect: Dialect) -> Version {
    match dialect {
        Dialect::Haproxy => Version::line(3, 2),
        Dialect::Nginx => Version::line(1, 28),
        Dialect::Envoy => Version::line(1, 40),
    }
}

/// From which severity on findings make an invocation fail, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Findings of this severity and worse.
    At(Severity),
    /// No finding.
    Never,
}

impl Default for FailOn {
    fn default() -> Self {
        Self::At(Severity::Warning)
    }
}

impl std::str::FromStr for FailOn {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "never" {
            return Ok(Self::Never);
        }
        word.parse().map(Self::At).map_err(|_| "there are error, warning, info and never".to_owned())
    }
}
