//! The files of a commit as a Reader: asked of `git`, without a checkout; nothing is written.

mod objects;
mod repository;
mod tree;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

pub use repository::{GitError, Repository};

use super::glob::join;
use super::listing::Listing;
use super::reader::{DiskReader, Kind, LARGEST_FILE, ReadError, Reader, display_path};
use objects::{Answer, Objects};
use tree::{Node, Object, Tree};

/// A commit of the repository that the arguments lie in. Paths mean and are shown as what the disk has now: only what
/// stands there is older.
#[derive(Debug)]
pub struct GitReader {
    /// Which directories may be read, and how paths are shown.
    disk: DiskReader,
    /// The working tree.
    root: PathBuf,
    /// The working directory.
    working: PathBuf,
    commit: String,
    tree: Tree,
    /// The repository and its submodules.
    stores: Vec<Objects>,
    /// Why some text could not be read, although it is there.
    failure: Mutex<Option<GitError>>,
}

impl GitReader {
    /// The files of a commit; `disk` is a reader for the same arguments.
    ///
    /// # Errors
    /// [`GitError`] if git does not list them.
    pub fn new(repository: &Repository, commit: &str, disk: DiskReader) -> Result<Self, GitError> {
        let mut reader = Self {
            disk,
            root: repository.root().to_path_buf(),
            working: Path::new(".").canonicalize().unwrap_or_default(),
            commit: commit.to_owned(),
            tree: Tree::default(),
            stores: Vec::new(),
            failure: Mutex::default(),
        };
        reader.add(repository, commit, "")?;
        Ok(reader)
    }

    /// Adds the files of a repository, and of its submodules as the commit names them. Of one that is not checked out now
    /// nothing can be compared.
    fn add(&mut self, repository: &Repository, commit: &str, prefix: &str) -> Result<(), GitError> {
        let store = self.stores.len();
        self.stores.push(Objects::new(repository.clone()));
        for (mode, id, path) in repository.files(commit)? {
            let at = join(prefix, &path);
            match mode.as_str() {
                "120000" => self.tree.insert(&at, Node::Link(Object { store, id })),
                "160000" => {
                    self.tree.insert(&at, Node::Directory);
                    let inside = repository.submodule(&path);
                    inside.map_or(Ok(()), |inside| self.add(&inside, &id, &at))?;
                }
                _ => self.tree.insert(&at, Node::File(Object { store, id })),
            }
        }
        Ok(())
    }

    /// Why some text could not be read although the commit has it: what was found out without it is not the whole truth.
    pub fn failure(&self) -> Option<GitError> {
        self.failure.lock().ok().and_then(|failure| failure.clone())
    }

    /// Where a path leads in the commit, from the root of the repository.
    fn resolve(&self, path: &str) -> Option<String> {
        let absolute = self.working.join(path);
        let below = |path: &Path| self.tree.resolve(&display_path(path), &self.root, &|object| self.target(object));
        if let Some(real) = absolute.strip_prefix(&self.root).ok().and_then(below) {
            return Some(real);
        }
        // The working tree can be reached by a link, or from outside.
        let is_root = |directory: &&Path| directory.canonicalize().is_ok_and(|real| real == self.root);
        let root = absolute.ancestors().find(is_root).filter(|root| *root != self.root)?;
        below(absolute.strip_prefix(root).ok()?)
    }

    fn real(&self, path: &str) -> Option<PathBuf> {
        Some(self.root.join(self.resolve(path)?))
    }

    fn target(&self, link: &Object) -> Option<String> {
        match self.object(link) {
            Ok(Answer::Bytes(bytes)) => String::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The content of a text, as the repository has it: line ends are not converted, and no filter is run.
    fn object(&self, object: &Object) -> io::Result<Answer> {
        let store = self.stores.get(object.store).ok_or(io::ErrorKind::NotFound)?;
        let answer = store.read(&object.id, LARGEST_FILE);
        let failure = match &answer {
            Ok(Answer::Missing) => Some(GitError::Incomplete(self.commit.clone())),
            Err(error) => Some(GitError::Refused("cat-file", error.to_string())),
            Ok(_) => None,
        };
        if let (Some(failure), Ok(mut first)) = (failure, self.failure.lock()) {
            first.get_or_insert(failure);
        }
        answer
    }

    /// The files below a directory, under the name that it is asked by.
    fn walk(&self, shown: &str, real: &str, above: &mut Vec<String>, files: &mut Vec<String>) {
        if above.iter().any(|directory| directory == real) {
            return;
        }
        above.push(real.to_owned());
        for (name, node) in self.tree.children(real) {
            let (shown, own) = (join(shown, name), join(real, name));
            let led = match node {
                Node::Link(_) => self.tree.resolve(&own, &self.root, &|object| self.target(object)),
                Node::File(_) | Node::Directory => Some(own),
            };
            match led.as_deref().and_then(|led| self.tree.node(led)).zip(led.as_deref()) {
                Some((Node::File(_), _)) => files.push(shown),
                Some((Node::Directory, led)) => self.walk(&shown, led, above, files),
                _ => {}
            }
        }
        above.pop();
    }
}

impl Reader for GitReader {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let io_error = |reason| ReadError::Io { path: path.to_owned(), reason };
        let missing = || io_error(io::ErrorKind::NotFound.into());
        let real = self.resolve(path).ok_or_else(missing)?;
        if !self.disk.encloses(&self.root.join(&real)) {
            return Err(ReadError::Outside(path.to_owned()));
        }
        let Some(Node::File(object)) = self.tree.node(&real) else { return Err(missing()) };
        match self.object(object).map_err(io_error)? {
            Answer::Bytes(bytes) => Ok(bytes),
            Answer::TooLarge(bytes) => Err(ReadError::TooLarge { path: path.to_owned(), bytes }),
            Answer::Missing => Err(missing()),
        }
    }

    fn list(&self, directory: &str) -> Listing {
        let shown = display_path(Path::new(directory));
        let shown = if shown == "." { "" } else { shown.trim_end_matches('/') };
        let mut files = Vec::new();
        if let Some(real) = self.resolve(directory) {
            self.walk(shown, &real, &mut Vec::new(), &mut files);
        }
        files.sort_unstable();
        Listing { files, unread: Vec::new() }
    }

    fn kind(&self, path: &str) -> Kind {
        match self.resolve(path).as_deref().and_then(|real| self.tree.node(real)) {
            Some(Node::Directory) => Kind::Directory,
            Some(Node::File(_)) => Kind::File,
            _ => Kind::Missing,
        }
    }

    /// Counted from where paths count now.
    fn in_project(&self, path: &str) -> String {
        self.real(path).and_then(|real| self.disk.below_root(&real)).unwrap_or_else(|| path.to_owned())
    }

    fn children(&self, directory: &str) -> Result<Vec<String>, ReadError> {
        let real = self.resolve(directory);
        Ok(real.map_or_else(Vec::new, |real| self.tree.children(&real).map(|(name, _)| name.clone()).collect()))
    }

    fn real_path(&self, path: &str) -> String {
        self.real(path).map_or_else(|| path.to_owned(), |real| self.disk.shown(&real))
    }

    fn absolute_path(&self, path: &str) -> String {
        self.real(path).map_or_else(|| path.to_owned(), |real| display_path(&real))
    }

    fn is_inside(&self, path: &str) -> bool {
        let ancestors = Path::new(path).ancestors();
        let existing = ancestors.map(display_path).find_map(|ancestor| self.real(&ancestor));
        existing.is_some_and(|real| self.disk.encloses(&real))
    }
}
