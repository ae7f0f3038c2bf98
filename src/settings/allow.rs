//! `[[allow]]`: findings that a team accepts, with a reason, where a comment cannot stand.

use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Date, FilePattern, Placed, Word};
use crate::finding::Subject;

/// Findings that are not shown: those of a check about a subject, in some files. Better than this, where the file is written by
/// hand, is a comment beside the cause: `# lblint: allow(check-name) reason`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Allow {
    /// The check or the group of checks.
    #[schemars(example = "single-target")]
    pub check: Placed<String>,
    /// What the finding is about: `unit/pool/target`, in which `*` stands for any text; without it anything. The unit is the path
    /// of its main file from the root of the repository; a pool stands for its targets.
    #[schemars(example = "*/jenkins")]
    pub subject: Option<Word<SubjectPattern>>,
    /// The files that the finding points at, from the directory of the settings file; without them any.
    #[serde(default)]
    #[schemars(example = ["staging/**"])]
    pub files: Vec<Word<FilePattern>>,
    /// Why.
    #[schemars(example = "one VM by design")]
    pub reason: String,
    /// Who answers for it.
    #[schemars(example = "@ci")]
    pub owner: Option<String>,
    /// The last day on which it holds; later its findings are shown again, and it is one itself.
    #[schemars(example = "2027-03-01")]
    pub until: Option<Word<Date>>,
}

impl Allow {
    /// Whether it speaks of a finding's subject, whose cause stands in a file; the file's path counts from the directory of the
    /// settings.
    pub fn covers(&self, subject: &Subject, file: &str) -> bool {
        let in_file = self.files.is_empty() || self.files.iter().any(|pattern| pattern.0.is_match(file));
        in_file && self.subject.as_ref().is_none_or(|pattern| pattern.0.matches(subject))
    }

    /// What it is about, as it is written.
    pub fn about(&self) -> String {
        let files = self.files.iter().map(|pattern| pattern.0.as_str());
        let parts: Vec<&str> = self.subject.iter().map(|pattern| pattern.0.0.glob().glob()).chain(files).collect();
        if parts.is_empty() { "*".to_owned() } else { parts.join(" in ") }
    }
}

/// A pattern of subjects.
#[derive(Clone, Debug)]
pub struct SubjectPattern(GlobMatcher);

impl FromStr for SubjectPattern {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let glob = GlobBuilder::new(word).literal_separator(false).build();
        glob.map(|glob| Self(glob.compile_matcher())).map_err(|error| format!("`{word}`: {}", error.kind()))
    }
}

impl SubjectPattern {
    fn matches(&self, subject: &Subject) -> bool {
        let pool = subject.pool.as_deref();
        let parts = [Some(subject.unit_in_project.as_str()), pool, subject.target.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        // A pool stands for its targets, and a unit that is named for its pools.
        (1..=parts.len()).any(|length| self.0.is_match(parts.get(..length).unwrap_or_default().join("/")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::SettingsFile;

    fn read(text: &str) -> Vec<Allow> {
        SettingsFile::parse("lblint.toml", text).unwrap().settings().allow
    }

    #[test]
    fn subjects_are_patterns_of_unit_and_pool() {
        let covers = |pattern: &str, unit: &str, pool: Option<&str>| {
            let subject = Subject { pool: pool.map(str::to_owned), ..Subject::of_unit("shown", unit) };
            pattern.parse::<SubjectPattern>().unwrap().matches(&subject)
        };
        assert!(covers("*/jenkins", "a/haproxy.cfg", Some("jenkins")));
        assert!(covers("haproxy.cfg/*", "haproxy.cfg", Some("jenkins")));
        assert!(covers("staging/haproxy.cfg", "staging/haproxy.cfg", Some("web")));
        assert!(!covers("*/jenkins", "haproxy.cfg", Some("jenkins2")));
        assert!(!covers("*/jenkins", "haproxy.cfg", None));
    }

    #[test]
    fn everything_that_can_be_written_is_read() {
        let text = "[[allow]]\ncheck = 'single-target'\nsubject = '*/ci'\nfiles = ['eu/**']\nreason = 'one VM'\nowner = '@ci'\nuntil = 2027-03-01\n";
        let allow = &read(text)[0];
        assert_eq!(allow.check.value, "single-target");
        assert_eq!(allow.check.at.as_ref().map(|at| (at.line, at.column)), Some((2, 9)));
        assert_eq!(allow.until.map(|until| until.0.to_string()).as_deref(), Some("2027-03-01"));
        let subject = Subject::of_unit("x", "haproxy.cfg").pool("ci");
        assert!(allow.covers(&subject, "eu/a.cfg") && !allow.covers(&subject, "us/a.cfg"));
        assert_eq!(allow.about(), "*/ci in eu/**");
    }

    #[test]
    fn a_reason_is_needed() {
        let error = SettingsFile::parse("lblint.toml", "[[allow]]\ncheck = 'single-target'\n").unwrap_err().to_string();
        assert!(error.contains("`reason`"), "{error}");
    }
}
