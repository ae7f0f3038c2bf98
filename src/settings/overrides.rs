//! `[[path]]`: what holds for some files only.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};
use rustc_hash::FxHashMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::file::selectors;
use super::{Level, ProfileChoice, Selector, Settings, Word};
use crate::checks::Options;
use crate::finding::Profile;
use crate::source::{Kind, Reader, Source, SourceId, Sources, Span};

/// Settings for the files that match a pattern; of several tables that match, the last one that sets a key counts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PathOverride {
    /// The files, from the directory of the settings file: `staging/**`, `*.j2` (in any directory), `legacy/` (all below it).
    #[schemars(example = ["staging/**"])]
    files: Vec<Word<FilePattern>>,
    /// Which findings are shown there.
    profile: Option<Word<Profile>>,
    /// Only these checks and groups there.
    select: Option<Vec<Word<Selector>>>,
    /// Not these checks and groups there, besides those that are ignored everywhere.
    #[serde(default)]
    ignore: Vec<Word<Selector>>,
    /// How bad findings are there.
    #[serde(default)]
    #[schemars(example = Map::from_iter([("single-target".to_owned(), Value::from("info"))]))]
    severity: BTreeMap<Word<Selector>, Word<Level>>,
    /// Thresholds of checks there: those of the unit whose main file it is.
    #[serde(default)]
    #[schemars(example = Map::from_iter([("small-pool".to_owned(), Value::from(2))]))]
    options: OptionChanges,
}

impl PathOverride {
    fn matches(&self, path: &str) -> bool {
        self.files.iter().any(|pattern| pattern.0.0.is_match(path))
    }

    pub(super) fn apply(&self, settings: &mut Settings) {
        settings.profile = self.profile.map_or(settings.profile, |profile| ProfileChoice(profile.0));
        if let Some(select) = &self.select {
            settings.select = selectors(select.clone());
            settings.extend_select.clear();
        }
        settings.ignore.extend(selectors(self.ignore.clone()));
        settings.severity.extend(self.severity.iter().map(|(selector, level)| (selector.0.clone(), level.0)));
        settings.options = settings.options.with(&self.options.0);
    }
}

/// Options that are written, without those that are not.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub(super) struct OptionChanges(pub(super) Map<String, Value>);

impl TryFrom<Map<String, Value>> for OptionChanges {
    type Error = String;

    /// What [`Options`] would not take is told here, where the place is known.
    fn try_from(changes: Map<String, Value>) -> Result<Self, String> {
        let read: Result<Options, _> = serde_json::from_value(changes.clone().into());
        read.map(|_| Self(changes)).map_err(|error| error.to_string())
    }
}

impl JsonSchema for OptionChanges {
    fn schema_name() -> Cow<'static, str> {
        Options::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Options::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Options::json_schema(generator)
    }
}

/// A pattern of file names.
#[derive(Clone, Debug)]
pub struct FilePattern(GlobMatcher);

impl FilePattern {
    /// Whether a path matches, counted from the directory of the settings.
    pub fn is_match(&self, path: &str) -> bool {
        self.0.is_match(path)
    }

    /// The pattern, as it is matched.
    pub fn as_str(&self) -> &str {
        self.0.glob().glob()
    }
}

impl FromStr for FilePattern {
    type Err = String;

    /// As in `.gitignore`: without a `/` before its end a pattern stands for names in any directory.
    fn from_str(word: &str) -> Result<Self, String> {
        let anywhere = !word.trim_end_matches('/').contains('/');
        let below = if word.ends_with('/') { "**" } else { "" };
        let pattern = format!("{}{}{below}", if anywhere { "**/" } else { "" }, word.trim_start_matches('/'));
        let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
        glob.map(|glob| Self(glob.compile_matcher())).map_err(|error| format!("`{word}`: {}", error.kind()))
    }
}

/// The settings of each source.
#[derive(Debug)]
pub struct LocalSettings<'s> {
    /// What holds where no override does.
    pub general: &'s Settings,
    by_source: FxHashMap<SourceId, Settings>,
    /// Paths from the directory of the settings, where something asks for them.
    paths: FxHashMap<SourceId, String>,
    /// Whether all that the settings are for is looked at, so that what meets nothing is of no use.
    pub is_whole: bool,
}

impl<'s> LocalSettings<'s> {
    /// Finds out which overrides hold for which source.
    pub fn new(general: &'s Settings, sources: &Sources, reader: &dyn Reader) -> Self {
        let mut by_source = FxHashMap::default();
        if !general.paths.is_empty() {
            let local = |(id, source): (SourceId, &Source)| {
                Some((id, general.of_path(&relative(general.directory.as_deref(), &source.path, reader))?))
            };
            by_source.extend(sources.iter().filter_map(local));
        }
        let mut paths = FxHashMap::default();
        if !general.allow.is_empty() {
            paths.extend(
                sources.iter().map(|(id, source)| (id, relative(general.directory.as_deref(), &source.path, reader))),
            );
        }
        Self { general, by_source, paths, is_whole: false }
    }

    /// Says which paths were asked about.
    #[must_use]
    pub fn asked_about(mut self, arguments: &[String], reader: &dyn Reader) -> Self {
        let holds_all = |directory: &str| {
            let around = |path: &&String| reader.kind(path) == Kind::Directory;
            let mut asked = arguments.iter().filter(around).map(|path| reader.absolute_path(path));
            asked.any(|path| std::path::Path::new(directory).starts_with(path))
        };
        self.is_whole = self.general.directory.as_deref().is_some_and(holds_all);
        self
    }

    /// The path of the file that holds a place, from the directory of the settings; empty if nothing asks for paths.
    pub fn path(&self, span: Span, sources: &Sources) -> &str {
        sources.at(span.start).and_then(|(id, _)| self.paths.get(&id)).map_or("", String::as_str)
    }

    /// All that hold somewhere.
    pub fn all(&self) -> Vec<&Settings> {
        std::iter::once(self.general).chain(self.by_source.values()).collect()
    }

    /// The settings of a source.
    pub fn of(&self, source: SourceId) -> &Settings {
        self.by_source.get(&source).unwrap_or(self.general)
    }

    /// The settings of the source that holds a place.
    pub fn at(&self, span: Span, sources: &Sources) -> &Settings {
        match sources.at(span.start) {
            Some((source, _)) if !self.by_source.is_empty() => self.of(source),
            _ => self.general,
        }
    }
}

impl Settings {
    /// What holds for a file, if that differs from what holds in general.
    fn of_path(&self, path: &str) -> Option<Self> {
        let mut matching = self.paths.iter().filter(|one| one.matches(path)).peekable();
        matching.peek()?;
        let mut own = self.clone();
        matching.for_each(|one| one.apply(&mut own));
        Some(own)
    }
}

/// A path from a directory, if it lies below.
pub(super) fn relative(directory: Option<&str>, path: &str, reader: &dyn Reader) -> String {
    let Some(directory) = directory else { return path.to_owned() };
    let absolute = reader.absolute_path(path);
    let below = std::path::Path::new(&absolute).strip_prefix(directory).ok();
    below.map_or_else(|| path.to_owned(), crate::source::display_path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::SettingsFile;

    #[test]
    fn patterns_are_those_of_gitignore() {
        let matches = |pattern: &str, path: &str| pattern.parse::<FilePattern>().unwrap().0.is_match(path);
        assert!(matches("*.j2", "roles/lb/haproxy.cfg.j2") && matches("*.j2", "a.j2"));
        assert!(matches("staging/**", "staging/a/b.cfg") && !matches("staging/**", "eu/staging/b.cfg"));
        assert!(matches("legacy/", "eu/legacy/a.cfg") && matches("/eu/*.cfg", "eu/a.cfg"));
        assert!(!matches("eu/*.cfg", "eu/a/b.cfg"));
        assert!("a[".parse::<FilePattern>().is_err());
    }

    #[test]
    fn shares_are_fractions_and_ratios_are_finite() {
        for (written, message) in [
            ("takes-all-share = 95", "`takes-all-share` is at most 1; as in `takes-all-share = 0.95`"),
            ("skewed-share = -0.1", "`skewed-share` is at least 0; as in `skewed-share = 0.7`"),
            ("skewed-ratio = inf", "`skewed-ratio` is a finite number; as in `skewed-ratio = 4.0`"),
            ("uneven-ring = nan", "`uneven-ring` is a finite number; as in `uneven-ring = 1.25`"),
            ("failover-growth = 0", "`failover-growth` is at least 1; as in `failover-growth = 2.5`"),
        ] {
            let general = SettingsFile::parse("s", &format!("[options]\n{written}\n")).unwrap_err().to_string();
            assert_eq!(general.split_once(": ").unwrap().1, message);
            let local = format!("[[path]]\nfiles = ['a']\noptions = {{ {written} }}\n");
            assert!(SettingsFile::parse("s", &local).unwrap_err().to_string().ends_with(message));
        }
        assert!(SettingsFile::parse("s", "[options]\ntakes-all-share = 1\nskewed-ratio = 1\n").is_ok());
    }

    #[test]
    fn the_last_override_that_matches_counts() {
        let text = "ignore = ['unused-pool']\n[options]\nsmall-pool = 5\nmany-tries = 9\n\
                    [[path]]\nfiles = ['eu/**']\nprofile = 'strict'\nignore = ['routing']\noptions = { small-pool = 2 }\n\
                    [[path]]\nfiles = ['*.j2']\nprofile = 'audit'\nseverity = { single-target = 'off' }\n";
        let settings = SettingsFile::parse("lblint.toml", text).unwrap().settings();
        assert!(settings.of_path("us/a.cfg").is_none());
        let own = settings.of_path("eu/a.j2").unwrap();
        assert_eq!(own.profile.0, Profile::Audit);
        assert_eq!(own.ignore.len(), 2);
        assert_eq!((own.options.small_pool, own.options.many_tries), (2, 9));
        let meta = crate::checks::find("single-target").unwrap().meta();
        assert!(!own.shows(meta, meta.profile));
    }
}
