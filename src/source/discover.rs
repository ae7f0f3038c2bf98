//! From arguments to the files that are configurations: by evidence in their content, never by name alone.

use std::collections::BTreeSet;
use std::path::Path;

use super::inspect::{Evidence, Holding, SkipReason, Skipped, glance, inspect, is_haproxy_part, window};
use super::reader::{Kind, ReadError, Reader};
use super::{Dialect, Host, Listing, Scope};

/// A file that will be analysed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its path.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Its language.
    pub dialect: Dialect,
    /// Whether findings in it are reported; false for files that only complete another one's unit.
    pub reported: bool,
    /// Whether an argument names the file itself.
    pub named: bool,
}

/// What an invocation's arguments lead to.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The configurations, sorted by path.
    pub candidates: Vec<Candidate>,
    /// Files in which configurations stand, sorted by path.
    pub hosts: Vec<Host>,
    /// Files named as arguments that hold no configuration of any dialect.
    pub unrecognised: Vec<String>,
    /// Copies that no program loads: left behind by editors and package managers. Listed, not read.
    pub orphans: Vec<String>,
    /// Files that hold or may hold a configuration and cannot be read.
    pub skipped: Vec<Skipped>,
    /// What could not be read.
    pub errors: Vec<ReadError>,
    /// Whether a directory was among the arguments.
    pub directory_given: bool,
}

/// Finds the configurations that the arguments name; `scope` is what the settings say of files.
pub fn discover(reader: &dyn Reader, arguments: &[String], scope: &Scope, evidence: &dyn Evidence) -> Discovery {
    let mut discovery = Discovery::default();
    for argument in arguments {
        match reader.kind(argument) {
            Kind::Directory => discovery.add_directory(&Finder { reader, scope, evidence }, argument),
            Kind::File | Kind::Barred | Kind::Missing => {
                discovery.add_file(&Finder { reader, scope, evidence }, argument);
            }
        }
    }
    discovery.add_companions(&Finder { reader, scope, evidence }, arguments);
    discovery.add_main_files(&Finder { reader, scope, evidence }, arguments);
    discovery.add_declared(&Finder { reader, scope, evidence }, arguments);
    discovery.merge_links(reader);
    discovery.put_in_order();
    discovery
}

/// What finding needs everywhere.
struct Finder<'a> {
    reader: &'a dyn Reader,
    scope: &'a Scope,
    evidence: &'a dyn Evidence,
}

/// A file that is worth a word.
enum Found {
    Configuration(Candidate),
    Host(Host),
    Skipped(Skipped),
    Unread(ReadError),
}

impl Found {
    fn path(&self) -> &str {
        match self {
            Self::Unread(error) => error.path(),
            Self::Configuration(Candidate { path, .. })
            | Self::Host(Host { path, .. })
            | Self::Skipped(Skipped { path, .. }) => path,
        }
    }
}

impl Discovery {
    fn add_directory(&mut self, finder: &Finder<'_>, directory: &str) {
        use rayon::prelude::*;
        self.directory_given = true;
        let Listing { mut files, mut unread } = finder.reader.list(directory);
        files.retain(|path| !finder.scope.leaves_out(finder.reader, path));
        unread.retain(|error| !finder.scope.leaves_out_unread(finder.reader, error.path()));
        self.errors.extend(unread);
        let found: Vec<Found> = files.into_par_iter().filter_map(|path| finder.find(path, true)).collect();
        for found in found {
            if is_left_behind(found.path()) {
                self.orphans.push(found.path().to_owned());
            } else {
                self.add(found);
            }
        }
    }

    fn add(&mut self, found: Found) {
        match found {
            Found::Configuration(candidate) => self.candidates.push(candidate),
            Found::Host(host) => self.add_host(host),
            Found::Skipped(skipped) => self.skipped.push(skipped),
            Found::Unread(error) => self.errors.push(error),
        }
    }

    /// Of what an engine fills in and a scalar has to be decoded from, the text is not known.
    fn add_host(&mut self, mut host: Host) {
        let documents = std::mem::take(&mut host.documents).into_iter();
        let (lost, kept): (Vec<_>, _) = documents.partition(|one| one.is_filled_in(&host.path, &host.bytes));
        host.documents = kept;
        if lost.iter().any(|document| document.dialect.is_some()) {
            self.skipped.push(Skipped { path: host.path.clone(), why: SkipReason::Template });
        }
        if host.documents.iter().any(|document| document.dialect.is_some()) {
            self.hosts.push(host);
        }
    }

    fn add_file(&mut self, finder: &Finder<'_>, path: &str) {
        let bytes = match finder.reader.read(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.errors.push(error),
        };
        let path = super::reader::display_path(Path::new(path));
        let forced = finder.scope.dialect.or_else(|| finder.declared_dialect(&path));
        let holding = forced.map_or_else(|| inspect(&path, &bytes, finder.evidence), Holding::Configuration);
        let candidate = |path, bytes, dialect| Candidate { path, bytes, dialect, reported: true, named: true };
        match holding {
            Holding::Host(documents) => self.add_host(Host { path, bytes, documents, reported: true }),
            Holding::Unreadable(why) => self.skipped.push(Skipped { path, why }),
            Holding::Configuration(dialect) => self.candidates.push(candidate(path, bytes, dialect)),
            Holding::Nothing | Holding::MayBeHost => match finder.dialect_of_part(&path, window(&bytes)) {
                Some(dialect) => self.candidates.push(candidate(path, bytes, dialect)),
                None => self.unrecognised.push(path),
            },
        }
    }

    /// A file of a `*.d` directory is read with its siblings and the `haproxy.cfg` beside the directory.
    fn add_companions(&mut self, finder: &Finder<'_>, arguments: &[String]) {
        let reader = finder.reader;
        let mut directories: Vec<String> = self
            .candidates
            .iter()
            .filter(|candidate| candidate.dialect == Dialect::Haproxy)
            .flat_map(|candidate| companion_directories(reader, &candidate.path))
            .collect();
        directories.sort_unstable();
        directories.dedup();
        for directory in directories {
            let beside = sibling(&directory, "haproxy.cfg");
            let Listing { files, unread } = direct_children(reader, &directory);
            self.errors.extend(unread);
            let files = files.into_iter().chain([beside]);
            let files = files.filter(|file| matches!(reader.kind(file), Kind::File | Kind::Barred));
            for found in files.filter_map(|path| finder.find_part(path, arguments)).collect::<Vec<_>>() {
                match found {
                    Found::Configuration(candidate) if candidate.dialect == Dialect::Haproxy => {
                        self.candidates.push(candidate);
                    }
                    Found::Unread(error) => self.errors.push(error),
                    _ => {}
                }
            }
        }
    }

    /// Who declares a main file has named it: it is read with its directory, even if patterns leave it out.
    fn add_main_files(&mut self, finder: &Finder<'_>, arguments: &[String]) {
        let reader = finder.reader;
        let is_asked = |main: &&String| finder.is_below(main, arguments);
        for main in finder.scope.units.iter().filter_map(|unit| unit.main.as_ref()).filter(is_asked) {
            let path = reader.real_path(main);
            let is_known = self.candidates.iter().any(|candidate| reader.real_path(&candidate.path) == path);
            if let Some(found) = finder.find(path, true).filter(|_| !is_known) {
                self.add(found);
            }
        }
    }

    /// Of a declared unit all files are read if one of them was asked for.
    fn add_declared(&mut self, finder: &Finder<'_>, arguments: &[String]) {
        let asked = self.candidates.iter().filter_map(|one| finder.scope.unit_of(finder.reader, &one.path));
        let asked: BTreeSet<usize> = asked.collect();
        for unit in asked.into_iter().filter_map(|at| finder.scope.units.get(at)) {
            let dialect = unit.dialect.unwrap_or(Dialect::Haproxy);
            let others =
                unit.files.directory_of_patterns().into_iter().flat_map(|path| finder.reader.list(&path).files);
            let others = others.filter(|path| unit.files.matches(&finder.reader.absolute_path(path)));
            // Includes lead to the others.
            let others = others.filter(|_| dialect == Dialect::Haproxy);
            let main = unit.main.as_ref().map(|main| finder.reader.real_path(main));
            let files: Vec<String> = others.chain(main).filter(|path| finder.reader.kind(path) == Kind::File).collect();
            let found = files.into_iter().filter_map(|path| match dialect {
                Dialect::Haproxy => finder.find_part(path, arguments),
                _ => finder.find(path, false),
            });
            let found: Vec<Found> = found.collect();
            for found in found {
                self.add(found);
            }
        }
    }

    /// A file counts once, at its real path; or where HAProxy loads it from if that is a `*.d` directory. nginx and Envoy
    /// follow links themselves, because includes begin where a link lies.
    fn merge_links(&mut self, reader: &dyn Reader) {
        let mut elsewhere: BTreeSet<String> = BTreeSet::new();
        let is_linked_here = |path: &str| is_drop_in_directory(split(path).0);
        for candidate in self.candidates.iter_mut().filter(|one| one.dialect == Dialect::Haproxy) {
            let real = reader.real_path(&candidate.path);
            if is_linked_here(&candidate.path) && !is_linked_here(&real) {
                elsewhere.insert(real);
            } else {
                candidate.path = real;
            }
        }
        self.candidates.retain(|one| one.dialect != Dialect::Haproxy || !elsewhere.contains(&one.path));
        for host in &mut self.hosts {
            host.path = reader.real_path(&host.path);
        }
    }

    /// By paths, each file once.
    fn put_in_order(&mut self) {
        let order = |candidate: &Candidate| (!candidate.reported, !candidate.named);
        self.candidates.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| order(a).cmp(&order(b))));
        self.candidates.dedup_by(|later, earlier| later.path == earlier.path);
        self.hosts.sort_by(|a, b| a.path.cmp(&b.path));
        self.hosts.dedup_by(|later, earlier| later.path == earlier.path);
        self.orphans.sort_unstable();
        self.orphans.dedup();
        self.skipped.sort_unstable();
        self.skipped.dedup();
    }
}

/// The `*.d` directory that a HAProxy file belongs to or stands beside.
fn companion_directories(reader: &dyn Reader, path: &str) -> Vec<String> {
    let (directory, name) = split(path);
    if is_drop_in_directory(directory) {
        return vec![directory.to_owned()];
    }
    if name != "haproxy.cfg" {
        return Vec::new();
    }
    let candidates = ["haproxy.d", "conf.d"].map(|name| join(directory, name));
    candidates.into_iter().filter(|path| reader.kind(path) == Kind::Directory).collect()
}

/// Whether a directory's files are loaded together with the `haproxy.cfg` beside it.
pub(crate) fn is_drop_in_directory(directory: &str) -> bool {
    split(directory).1.len() > 2 && split(directory).1.ends_with(".d")
}

/// The file of this name beside a directory.
pub(crate) fn sibling(directory: &str, name: &str) -> String {
    join(split(directory).0, name)
}

/// A path's directory (empty for the working directory) and its last component.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// HAProxy loads only names that end in `.cfg` and do not begin with a dot from a directory (2.6.12, `-f DIR`).
fn direct_children(reader: &dyn Reader, directory: &str) -> Listing {
    let loaded = |path: &str| {
        let (parent, name) = split(path);
        parent == directory && name.ends_with(".cfg") && !name.starts_with('.')
    };
    let mut listing = reader.list(directory);
    listing.files.retain(|path| loaded(path));
    listing.unread.retain(|error| error.path() == directory || loaded(error.path()));
    listing
}

impl Finder<'_> {
    /// What the settings say that a file is.
    fn declared_dialect(&self, path: &str) -> Option<Dialect> {
        let unit = self.scope.unit_of(self.reader, path)?;
        self.scope.units.get(unit)?.dialect
    }

    /// Whether an absolute path lies in a directory that is an argument.
    fn is_below(&self, path: &str, arguments: &[String]) -> bool {
        let mut directories = arguments.iter().filter(|argument| self.reader.kind(argument) == Kind::Directory);
        directories.any(|directory| Path::new(path).starts_with(self.reader.absolute_path(directory)))
    }

    /// The language of a named file whose content gives little evidence.
    fn dialect_of_part(&self, path: &str, window: &[u8]) -> Option<Dialect> {
        let is_part = || is_haproxy_part(path, window, self.evidence).then_some(Dialect::Haproxy);
        dialect_of_name(path).or_else(is_part)
    }

    /// What a file holds that HAProxy loads with others: there, sections of any kind are evidence. By themselves they are
    /// none, so that nobody has reported such a file before.
    fn find_part(&self, path: String, arguments: &[String]) -> Option<Found> {
        if let Some(found) = self.find(path.clone(), false) {
            return Some(found);
        }
        let beginning = self.reader.beginning(&path).ok()?;
        if !is_haproxy_part(&path, &beginning, self.evidence) {
            return None;
        }
        let reported =
            self.is_below(&self.reader.absolute_path(&path), arguments) && !self.scope.leaves_out(self.reader, &path);
        let bytes = self.reader.read(&path).ok()?;
        Some(Found::Configuration(Candidate { path, bytes, dialect: Dialect::Haproxy, reported, named: false }))
    }

    /// What a file that nobody named holds; most files are dismissed by their beginnings.
    fn find(&self, path: String, reported: bool) -> Option<Found> {
        let holding = match self.declared_dialect(&path) {
            Some(dialect) => Holding::Configuration(dialect),
            None => match self.reader.beginning(&path) {
                Ok(beginning) => match glance(&path, &beginning, self.evidence) {
                    Holding::Configuration(_) if is_source_code(&path) => Holding::Nothing,
                    holding => holding,
                },
                Err(error) => return unread(error),
            },
        };
        match holding {
            Holding::Nothing => return None,
            Holding::Unreadable(why) => return Some(Found::Skipped(Skipped { path, why })),
            _ => {}
        }
        let bytes = match self.reader.read(&path) {
            Ok(bytes) => bytes,
            Err(ReadError::TooLarge { path, .. }) => {
                return Some(Found::Skipped(Skipped { path, why: SkipReason::TooLarge }));
            }
            Err(error) => return unread(error),
        };
        if let Holding::Configuration(dialect) = holding {
            return Some(Found::Configuration(Candidate { path, bytes, dialect, reported, named: false }));
        }
        match inspect(&path, &bytes, self.evidence) {
            Holding::Host(documents) => Some(Found::Host(Host { path, bytes, documents, reported })),
            _ => None,
        }
    }
}

/// A file of which nobody knows what it holds. What a link leads to outside was not asked for.
fn unread(error: ReadError) -> Option<Found> {
    let is_nothing = error.is_missing() || matches!(error, ReadError::Outside(_));
    (!is_nothing).then_some(Found::Unread(error))
}

/// Names that editors and package managers give to copies.
pub fn is_left_behind(path: &str) -> bool {
    const SUFFIXES: [&str; 10] =
        ["~", ".bak", ".backup", ".old", ".orig", ".save", ".rpmsave", ".rpmnew", ".dpkg-old", ".dpkg-dist"];
    SUFFIXES.iter().any(|suffix| path.ends_with(suffix))
}

/// What a file's name says, for a file that was named as an argument and whose content gives no evidence.
pub fn dialect_of_name(path: &str) -> Option<Dialect> {
    let name = name_of_template(split(path).1);
    if name == "nginx.conf" {
        return Some(Dialect::Nginx);
    }
    if name.starts_with("envoy") && [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end)) {
        return Some(Dialect::Envoy);
    }
    (name.starts_with("haproxy") && name.ends_with(".cfg")).then_some(Dialect::Haproxy)
}

/// The name of what an engine makes of a file.
fn name_of_template(name: &str) -> &str {
    const TEMPLATES: [&str; 8] = [".j2", ".erb", ".epp", ".ctmpl", ".tmpl", ".tpl", ".gotmpl", ".template"];
    TEMPLATES.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// Names of programs' sources and of texts for people: what looks like a configuration in them is a string or an example.
fn is_source_code(path: &str) -> bool {
    const ENDS: [&str; 34] = [
        "adoc", "bash", "c", "cc", "cpp", "cs", "cue", "ex", "exs", "go", "groovy", "h", "java", "js", "jsx", "kt",
        "lua", "md", "mjs", "nix", "php", "pl", "pm", "ps1", "py", "rb", "rs", "rst", "scala", "sh", "tf", "ts", "tsx",
        "zsh",
    ];
    let end = name_of_template(split(path).1).rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| ENDS.contains(&end))
}
