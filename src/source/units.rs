//! Which files one proxy process loads together.

use super::discover::{is_drop_in_directory, sibling, split};
use super::{Candidate, Dialect, Reader, Scope};

/// The files of one unit, in the order in which the program loads them.
#[derive(Debug)]
pub struct UnitFiles {
    /// The file that names the unit.
    pub root: String,
    /// The language of all of them.
    pub dialect: Dialect,
    /// The files.
    pub files: Vec<Candidate>,
}

/// Groups files into units. HAProxy: each file is one; the files of a `*.d` directory and the `haproxy.cfg` beside it are one;
/// so are those that the settings declare to be one.
pub fn group(candidates: Vec<Candidate>, reader: &dyn Reader, scope: &Scope) -> Vec<UnitFiles> {
    let mut units: Vec<UnitFiles> = Vec::new();
    let mut positions: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for candidate in candidates {
        let declared = scope.unit_of(reader, &candidate.path).map(|unit| format!("[[unit]] {unit}"));
        let key = declared.unwrap_or_else(|| unit_key(&candidate));
        let position = *positions.entry(key).or_insert_with(|| {
            units.push(UnitFiles { root: candidate.path.clone(), dialect: candidate.dialect, files: Vec::new() });
            units.len() - 1
        });
        if let Some(unit) = units.get_mut(position) {
            unit.files.push(candidate);
        }
    }
    for unit in &mut units {
        put_main_file_first(unit, reader, scope);
    }
    units.retain(|unit| unit.files.iter().any(|file| file.reported));
    units
}

/// What files of one unit have in common.
fn unit_key(candidate: &Candidate) -> String {
    let (directory, name) = split(&candidate.path);
    if candidate.dialect != Dialect::Haproxy {
        return candidate.path.clone();
    }
    if is_drop_in_directory(directory) && is_loaded_from_directory(name) {
        return sibling(directory, "haproxy.cfg");
    }
    candidate.path.clone()
}

/// `-f DIRECTORY` loads only names that end in `.cfg` and do not begin with a dot (2.6.12).
fn is_loaded_from_directory(name: &str) -> bool {
    name.ends_with(".cfg") && !name.starts_with('.')
}

/// The main file comes first, then the directory's files in byte order.
fn put_main_file_first(unit: &mut UnitFiles, reader: &dyn Reader, scope: &Scope) {
    unit.files.sort_by_cached_key(|candidate| {
        let in_directory = is_drop_in_directory(split(&candidate.path).0);
        (!scope.is_main(reader, &candidate.path), in_directory, candidate.path.clone())
    });
    if let Some(first) = unit.files.first() {
        unit.root.clone_from(&first.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MapReader;

    fn candidate(path: &str, reported: bool) -> Candidate {
        Candidate { path: path.into(), bytes: Vec::new(), dialect: Dialect::Haproxy, reported, named: false }
    }

    fn grouped(candidates: Vec<Candidate>) -> Vec<UnitFiles> {
        group(candidates, &MapReader::default(), &Scope::default())
    }

    #[test]
    fn a_drop_in_directory_belongs_to_the_file_beside_it() {
        let units = grouped(vec![
            candidate("etc/conf.d/b.cfg", true),
            candidate("etc/conf.d/a.cfg", false),
            candidate("etc/haproxy.cfg", false),
            candidate("etc/other.cfg", true),
        ]);
        assert_eq!(units.len(), 2);
        let paths: Vec<&str> = units[0].files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["etc/haproxy.cfg", "etc/conf.d/a.cfg", "etc/conf.d/b.cfg"]);
        assert_eq!(units[0].root, "etc/haproxy.cfg");
    }

    #[test]
    fn a_unit_of_which_nothing_was_asked_is_left_out() {
        assert!(grouped(vec![candidate("etc/haproxy.cfg", false)]).is_empty());
    }
}
