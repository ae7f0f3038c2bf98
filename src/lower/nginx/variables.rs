//! What variables can hold: `set`, `map`, `split_clients` and `geo`, followed as far as they are constant.

use rustc_hash::{FxHashMap, FxHashSet};

use super::argument::Argument;
use super::{Lowering, Network};
use crate::source::Span;
use crate::syntax::nginx::Place;
use crate::syntax::nginx::values::fraction;

/// The whole of the traffic, in the units of [`crate::model::Branch::weight`].
pub(super) const ALL: u32 = 10_000;

/// Stands for text that only a request can tell. No configuration holds it: it is no character.
pub(super) const UNKNOWN: char = '\u{fdd0}';

/// How deep variables are followed that are made of variables.
const DEEPEST: u8 = 8;

/// How many ways a word can be read before it counts as not known.
const MOST: usize = 256;

/// The variables that a unit makes.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    tables: FxHashMap<(Network, String), Table<'a>>,
    /// Every name that some directive makes.
    pub(super) names: FxHashSet<String>,
}

/// A variable whose value a block looks up.
#[derive(Debug, Default)]
struct Table<'a> {
    entries: Vec<Entry<'a>>,
    /// What no other entry matches has one, too.
    has_default: bool,
    /// Some values come from elsewhere.
    open: bool,
    /// What is known of it if its variable is empty for what is not in the table.
    partial: Option<Partial<'a>>,
    /// What is looked up in it.
    key: Option<Argument<'a>>,
}

/// A table that leaves its variable empty for some.
#[derive(Clone, Debug)]
pub(super) struct Partial<'a> {
    /// Where the variable is named.
    pub(super) variable: Argument<'a>,
    /// What is in the table, if it is looked up by the name that a request asks for.
    pub(super) hosts: Vec<String>,
}

/// One value, and its part of the traffic where that is written.
#[derive(Debug)]
struct Entry<'a> {
    value: Argument<'a>,
    weight: Option<u32>,
}

/// One way to read a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// The text, with [`UNKNOWN`] for what only a request can tell.
    pub(super) text: String,
    /// Its part of the traffic; `None` where the request decides.
    pub(super) weight: Option<u32>,
    /// Where what tells it from the others is written.
    pub(super) at: Span,
}

impl<'a> Lowering<'a, '_> {
    /// `map $key $variable { ... }`
    pub(super) fn map(&mut self, place: Place) {
        let special = ["hostnames", "volatile"];
        self.table(place, |key| !special.contains(&key), |_| None);
        self.note_partial(place);
    }

    /// `geo [$address] $variable { ... }`
    pub(super) fn geo(&mut self, place: Place) {
        let special = ["ranges", "proxy", "delete", "proxy_recursive"];
        self.table(place, |key| !special.contains(&key), |_| None);
        self.note_partial(place);
    }

    /// `split_clients KEY $variable { ... }`: `*` takes what is left; without it the variable is empty for the rest.
    pub(super) fn split(&mut self, place: Place) {
        self.table(
            place,
            |_| true,
            |key| fraction(key.strip_suffix('%')?, 2).and_then(|part| u32::try_from(part).ok()),
        );
        let header = self.header(place);
        let Some(table) = self.last_word(place).and_then(|name| self.variables.tables.get_mut(&(self.network, name)))
        else {
            return;
        };
        let written: u32 = table.entries.iter().filter_map(|entry| entry.weight).sum();
        let rest = ALL.saturating_sub(written);
        let mut takes_rest = rest == 0 || table.open;
        for entry in table.entries.iter_mut().filter(|entry| entry.weight.is_none()) {
            entry.weight = Some(rest);
            takes_rest = true;
        }
        table.has_default = true;
        if !takes_rest {
            table.entries.push(Entry { value: Argument::empty(header), weight: Some(rest) });
        }
    }

    /// Whether a table leaves its variable empty for some: without `default`, or an expression that matches everything.
    fn note_partial(&mut self, place: Place) {
        const ALL: [&str; 7] = ["default", "~.*", "~.+", "~^.*$", "~^.+$", "~^", "~*.*"];
        let keys = || self.input.mounts.children(place).filter_map(|child| self.words(child).next());
        if keys().any(|key| key.known().is_none_or(|key| ALL.contains(&key))) {
            return;
        }
        let Some((name, variable)) = self.last_word(place).zip(self.arguments(place).last()) else { return };
        let by_host = self.arguments(place).next().is_some_and(|key| key.is("$host"));
        let known = |key: Argument<'_>| key.known().map(str::to_owned);
        let hosts = if by_host { keys().filter_map(known).collect() } else { Vec::new() };
        if let Some(table) = self.variables.tables.get_mut(&(self.network, name)) {
            table.partial = Some(Partial { variable, hosts });
        }
    }

    /// The variables in a text, or in what an open block sets one to, that a table leaves empty for some requests.
    pub(super) fn partial_variables(&self, text: &str) -> Vec<Partial<'a>> {
        let mut found = Vec::new();
        for name in names(text).filter(|name| !self.is_asked_for(name)) {
            let assigned = self.assigned(&name.to_ascii_lowercase());
            match assigned.as_slice() {
                [] => found.extend(self.partial_table(name)),
                [value] => {
                    let inner = value.known().into_iter().flat_map(names);
                    found.extend(inner.filter_map(|name| self.partial_table(name)));
                }
                _ => {}
            }
        }
        found
    }

    fn partial_table(&self, name: &str) -> Option<Partial<'a>> {
        let table = self.variables.tables.get(&(self.network, name.to_ascii_lowercase()))?;
        table.partial.clone().filter(|_| !table.open && !self.is_asked_for(name))
    }

    /// Whether a variable of the text is looked up by something other than the upgrade that a client asks for.
    pub(super) fn looks_past_upgrades(&self, text: &str) -> bool {
        let table = |name: &str| self.variables.tables.get(&(self.network, name.to_ascii_lowercase()));
        let of_upgrade = |key: &str| key.to_ascii_lowercase().contains("upgrade");
        let key = |name| table(name).and_then(|table| table.key.as_ref()).and_then(Argument::known);
        names(text).filter_map(key).any(|key| !of_upgrade(key))
    }

    /// The variable that a block makes: the last word of its header.
    fn last_word(&self, place: Place) -> Option<String> {
        let last = self.arguments(place).last()?;
        Some(last.known()?.strip_prefix('$')?.to_ascii_lowercase())
    }

    fn table(&mut self, place: Place, is_entry: impl Fn(&str) -> bool, weight: impl Fn(&str) -> Option<u32>) {
        let Some(name) = self.last_word(place) else { return };
        let mut table = Table { key: self.arguments(place).next(), ..Table::default() };
        for child in self.input.mounts.children(place) {
            let words: Vec<Argument<'a>> = self.words(child).collect();
            match words.as_slice() {
                [key, value] if key.is("include") || value.value.is_err() => table.open = true,
                [key, value] if key.known().is_none_or(&is_entry) => {
                    table.has_default |= key.is("default");
                    table.entries.push(Entry { value: value.clone(), weight: key.known().and_then(&weight) });
                }
                _ => {}
            }
        }
        self.variables.tables.insert((self.network, name), table);
    }

    /// Every way to read a word's value.
    pub(super) fn readings(&self, argument: &Argument<'_>) -> Vec<Reading> {
        let unknown = |at| vec![Reading { text: UNKNOWN.to_string(), weight: Some(ALL), at }];
        let Some(text) = argument.known() else { return unknown(argument.span) };
        self.expand(text, argument.span, 0).unwrap_or_else(|| unknown(argument.span))
    }

    /// `None` if there are too many ways.
    fn expand(&self, text: &str, at: Span, depth: u8) -> Option<Vec<Reading>> {
        let mut readings = vec![Reading { text: String::new(), weight: Some(ALL), at }];
        let mut rest = text;
        while let Some((before, name, after)) = next_variable(rest) {
            for reading in &mut readings {
                reading.text.push_str(before);
            }
            let values = self.values(&name.to_ascii_lowercase(), at, depth)?;
            readings = combine(&readings, &values)?;
            rest = after;
        }
        for reading in &mut readings {
            reading.text.push_str(rest);
        }
        Some(readings)
    }

    /// Every value of a variable here.
    fn values(&self, name: &str, at: Span, depth: u8) -> Option<Vec<Reading>> {
        let known = |text: &str| Some(vec![Reading { text: text.to_owned(), weight: Some(ALL), at }]);
        let unknown = || Some(vec![Reading { text: UNKNOWN.to_string(), weight: Some(ALL), at }]);
        match name {
            // What follows a host in a URL begins with these.
            "request_uri" | "uri" | "document_uri" => return known("/"),
            "scheme" => return known("http"),
            _ if depth >= DEEPEST => return unknown(),
            _ => {}
        }
        let assigned = self.assigned(name);
        if !assigned.is_empty() {
            return self.alternatives(&assigned, depth);
        }
        match self.variables.tables.get(&(self.network, name.to_owned())) {
            Some(table) if !table.open && !table.entries.is_empty() => self.looked_up(table, depth),
            _ => unknown(),
        }
    }

    /// The values that the open blocks' `set` statements give: the last unconditional one, and those behind it.
    fn assigned(&self, name: &str) -> Vec<&Argument<'a>> {
        let mut values = Vec::new();
        let assignments = self.scopes.iter().flat_map(|scope| &scope.assignments);
        for assignment in assignments.filter(|assignment| assignment.name == name) {
            if !assignment.conditional {
                values.clear();
            }
            values.push(&assignment.value);
        }
        values
    }

    /// Whether `set` statements of the open blocks give it a value.
    pub(super) fn is_assigned(&self, name: &str) -> bool {
        self.scopes.iter().flat_map(|scope| &scope.assignments).any(|assignment| assignment.name == name)
    }

    /// Every value that statements give a variable here; `None` where it may have others, or none.
    pub(super) fn given(&self, name: &str) -> Option<Vec<&Argument<'a>>> {
        let assigned = self.assigned(name);
        if !assigned.is_empty() {
            let mut assignments = self.scopes.iter().flat_map(|scope| &scope.assignments);
            let always = assignments.any(|assignment| assignment.name == name && !assignment.conditional);
            let scripted = self.scopes.iter().any(|scope| scope.scripted);
            return (always && !scripted).then_some(assigned);
        }
        let table = self.variables.tables.get(&(self.network, name.to_owned()))?;
        let closed = table.has_default && !table.open;
        closed.then(|| table.entries.iter().map(|entry| &entry.value).collect())
    }

    /// What several values can be read as. Code in an open block can set any other value.
    fn alternatives(&self, values: &[&Argument<'_>], depth: u8) -> Option<Vec<Reading>> {
        let scripted = self.scopes.iter().any(|scope| scope.scripted);
        let alone = values.len() == 1 && !scripted;
        let mut readings = Vec::new();
        for value in values {
            let open = Reading { text: UNKNOWN.to_string(), weight: None, at: value.span };
            readings.extend(scripted.then(|| open.clone()));
            match value.known() {
                // Circles end at the depth.
                Some(text) => readings.extend(self.expand(text, value.span, depth + 1)?),
                None => readings.push(open),
            }
        }
        for reading in readings.iter_mut().filter(|_| !alone) {
            reading.weight = None;
        }
        Some(readings)
    }

    fn looked_up(&self, table: &Table<'_>, depth: u8) -> Option<Vec<Reading>> {
        let mut readings = Vec::new();
        for entry in &table.entries {
            let text = entry.value.known()?;
            for reading in self.expand(text, entry.value.span, depth + 1)? {
                let weight = entry.weight.zip(reading.weight).map(|(own, inner)| scale(own, inner));
                readings.push(Reading { weight, at: entry.value.span, ..reading });
            }
        }
        (readings.len() <= MOST).then_some(readings)
    }
}

/// Every reading of the first part with every value of the second.
fn combine(readings: &[Reading], values: &[Reading]) -> Option<Vec<Reading>> {
    if readings.len().saturating_mul(values.len()) > MOST {
        return None;
    }
    let with = |reading: &Reading, value: &Reading| Reading {
        text: format!("{}{}", reading.text, value.text),
        weight: reading.weight.zip(value.weight).map(|(a, b)| scale(a, b)),
        at: if values.len() > 1 { value.at } else { reading.at },
    };
    Some(readings.iter().flat_map(|reading| values.iter().map(|value| with(reading, value))).collect())
}

/// A part of a part.
const fn scale(a: u32, b: u32) -> u32 {
    ((a as u64 * b as u64) / ALL as u64) as u32
}

/// What stands before the first variable of a text, its name, and what stands behind it.
pub(super) fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('$')?;
        let behind = text.get(at + 1..)?;
        if let Some((name, after)) = behind.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            return Some((text.get(..at)?, name, after));
        }
        let length = behind.bytes().take_while(|byte| is_name(*byte)).count();
        if length > 0 {
            return Some((text.get(..at)?, behind.get(..length)?, behind.get(length..)?));
        }
        from = at + 1;
    }
}

/// The names of the variables in a text.
pub(super) fn names(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (_, name, after) = next_variable(rest)?;
        rest = after;
        Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_one_after_the_other() {
        assert_eq!(next_variable("http://$app/x"), Some(("http://", "app", "/x")));
        assert_eq!(next_variable("a${b}c"), Some(("a", "b", "c")));
        assert_eq!(next_variable("$"), None);
        assert_eq!(next_variable("1$ $x"), Some(("1$ ", "x", "")));
    }

    #[test]
    fn parts_of_parts() {
        assert_eq!(scale(500, ALL), 500);
        assert_eq!(scale(5000, 5000), 2500);
    }
}
