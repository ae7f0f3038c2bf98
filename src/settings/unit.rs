//! `[[unit]]`, `exclude` and `[[generated]]`: what the settings say of files.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Origin, Placed, SettingsError, SettingsErrors, Word, find};
use crate::model::Network;
use crate::source::{DeclaredUnit, Dialect, Kind, PathSet, Reader, Scope, Version};

/// `[[unit]]`: what one proxy process loads, where the files alone do not tell.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(extend("allOf" = [{"anyOf": [{"required": ["main"]}, {"required": ["files"]}]}]))]
pub struct UnitSettings {
    /// What people call it.
    name: Option<String>,
    /// The file that the program is started with.
    main: Option<Placed<String>>,
    /// Files that the program loads besides it (HAProxy: in this order, those of one pattern by their names).
    files: Vec<Placed<String>>,
    /// Where directories of the machine stand in the repository.
    map: BTreeMap<String, Placed<String>>,
    /// The language of its files.
    dialect: Option<Word<Dialect>>,
    /// The version that runs it: `nginx=1.26`.
    proxy_version: Option<Placed<Word<ProxyVersion>>>,
    /// The addresses of the machines where it runs.
    #[schemars(example = ["10.0.0.20", "10.0.0.21"])]
    at: Vec<Placed<String>>,
    /// The networks from which proxies connect to it, in place of those of `[networks]`; none: clients connect to it.
    #[schemars(example = ["10.0.0.0/24"])]
    pub(super) behind: Option<Vec<Placed<Word<Network>>>>,
}

/// `[[generated]]`: files that a program writes, so that they are put right somewhere else.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct GeneratedSettings {
    /// The files.
    files: Vec<Placed<String>>,
}

/// `haproxy=2.6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProxyVersion(pub Dialect, pub Version);

impl std::str::FromStr for ProxyVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (dialect, version) = text.split_once('=').ok_or("write PROXY=VERSION, as in haproxy=2.6")?;
        Ok(Self(dialect.parse()?, version.parse()?))
    }
}

/// What the settings say of files, as it is written.
#[derive(Clone, Debug, Default)]
pub struct FileSettings {
    pub(super) units: Vec<Placed<UnitSettings>>,
    pub(super) exclude: Vec<Placed<String>>,
    pub(super) generated: Vec<GeneratedSettings>,
}

impl FileSettings {
    /// What that means for files below a directory, an absolute path.
    ///
    /// # Errors
    /// [`SettingsErrors`] with the place of the first path, pattern or address that is none.
    pub fn scope(&self, reader: &dyn Reader, directory: &str) -> Result<Scope, SettingsErrors> {
        let place = Place { reader, directory };
        Ok(Scope {
            dialect: None,
            exclude: place.patterns(self.exclude.iter())?,
            generated: place.patterns(self.generated.iter().flat_map(|one| &one.files))?,
            units: place.units(&self.units)?,
        })
    }
}

/// Which files of the machine HAProxy reads, its command line says; those that its configuration names (certificates, maps, pages,
/// saved states) are not looked into.
pub const MAP_OF_HAPROXY: &str = "`map` does nothing for HAProxy: lblint reads no file that its configuration names; \
                                  write `files` for what else is loaded with `-f`";

/// The directory from which paths count.
struct Place<'a> {
    reader: &'a dyn Reader,
    directory: &'a str,
}

impl Place<'_> {
    /// Every one of them says something of files, and no two of the same one.
    fn units(&self, written: &[Placed<UnitSettings>]) -> Result<Vec<DeclaredUnit>, SettingsError> {
        let mut units: Vec<DeclaredUnit> = Vec::with_capacity(written.len());
        for unit in written {
            let declared = self.unit(&unit.value)?;
            if declared.main.is_none() && declared.files.is_empty() {
                return Err(mistake(unit, "`main` is missing: the file that the program is started with".to_owned()));
            }
            let twice = unit.value.main.as_ref().filter(|_| units.iter().any(|other| other.main == declared.main));
            if let Some(main) = twice {
                return Err(mistake(main, format!("another [[unit]] is started with `{}`, too", main.value)));
            }
            units.push(declared);
        }
        Ok(units)
    }

    fn unit(&self, unit: &UnitSettings) -> Result<DeclaredUnit, SettingsError> {
        let main = unit.main.as_ref().map(|main| self.existing(main, Kind::File)).transpose()?;
        for pattern in &unit.files {
            self.check_matches(pattern)?;
        }
        let place = |(from, to): (&String, &Placed<String>)| Ok((from.clone(), self.in_repository(to)?));
        let mut map: Vec<(String, String)> = unit.map.iter().map(place).collect::<Result<_, SettingsError>>()?;
        map.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
        let stated = unit.proxy_version.as_ref().map(|version| (version, version.value.0));
        let dialect = unit.dialect.as_ref().map(|dialect| dialect.0);
        if let (Some((written, ProxyVersion(other, _))), Some(dialect)) = (&stated, dialect)
            && *other != dialect
        {
            return Err(mistake(written, format!("the unit is {dialect}, and this is a version of {other}")));
        }
        let dialect = dialect.or(stated.as_ref().map(|(_, ProxyVersion(dialect, _))| *dialect));
        let mapped = unit.map.values().next();
        if let (Some(mapped), Some(Dialect::Haproxy)) = (mapped, dialect) {
            return Err(mistake(mapped, MAP_OF_HAPROXY.to_owned()));
        }
        Ok(DeclaredUnit {
            map_at: mapped.and_then(|mapped| mapped.at.as_ref()).map(ToString::to_string),
            name: unit.name.clone(),
            main,
            files: self.patterns(unit.files.iter())?,
            map,
            dialect,
            version: stated.map(|(_, ProxyVersion(_, version))| version),
            at: unit.at.iter().map(address).collect::<Result<_, _>>()?,
        })
    }

    fn patterns<'p>(&self, words: impl Iterator<Item = &'p Placed<String>> + Clone) -> Result<PathSet, SettingsError> {
        for word in words.clone() {
            PathSet::new(self.directory, [word.value.as_str()]).map_err(|error| mistake(word, error))?;
        }
        let words = words.map(|word| word.value.as_str());
        PathSet::new(self.directory, words).map_err(|error| SettingsError::new(Origin::Default, error))
    }

    fn check_matches(&self, pattern: &Placed<String>) -> Result<(), SettingsError> {
        let set = self.patterns(std::iter::once(pattern))?;
        let mut files = self.reader.list(self.directory).files.into_iter();
        let is_there = files.any(|file| set.matches(&self.reader.absolute_path(&file)));
        let missing = || mistake(pattern, format!("`{}` matches no file", pattern.value));
        if is_there { Ok(()) } else { Err(missing()) }
    }

    /// The absolute path of a directory of the same repository.
    fn in_repository(&self, path: &Placed<String>) -> Result<String, SettingsError> {
        let real = self.existing(path, Kind::Directory)?;
        let root = find::root(self.reader, Path::new(self.directory));
        if root.is_none_or(|root| Path::new(&real).starts_with(root)) {
            return Ok(real);
        }
        Err(mistake(path, format!("`{}` is outside of the repository", path.value)))
    }

    /// The absolute path of something that must be there.
    fn existing(&self, path: &Placed<String>, kind: Kind) -> Result<String, SettingsError> {
        let place = format!("{}/{}", self.directory.trim_end_matches('/'), path.value);
        if self.reader.kind(&place) == kind {
            return Ok(self.reader.absolute_path(&place));
        }
        let what = if kind == Kind::File { "file" } else { "directory" };
        Err(mistake(path, format!("no such {what}: `{}`", path.value)))
    }
}

fn address(word: &Placed<String>) -> Result<String, SettingsError> {
    let is_address = word.value.parse::<IpAddr>().is_ok();
    let mistake = || mistake(word, format!("`{}` is no IP address", word.value));
    if is_address { Ok(word.value.clone()) } else { Err(mistake()) }
}

fn mistake<T>(written: &Placed<T>, message: String) -> SettingsError {
    SettingsError::new(written.at.clone().map_or(Origin::Default, Origin::File), message)
}

#[cfg(test)]
mod tests {
    use crate::settings::SettingsFile;
    use crate::source::{Dialect, MapReader, Scope};

    const FILES: [&str; 4] = ["/r/lblint.toml", "/r/lb/main.conf", "/r/lb/d/a.cfg", "/r/lb/d/b.cfg"];

    fn scope(text: &str) -> Result<Scope, String> {
        let reader = MapReader::new(FILES.map(|file| (file, "")));
        let file = SettingsFile::parse("lblint.toml", text).map_err(|error| error.to_string())?;
        file.settings().files.scope(&reader, "/r").map_err(|error| error.to_string())
    }

    #[test]
    fn everything_that_can_be_written_is_read() {
        let scope = scope(
            "exclude = ['old/']\n[[generated]]\nfiles = ['out/*.cfg']\n[[unit]]\nname = 'edge'\nmain = 'lb/main.conf'\n\
             map = { '/etc' = '.', '/etc/nginx' = 'lb' }\nproxy-version = 'nginx=1.26'\nat = ['10.0.0.20', '::1']\nfiles = ['lb/d/*.cfg']\n",
        );
        let scope = scope.unwrap();
        assert!(scope.exclude.matches("/r/x/old/y") && scope.generated.matches("/r/out/a.cfg"));
        let [unit] = scope.units.as_slice() else { panic!("{scope:?}") };
        assert_eq!(unit.name.as_deref(), Some("edge"));
        assert_eq!(unit.main.as_deref(), Some("/r/lb/main.conf"));
        assert_eq!(unit.map.iter().map(|(from, _)| from.as_str()).collect::<Vec<_>>(), ["/etc/nginx", "/etc"]);
        assert_eq!((unit.dialect, unit.version), (Some(Dialect::Nginx), Some("1.26".parse().unwrap())));
        assert_eq!(unit.at, ["10.0.0.20", "::1"]);
        assert!(unit.files.matches("/r/lb/d/a.cfg"));
    }

    #[test]
    fn mistakes_say_where() {
        for (text, message) in [
            ("[[unit]]\nmain = 'lb/mian.conf'", "lblint.toml:2:8: no such file: `lb/mian.conf`"),
            ("[[unit]]\nmap = { '/etc/nginx' = 'x' }", "lblint.toml:2:24: no such directory: `x`"),
            ("[[unit]]\nfiles = ['lb/d/a.cfg', 'c/*.cfg']", "lblint.toml:2:24: `c/*.cfg` matches no file"),
            ("[[unit]]\nat = ['lb1']", "lblint.toml:2:7: `lb1` is no IP address"),
            ("exclude = ['a[']", "lblint.toml:1:12: `a[`: "),
            (
                "[[unit]]\ndialect = 'haproxy'\nproxy-version = 'nginx=1.26'",
                "lblint.toml:3:17: the unit is haproxy, and this is a version of nginx",
            ),
            (
                "[[unit]]\nmain = 'lb/d/a.cfg'\nmap = { '/etc/haproxy' = 'lb' }\ndialect = 'haproxy'",
                "lblint.toml:3:26: `map` does nothing for HAProxy",
            ),
            ("[[unit]]\nname = 'x'", "lblint.toml:1:1: `main` is missing: the file that the program is started with"),
            (
                "[[unit]]\nmain = 'lb/main.conf'\n[[unit]]\nmain = 'lb/../lb/main.conf'",
                "lblint.toml:4:8: another [[unit]] is started with `lb/../lb/main.conf`, too",
            ),
            ("[[unit]]\nmian = 'a'", "lblint.toml:2:1: unknown key `mian`"),
            ("[[unit]]\nproxy-version = '1.26'", "lblint.toml:2:17: "),
        ] {
            let error = scope(text).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
