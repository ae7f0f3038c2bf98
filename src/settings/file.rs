//! `lblint.toml`: what a team writes down once, typed; what it does not know is an error that says where.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::DeTable;

use super::unit::{GeneratedSettings, UnitSettings, Written};
use super::{FailOn, ProfileChoice, Selector, Settings};
use crate::checks::Options;
use crate::finding::Profile;
use crate::source::{Dialect, Reader, Scope, Version};

/// A settings file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingsFile {
    /// Which findings are shown.
    profile: Option<Word<Profile>>,
    /// Only these checks and groups.
    select: Vec<Word<Selector>>,
    /// Not these checks and groups.
    ignore: Vec<Word<Selector>>,
    /// From which severity on findings make the exit status 1.
    fail_on: Option<Word<FailOn>>,
    /// The versions that will run the configurations.
    proxy_version: BTreeMap<Word<Dialect>, Word<Version>>,
    /// Thresholds of checks.
    options: Options,
    /// What proxies load, where the files alone do not tell.
    unit: Vec<UnitSettings>,
    /// Files that are left out unless they are named.
    exclude: Vec<Spanned<String>>,
    /// Files that a program writes.
    generated: Vec<GeneratedSettings>,
}

/// The keys of a settings file.
const KEYS: [&str; 9] =
    ["profile", "select", "ignore", "fail-on", "proxy-version", "options", "unit", "exclude", "generated"];

/// What is wrong with a settings file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct SettingsError {
    file: String,
    line: usize,
    column: usize,
    message: String,
}

/// A value that is written as on the command line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word<T>(pub(super) T);

impl<'de, T: std::str::FromStr<Err = String>> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl SettingsFile {
    /// Reads the text of a settings file; `file` is what it is called in errors.
    ///
    /// # Errors
    /// [`SettingsError`] with the place of the first mistake: no TOML, an unknown key, a value of another type.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsError> {
        let table = DeTable::parse(text).map_err(|error| located(file, text, error.span(), error.message()))?;
        unknown_key(table.get_ref()).map_or(Ok(()), |(at, message)| Err(located(file, text, Some(at), &message)))?;
        toml::from_str(text).map_err(|error| located(file, text, error.span(), error.message()))
    }

    /// What the file says of files; `directory` is the absolute path from which paths in it count.
    ///
    /// # Errors
    /// [`SettingsError`] with the place of the first path, pattern or address that is none.
    pub fn scope(&self, file: &str, text: &str, reader: &dyn Reader, directory: &str) -> Result<Scope, SettingsError> {
        let written = Written { units: &self.unit, exclude: &self.exclude, generated: &self.generated };
        let scope = written.scope(reader, directory);
        scope.map_err(|(at, message)| located(file, text, Some(at), &message))
    }

    /// Puts what the file says into settings of which nothing was said before.
    #[must_use]
    pub fn settings(self) -> Settings {
        let words = |words: Vec<Word<Selector>>| words.into_iter().map(|word| word.0).collect();
        Settings {
            dialect: None,
            versions: self.proxy_version.into_iter().map(|(dialect, version)| (dialect.0, version.0)).collect(),
            select: words(self.select),
            ignore: words(self.ignore),
            profile: self.profile.map_or_else(ProfileChoice::default, |profile| ProfileChoice(profile.0)),
            fail_on: self.fail_on.map_or_else(FailOn::default, |least| least.0),
            options: self.options,
            scope: Scope::default(),
        }
    }
}

/// The first key that means nothing, and what may have been meant.
fn unknown_key(table: &DeTable<'_>) -> Option<(std::ops::Range<usize>, String)> {
    let options = table.get("options").and_then(|options| options.get_ref().as_table());
    let known = option_names();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    first_unknown(table, &KEYS).or_else(|| options.and_then(|options| first_unknown(options, &known)))
}

fn first_unknown(table: &DeTable<'_>, known: &[&str]) -> Option<(std::ops::Range<usize>, String)> {
    let mut unknown: Vec<_> = table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())).collect();
    unknown.sort_by_key(|key| key.span().start);
    let key = unknown.first()?;
    let name = key.get_ref().as_ref();
    let nearest = known.iter().min_by_key(|known| strsim::osa_distance(name, known))?;
    Some((key.span(), format!("unknown key `{name}`; did you mean `{nearest}`?")))
}

/// The names of all options of checks.
pub fn option_names() -> Vec<String> {
    let options = serde_json::to_value(Options::default()).unwrap_or_default();
    options.as_object().map(|options| options.keys().cloned().collect()).unwrap_or_default()
}

fn located(file: &str, text: &str, span: Option<std::ops::Range<usize>>, message: &str) -> SettingsError {
    let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    SettingsError {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        message: message.lines().next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        SettingsFile::parse("lblint.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn everything_that_can_be_written_is_read() {
        let text = "profile = 'strict'\nselect = ['routing', 'single-target']\nignore = ['unused-pool']\n\
                    fail-on = 'never'\nproxy-version = { haproxy = '2.6' }\n[options]\nslow-connect-several = 5000\n";
        let settings = SettingsFile::parse("lblint.toml", text).unwrap().settings();
        assert_eq!(settings.profile.0, Profile::Strict);
        assert_eq!(settings.select.len(), 2);
        assert_eq!(settings.ignore, [Selector::Check("unused-pool".into())]);
        assert_eq!(settings.fail_on, FailOn::Never);
        assert_eq!(settings.version(Dialect::Haproxy), ("2.6".parse().unwrap(), true));
        assert_eq!(settings.options.slow_connect_several, 5000);
        assert_eq!(settings.options.slow_connect_single, Options::default().slow_connect_single);
    }

    #[test]
    fn an_empty_file_changes_nothing() {
        let settings = SettingsFile::parse("lblint.toml", "").unwrap().settings();
        assert_eq!(settings.options, Options::default());
        assert_eq!(settings.fail_on, FailOn::default());
    }

    #[test]
    fn mistakes_say_where_and_what_was_meant() {
        assert_eq!(error("\nprofil = 'strict'\n"), "lblint.toml:2:1: unknown key `profil`; did you mean `profile`?");
        assert_eq!(
            error("[options]\n  slow-conect-several = 1\n"),
            "lblint.toml:2:3: unknown key `slow-conect-several`; did you mean `slow-connect-several`?"
        );
        assert_eq!(error("profile = 'x'"), "lblint.toml:1:11: `x` is none of: default, strict, audit");
        let misspelt = error("select = ['sigle-target']");
        assert!(
            misspelt.starts_with("lblint.toml:1:10: `sigle-target` is no check and no group; did you mean"),
            "{misspelt}"
        );
        assert!(error("[options]\nslow-connect-several = 'x'").starts_with("lblint.toml:2:24: invalid type: string"));
        assert!(error("profile = ").starts_with("lblint.toml:1:"));
    }

    #[test]
    fn the_keys_are_those_of_the_type() {
        for key in KEYS {
            let text = format!("{key} = 12345.5");
            let error = SettingsFile::parse("lblint.toml", &text).unwrap_err().to_string();
            assert!(!error.contains("unknown"), "{error}");
        }
    }
}
