//! Holds a settings file against the schema: unknown keys, missing ones, and values of another kind, all of them.

use super::schema::{Part, in_toml, key_in_toml};
use super::tree::{Node, Value};
use super::{Origin, SettingsError, word};
use crate::validate::resembling;

/// All that is wrong with a settings file.
pub(super) fn mistakes(node: &Node, schema: Part<'_>) -> Vec<SettingsError> {
    let mut walk = Walk { root: schema, errors: Vec::new() };
    walk.table(node, schema);
    walk.errors
}

struct Walk<'s> {
    root: Part<'s>,
    errors: Vec<SettingsError>,
}

impl Walk<'_> {
    fn tell(&mut self, origin: &Origin, message: String) {
        self.errors.push(SettingsError::new(origin.clone(), message));
    }

    /// What stands behind a key; `key` and `example` are for messages.
    fn value(&mut self, key: &str, node: &Node, schema: Part<'_>) {
        let variants = schema.variants();
        let fitting = variants.iter().copied().find(|variant| fits(node, *variant));
        if !fits(node, schema) {
            let message = mismatch(key, node, schema);
            return self.tell(&node.origin, message);
        }
        match fitting {
            Some(variant) if schema.words().is_empty() => self.value(key, node, variant),
            _ => self.content(key, node, schema),
        }
    }

    fn content(&mut self, key: &str, node: &Node, schema: Part<'_>) {
        match &node.value {
            Value::Text(text) | Value::Date(text) => self.text(node, text, schema),
            Value::Integer(number) => self.number(key, node, *number as f64, schema),
            Value::Float(number) => self.number(key, node, *number, schema),
            Value::List(items) => self.list(key, items, schema),
            Value::Table(_) => self.table(node, schema),
            Value::Boolean(_) => {}
        }
    }

    fn text(&mut self, node: &Node, text: &str, schema: Part<'_>) {
        let words = schema.words();
        let by_format = schema.format().and_then(|format| word::mistake(format, text));
        let listed = || (!words.is_empty() && !words.contains(&text)).then(|| none_of(text, &words));
        if let Some(message) = by_format.or_else(listed) {
            self.tell(&node.origin, message);
        }
    }

    fn number(&mut self, key: &str, node: &Node, number: f64, schema: Part<'_>) {
        let (least, most) = schema.range();
        let too_small = least.filter(|least| number < *least).map(|least| format!("at least {least}"));
        let too_large = || most.filter(|most| number > *most).map(|most| format!("at most {most}"));
        let bound = if number.is_finite() { too_small.or_else(too_large) } else { Some("a finite number".to_owned()) };
        if let Some(bound) = bound {
            let (written, example) = (key_in_toml(key), in_toml(&schema.example()));
            self.tell(&node.origin, format!("`{key}` is {bound}; as in `{written} = {example}`"));
        }
    }

    fn list(&mut self, key: &str, items: &[Node], schema: Part<'_>) {
        let Some(schema) = schema.items() else { return };
        for item in items {
            self.value(key, item, schema);
        }
    }

    fn table(&mut self, node: &Node, schema: Part<'_>) {
        for entry in node.entries() {
            if let Some(known) = schema.key(&entry.key) {
                self.value(&entry.key, &entry.node, known);
            } else {
                let message = self.unknown(&entry.key, schema);
                self.tell(&entry.origin, message);
            }
        }
        for name in schema.required().filter(|name| node.get(name).is_none()) {
            let example = schema.key(name).map_or_else(String::new, |part| in_toml(&part.example()));
            self.tell(&node.origin, format!("`{name}` is missing; as in `{name} = {example}`"));
        }
    }

    /// What may have been meant by a key that means nothing here.
    fn unknown(&self, key: &str, schema: Part<'_>) -> String {
        let elsewhere = self.root.keys().into_iter().find(|(_, table)| table.key(key).is_some() && is_closed(*table));
        if let Some((table, _)) = elsewhere {
            return format!("unknown key `{key}`; it belongs into [{table}]");
        }
        let names: Vec<&str> = schema.keys().into_iter().map(|(name, _)| name).collect();
        match resembling(key, names.iter().copied()) {
            Some(name) => format!("unknown key `{key}`; did you mean `{name}`?"),
            None if names.len() > FEW => format!("unknown key `{key}`"),
            None => format!("unknown key `{key}`; there are {}", names.join(", ")),
        }
    }
}

/// Most names that are listed in a message.
const FEW: usize = 24;

/// Whether a table has keys of its own rather than any.
fn is_closed(table: Part<'_>) -> bool {
    table.key("\u{0}").is_none() && table.types() == ["object"]
}

fn none_of(text: &str, words: &[&str]) -> String {
    let guess =
        resembling(text, words.iter().copied()).map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
    if words.len() > FEW {
        format!("`{text}` is unknown{guess}")
    } else {
        format!("`{text}` is none of: {}", words.join(", "))
    }
}

/// Whether a value has a type that is asked for.
fn fits(node: &Node, schema: Part<'_>) -> bool {
    let types = schema.types();
    types.is_empty()
        || types.iter().any(|name| match &node.value {
            Value::Text(_) => *name == "string",
            Value::Date(_) => *name == "string" && schema_takes_dates(schema),
            Value::Integer(_) => matches!(*name, "integer" | "number"),
            Value::Float(_) => *name == "number",
            Value::Boolean(_) => *name == "boolean",
            Value::List(_) => *name == "array",
            Value::Table(_) => *name == "object",
        })
}

fn schema_takes_dates(schema: Part<'_>) -> bool {
    schema.format() == Some("date") || schema.variants().into_iter().any(schema_takes_dates)
}

fn mismatch(key: &str, node: &Node, schema: Part<'_>) -> String {
    let found = match &node.value {
        Value::Text(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Date(_) => "a date",
        Value::List(_) => "a list",
        Value::Table(_) => "a table",
    };
    let written = key_in_toml(key);
    let example = in_toml(&schema.example());
    format!("`{key}` takes {}, not {found}; as in `{written} = {example}`", expected(schema))
}

/// What a value should be, in words.
fn expected(schema: Part<'_>) -> String {
    let words = schema.words();
    if !words.is_empty() && words.len() <= FEW {
        return format!("one of {}", words.join(", "));
    }
    let mut names: Vec<String> = schema.types().iter().map(|name| type_in_words(name, schema)).collect();
    names.dedup();
    names.join(" or ")
}

fn type_in_words(name: &str, schema: Part<'_>) -> String {
    match name {
        "boolean" => "true or false".to_owned(),
        "integer" => "a whole number".to_owned(),
        "number" => "a number".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "a table".to_owned(),
        _ if schema_takes_dates(schema) => "a date".to_owned(),
        _ => "a text".to_owned(),
    }
}
