//! The files of one commit by their paths, with links followed as a file system follows them.

use std::collections::BTreeMap;
use std::path::Path;

/// Most links on the way to a file; Linux allows as many.
const MOST_LINKS: usize = 40;

/// What stands in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// A file.
    File(Object),
    /// A symbolic link; its text is where it leads.
    Link(Object),
    /// A directory.
    Directory,
}

/// A text in one of the stores of objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// The repository that has it: the first one, or one of its submodules.
    pub(super) store: usize,
    /// Its name.
    pub(super) id: String,
}

/// All directories of a commit with what stands in them. Paths are from the root of the repository, which is empty.
#[derive(Debug, Default)]
pub(super) struct Tree {
    directories: BTreeMap<String, BTreeMap<String, Node>>,
}

/// Reads where a link leads.
pub(super) type TargetOf<'a> = &'a dyn Fn(&Object) -> Option<String>;

impl Tree {
    /// Puts something at a path, and the directories above it.
    pub(super) fn insert(&mut self, path: &str, node: Node) {
        if node == Node::Directory {
            self.directories.entry(path.to_owned()).or_default();
        }
        let (directory, name) = super::super::discover::split(path);
        if !directory.is_empty() && !self.directories.contains_key(directory) {
            self.insert(directory, Node::Directory);
        }
        self.directories.entry(directory.to_owned()).or_default().insert(name.to_owned(), node);
    }

    /// What stands at a path without links.
    pub(super) fn node(&self, path: &str) -> Option<&Node> {
        if path.is_empty() {
            return Some(&Node::Directory);
        }
        let (directory, name) = super::super::discover::split(path);
        self.directories.get(directory)?.get(name)
    }

    /// What stands directly in a directory, sorted by name in byte order.
    pub(super) fn children(&self, directory: &str) -> impl Iterator<Item = (&String, &Node)> {
        self.directories.get(directory).into_iter().flatten()
    }

    /// Where a path leads when links are followed; `None` if nothing is there, or if it leaves the repository, whose root
    /// lies at `root` of the file system.
    pub(super) fn resolve(&self, path: &str, root: &Path, target_of: TargetOf<'_>) -> Option<String> {
        let mut waiting: Vec<String> = parts(path);
        let mut at: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = waiting.pop() {
            if part == ".." {
                at.pop()?;
                continue;
            }
            at.push(part);
            match self.node(&at.join("/"))? {
                Node::Directory => {}
                Node::File(_) => return waiting.is_empty().then(|| at.join("/")),
                Node::Link(object) => {
                    links += 1;
                    let target = target_of(object).filter(|_| links <= MOST_LINKS)?;
                    let beyond = target.starts_with('/');
                    let inside = if beyond { below(&target, root)? } else { target };
                    at.truncate(if beyond { 0 } else { at.len().saturating_sub(1) });
                    waiting.extend(parts(&inside));
                }
            }
        }
        Some(at.join("/"))
    }
}

/// The parts of a path, the first one last.
fn parts(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").rev().map(str::to_owned).collect()
}

/// An absolute path from the root of the repository.
fn below(path: &str, root: &Path) -> Option<String> {
    Path::new(path).strip_prefix(root).ok().map(super::super::reader::display_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(id: &str) -> Object {
        Object { store: 0, id: id.to_owned() }
    }

    /// The name of a link's object is where it leads.
    fn resolve(tree: &Tree, path: &str) -> Option<String> {
        tree.resolve(path, Path::new("/r"), &|object| Some(object.id.clone()))
    }

    fn tree() -> Tree {
        let mut tree = Tree::default();
        for file in ["a/b/c.cfg", "a/d.cfg", "e"] {
            tree.insert(file, Node::File(object("")));
        }
        for (path, target) in [("l", "a/b"), ("a/up", "../e"), ("x", "/r/a/d.cfg"), ("out", "/etc"), ("loop", "loop")] {
            tree.insert(path, Node::Link(object(target)));
        }
        tree
    }

    #[test]
    fn links_are_followed_inside_the_repository() {
        let tree = tree();
        for (path, real) in [
            ("a/./b//c.cfg", "a/b/c.cfg"),
            ("a/b/../d.cfg", "a/d.cfg"),
            ("l/c.cfg", "a/b/c.cfg"),
            ("l/../d.cfg", "a/d.cfg"),
            ("a/up", "e"),
            ("x", "a/d.cfg"),
            ("", ""),
        ] {
            assert_eq!(resolve(&tree, path).as_deref(), Some(real), "{path}");
        }
        for path in ["out/passwd", "loop", "../r/e", "e/f", "a/missing"] {
            assert_eq!(resolve(&tree, path), None, "{path}");
        }
    }

    #[test]
    fn directories_are_known_by_their_files() {
        let tree = tree();
        let names: Vec<&str> = tree.children("a").map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "d.cfg", "up"]);
        assert_eq!(tree.node("a/b"), Some(&Node::Directory));
        assert_eq!(tree.node("a/c"), None);
    }
}
