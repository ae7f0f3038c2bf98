//! Looks for the main files that load a file which was named without them.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::library::{Library, TextId};
use super::units::{is_main, main_closure};
use crate::source::{DeclaredUnit, Dialect, Kind, split, upward};

/// How far upward main files are looked for.
const UPWARD: usize = 16;
/// Most files of one directory that are looked into.
const MOST_FILES: usize = 64;
/// Where the main file may lie below a directory.
const BELOW: [&str; 3] = ["nginx/nginx.conf", "conf/nginx.conf", "etc/nginx/nginx.conf"];

/// A main file and what it loads.
struct Main {
    text: TextId,
    /// The path by which it was found.
    path: String,
    loads: BTreeSet<TextId>,
}

/// The main files that were found so far, by the directories that were looked into.
#[derive(Default)]
pub(super) struct Search {
    directories: BTreeMap<String, Vec<Main>>,
    declared: Option<Vec<Main>>,
}

impl Search {
    /// The main files that load a text, the nearest first, each with the path by which it was found.
    pub(super) fn main_files_of(
        &mut self,
        library: &mut Library<'_>,
        text: TextId,
        names: &[String],
    ) -> Vec<(TextId, String)> {
        let Some(own) = library.text(text).map(|text| text.path.clone()) else { return Vec::new() };
        let mut found = Vec::new();
        add_loaders(&mut found, self.declared(library), text);
        for directory in directories(library, names.iter().chain([&own])) {
            add_loaders(&mut found, self.look_into(library, &directory), text);
        }
        found
    }

    /// The main files of the units that the settings declare.
    fn declared(&mut self, library: &mut Library<'_>) -> &[Main] {
        self.declared.get_or_insert_with(|| {
            let scope = library.scope;
            let is_nginx = |unit: &&DeclaredUnit| unit.dialect.is_none_or(|dialect| dialect == Dialect::Nginx);
            let mains = scope.units.iter().filter(is_nginx).filter_map(|unit| unit.main.as_deref());
            mains.filter_map(|path| main_at(library, path)).collect()
        })
    }

    fn look_into(&mut self, library: &mut Library<'_>, directory: &str) -> &[Main] {
        if !self.directories.contains_key(directory) {
            let mains = candidates(library, directory).iter().filter_map(|path| main_at(library, path)).collect();
            self.directories.insert(directory.to_owned(), mains);
        }
        self.directories.get(directory).map_or(&[], Vec::as_slice)
    }
}

/// Those that load a text, each once.
fn add_loaders(found: &mut Vec<(TextId, String)>, mains: &[Main], text: TextId) {
    for main in mains.iter().filter(|main| main.text != text && main.loads.contains(&text)) {
        if !found.iter().any(|(known, _)| *known == main.text) {
            found.push((main.text, main.path.clone()));
        }
    }
}

/// The directories in which these files lie, and those above them, from the inside to the outside, each once.
fn directories<'n>(library: &Library<'_>, names: impl Iterator<Item = &'n String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        let above = upward(split(name).0).take(UPWARD);
        for directory in above.take_while(|directory| library.reader.is_inside(directory)) {
            if !found.contains(&directory) {
                found.push(directory);
            }
        }
    }
    found
}

/// Files of a directory that may be main files, the likeliest first.
fn candidates(library: &Library<'_>, directory: &str) -> Vec<String> {
    let path = |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
    let children = library.reader.children(directory).unwrap_or_default();
    let others = children.iter().filter(|name| name.ends_with(".conf") && *name != "nginx.conf").take(MOST_FILES);
    let names = std::iter::once("nginx.conf").chain(others.map(String::as_str)).chain(BELOW);
    let files = names.map(path).filter(|path| library.reader.kind(path) == Kind::File);
    files.filter(|path| !library.scope.leaves_out(library.reader, path)).collect()
}

fn main_at(library: &mut Library<'_>, path: &str) -> Option<Main> {
    let real = library.reader.real_path(path);
    let bytes = library.reader.read(&real).ok()?;
    if memmem::find(&bytes, b"include").is_none() || memmem::find(&bytes, b"{").is_none() {
        return None;
    }
    let text = library.add(&real, bytes)?;
    library.read(&[(text, false)]);
    if !is_main(library, text) {
        return None;
    }
    let loads = main_closure(library, text, split(path).0).texts.into_iter().collect();
    Some(Main { text, path: path.to_owned(), loads })
}
