//! Layers of settings: the files that a file extends, the file itself, the environment, the command line. Later ones count more.

use super::file::checked;
use super::lock::{Locked, attempts, locks};
use super::schema::{Part, json_schema};
use super::tree::{Entry, Node, Value};
use super::{Origin, Settings, SettingsError, SettingsErrors, SettingsFile, find, walk};
use crate::source::{Reader, display_path};

/// Lists that a later layer adds to instead of replacing them.
const ADDED: [&str; 3] = ["extend-select", "extend-ignore", "unsuppressible"];

/// Whether a value is added to what earlier layers say: tables of which there are several, and the lists that say so.
pub(super) fn is_added(key: &str, node: &Node) -> bool {
    let is_table = |item: &Node| matches!(item.value, Value::Table(_));
    let several = matches!(&node.value, Value::List(items) if !items.is_empty() && items.iter().all(is_table));
    several || ADDED.contains(&key)
}

/// What was said so far.
#[derive(Clone, Debug)]
pub struct Layers {
    pub(super) node: Node,
    /// The directory from which paths count, from the root of the file system.
    directory: Option<String>,
    /// The directory of the settings file.
    home: Option<String>,
    /// The files, as they are shown, with their texts.
    texts: Vec<(String, String)>,
}

impl Default for Layers {
    fn default() -> Self {
        Self { node: Node::empty(), directory: None, home: None, texts: Vec::new() }
    }
}

impl Layers {
    /// A settings file with all that it extends.
    ///
    /// # Errors
    /// [`SettingsErrors`] with all mistakes of the first file that has any.
    pub fn load(reader: &dyn Reader, file: &str) -> Result<Self, SettingsErrors> {
        let loaded = load(reader, file, &mut Vec::new())?;
        Ok(Self { node: loaded.node, directory: None, home: None, texts: loaded.texts })
    }

    /// Sets the directory from which paths in the settings count.
    #[must_use]
    pub fn in_directory(self, directory: String) -> Self {
        Self { directory: Some(directory), ..self }
    }

    /// Sets the directory of the settings file, where paths count from another one.
    #[must_use]
    pub fn at_home(self, home: String) -> Self {
        Self { home: Some(home), ..self }
    }

    /// Adds a layer.
    ///
    /// # Errors
    /// [`SettingsErrors`] with the mistakes in the layer.
    pub fn add(&mut self, layer: Layer) -> Result<(), SettingsErrors> {
        SettingsErrors::check(walk::mistakes(&layer.0, Part::root(&json_schema())))?;
        lay_over(&mut self.node, layer.0);
        Ok(())
    }

    /// What all layers together say.
    ///
    /// # Errors
    /// [`SettingsErrors`] where a value is none that was checked before, such as a number that is too large.
    pub fn settings(&self) -> Result<Settings, SettingsErrors> {
        let settings = SettingsFile::read(self.node.clone())?.settings();
        Ok(Settings {
            directory: self.directory.clone(),
            home: self.home.clone(),
            texts: self.texts.clone(),
            ..settings
        })
    }
}

/// What the environment or the command line says.
#[derive(Clone, Debug)]
pub struct Layer(Node);

impl Default for Layer {
    fn default() -> Self {
        Self(Node::empty())
    }
}

impl Layer {
    /// A key with one word.
    pub fn word(&mut self, key: &str, origin: &Origin, word: impl Into<String>) {
        let node = text(origin, word);
        self.set(key, origin, node);
    }

    /// A key with a list of words.
    pub fn words<W: Into<String>>(&mut self, key: &str, origin: &Origin, words: impl IntoIterator<Item = W>) {
        let value = Value::List(words.into_iter().map(|word| text(origin, word)).collect());
        self.set(key, origin, Node { origin: origin.clone(), value });
    }

    /// A table with a word behind each key.
    pub fn table(&mut self, key: &str, origin: &Origin, entries: impl IntoIterator<Item = (String, String)>) {
        let entry = |(key, word)| Entry { key, origin: origin.clone(), node: text(origin, word) };
        let value = Value::Table(entries.into_iter().map(entry).collect());
        self.set(key, origin, Node { origin: origin.clone(), value });
    }

    fn set(&mut self, key: &str, origin: &Origin, node: Node) {
        let Value::Table(entries) = &mut self.0.value else { return };
        entries.push(Entry { key: key.to_owned(), origin: origin.clone(), node });
    }
}

fn text(origin: &Origin, word: impl Into<String>) -> Node {
    Node { origin: origin.clone(), value: Value::Text(word.into()) }
}

/// A file with what it extends, and what may not be changed any more.
struct Loaded {
    node: Node,
    locks: Vec<Locked>,
    texts: Vec<(String, String)>,
}

/// `stack`: the files that extend this one, as absolute paths.
fn load(reader: &dyn Reader, file: &str, stack: &mut Vec<String>) -> Result<Loaded, SettingsErrors> {
    let shown = reader.real_path(file);
    let bytes = reader.read(file).map_err(|error| error_without_place(&error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| error_without_place(&format!("{shown}: not UTF-8")))?;
    let own = checked(&shown, &text)?;
    SettingsFile::read(own.clone())?;
    stack.push(reader.absolute_path(file));
    let mut base = Loaded { node: Node::empty(), locks: Vec::new(), texts: Vec::new() };
    for (path, origin) in extended(&own) {
        let below = load_extended(reader, file, path, origin, stack)?;
        base = base.under(below.node)?.locking(below.locks);
        base.texts.extend(below.texts);
    }
    stack.pop();
    base.texts.push((shown, text));
    let merged = base.under(own.clone())?;
    let more = locks(&own, &merged.node);
    Ok(merged.locking(more))
}

impl Loaded {
    /// Lays a file over this one, if it leaves alone what is locked.
    fn under(mut self, over: Node) -> Result<Self, SettingsErrors> {
        SettingsErrors::check(attempts(&over, &self.locks))?;
        lay_over(&mut self.node, over);
        Ok(self)
    }

    fn locking(mut self, more: Vec<Locked>) -> Self {
        self.locks.extend(more);
        self
    }
}

fn error_without_place(message: &str) -> SettingsErrors {
    SettingsErrors::from(<SettingsError as serde::de::Error>::custom(message))
}

/// The paths that a file extends.
fn extended(node: &Node) -> Vec<(&str, &Origin)> {
    let paths = match node.get("extends") {
        Some(Node { value: Value::List(items), .. }) => items.as_slice(),
        Some(node) => std::slice::from_ref(node),
        None => &[],
    };
    paths.iter().filter_map(|node| Some((node.text()?, &node.origin))).collect()
}

fn load_extended(
    reader: &dyn Reader,
    file: &str,
    path: &str,
    origin: &Origin,
    stack: &mut Vec<String>,
) -> Result<Loaded, SettingsErrors> {
    let tell = |message: String| Err(SettingsError::new(origin.clone(), message).into());
    let from = std::path::Path::new(file).parent().unwrap_or_else(|| std::path::Path::new(""));
    let base = display_path(&from.join(path));
    if !reader.is_inside(&base) {
        return tell(format!("`{path}` is outside of the repository"));
    }
    if reader.kind(&base) != crate::source::Kind::File {
        return tell(format!("`{path}` is no file"));
    }
    if stack.contains(&reader.absolute_path(&base)) {
        return tell(format!("`{path}` extends this file in turn"));
    }
    load(reader, &base, stack)
}

/// Lays a table over another one: tables are merged key by key, what is added is added, the rest is replaced.
fn lay_over(base: &mut Node, over: Node) {
    let (Value::Table(entries), Value::Table(new)) = (&mut base.value, over.value) else { return };
    for key in ["select", "ignore"].iter().filter(|key| new.iter().any(|entry| entry.key == **key)) {
        let addition = format!("extend-{key}");
        entries.retain(|entry| entry.key != addition);
    }
    for entry in new {
        match entries.iter_mut().find(|earlier| earlier.key == entry.key) {
            Some(earlier) => join(earlier, entry),
            None => entries.push(entry),
        }
    }
}

fn join(earlier: &mut Entry, entry: Entry) {
    let adds = is_added(&entry.key, &entry.node);
    match (&mut earlier.node.value, entry.node.value) {
        (Value::Table(_), value @ Value::Table(_)) => {
            lay_over(&mut earlier.node, Node { origin: entry.node.origin, value });
        }
        (Value::List(items), Value::List(more)) if adds => items.extend(more),
        (_, value) => {
            *earlier = Entry { node: Node { value, origin: entry.node.origin }, key: entry.key, origin: entry.origin };
        }
    }
}

/// Where paths in a settings file count from: its directory; for one in `.config` the directory above.
pub fn directory_of(absolute: &str) -> String {
    find::home(std::path::Path::new(absolute))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::settings::{FailOn, Selector};
    use crate::source::MapReader;

    const BASE: &str = "platform/base.toml";

    fn layers(base: &str, own: &str) -> Result<Settings, SettingsErrors> {
        let own = format!("extends = '{BASE}'\n{own}");
        let reader = MapReader::new([(BASE, base), ("lblint.toml", own.as_str())]);
        Layers::load(&reader, "lblint.toml")?.settings()
    }

    fn error(base: &str, own: &str) -> String {
        layers(base, own).unwrap_err().to_string()
    }

    fn check(name: &str) -> Selector {
        Selector::Check(name.to_owned())
    }

    #[test]
    fn scalars_and_lists_replace_and_tables_merge() {
        let base = "fail-on = 'error'\nignore = ['unused-pool']\nextend-ignore = ['routing']\n[options]\nsmall-pool = 5\nmany-tries = 7\n";
        let settings = layers(base, "ignore = ['single-target']\n[options]\nsmall-pool = 2\n").unwrap();
        assert_eq!(settings.fail_on, FailOn::At(Severity::Error));
        assert_eq!(settings.ignore, [check("single-target")]);
        assert_eq!((settings.options.small_pool, settings.options.many_tries), (2, 7));
    }

    #[test]
    fn what_extends_is_added() {
        let settings = layers(
            "ignore = ['unused-pool']\nextend-select = ['single-target']\nunsuppressible = ['validity']\n[[path]]\nfiles = ['a']\n",
            "extend-ignore = ['no-health-check']\nunsuppressible = ['single-target']\n[[path]]\nfiles = ['b']\n",
        )
        .unwrap();
        assert_eq!(settings.ignore, [check("unused-pool"), check("no-health-check")]);
        assert_eq!(settings.extend_select, [check("single-target")]);
        assert_eq!((settings.unsuppressible.len(), settings.paths.len()), (2, 2));
    }

    #[test]
    fn what_is_locked_cannot_be_changed() {
        let base = "lock = ['severity.single-target', 'options']\n[severity]\nsingle-target = 'error'\n";
        for (own, path) in [
            ("severity = { single-target = 'off' }", "severity.single-target"),
            ("severity = { failover = 'info' }", "severity.single-target"),
            ("extend-ignore = ['single-target']", "severity.single-target"),
            ("[[path]]\nfiles = ['a']\nignore = ['failover', 'distribution']", "severity.single-target"),
            ("[options]\nsmall-pool = 1", "options"),
        ] {
            let Err(errors) = layers(base, own) else {
                // The check belongs to one of the two groups.
                assert!(own.contains("failover"), "{own}");
                continue;
            };
            let message = errors.to_string();
            assert!(message.contains(&format!("`{path}` is locked by platform/base.toml:1:")), "{message}");
        }
        assert!(layers(base, "severity = { unused-pool = 'off' }\nselect = ['single-target']").is_ok());
    }

    #[test]
    fn a_file_can_lock_all_that_it_sets() {
        let base = "lock = true\nfail-on = 'error'\n[[path]]\nfiles = ['a']\nprofile = 'strict'\n";
        assert_eq!(error(base, "fail-on = 'never'"), "lblint.toml:2:1: `fail-on` is locked by platform/base.toml:2:11");
        assert_eq!(error(base, "profile = 'audit'"), "lblint.toml:2:1: `profile` is locked by platform/base.toml:5:11");
        assert!(layers(base, "ignore = ['unused-pool']\n[[path]]\nfiles = ['b']\nselect = []\n").is_ok());
    }

    #[test]
    fn a_lock_names_a_setting() {
        let message = error("lock = ['severity.sigle-target']", "");
        assert!(message.starts_with("platform/base.toml:1:9: `severity.sigle-target` is no setting"), "{message}");
    }

    #[test]
    fn circles_and_files_that_are_not_there_are_told() {
        let message = error("extends = '../lblint.toml'", "");
        assert_eq!(message, "platform/base.toml:1:11: `../lblint.toml` extends this file in turn");
        let reader = MapReader::new([("lblint.toml", "extends = ['../other.toml']")]);
        let outside = Layers::load(&reader, "lblint.toml").unwrap_err().to_string();
        assert_eq!(outside, "lblint.toml:1:12: `../other.toml` is outside of the repository");
        let reader = MapReader::new([("lblint.toml", "extends = 'none.toml'")]);
        let missing = Layers::load(&reader, "lblint.toml").unwrap_err().to_string();
        assert_eq!(missing, "lblint.toml:1:11: `none.toml` is no file");
    }

    #[test]
    fn later_layers_count_more() {
        let reader = MapReader::new([("lblint.toml", "profile = 'strict'\nproxy-version = { nginx = '1.26' }\n")]);
        let mut layers = Layers::load(&reader, "lblint.toml").unwrap();
        let mut layer = Layer::default();
        let origin = Origin::Environment("LBLINT_PROXY_VERSION");
        layer.table("proxy-version", &origin, [("haproxy".to_owned(), "2.6".to_owned())]);
        layers.add(layer).unwrap();
        assert_eq!(layers.settings().unwrap().versions.len(), 2);
        let mut layer = Layer::default();
        layer.word("profile", &Origin::Environment("LBLINT_PROFILE"), "loud");
        let message = layers.add(layer).unwrap_err().to_string();
        assert_eq!(message, "environment variable LBLINT_PROFILE: `loud` is none of: default, strict, audit");
    }

    #[test]
    fn a_file_for_another_version_is_refused_before_it_is_read() {
        let message = error("", "required-version = '>=99'\nnew-key = 1\n");
        let own = env!("CARGO_PKG_VERSION");
        assert_eq!(message, format!("lblint.toml:2:20: this is lblint {own}, and the settings are written for >=99"));
    }
}
