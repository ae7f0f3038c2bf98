//! `lblint.toml`: what a team writes down once, typed; what it does not know is an error that says where.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::dns::DnsAnswer;
use super::expect::ReplicaFiles;
use super::lock::SettingPath;
use super::overrides::OptionChanges;
use super::requirement::Requirement;
use super::schema::{Part, json_schema};
use super::tree::Node;
use super::unit::{FileSettings, GeneratedSettings, UnitSettings};
use super::{
    Allow, Catalogue, FailOn, History, Keyed, Level, NetworkSettings, PathOverride, Placed, ProfileChoice, Selector,
    Settings, SettingsError, SettingsErrors, Word, walk,
};
use crate::checks::Options;
use crate::checks::intent::Wanted;
use crate::finding::Profile;
use crate::lower::Answers;
use crate::source::{Dialect, Scope, Version};

/// Settings of lblint: `lblint.toml` or `.config/lblint.toml`, in the directory of what is checked or above it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "lblint.toml")]
pub struct SettingsFile {
    /// The versions of lblint that these settings are written for; any other one refuses to run.
    #[schemars(example = ">=0.1")]
    required_version: Option<Word<Requirement>>,
    /// Settings files that this one builds on, from its directory, inside the repository: a path or a list of them.
    #[schemars(example = "../lblint-base.toml")]
    extends: Option<OneOrMany>,
    /// For a file that others extend: the keys that they cannot change, as in `severity.single-target`, or `true` for all that
    /// it sets.
    #[schemars(example = ["select", "severity.single-target"])]
    lock: Option<Lock>,
    /// The catalogue of checks that pipelines are held to, by month or version: findings of newer checks are counted and never
    /// fail, thresholds and severities are as they were.
    catalogue: Option<Word<Catalogue>>,
    /// Also run checks that are new and may still change.
    preview: bool,
    /// Which findings are shown: default (an engineer should agree with nearly every one), strict (adds matters of taste
    /// and context), audit (everything).
    #[schemars(extend("default" = "default"))]
    profile: Option<Word<Profile>>,
    /// Only these checks and groups; without it the profile decides.
    select: Vec<Word<Selector>>,
    /// These checks and groups, too: besides those of the file that is extended, and of the profile.
    extend_select: Vec<Word<Selector>>,
    /// Not these checks and groups.
    ignore: Vec<Word<Selector>>,
    /// Not these checks and groups either: besides those of the file that is extended.
    extend_ignore: Vec<Word<Selector>>,
    /// Checks and groups that no comment and no allowance can silence; those of files that are extended are added.
    unsuppressible: Vec<Word<Selector>>,
    /// From which severity on findings make the exit status 1.
    #[schemars(extend("default" = "warning"))]
    fail_on: Option<Word<FailOn>>,
    /// The file with the findings that are known and not shown again, from the directory of the settings file; `lblint baseline
    /// create` writes it.
    #[schemars(example = &"lblint-baseline.txt")]
    baseline: Option<String>,
    /// The versions that will run the configurations.
    #[schemars(example = std::collections::BTreeMap::from([("haproxy", "2.6")]))]
    proxy_version: BTreeMap<Word<Dialect>, Word<Version>>,
    /// Directives and keywords of modules of your own, which are not unknown.
    #[schemars(example = std::collections::BTreeMap::from([("nginx", ["my_directive"])]))]
    known_directives: BTreeMap<Word<Dialect>, Statements>,
    /// What names of hosts stand for: how many addresses they have, or which. Nothing is looked up.
    #[schemars(example = std::collections::BTreeMap::from([("app.internal", 3)]))]
    dns: BTreeMap<String, DnsAnswer>,
    /// The networks from which other proxies connect; clients come through them, not by themselves.
    #[schemars(example = std::collections::BTreeMap::from([("cdn", ["2001:db8::/32"]), ("proxies", ["10.0.0.0/24"])]))]
    networks: NetworkSettings,
    /// How bad the findings of a check or a group are; a check's own line counts more than its group's. What a check itself
    /// says more quietly stays quieter.
    #[schemars(example = std::collections::BTreeMap::from([("single-target", "info")]))]
    severity: BTreeMap<Word<Selector>, Word<Level>>,
    /// Thresholds of checks; the check's page says what each is for.
    options: OptionChanges,
    /// What holds for some files only.
    path: Vec<PathOverride>,
    /// What one proxy process loads, where the files alone do not tell.
    unit: Vec<Placed<UnitSettings>>,
    /// Files that are left out unless they are named, as in `.gitignore`.
    #[schemars(example = ["old/"])]
    exclude: Vec<Placed<String>>,
    /// Files that a program writes, so that they are put right somewhere else.
    generated: Vec<GeneratedSettings>,
    /// What pools are meant to be: held against the prediction.
    expect: Vec<Keyed<Wanted>>,
    /// Files that configure copies of one proxy, whose pools are to be the same.
    replicas: Vec<Placed<ReplicaFiles>>,
    /// Findings that are accepted, with a reason.
    allow: Vec<Allow>,
}

/// The words that open statements.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
struct Statements(#[schemars(inner(length(min = 1)))] Vec<String>);

/// A text or a list of them.
#[expect(dead_code, reason = "what stands there is read from the tree, where it has a place")]
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// All that a file sets, or these keys.
#[expect(dead_code, reason = "what stands there is read from the tree, where it has a place")]
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Lock {
    All(bool),
    Keys(Vec<Word<SettingPath>>),
}

impl SettingsFile {
    /// Reads the text of a settings file; `file` is what it is called in errors. What it extends is not read.
    ///
    /// # Errors
    /// [`SettingsErrors`] with the places of all mistakes: no TOML, unknown keys, values of another kind.
    pub fn parse(file: &str, text: &str) -> Result<Self, SettingsErrors> {
        Self::read(checked(file, text)?)
    }

    /// Reads a tree that was held against the schema.
    pub(super) fn read(node: Node) -> Result<Self, SettingsErrors> {
        Self::deserialize(node).map_err(SettingsErrors::from)
    }

    /// Puts what the file says into settings of which nothing was said before.
    #[must_use]
    pub fn settings(self) -> Settings {
        let catalogue = self.catalogue.map(|catalogue| catalogue.0);
        let options = catalogue.as_ref().map_or_else(Options::default, Catalogue::options);
        Settings {
            dialect: None,
            versions: self.proxy_version.into_iter().map(|(dialect, version)| (dialect.0, version.0)).collect(),
            select: selectors(self.select),
            extend_select: selectors(self.extend_select),
            ignore: selectors(self.ignore.into_iter().chain(self.extend_ignore)),
            unsuppressible: selectors(self.unsuppressible),
            preview: self.preview,
            profile: self.profile.map_or_else(ProfileChoice::default, |profile| ProfileChoice(profile.0)),
            fail_on: self.fail_on.map_or_else(FailOn::default, |least| least.0),
            severity: self.severity.into_iter().map(|(selector, level)| (selector.0, level.0)).collect(),
            answers: Answers::new(self.dns.into_iter().map(|(name, answer)| (name, answer.into()))),
            networks: self.networks,
            known_directives: self.known_directives.into_iter().map(|(dialect, names)| (dialect.0, names.0)).collect(),
            options: options.with(&self.options.0),
            catalogue,
            paths: self.path,
            expect: self.expect,
            replicas: self.replicas,
            today: None,
            texts: Vec::new(),
            allow: self.allow,
            baseline_file: self.baseline,
            history: History::default(),
            directory: None,
            files: FileSettings { units: self.unit, exclude: self.exclude, generated: self.generated },
            scope: Scope::default(),
            ..Settings::default()
        }
    }
}

pub(super) fn selectors(words: impl IntoIterator<Item = Word<Selector>>) -> Vec<Selector> {
    words.into_iter().map(|word| word.0).collect()
}

/// A text as a tree without mistakes.
pub(super) fn checked(file: &str, text: &str) -> Result<Node, SettingsErrors> {
    let mut errors = Vec::new();
    let node = Node::parse(file, text, &mut errors);
    // A file for another version may hold what this one does not know.
    if let Some(error) = unmet(&node) {
        return Err(error.into());
    }
    errors.extend(walk::mistakes(&node, Part::root(&json_schema())));
    SettingsErrors::check(errors)?;
    Ok(node)
}

fn unmet(node: &Node) -> Option<SettingsError> {
    let written = node.get("required-version")?;
    let requirement: Requirement = written.text()?.parse().ok()?;
    requirement.unmet().map(|message| SettingsError::new(written.origin.clone(), message))
}

/// The names of all options of checks.
pub fn option_names() -> Vec<String> {
    let options = serde_json::to_value(Options::default()).unwrap_or_default();
    options.as_object().map(|options| options.keys().cloned().collect()).unwrap_or_default()
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
        assert_eq!(error("small-pool = 2"), "lblint.toml:1:1: unknown key `small-pool`; it belongs into [options]");
        assert_eq!(error("profile = 'x'"), "lblint.toml:1:11: `x` is none of: default, strict, audit");
        let misspelt = error("select = ['sigle-target']");
        assert!(
            misspelt.starts_with("lblint.toml:1:11: `sigle-target` is no check and no group; did you mean"),
            "{misspelt}"
        );
        assert!(error("profile = ").starts_with("lblint.toml:1:"));
    }

    #[test]
    fn values_of_another_kind_say_what_is_taken() {
        assert_eq!(
            error("[options]\nslow-connect-several = 'x'"),
            "lblint.toml:2:24: `slow-connect-several` takes a whole number, not a text; as in `slow-connect-several = 10000`"
        );
        assert_eq!(
            error("select = 'routing'"),
            "lblint.toml:1:10: `select` takes a list, not a text; as in `select = [\"single-target\"]`"
        );
        assert_eq!(
            error("[options]\nsmall-pool = -1"),
            "lblint.toml:2:14: `small-pool` is at least 0; as in `small-pool = 3`"
        );
        assert_eq!(
            error("proxy-version = { haprox = '2.6' }"),
            "lblint.toml:1:19: unknown key `haprox`; did you mean `haproxy`?"
        );
    }

    #[test]
    fn all_mistakes_are_told_in_their_order() {
        let errors = error("profile = 'x'\nsekect = []\n[options]\nsmall-pool = true\n");
        let places: Vec<&str> = errors.lines().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(places, ["lblint.toml:1:11", "lblint.toml:2:1", "lblint.toml:4:14"]);
    }
}
