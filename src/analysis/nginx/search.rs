//! Looks for the main file that loads a file which was named without it.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::closure::Closure;
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
    directory: String,
    loads: BTreeSet<TextId>,
}

/// The main files that were found so far, by the directories that were looked into.
#[derive(Default)]
pub(super) struct Search {
    directories: BTreeMap<String, Vec<Main>>,
    declared: Option<Vec<Main>>,
}

impl Search {
    /// The nearest main file that loads a text, with all that it loads.
    pub(super) fn main_file_of(
        &mut self,
        library: &mut Library<'_>,
        text: TextId,
        names: &[String],
    ) -> Option<(TextId, Closure)> {
        let own = library.text(text)?.path.clone();
        let declared = self.declared(library).iter().find(|main| main.loads.contains(&text));
        if let Some(main) = declared {
            return Some((main.text, main_closure(library, main.text, &main.directory)));
        }
        for name in names.iter().chain([&own]) {
            let directories: Vec<String> = upward(split(name).0)
                .take(UPWARD)
                .take_while(|directory| library.reader.is_inside(directory))
                .collect();
            for directory in directories {
                let mains = self.look_into(library, &directory);
                if let Some(main) = mains.iter().find(|main| main.loads.contains(&text)) {
                    return Some((main.text, main_closure(library, main.text, &main.directory)));
                }
            }
        }
        None
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

/// Files of a directory that may be main files, the likeliest first.
fn candidates(library: &Library<'_>, directory: &str) -> Vec<String> {
    let path = |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
    let children = library.reader.children(directory).unwrap_or_default();
    let others = children.iter().filter(|name| name.ends_with(".conf") && *name != "nginx.conf").take(MOST_FILES);
    let names = std::iter::once("nginx.conf").chain(others.map(String::as_str)).chain(BELOW);
    names.map(path).filter(|path| library.reader.kind(path) == Kind::File).collect()
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
    let directory = split(path).0.to_owned();
    let loads = main_closure(library, text, &directory).texts.into_iter().collect();
    Some(Main { text, directory, loads })
}
