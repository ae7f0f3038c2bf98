//! From arguments to the files that are configurations: by evidence in their content, never by name alone.

use super::Dialect;
use super::reader::{Kind, ReadError, Reader};
use super::template::{Layout, Template};

/// How much of a file is read for evidence, in bytes.
const EVIDENCE_WINDOW: usize = 256 * 1024;

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
    /// Files named as arguments that hold no configuration of any dialect.
    pub unrecognised: Vec<String>,
    /// Copies that no program loads: left behind by editors and package managers. Listed, not read.
    pub orphans: Vec<String>,
    /// What could not be read.
    pub errors: Vec<ReadError>,
    /// Whether a directory was among the arguments.
    pub directory_given: bool,
}

/// Tells a text's dialect from its content, or `None`.
pub type Evidence<'a> = &'a (dyn Fn(&str) -> Option<Dialect> + Sync);

/// Finds the configurations that the arguments name. `forced` overrides the evidence for every file named.
pub fn discover(
    reader: &dyn Reader,
    arguments: &[String],
    forced: Option<Dialect>,
    evidence: Evidence<'_>,
) -> Discovery {
    let mut discovery = Discovery::default();
    for argument in arguments {
        match reader.kind(argument) {
            Kind::Directory => discovery.add_directory(reader, argument, evidence),
            Kind::File | Kind::Missing => discovery.add_file(reader, argument, forced, evidence),
        }
    }
    discovery.add_companions(reader, evidence);
    let order = |candidate: &Candidate| (!candidate.reported, !candidate.named);
    discovery.candidates.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| order(a).cmp(&order(b))));
    discovery.candidates.dedup_by(|later, earlier| later.path == earlier.path);
    discovery
}

impl Discovery {
    fn add_directory(&mut self, reader: &dyn Reader, directory: &str, evidence: Evidence<'_>) {
        use rayon::prelude::*;
        self.directory_given = true;
        let files = reader.list(directory);
        let found: Vec<Candidate> =
            files.into_par_iter().filter_map(|path| candidate(reader, path, evidence, true)).collect();
        for candidate in found {
            if is_left_behind(&candidate.path) {
                self.orphans.push(candidate.path);
            } else {
                self.candidates.push(candidate);
            }
        }
    }

    fn add_file(&mut self, reader: &dyn Reader, path: &str, forced: Option<Dialect>, evidence: Evidence<'_>) {
        let bytes = match reader.read(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.errors.push(error),
        };
        let path = super::reader::display_path(std::path::Path::new(path));
        match forced.or_else(|| recognise(&path, &window(&bytes), evidence)).or_else(|| dialect_of_name(&path)) {
            Some(dialect) => self.candidates.push(Candidate { path, bytes, dialect, reported: true, named: true }),
            None => self.unrecognised.push(path),
        }
    }

    /// A file of a `*.d` directory is read with its siblings and the `haproxy.cfg` beside the directory.
    fn add_companions(&mut self, reader: &dyn Reader, evidence: Evidence<'_>) {
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
            let files = direct_children(reader, &directory).into_iter().chain([beside]);
            let files = files.filter(|file| reader.kind(file) == Kind::File);
            let found = files.filter_map(|path| candidate(reader, path, evidence, false));
            self.candidates.extend(found.filter(|candidate| candidate.dialect == Dialect::Haproxy));
        }
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
fn direct_children(reader: &dyn Reader, directory: &str) -> Vec<String> {
    let loaded = |path: &String| {
        let (parent, name) = split(path);
        parent == directory && name.ends_with(".cfg") && !name.starts_with('.')
    };
    reader.list(directory).into_iter().filter(loaded).collect()
}

fn candidate(reader: &dyn Reader, path: String, evidence: Evidence<'_>, reported: bool) -> Option<Candidate> {
    let bytes = reader.read(&path).ok()?;
    let dialect = recognise(&path, &window(&bytes), evidence)?;
    Some(Candidate { path, bytes, dialect, reported, named: false })
}

/// What a text's content says; of a template the content of what readers see of it. nginx comes first: its statements end
/// with signs that no other dialect has.
fn recognise(path: &str, text: &str, evidence: Evidence<'_>) -> Option<Dialect> {
    if !Template::is(path, text) {
        return evidence(text);
    }
    [Layout::Terminated, Layout::Lines, Layout::Indented].into_iter().find_map(|layout| {
        let template = Template::read(path, text, layout, 0)?;
        evidence(&template.telling(layout)).filter(|dialect| Layout::of(*dialect) == layout)
    })
}

/// The beginning of a file as text; empty for binary files.
fn window(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let window = bytes.get(..EVIDENCE_WINDOW).unwrap_or(bytes);
    if window.contains(&0) { "".into() } else { String::from_utf8_lossy(window) }
}

/// Names that editors and package managers give to copies.
pub fn is_left_behind(path: &str) -> bool {
    const SUFFIXES: [&str; 10] =
        ["~", ".bak", ".backup", ".old", ".orig", ".save", ".rpmsave", ".rpmnew", ".dpkg-old", ".dpkg-dist"];
    SUFFIXES.iter().any(|suffix| path.ends_with(suffix))
}

/// What a file's name says, for a file that was named as an argument and whose content gives no evidence.
fn dialect_of_name(path: &str) -> Option<Dialect> {
    const TEMPLATES: [&str; 8] = [".j2", ".erb", ".epp", ".ctmpl", ".tmpl", ".tpl", ".gotmpl", ".template"];
    let name = split(path).1;
    let name = TEMPLATES.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    if name == "nginx.conf" {
        return Some(Dialect::Nginx);
    }
    if name.starts_with("envoy") && [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end)) {
        return Some(Dialect::Envoy);
    }
    (name.starts_with("haproxy") && name.ends_with(".cfg")).then_some(Dialect::Haproxy)
}
