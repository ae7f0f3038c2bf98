//! What the settings say of files: which belong together and are what, which are left out, which are generated.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{Dialect, Reader, Version, split};

/// What the settings say of files.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The language of files that are named as arguments, whatever their content says.
    pub dialect: Option<Dialect>,
    /// Files that are left out unless they are named.
    pub exclude: PathSet,
    /// Files that a program writes.
    pub generated: PathSet,
    /// Units that the settings declare.
    pub units: Vec<DeclaredUnit>,
}

/// What one proxy process loads, where the files alone do not tell.
#[derive(Clone, Debug, Default)]
pub struct DeclaredUnit {
    /// What people call it.
    pub name: Option<String>,
    /// The absolute path of the file that the program is started with.
    pub main: Option<String>,
    /// Files that the program loads besides it.
    pub files: PathSet,
    /// Where directories of the machine stand: `/etc/nginx`, and the path to read instead. Longer ones come first.
    pub map: Vec<(String, String)>,
    /// Where the settings say so.
    pub map_at: Option<String>,
    /// The language of its files, whatever their content says.
    pub dialect: Option<Dialect>,
    /// The version that runs it.
    pub version: Option<Version>,
    /// The addresses of the machines where it runs.
    pub at: Vec<String>,
}

/// Patterns of paths below a directory.
#[derive(Clone, Debug, Default)]
pub struct PathSet {
    directory: String,
    patterns: GlobSet,
}

impl PathSet {
    /// Patterns as in `.gitignore`: without a `/` before its end one stands for names in any directory, one that ends with `/`
    /// for all below. `directory` is absolute.
    ///
    /// # Errors
    /// What is wrong with the first pattern that is none.
    pub fn new<'p>(directory: &str, patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        for word in patterns {
            let anywhere = !word.trim_end_matches('/').contains('/');
            let below = if word.ends_with('/') { "**" } else { "" };
            let pattern = format!("{}{}{below}", if anywhere { "**/" } else { "" }, word.trim_start_matches('/'));
            let glob = GlobBuilder::new(&pattern).literal_separator(true).build();
            set.add(glob.map_err(|error| format!("`{word}`: {}", error.kind()))?);
        }
        let patterns = set.build().map_err(|error| error.to_string())?;
        Ok(Self { directory: directory.to_owned(), patterns })
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The directories in which there can be something that matches; none without patterns.
    pub(super) fn directory_of_patterns(&self) -> Option<String> {
        (!self.is_empty()).then(|| self.directory.clone())
    }

    /// Whether an absolute path matches.
    pub fn matches(&self, path: &str) -> bool {
        let below = path.strip_prefix(&self.directory).map(|rest| rest.trim_start_matches('/'));
        !self.is_empty() && below.is_some_and(|below| self.patterns.is_match(below))
    }
}

impl Scope {
    /// The declared unit that a file belongs to, by position.
    pub fn unit_of(&self, reader: &dyn Reader, path: &str) -> Option<usize> {
        if self.units.is_empty() {
            return None;
        }
        let path = reader.absolute_path(path);
        let is_main = |unit: &DeclaredUnit| unit.main.as_deref() == Some(&path);
        let main = self.units.iter().position(is_main);
        main.or_else(|| self.units.iter().position(|unit| unit.files.matches(&path)))
    }

    /// Whether a declared unit begins with a file.
    pub fn is_main(&self, reader: &dyn Reader, path: &str) -> bool {
        let unit = self.unit_of(reader, path).and_then(|at| self.units.get(at));
        unit.is_some_and(|unit| unit.main.as_deref() == Some(&reader.absolute_path(path)))
    }

    /// Where the directories of the machine stand that runs a file.
    pub fn map_of(&self, reader: &dyn Reader, path: &str) -> &[(String, String)] {
        let unit = self.unit_of(reader, path).and_then(|at| self.units.get(at));
        unit.map_or(&[], |unit| &unit.map)
    }

    /// Whether a file that was not named itself is left out.
    pub fn leaves_out(&self, reader: &dyn Reader, path: &str) -> bool {
        !self.exclude.is_empty() && self.exclude.matches(&reader.absolute_path(path))
    }

    /// The same for what cannot be looked at: a file, or a directory all of which is left out.
    pub(super) fn leaves_out_unread(&self, reader: &dyn Reader, path: &str) -> bool {
        let (directory, name) = split(path);
        let path = format!("{}/{name}", reader.absolute_path(directory).trim_end_matches('/'));
        !self.exclude.is_empty() && (self.exclude.matches(&path) || self.exclude.matches(&format!("{path}/")))
    }

    /// Whether the settings say that a program writes a file.
    pub fn is_generated(&self, reader: &dyn Reader, path: &str) -> bool {
        !self.generated.is_empty() && self.generated.matches(&reader.absolute_path(path))
    }
}

/// The path to read instead of one of the machine.
pub(super) fn mapped(map: &[(String, String)], path: &str) -> Option<String> {
    let place = |(from, to): &(String, String)| {
        let rest = path.strip_prefix(from.trim_end_matches('/'))?;
        let to = to.trim_end_matches('/');
        let below = rest.strip_prefix('/').or(rest.is_empty().then_some(""))?;
        Some(if to.is_empty() { below.to_owned() } else { format!("{to}/{below}") })
    };
    map.iter().find_map(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_ignore_files() {
        let set = PathSet::new("/r", ["*.bak", "vendor/", "/a/*.cfg", "b/**/c.cfg"]).unwrap();
        for path in ["/r/x.bak", "/r/d/e/x.bak", "/r/d/vendor/x", "/r/a/x.cfg", "/r/b/c.cfg", "/r/b/d/e/c.cfg"] {
            assert!(set.matches(path), "{path}");
        }
        for path in ["/x.bak", "/r/vendor", "/r/a/d/x.cfg", "/r/d/a/x.cfg", "/other/x.bak"] {
            assert!(!set.matches(path), "{path}");
        }
        assert!(PathSet::new("/r", ["a[b"]).is_err());
        assert!(!PathSet::default().matches("/r/x"));
    }

    #[test]
    fn directories_are_mapped_as_a_whole() {
        let map = [("/etc/nginx/".to_owned(), "roles/edge/files".to_owned()), ("/srv".to_owned(), String::new())];
        assert_eq!(mapped(&map, "/etc/nginx/a/b").as_deref(), Some("roles/edge/files/a/b"));
        assert_eq!(mapped(&map, "/srv/x").as_deref(), Some("x"));
        assert_eq!(mapped(&map, "/etc/nginx2/a"), None);
    }
}
