//! Where a path that a configuration names leads, when the process's working directory is not known.

use super::discover::split;
use super::include::{Inclusion, Unread};
use super::reader::{Kind, Reader};

/// How many leading directories of an absolute path are left out in search of it.
const MOST: usize = 16;

/// Resolves a path that is relative to wherever the program is started: beside the file that names it, from where lblint
/// was started, and, for a repository that is not `/etc`, the path's own tail beside the file.
pub fn resolve_reference(reader: &dyn Reader, base: &str, path: &str) -> Inclusion {
    let found =
        candidates(base, path).into_iter().find(|path| reader.is_inside(path) && reader.kind(path) == Kind::File);
    match found {
        Some(file) => Inclusion { files: vec![file], unread: None },
        None => Inclusion { files: Vec::new(), unread: Some(Unread::Outside) },
    }
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
        let resolve = |path| resolve_reference(&reader, "envoy", path).files;
        assert_eq!(resolve("/etc/envoy/cds.yaml"), ["envoy/cds.yaml"]);
        assert_eq!(resolve("/etc/envoy/xds/eds.yaml"), ["envoy/xds/eds.yaml"]);
        assert_eq!(resolve("cds.yaml"), ["envoy/cds.yaml"]);
        assert!(resolve("/etc/envoy/lds.yaml").is_empty());
    }
}
