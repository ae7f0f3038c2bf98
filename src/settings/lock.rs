//! `lock`: what a base file keeps from being changed by the files that extend it.

use std::str::FromStr;

use super::schema::{Part, json_schema};
use super::tree::{Entry, Node, Value};
use super::{Origin, Selector, SettingsError};
use crate::finding::Meta;

/// A key with the tables that it stands in: `severity.single-target`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SettingPath(String);

impl FromStr for SettingPath {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let schema = json_schema();
        let is_known = exists(Part::root(&schema), word);
        is_known
            .then(|| Self(word.to_owned()))
            .ok_or_else(|| format!("`{word}` is no setting; name a key with its table, as in severity.single-target"))
    }
}

fn exists(table: Part<'_>, path: &str) -> bool {
    if table.key(path).is_some() {
        return true;
    }
    let behind = |name: &str| path.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned);
    table.keys().into_iter().any(|(name, part)| behind(name).is_some_and(|rest| exists(part, &rest)))
}

/// A key that may not be changed any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    path: String,
    /// Where that is said, or where the value stands.
    origin: Origin,
}

/// Keys that belong to the file that they stand in.
const OWN: [&str; 3] = ["extends", "lock", "required-version"];

/// What a file locks: the keys that it names, or all that it and the files below it set.
pub(super) fn locks(file: &Node, merged: &Node) -> Vec<Locked> {
    let Some(lock) = file.get("lock") else { return Vec::new() };
    match &lock.value {
        Value::Boolean(true) => leaves(merged)
            .into_iter()
            .filter(|leaf| !leaf.adds)
            .map(|leaf| Locked { path: leaf.path, origin: leaf.node.origin.clone() })
            .collect(),
        Value::List(paths) => paths.iter().filter_map(named).flat_map(|lock| lock.with_keys(merged)).collect(),
        _ => Vec::new(),
    }
}

fn named(path: &Node) -> Option<Locked> {
    Some(Locked { path: path.text()?.to_owned(), origin: path.origin.clone() })
}

/// Attempts to change what is locked.
pub(super) fn attempts(over: &Node, locks: &[Locked]) -> Vec<SettingsError> {
    let leaves = leaves(over);
    let meets = |leaf: &Leaf<'_>, lock: &Locked| lock.covers(&leaf.path) || lock.is_circumvented(leaf);
    let attempt = |leaf: &Leaf<'_>| {
        let lock = locks.iter().find(|lock| meets(leaf, lock))?;
        Some(lock.refusal(&leaf.key))
    };
    leaves.iter().filter_map(attempt).collect()
}

impl Locked {
    /// What is said of an attempt to change it.
    pub(super) fn refusal(&self, at: &Origin) -> SettingsError {
        SettingsError::new(at.clone(), format!("`{}` is locked by {}", self.path, self.origin))
    }

    /// A table that is locked as a whole keeps what is said in it.
    fn with_keys(self, merged: &Node) -> Vec<Self> {
        let below = format!("{}.", self.path);
        let keys = leaves(merged).into_iter().filter(|leaf| leaf.path.starts_with(&below));
        let origin = self.origin.clone();
        let keys: Vec<Self> = keys.map(|leaf| Self { path: leaf.path, origin: origin.clone() }).collect();
        std::iter::once(self).chain(keys).collect()
    }

    /// The check or the group whose severity is locked.
    fn selector(&self) -> Option<Selector> {
        self.path.strip_prefix("severity.")?.parse().ok()
    }

    /// The checks whose severity is locked.
    pub(super) fn guarded(&self) -> impl Iterator<Item = &'static Meta> {
        let selector = self.selector();
        let metas = crate::checks::all().iter().map(|check| check.meta());
        metas.filter(move |meta| selector.as_ref().is_some_and(|selector| selector.matches(meta)))
    }

    fn covers(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// A check whose severity is locked can neither be ignored nor be changed with its group, nor a group by its checks.
    fn is_circumvented(&self, leaf: &Leaf<'_>) -> bool {
        let Some(own) = self.selector() else { return false };
        let meets = |other: Selector| other.includes(&own) || own.includes(&other);
        let reaches = |word: &str| word.parse().is_ok_and(meets);
        match (leaf.path.strip_prefix("severity."), &leaf.node.value) {
            (Some(name), _) => reaches(name),
            (None, Value::List(items)) if leaf.path == "ignore" => items.iter().filter_map(Node::text).any(reaches),
            _ => false,
        }
    }
}

/// A value with the path of its key. What a `[[path]]` says counts as said of the key itself, and `extend-ignore` as `ignore`.
struct Leaf<'n> {
    path: String,
    key: Origin,
    node: &'n Node,
    /// It is added to what is there and changes nothing of it.
    adds: bool,
}

fn leaves(node: &Node) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    for entry in node.entries().iter().filter(|entry| !OWN.contains(&entry.key.as_str())) {
        match &entry.node.value {
            Value::List(items) if entry.key == "path" => {
                let keys = items.iter().flat_map(Node::entries).filter(|entry| entry.key != "files");
                keys.for_each(|entry| collect("", entry, &mut found));
            }
            _ => collect("", entry, &mut found),
        }
    }
    found
}

fn collect<'n>(table: &str, entry: &'n Entry, found: &mut Vec<Leaf<'n>>) {
    let key = entry.key.strip_prefix("extend-").unwrap_or(&entry.key);
    let path = format!("{table}{key}");
    if let Value::Table(entries) = &entry.node.value {
        let table = format!("{path}.");
        return entries.iter().for_each(|entry| collect(&table, entry, found));
    }
    let adds = super::layers::is_added(&entry.key, &entry.node);
    found.push(Leaf { path, key: entry.origin.clone(), node: &entry.node, adds });
}
