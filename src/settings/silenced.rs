//! `lock` and what is shown: a file cannot hide a check whose severity it cannot change.

use super::lock::Locked;
use super::tree::{Entry, Node, Value};
use super::{Origin, Settings, SettingsError, SettingsErrors, SettingsFile};
use crate::finding::Meta;

/// The keys that decide which checks are seen and count; what `ignore` and `severity` say of a check is refused by itself.
const DECIDING: [&str; 4] = ["select", "profile", "preview", "catalogue"];

/// What hides a check whose severity is locked: in the settings of all files, or in a `[[path]]`.
///
/// # Errors
/// [`SettingsErrors`] where a value is none that was checked before.
pub(super) fn hidden(
    before: &Node,
    over: &Node,
    after: &Node,
    locks: &[Locked],
) -> Result<Vec<SettingsError>, SettingsErrors> {
    let guarded: Vec<(&Locked, &Meta)> =
        locks.iter().flat_map(|lock| lock.guarded().map(move |meta| (lock, meta))).collect();
    if guarded.is_empty() {
        return Ok(Vec::new());
    }
    let before = SettingsFile::read(before.clone())?.settings();
    let after = SettingsFile::read(after.clone())?.settings();
    let mut places: Vec<(&Locked, &Origin)> = Vec::new();
    for (lock, meta) in guarded.into_iter().filter(|(_, meta)| counts(&before, meta)) {
        let found = hiding(meta, over, &after, before.paths.len());
        places.extend(found.map(|origin| (lock, origin)));
    }
    places.dedup_by(|later, earlier| later.1 == earlier.1);
    Ok(places.into_iter().map(|(lock, origin)| lock.refusal(origin)).collect())
}

/// Whether the findings of a check are seen and make a run fail.
fn counts(settings: &Settings, meta: &Meta) -> bool {
    settings.shows(meta, meta.profile) && !settings.is_newer(meta)
}

/// The key that hides a check; `first` is the position of the file's own first `[[path]]`.
fn hiding<'n>(meta: &Meta, over: &'n Node, after: &Settings, first: usize) -> Option<&'n Origin> {
    if !counts(after, meta) {
        return deciding(over.entries());
    }
    let tables = match over.get("path") {
        Some(Node { value: Value::List(tables), .. }) => tables.as_slice(),
        _ => &[],
    };
    let hides = |(table, own): (&'n Node, &super::PathOverride)| {
        let mut there = after.clone();
        own.apply(&mut there);
        if counts(&there, meta) { None } else { deciding(table.entries()) }
    };
    tables.iter().zip(after.paths.iter().skip(first)).find_map(hides)
}

fn deciding(entries: &[Entry]) -> Option<&Origin> {
    DECIDING.iter().find_map(|key| entries.iter().find(|entry| entry.key == *key)).map(|entry| &entry.origin)
}
