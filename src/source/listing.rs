//! What stands below a directory of the disk, and what of it cannot be looked at.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::reader::{ReadError, display_path};

/// What stands below a directory.
#[derive(Debug, Default)]
pub struct Listing {
    /// The files, sorted by path in byte order.
    pub files: Vec<String>,
    /// What could not be looked at: nobody knows what is there.
    pub unread: Vec<ReadError>,
}

impl Listing {
    /// Adds an entry of a directory. Of a directory whose name cannot be said, the files below cannot either.
    pub(super) fn add(&mut self, entry: &ignore::DirEntry) {
        let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
        if entry.path().to_str().is_some() {
            self.files.extend(is_file.then(|| display_path(entry.path())));
        } else if entry.depth() > 0 && entry.file_name().to_str().is_none() {
            self.unread.push(ReadError::Name(display_path(entry.path())));
        }
    }
}

/// What a walk could not look at. Behind a link that leads nowhere there is nothing.
pub(super) fn unlisted(error: ignore::Error) -> Option<ReadError> {
    let path = path_of(&error)?.to_path_buf();
    let reason = error.into_io_error()?;
    let leads_nowhere = reason.kind() == io::ErrorKind::NotFound
        || (path.is_symlink() && reason.kind() != io::ErrorKind::PermissionDenied);
    (!leads_nowhere).then(|| ReadError::Io { path: display_path(&path), reason })
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } => path_of(err),
        _ => None,
    }
}

/// Most links that are followed from one to the next; Linux follows 40.
const MOST_LINKS: usize = 40;

/// Where a link leads that leads nowhere; other paths are themselves.
pub(super) fn led_to(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match std::fs::read_link(&path) {
            Ok(target) if !path.exists() => path = path.parent().unwrap_or_else(|| Path::new("")).join(target),
            _ => break,
        }
    }
    path
}

/// Which entries of a directory are looked into: not the stores of version control, and of links to directories only those
/// that lead to what would not be found otherwise, each once.
pub(super) struct Links {
    listed: PathBuf,
    roots: Vec<PathBuf>,
    followed: Mutex<BTreeSet<PathBuf>>,
}

impl Links {
    pub(super) fn new(directory: &Path, roots: &[PathBuf]) -> Self {
        let listed = directory.canonicalize().unwrap_or_default();
        Self { listed, roots: roots.to_vec(), followed: Mutex::default() }
    }

    pub(super) fn lets(&self, entry: &ignore::DirEntry) -> bool {
        const STORES: [&str; 4] = [".git", ".hg", ".svn", ".jj"];
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        if is_directory && STORES.iter().any(|store| entry.file_name() == *store) {
            return false;
        }
        if entry.depth() == 0 || !is_directory || !entry.path_is_symlink() {
            return true;
        }
        let Ok(real) = entry.path().canonicalize() else { return false };
        let is_new = || self.followed.lock().is_ok_and(|mut followed| followed.insert(real.clone()));
        !real.starts_with(&self.listed) && self.roots.iter().any(|root| real.starts_with(root)) && is_new()
    }
}
