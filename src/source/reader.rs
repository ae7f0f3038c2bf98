//! The only way to bytes: the disk, inside the directories that were named.

use std::io;
use std::path::{Path, PathBuf};

use super::inspect::EVIDENCE_WINDOW;
use super::listing::{Links, Listing, led_to, unlisted};

/// Largest file that is read, in bytes. A load balancer's configuration is text; ten million lines are about 600 MB.
pub(super) const LARGEST_FILE: u64 = 1 << 30;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, links followed.
    File,
    /// A directory, links followed.
    Directory,
    /// Something that may not be looked at.
    Barred,
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
    #[error("{path}: {}", in_words(reason))]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        reason: io::Error,
    },
    /// The name holds bytes that no text has; they are shown as U+FFFD.
    #[error("{0}: the name is not UTF-8; rename it")]
    Name(String),
}

impl ReadError {
    /// What could not be read.
    pub fn path(&self) -> &str {
        match self {
            Self::Outside(path) | Self::Name(path) | Self::TooLarge { path, .. } | Self::Io { path, .. } => path,
        }
    }

    /// Whether there is nothing to read.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::Io { reason, .. } if reason.kind() == io::ErrorKind::NotFound)
    }
}

/// What the system said, in the same words on every system where there are such.
fn in_words(reason: &io::Error) -> String {
    match reason.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => reason.to_string(),
    }
}

/// Where texts come from. Paths are relative to the working directory and use `/`.
pub trait Reader: Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// [`ReadError`] when the file is missing, too large, or outside the roots.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// The first bytes of a file, by which most files are told to be no configurations.
    ///
    /// # Errors
    /// [`ReadError`] when the file is missing or outside the roots.
    fn beginning(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let mut bytes = self.read(path)?;
        bytes.truncate(EVIDENCE_WINDOW);
        Ok(bytes)
    }

    /// Every file below a directory; a version control system's ignored files are left out.
    fn list(&self, directory: &str) -> Listing;

    /// What stands at a path.
    fn kind(&self, path: &str) -> Kind;

    /// A file's path from the root of the repository, which names it wherever lblint is started; without a repository from the
    /// directory of the settings, or the working directory.
    fn in_project(&self, path: &str) -> String;

    /// The names of what stands directly in a directory, sorted in byte order; a proxy loads ignored files, too.
    ///
    /// # Errors
    /// [`ReadError`] when the system does not list it.
    fn children(&self, directory: &str) -> Result<Vec<String>, ReadError>;

    /// Where a path leads when links are followed: the one path that a file is shown with, however it is reached.
    fn real_path(&self, path: &str) -> String;

    /// The same from the root of the file system, wherever lblint is started.
    fn absolute_path(&self, path: &str) -> String;

    /// Whether what stands at a path, or would stand there, may be read.
    fn is_inside(&self, path: &str) -> bool;
}

/// The disk, inside the directories that an invocation named.
#[derive(Debug)]
pub struct DiskReader {
    roots: Vec<PathBuf>,
    /// How directories are shown: what they really are, and how they were named.
    shown: Vec<(PathBuf, String)>,
    /// Whether directories are listed without what a version control system ignores.
    leaves_out_ignored: bool,
    /// The repository that all arguments lie in, if it is one.
    repository: Option<PathBuf>,
    /// The directory that paths count from without one.
    base: PathBuf,
}

impl DiskReader {
    /// A reader for the given arguments: a directory is a root; for a file it is the nearest directory
    /// upward that holds `lblint.toml` or `.git`, else the file's own directory.
    pub fn for_arguments(arguments: &[String]) -> Self {
        let roots: Vec<PathBuf> = arguments.iter().filter_map(|argument| root_of(Path::new(argument))).collect();
        let named = arguments.iter().filter_map(|argument| shown_directory(Path::new(argument)));
        let working = Path::new(".").canonicalize().unwrap_or_default();
        let above = roots.iter().filter_map(|root| Some((root.clone(), steps_up(&working, root)?)));
        let shown = named.chain(above).chain([(working.clone(), String::new())]).collect();
        let repository = common_repository(arguments);
        Self { roots, shown, leaves_out_ignored: true, repository, base: working }
    }

    /// The same, with the directory that paths count from where the arguments lie in no repository, or in several.
    #[must_use]
    pub fn counting_from(self, directory: Option<&str>) -> Self {
        let base = directory.and_then(|directory| Path::new(directory).canonicalize().ok());
        Self { base: base.unwrap_or(self.base), ..self }
    }

    /// A real path from the directory that all paths of this run count from.
    pub(super) fn below_root(&self, real: &Path) -> Option<String> {
        real.strip_prefix(self.repository.as_ref().unwrap_or(&self.base)).ok().map(display_path)
    }

    /// The same, with files that the settings name: what lies in their projects may be read, too.
    #[must_use]
    pub fn with_files<'f>(mut self, files: impl Iterator<Item = &'f str>) -> Self {
        self.roots.extend(files.filter_map(|file| root_of(Path::new(file))));
        self
    }

    /// The same, listing what `.gitignore` names, too.
    #[must_use]
    pub fn with_ignored(self, lists_ignored: bool) -> Self {
        Self { leaves_out_ignored: !lists_ignored, ..self }
    }

    /// Whether a real path may be read.
    pub(super) fn encloses(&self, real: &Path) -> bool {
        self.roots.iter().any(|root| real.starts_with(root))
    }

    /// Whether a file may be read.
    fn admit(&self, path: &str) -> Result<(), ReadError> {
        let io_error = |reason| ReadError::Io { path: path.to_owned(), reason };
        let real = Path::new(path).canonicalize().map_err(io_error)?;
        if self.encloses(&real) { Ok(()) } else { Err(ReadError::Outside(path.to_owned())) }
    }

    /// How a real path is shown: by the nearest directory that has a name.
    pub(super) fn shown(&self, real: &Path) -> String {
        let under = |(directory, _): &&(PathBuf, String)| real.starts_with(directory);
        // Of equally long ones the first argument's name.
        let nearest = self.shown.iter().rev().filter(under).max_by_key(|(directory, _)| directory.as_os_str().len());
        let shown =
            nearest.and_then(|(directory, shown)| Some(Path::new(shown).join(real.strip_prefix(directory).ok()?)));
        display_path(shown.as_deref().unwrap_or(real))
    }
}

impl Reader for DiskReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let io_error = |reason| ReadError::Io { path: path.to_owned(), reason };
        let size = std::fs::metadata(path).map_err(io_error)?.len();
        if size > LARGEST_FILE {
            return Err(ReadError::TooLarge { path: path.to_owned(), bytes: size });
        }
        self.admit(path)?;
        std::fs::read(path).map_err(io_error)
    }

    fn beginning(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        use io::Read;
        let io_error = |reason| ReadError::Io { path: path.to_owned(), reason };
        self.admit(path)?;
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(io_error)?;
        file.take(EVIDENCE_WINDOW as u64).read_to_end(&mut bytes).map_err(io_error)?;
        Ok(bytes)
    }

    fn list(&self, directory: &str) -> Listing {
        let links = Links::new(Path::new(directory), &self.roots);
        let walk = ignore::WalkBuilder::new(directory)
            .hidden(false)
            .follow_links(true)
            .ignore(false)
            .git_ignore(self.leaves_out_ignored)
            // What belongs to one machine must not change what is found.
            .git_global(false)
            .git_exclude(false)
            .sort_by_file_name(std::ffi::OsStr::cmp)
            .filter_entry(move |entry| links.lets(entry))
            .build();
        let mut listing = Listing::default();
        for entry in walk {
            match entry {
                Ok(entry) => listing.add(&entry),
                Err(error) => listing.unread.extend(unlisted(error)),
            }
        }
        listing.files.sort_unstable();
        listing
    }

    fn kind(&self, path: &str) -> Kind {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Kind::Directory,
            Ok(metadata) if metadata.is_file() => Kind::File,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Kind::Barred,
            _ => Kind::Missing,
        }
    }

    fn in_project(&self, path: &str) -> String {
        self.below_root(&real_or_meant(Path::new(path))).unwrap_or_else(|| path.to_owned())
    }

    fn children(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        let directory = if directory.is_empty() { "." } else { directory };
        let entries = std::fs::read_dir(directory);
        let entries = entries.map_err(|reason| ReadError::Io { path: directory.to_owned(), reason })?;
        let names = entries.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        Ok(names)
    }

    fn real_path(&self, path: &str) -> String {
        Path::new(path).canonicalize().map_or_else(|_| path.to_owned(), |real| self.shown(&real))
    }

    fn absolute_path(&self, path: &str) -> String {
        let path = if path.is_empty() { "." } else { path };
        Path::new(path).canonicalize().map_or_else(|_| path.to_owned(), |real| display_path(&real))
    }

    fn is_inside(&self, path: &str) -> bool {
        let path = led_to(Path::new(if path.is_empty() { "." } else { path }));
        let existing = path.ancestors().find_map(|ancestor| {
            let ancestor = if ancestor.as_os_str().is_empty() { Path::new(".") } else { ancestor };
            ancestor.canonicalize().ok()
        });
        existing.is_some_and(|real| self.encloses(&real))
    }
}

/// How a directory is named from one below it, or from itself: `../..`.
fn steps_up(below: &Path, directory: &Path) -> Option<String> {
    let steps = below.strip_prefix(directory).ok()?.components().count();
    Some(vec![".."; steps].join("/"))
}

/// What the directory of an argument really is, and how it was named.
fn shown_directory(argument: &Path) -> Option<(PathBuf, String)> {
    let named = if argument.is_dir() { argument } else { argument.parent()? };
    let directory = if named.as_os_str().is_empty() { Path::new(".") } else { named };
    let shown = display_path(directory);
    Some((directory.canonicalize().ok()?, if shown == "." { String::new() } else { shown }))
}

/// Where a path leads; of one where nothing stands yet, where its directory does.
fn real_or_meant(path: &Path) -> PathBuf {
    let of_directory = || {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
        Some(directory.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(of_directory).unwrap_or_else(|| path.to_path_buf())
}

/// The directory of `.git`, if it is the same for all arguments: in one run all paths count from one root.
fn common_repository(arguments: &[String]) -> Option<PathBuf> {
    let of = |argument: &String| {
        let real = real_or_meant(Path::new(argument));
        repository_around(&real).map(Path::to_path_buf)
    };
    let mut all = arguments.iter().map(of);
    let first = all.next().flatten()?;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// The nearest directory, from this one upward, that holds `.git`: the root of a repository.
pub fn repository_around(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|directory| directory.join(".git").exists())
}

/// What stands in the root of a project: settings, or a repository.
const MARKS: [&str; 3] = ["lblint.toml", ".config/lblint.toml", ".git"];

/// The nearest directory above a file that holds settings or `.git`.
pub fn project_of(real: &Path) -> Option<&Path> {
    real.ancestors().skip(1).find(|directory| MARKS.iter().any(|mark| directory.join(mark).exists()))
}

/// The directory inside which everything that belongs to an argument lies.
fn root_of(argument: &Path) -> Option<PathBuf> {
    let real = argument.canonicalize().ok()?;
    if real.is_dir() {
        return Some(with_sibling(&real).to_path_buf());
    }
    let own = with_sibling(real.parent()?);
    Some(project_of(&real).unwrap_or(own).to_path_buf())
}

/// Debian's pairs of directories belong together: `sites-enabled` holds links into `sites-available`.
fn with_sibling(directory: &Path) -> &Path {
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let is_one_of_two = name.ends_with("-enabled") || name.ends_with("-available");
    directory.parent().filter(|_| is_one_of_two).unwrap_or(directory)
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
