//! What an invocation wants: from the command line and from `lblint.toml`, typed.

mod allow;
mod baseline;
mod catalogue;
mod dns;
mod error;
mod expect;
mod file;
mod find;
mod history;
mod layers;
mod level;
mod lock;
mod networks;
mod overrides;
mod place;
mod requirement;
mod schema;
mod show;
mod silenced;
mod tree;
mod unit;
mod walk;
mod word;

pub use crate::source::Date;
pub use allow::{Allow, SubjectPattern};
pub use baseline::{Baseline, BaselineEntry, BaselineError};
pub use catalogue::Catalogue;
pub use error::{SettingsError, SettingsErrors};
pub use expect::ReplicaFiles;
pub use file::{SettingsFile, option_names};
pub use find::{find, repository};
pub use history::{History, Since};
pub use layers::{Layer, Layers, directory_of};
pub use level::Level;
pub use networks::{DeclaredFronts, NetworkSettings};
pub use overrides::{FilePattern, LocalSettings, PathOverride};
pub use place::{Keyed, Origin, Place, Placed};
pub use schema::json_schema;
pub use show::commented_file;
pub use unit::{FileSettings, GeneratedSettings, MAP_OF_HAPROXY, ProxyVersion, UnitSettings};
pub use word::{Word, Written};

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::checks::Options;
use crate::checks::intent::Wanted;
use crate::finding::{Group, Meta, Profile, Severity};
use crate::lower::Answers;
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
    /// These checks and groups, too.
    pub extend_select: Vec<Selector>,
    /// Not these checks and groups.
    pub ignore: Vec<Selector>,
    /// What no comment and no allowance can silence.
    pub unsuppressible: Vec<Selector>,
    /// Findings that are accepted.
    pub allow: Vec<Allow>,
    /// Whether comments and allowances silence nothing.
    pub no_suppressions: bool,
    /// Whether checks that are new and may still change are run.
    pub preview: bool,
    /// Which findings are shown.
    pub profile: ProfileChoice,
    /// From which severity on findings make the invocation fail.
    pub fail_on: FailOn,
    /// Severities that differ from those of the checks.
    pub severity: BTreeMap<Selector, Level>,
    /// The catalogue that pipelines are held to; without one it is the program's own.
    pub catalogue: Option<Catalogue>,
    /// What names of hosts stand for.
    pub answers: Answers,
    /// From where other proxies connect.
    pub networks: NetworkSettings,
    /// Statements of modules that lblint does not know.
    pub known_directives: BTreeMap<Dialect, Vec<String>>,
    /// Thresholds of checks.
    pub options: Options,
    /// What holds for some files only.
    pub paths: Vec<PathOverride>,
    /// What pools are meant to be.
    pub expect: Vec<Keyed<Wanted>>,
    /// Files that configure copies of one proxy.
    pub replicas: Vec<Placed<ReplicaFiles>>,
    /// The current day, until which things hold; without it nothing expires.
    pub today: Option<Date>,
    /// The settings files, as they are shown, with their texts: findings can point there.
    pub texts: Vec<(String, String)>,
    /// The baseline that the settings file names, from `directory`.
    pub baseline_file: Option<String>,
    /// What is known and not shown again.
    pub history: History,
    /// The directory of the settings file, from the root of the file system: all paths in it count from there, wherever lblint is
    /// started.
    pub directory: Option<String>,
    /// What is said of files, as it is written: units, what is left out, what is generated.
    pub files: FileSettings,
    /// The same, found in the directory.
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    /// Whether all that another one names is named by this one.
    pub fn includes(&self, other: &Self) -> bool {
        match other {
            Self::Check(name) => crate::checks::find(name).is_some_and(|check| self.matches(check.meta())),
            Self::Group(_) => self == other,
        }
    }
}

impl std::fmt::Display for Selector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Check(name) => formatter.write_str(name),
            Self::Group(group) => group.fmt(formatter),
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
        let checks = crate::checks::all().iter().map(|check| check.meta().name);
        let names = Group::ALL.iter().map(|group| group.name()).chain(checks);
        let guess = crate::validate::resembling(word, names).map(|name| format!("; did you mean `{name}`?"));
        Err(format!("`{word}` is no check and no group{} `lblint checks` lists all", guess.as_deref().unwrap_or(";")))
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
        let ignored = self.ignore.iter().any(|selector| selector.matches(meta));
        if ignored || self.level(meta) == Some(Level::Off) || (self.is_preview(meta) && !self.preview) {
            return false;
        }
        let in_profile = profile <= self.profile.0;
        let mut selected = self.select.iter().chain(&self.extend_select);
        (self.select.is_empty() && in_profile)
            || selected.any(|selector| match selector {
                // A check that is named is wanted even if the profile would leave it out, but not its quieter findings.
                Selector::Check(_) => selector.matches(meta) && (in_profile || profile == meta.profile),
                Selector::Group(_) => selector.matches(meta) && in_profile,
            })
    }

    /// Whether a check is new and may still change, and nobody named it.
    fn is_preview(&self, meta: &Meta) -> bool {
        let named = |selector: &Selector| matches!(selector, Selector::Check(name) if name == meta.name);
        crate::checks::is_preview(meta) && !self.select.iter().chain(&self.extend_select).any(named)
    }

    /// The severity that a team gave a check; its own line counts more than its group's.
    fn level(&self, meta: &Meta) -> Option<Level> {
        let own = self.severity.get(&Selector::Check(meta.name.to_owned()));
        own.or_else(|| self.severity.get(&Selector::Group(meta.group))).copied()
    }

    /// How bad a finding of a check is to a team: as the team says, else as the catalogue says that it accepted.
    pub fn severity_of(&self, meta: &Meta, severity: Severity) -> Severity {
        let accepted = || self.catalogue.as_ref()?.severity(meta.name).map(Level::At);
        self.level(meta).or_else(accepted).map_or(severity, |level| level.of_finding(severity, meta.severity))
    }

    /// Whether a check is newer than the catalogue that was accepted: its findings are counted and never fail.
    pub fn is_newer(&self, meta: &Meta) -> bool {
        self.catalogue.as_ref().is_some_and(|catalogue| catalogue.is_older_than(meta))
    }

    /// Whether a comment or an allowance can silence a check.
    pub fn is_suppressible(&self, meta: &Meta) -> bool {
        !self.unsuppressible.iter().any(|selector| selector.matches(meta))
    }

    /// Whether a word is a statement of a module that the team said it has.
    pub fn knows(&self, dialect: Dialect, word: &str) -> bool {
        let names = self.known_directives.get(&dialect).into_iter().flatten();
        names
            .into_iter()
            .any(|name| if dialect == Dialect::Nginx { name.eq_ignore_ascii_case(word) } else { name == word })
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

impl std::fmt::Display for FailOn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(severity) => severity.fmt(formatter),
            Self::Never => formatter.write_str("never"),
        }
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
