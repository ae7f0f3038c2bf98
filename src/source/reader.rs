//! The only way to bytes: disk, standard input, a map of texts.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes. A load balancer's configuration is text; ten million lines are about 600 MB.
const LARGEST_FILE: u64 = 1 << 30;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, links followed.
    File,
    /// A directory, links followed.
    Directory,
    /// Nothing, or something that is neither (a socket, a device).
    Missing,
}

/// Why a text could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The path leads outside the directories that were named.
    #[error("{0}: outside the directories that were given; not read")]
    Outside(String),
    /// The file is larger than any configuration.
    #[error("{path}: {bytes} bytes is more than lblint reads (1 GiB)")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
    },
    /// The operating system refused.
    #[error("{path}: {reason}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        reason: io::Error,
    },
}

/// Where texts come from. Paths are relative to the working directory and use `/`.
pub trait Reader: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// [`ReadError`] when the file is missing, too large, or outside the roots.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// Every file below a directory, sorted by path in byte order; a version control system's ignored files are left out.
    fn list(&self, directory: &str) -> Vec<String>;

    /// What stands at a path.
    fn kind(&self, path: &str) -> Kind;

    /// A file's path from the root of its project, which names it wherever lblint is started.
    fn in_project(&self, path: &str) -> String;
}

/// The disk, inside the directories that an invocation named.
#[derive(Debug)]
pub struct DiskReader {
    roots: Vec<PathBuf>,
}

impl DiskReader {
    /// A reader for the given arguments: a directory is a root; for a file it is the nearest directory
    /// upward that holds `lblint.toml` or `.git`, else the file's own directory.
    pub fn for_arguments(arguments: &[String]) -> Self {
        let roots = arguments.iter().filter_map(|argument| root_of(Path::new(argument))).collect();
        Self { roots }
    }

    fn is_inside(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| self.roots.iter().any(|root| real.starts_with(root)))
    }
}

impl Reader for DiskReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let io_error = |reason| ReadError::Io { path: path.to_owned(), reason };
        let size = std::fs::metadata(path).map_err(io_error)?.len();
        if size > LARGEST_FILE {
            return Err(ReadError::TooLarge { path: path.to_owned(), bytes: size });
        }
        if !self.is_inside(Path::new(path)) {
            return Err(ReadError::Outside(path.to_owned()));
        }
        std::fs::read(path).map_err(io_error)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let mut files: Vec<String> = ignore::WalkBuilder::new(directory)
            .hidden(false)
            .follow_links(true)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build()
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .map(|entry| display_path(entry.path()))
            .collect();
        files.sort_unstable();
        files
    }

    fn kind(&self, path: &str) -> Kind {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Kind::Directory,
            Ok(metadata) if metadata.is_file() => Kind::File,
            _ => Kind::Missing,
        }
    }

    fn in_project(&self, path: &str) -> String {
        let real = Path::new(path).canonicalize().ok();
        let from_root = real.as_deref().and_then(|real| real.strip_prefix(project_of(real)?).ok());
        from_root.map_or_else(|| path.to_owned(), display_path)
    }
}

/// Texts held in memory: standard input, tests.
#[derive(Debug, Default)]
pub struct MapReader {
    files: BTreeMap<String, Vec<u8>>,
}

impl MapReader {
    /// A reader that knows just these files.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        Self { files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect() }
    }
}

impl Reader for MapReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let missing = || ReadError::Io { path: path.to_owned(), reason: io::ErrorKind::NotFound.into() };
        self.files.get(path).cloned().ok_or_else(missing)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let below = |path: &&String| directory == "." || Path::new(path).starts_with(directory);
        self.files.keys().filter(below).cloned().collect()
    }

    fn kind(&self, path: &str) -> Kind {
        if self.files.contains_key(path) {
            Kind::File
        } else if self.files.keys().any(|file| path == "." || Path::new(file).starts_with(path)) {
            Kind::Directory
        } else {
            Kind::Missing
        }
    }

    fn in_project(&self, path: &str) -> String {
        path.to_owned()
    }
}

/// The nearest directory upward that holds `lblint.toml` or `.git`.
fn project_of(real: &Path) -> Option<&Path> {
    let marked = |directory: &&Path| directory.join("lblint.toml").exists() || directory.join(".git").exists();
    real.ancestors().skip(1).find(marked)
}

/// The directory inside which everything that belongs to an argument lies.
fn root_of(argument: &Path) -> Option<PathBuf> {
    let real = argument.canonicalize().ok()?;
    if real.is_dir() {
        return Some(real);
    }
    let own = real.parent()?;
    Some(project_of(&real).unwrap_or(own).to_path_buf())
}

/// A path as it is shown and put in JSON: `/` as separator, without a leading `./`.
pub(crate) fn display_path(path: &Path) -> String {
    let text = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
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
        assert_eq!(reader.list("etc/conf.d"), ["etc/conf.d/a.cfg"]);
        assert!(reader.read("other").is_err());
    }

    #[test]
    fn nothing_outside_the_roots_is_read() {
        let directory = std::env::temp_dir().join(format!("lblint-roots-{}", std::process::id()));
        std::fs::create_dir_all(directory.join("inside")).unwrap();
        std::fs::write(directory.join("outside.cfg"), "x").unwrap();
        std::fs::write(directory.join("inside/own.cfg"), "y").unwrap();
        let inside = directory.join("inside").to_string_lossy().into_owned();
        let reader = DiskReader::for_arguments(std::slice::from_ref(&inside));
        assert_eq!(reader.read(&format!("{inside}/own.cfg")).unwrap(), b"y");
        assert!(matches!(reader.read(&format!("{inside}/../outside.cfg")), Err(ReadError::Outside(_))));
        std::fs::remove_dir_all(directory).unwrap();
    }
}
