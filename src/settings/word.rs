//! Values that are written as one word, as on the command line: their types, their schemas, their mistakes.

use std::borrow::Cow;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Visitor};

use super::allow::SubjectPattern;
use super::dns::HostAddress;
use super::lock::SettingPath;
use super::overrides::FilePattern;
use super::requirement::Requirement;
use super::{Catalogue, Date, FailOn, Level, ProxyVersion, Selector};
use crate::finding::{Group, Profile};
use crate::model::Network;
use crate::source::{Dialect, Version};

/// A type that is written as one word.
pub trait Written: FromStr<Err = String> {
    /// What the word is called in the schema, which is also its `format`.
    const FORMAT: &'static str;
    /// What the word says, for the schema.
    const MEANING: &'static str;
    /// A word of this type.
    const EXAMPLE: &'static str;

    /// All words of the type, if they can be listed.
    fn words() -> Vec<&'static str> {
        Vec::new()
    }
}

/// What is wrong with a word of a format; a new type of word gets a line here.
pub(super) fn mistake(format: &str, word: &str) -> Option<String> {
    match format {
        Catalogue::FORMAT => error::<Catalogue>(word),
        Date::FORMAT => error::<Date>(word),
        Dialect::FORMAT => error::<Dialect>(word),
        FailOn::FORMAT => error::<FailOn>(word),
        FilePattern::FORMAT => error::<FilePattern>(word),
        SubjectPattern::FORMAT => error::<SubjectPattern>(word),
        HostAddress::FORMAT => error::<HostAddress>(word),
        Network::FORMAT => error::<Network>(word),
        Level::FORMAT => error::<Level>(word),
        Profile::FORMAT => error::<Profile>(word),
        ProxyVersion::FORMAT => error::<ProxyVersion>(word),
        Requirement::FORMAT => error::<Requirement>(word),
        Selector::FORMAT => error::<Selector>(word),
        SettingPath::FORMAT => error::<SettingPath>(word),
        Version::FORMAT => error::<Version>(word),
        _ => None,
    }
}

fn error<T: Written>(word: &str) -> Option<String> {
    word.parse::<T>().err()
}

impl Written for Catalogue {
    const FORMAT: &'static str = "catalogue";
    const MEANING: &'static str = "A catalogue of checks: the month or the version of its release.";
    const EXAMPLE: &'static str = "2026-12";
}

impl Written for ProxyVersion {
    const FORMAT: &'static str = "proxy-and-version";
    const MEANING: &'static str = "A proxy and its version.";
    const EXAMPLE: &'static str = "haproxy=2.6";
}

impl Written for Requirement {
    const FORMAT: &'static str = "version-range";
    const MEANING: &'static str = "A range of versions, as in >=0.6,<0.8.";
    const EXAMPLE: &'static str = ">=0.6,<0.8";
}

impl Written for Level {
    const FORMAT: &'static str = "level";
    const MEANING: &'static str = "A severity, or off.";
    const EXAMPLE: &'static str = "info";

    fn words() -> Vec<&'static str> {
        vec!["error", "warning", "info", "off"]
    }
}

impl Written for SubjectPattern {
    const FORMAT: &'static str = "subject-pattern";
    const MEANING: &'static str = "A pattern of `unit/pool/target`; `*` stands for any text.";
    const EXAMPLE: &'static str = "*/jenkins";
}

impl Written for FilePattern {
    const FORMAT: &'static str = "file-pattern";
    const MEANING: &'static str = "A pattern of file names as in .gitignore, from the directory of the settings file.";
    const EXAMPLE: &'static str = "staging/**";
}

impl Written for HostAddress {
    const FORMAT: &'static str = "address";
    const MEANING: &'static str = "An IP address.";
    const EXAMPLE: &'static str = "10.0.0.1";
}

impl Written for Network {
    const FORMAT: &'static str = "network";
    const MEANING: &'static str = "A network of IP addresses, or one address.";
    const EXAMPLE: &'static str = "10.0.0.0/8";
}

impl Written for SettingPath {
    const FORMAT: &'static str = "setting";
    const MEANING: &'static str = "A key of this file, with its table: `select`, `severity.single-target`.";
    const EXAMPLE: &'static str = "severity.single-target";
}

impl Written for Date {
    const FORMAT: &'static str = "date";
    const MEANING: &'static str = "A day, as in 2027-03-01; with or without quotes.";
    const EXAMPLE: &'static str = "2027-03-01";
}

impl Written for Dialect {
    const FORMAT: &'static str = "dialect";
    const MEANING: &'static str = "A configuration language.";
    const EXAMPLE: &'static str = "haproxy";

    fn words() -> Vec<&'static str> {
        Self::ALL.map(Self::name).to_vec()
    }
}

impl Written for FailOn {
    const FORMAT: &'static str = "fail-on";
    const MEANING: &'static str = "The least severity that counts, or never.";
    const EXAMPLE: &'static str = "error";

    fn words() -> Vec<&'static str> {
        vec!["error", "warning", "info", "never"]
    }
}

impl Written for Profile {
    const FORMAT: &'static str = "profile";
    const MEANING: &'static str = "Whose findings are shown.";
    const EXAMPLE: &'static str = "strict";

    fn words() -> Vec<&'static str> {
        Self::ALL.iter().map(|profile| profile.name()).collect()
    }
}

impl Written for Selector {
    const FORMAT: &'static str = "check-or-group";
    const MEANING: &'static str = "A check or a group of checks; `lblint checks` lists both.";
    const EXAMPLE: &'static str = "single-target";

    fn words() -> Vec<&'static str> {
        let groups = Group::ALL.iter().map(|group| group.name());
        groups.chain(crate::checks::all().iter().map(|check| check.meta().name)).collect()
    }
}

impl Written for Version {
    const FORMAT: &'static str = "proxy-version";
    const MEANING: &'static str = "A version of a proxy, or a release line.";
    const EXAMPLE: &'static str = "2.6";
}

/// A value that is written as on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word<T>(pub T);

impl<'de, T: Written> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WordVisitor(std::marker::PhantomData))
    }
}

struct WordVisitor<T>(std::marker::PhantomData<T>);

impl<T: Written> Visitor<'_> for WordVisitor<T> {
    type Value = Word<T>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Self::Value, E> {
        word.parse().map(Word).map_err(E::custom)
    }
}

impl<T: Written> JsonSchema for Word<T> {
    fn schema_name() -> Cow<'static, str> {
        T::FORMAT.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({
            "type": "string",
            "format": T::FORMAT,
            "description": T::MEANING,
            "examples": [T::EXAMPLE],
        });
        let words = T::words();
        if !words.is_empty() {
            schema.insert("enum".to_owned(), words.into());
        }
        schema
    }
}
