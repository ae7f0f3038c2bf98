//! Texts held in memory, read like files: standard input, tests.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::listing::Listing;
use super::reader::{Kind, ReadError, Reader, display_path};

/// Texts held in memory: standard input, tests.
#[derive(Debug, Default)]
pub struct MapReader {
    files: BTreeMap<String, Vec<u8>>,
    /// Links to files, by their paths.
    links: BTreeMap<String, String>,
    /// Files that may not be read.
    barred: BTreeSet<String>,
    /// Whether nothing but the files themselves is known.
    alone: bool,
    /// The absolute path of the working directory; empty if paths are what they are.
    directory: String,
    /// What the one text is called from the root of the repository.
    in_project: Option<String>,
}

impl MapReader {
    /// A reader that knows just these files.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect();
        Self { files, ..Self::default() }
    }

    /// A reader for one text of which nobody knows what lies beside it: standard input.
    pub fn alone<B: Into<Vec<u8>>>(path: &str, bytes: B) -> Self {
        Self { alone: true, ..Self::new([(path, bytes)]) }
    }

    /// Says which directory paths count from.
    #[must_use]
    pub fn in_directory(self, directory: String) -> Self {
        Self { directory, ..self }
    }

    /// Says what the one text is called from the root of the repository.
    #[must_use]
    pub fn called(self, in_project: String) -> Self {
        Self { in_project: Some(in_project), ..self }
    }

    /// Adds a link to a file.
    #[must_use]
    pub fn link(mut self, path: &str, target: &str) -> Self {
        self.links.insert(path.to_owned(), target.to_owned());
        self
    }

    /// Lets a file be there, but not be read.
    #[must_use]
    pub fn bar(mut self, path: &str) -> Self {
        self.barred.insert(path.to_owned());
        self
    }

    fn paths(&self) -> impl Iterator<Item = &String> {
        self.files.keys().chain(self.links.keys())
    }
}

impl Reader for MapReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let real = self.real_path(path);
        let is_barred = self.barred.contains(&real);
        let kind = if is_barred { io::ErrorKind::PermissionDenied } else { io::ErrorKind::NotFound };
        let bytes = self.files.get(&real).filter(|_| !is_barred).cloned();
        bytes.ok_or_else(|| ReadError::Io { path: path.to_owned(), reason: kind.into() })
    }

    fn list(&self, directory: &str) -> Listing {
        let below = |path: &&String| directory == "." || Path::new(path).starts_with(directory);
        let mut files: Vec<String> = self.paths().filter(below).cloned().collect();
        files.sort_unstable();
        Listing { files, unread: Vec::new() }
    }

    fn kind(&self, path: &str) -> Kind {
        let real = self.real_path(path);
        if self.files.contains_key(&real) {
            Kind::File
        } else if self.paths().any(|file| real.is_empty() || Path::new(file).starts_with(&real)) {
            Kind::Directory
        } else {
            Kind::Missing
        }
    }

    fn in_project(&self, path: &str) -> String {
        self.in_project.clone().unwrap_or_else(|| path.to_owned())
    }

    fn children(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        let directory = self.real_path(directory);
        let below = |path: &String| {
            let rest = Path::new(path).strip_prefix(&directory).ok()?;
            Some(rest.components().next()?.as_os_str().to_string_lossy().into_owned())
        };
        let mut names: Vec<String> = self.paths().filter_map(below).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn real_path(&self, path: &str) -> String {
        let path = without_dots(path);
        self.links.get(&path).cloned().unwrap_or(path)
    }

    fn absolute_path(&self, path: &str) -> String {
        display_path(&Path::new(&self.directory).join(self.real_path(path)))
    }

    fn is_inside(&self, path: &str) -> bool {
        let path = without_dots(path);
        if self.alone {
            return self.files.contains_key(&path);
        }
        let known =
            |directory: &Path| directory.parent().is_some() && self.kind(&display_path(directory)) == Kind::Directory;
        !path.starts_with("..") && (!path.starts_with('/') || Path::new(&path).ancestors().any(known))
    }
}

/// A path without `.` and `..`, as far as they can be resolved without links.
fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    root.to_owned() + &parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_answers_like_a_disk() {
        let reader = MapReader::new([("etc/haproxy.cfg", "global\n"), ("etc/conf.d/a.cfg", "")]);
        assert_eq!(reader.kind("etc"), Kind::Directory);
        assert_eq!(reader.kind("etc/haproxy.cfg"), Kind::File);
        assert_eq!(reader.kind("etc/haproxy"), Kind::Missing);
        assert_eq!(reader.list("etc/conf.d").files, ["etc/conf.d/a.cfg"]);
        assert!(reader.read("other").is_err());
    }
}
