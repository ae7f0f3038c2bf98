//! Where a path that a configuration names leads, when the process's working directory is not known.

use super::discover::split;
use super::include::{Inclusion, Unread};
use super::reader::{Kind, Reader};
use super::scope::mapped;

/// How many directories are looked into.
const MOST_DIRECTORIES: usize = 64;
/// How many leading directories of an absolute path are left out in search of it.
const MOST: usize = 16;

/// Resolves a path that is relative to wherever the program is started: beside the file that names it, from where lblint
/// was started (or where `map` says that its directory stands), and, for a repository that is not `/etc`, the path's own tail beside the file, or in the one directory
/// beside it that has such a file.
pub fn resolve_reference(reader: &dyn Reader, map: &[(String, String)], base: &str, path: &str) -> Inclusion {
    let is_file = |path: &String| reader.is_inside(path) && reader.kind(path) == Kind::File;
    let found = mapped(map, path)
        .into_iter()
        .chain(candidates(base, path))
        .find(is_file)
        .or_else(|| in_directory(reader, base, path));
    match found {
        Some(file) => Inclusion::of(vec![file]),
        None => Inclusion::unread(Unread::Outside),
    }
}

/// The file of this name in a directory of `base`, if there is only one.
fn in_directory(reader: &dyn Reader, base: &str, path: &str) -> Option<String> {
    let name = split(path).1;
    let children = reader.children(base).unwrap_or_default().into_iter().take(MOST_DIRECTORIES);
    let paths = children.map(|child| if base.is_empty() { child } else { format!("{base}/{child}") });
    let directories = paths.filter(|path| reader.is_inside(path) && reader.kind(path) == Kind::Directory);
    let mut files =
        directories.map(|directory| format!("{directory}/{name}")).filter(|file| reader.kind(file) == Kind::File);
    let only = files.next()?;
    files.next().is_none().then_some(only)
}

fn candidates(base: &str, path: &str) -> Vec<String> {
    let below = |tail: &str| if base.is_empty() { tail.to_owned() } else { format!("{base}/{tail}") };
    let relative = path.trim_start_matches("./").trim_start_matches('/');
    let mut candidates = vec![path.to_owned(), below(relative)];
    let mut tail = relative;
    for _ in 0..MOST {
        let Some((_, rest)) = tail.split_once('/') else { break };
        tail = rest;
        candidates.push(below(tail));
    }
    // A bootstrap may stand in a directory beside that of the files that it names.
    let (parent, _) = split(base);
    if !base.is_empty() {
        candidates.push(if parent.is_empty() { relative.to_owned() } else { format!("{parent}/{relative}") });
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MapReader;

    #[test]
    fn absolute_paths_are_found_beside_the_file() {
        let reader = MapReader::new([("envoy/cds.yaml", ""), ("envoy/xds/eds.yaml", "")]);
        let resolve = |path| resolve_reference(&reader, &[], "envoy", path).files;
        assert_eq!(resolve("/etc/envoy/cds.yaml"), ["envoy/cds.yaml"]);
        assert_eq!(resolve("/etc/envoy/xds/eds.yaml"), ["envoy/xds/eds.yaml"]);
        assert_eq!(resolve("cds.yaml"), ["envoy/cds.yaml"]);
        assert!(resolve("/etc/envoy/lds.yaml").is_empty());
    }

    #[test]
    fn a_directory_beside_the_file_is_looked_into() {
        let reader =
            MapReader::new([("envoy.yaml", ""), ("configs/cds.yaml", ""), ("a/lds.yaml", ""), ("b/lds.yaml", "")]);
        let resolve = |path| resolve_reference(&reader, &[], "", path).files;
        assert_eq!(resolve("/var/lib/envoy/cds.yaml"), ["configs/cds.yaml"]);
        assert!(resolve("/var/lib/envoy/lds.yaml").is_empty(), "there are two");
    }
}
