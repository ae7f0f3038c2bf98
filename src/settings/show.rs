//! Settings written down: those that hold, each with where it comes from; and all that there are, for a new file.

use std::fmt::Write;

use serde_json::Value as Json;

use super::layers::Layers;
use super::schema::{Part, in_toml, json_schema, key_in_toml};
use super::tree::{Entry, Node, Value};

/// Keys that say how files are put together, which has happened when settings are shown.
const ASSEMBLY: [&str; 2] = ["extends", "lock"];

/// Columns of a comment's text.
const WIDTH: usize = 98;

/// How a key is written in TOML.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Table,
    /// `[[key]]`
    Tables,
}

impl Form {
    fn of(part: Part<'_>) -> Self {
        let is_table = |part: Part<'_>| part.types() == ["object"];
        match part.items() {
            Some(items) if is_table(items) => Self::Tables,
            _ if is_table(part) => Self::Table,
            _ => Self::Plain,
        }
    }
}

/// The keys of one form: in TOML what belongs to no table comes first.
fn keys(schema: Part<'_>, form: Form) -> impl Iterator<Item = (&str, Part<'_>)> {
    schema.keys().into_iter().filter(move |(_, part)| Form::of(*part) == form)
}

impl Layers {
    /// All settings as TOML, with a comment behind each value that says where it comes from.
    pub fn show(&self) -> String {
        let json = json_schema();
        let schema = Part::root(&json);
        let mut text = String::new();
        for (name, part) in keys(schema, Form::Plain).filter(|(name, _)| !ASSEMBLY.contains(name)) {
            show_value(&mut text, name, part, self.node.get(name));
        }
        for (name, part) in keys(schema, Form::Table) {
            show_table(&mut text, name, part, self.node.get(name));
        }
        for (name, _) in keys(schema, Form::Tables) {
            let Some(Value::List(tables)) = self.node.get(name).map(|node| &node.value) else { continue };
            for table in tables {
                let _ = writeln!(text, "\n[[{name}]]");
                table.entries().iter().for_each(|entry| show_entry(&mut text, entry));
            }
        }
        text
    }
}

fn show_value(text: &mut String, name: &str, part: Part<'_>, node: Option<&Node>) {
    // Writing to a string cannot fail.
    let _ = match (node, default(part)) {
        (Some(node), _) => writeln!(text, "{} = {}  # {}", key_in_toml(name), node.in_toml(), node.origins()),
        (None, Some(default)) => writeln!(text, "{} = {}  # default", key_in_toml(name), in_toml(&default)),
        (None, None) => writeln!(text, "# {} is not set", key_in_toml(name)),
    };
}

fn show_entry(text: &mut String, entry: &Entry) {
    let _ = writeln!(text, "{} = {}  # {}", key_in_toml(&entry.key), entry.node.in_toml(), entry.node.origins());
}

fn show_table(text: &mut String, name: &str, part: Part<'_>, node: Option<&Node>) {
    let entries = node.map(Node::entries).unwrap_or_default();
    if has_defaults(part) {
        let _ = writeln!(text, "\n[{name}]");
        let of = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node);
        part.keys().into_iter().for_each(|(key, part)| show_value(text, key, part, of(key)));
    } else if !entries.is_empty() {
        let _ = writeln!(text, "\n[{name}]");
        for entry in entries {
            show_entry(text, entry);
        }
    }
}

/// Whether every key of a table has a default, so that all of them say something.
fn has_defaults(table: Part<'_>) -> bool {
    let keys = table.keys();
    !keys.is_empty() && keys.iter().all(|(_, part)| part.default().is_some())
}

/// What holds where nothing is written: a list is empty then.
fn default(part: Part<'_>) -> Option<Json> {
    let empty = || (part.types() == ["array"]).then(|| Json::Array(Vec::new()));
    part.default().cloned().or_else(empty)
}

/// A new settings file: every key with its meaning, and its default or an example, commented out.
pub fn commented_file() -> String {
    let json = json_schema();
    let schema = Part::root(&json);
    let mut text = String::new();
    comment(
        &mut text,
        "Settings of lblint. Every key is here with what it means, and with its default or an example; take the # away in front of what you change. Later layers count more: this file, the environment (LBLINT_PROFILE, ...), the command line. `lblint check --show-settings` shows what holds.",
    );
    for (name, part) in keys(schema, Form::Plain) {
        write_key(&mut text, name, part);
    }
    for (name, part) in keys(schema, Form::Table) {
        text.push('\n');
        comment(&mut text, part.description().unwrap_or_default());
        let _ = writeln!(text, "#[{name}]");
        if has_defaults(part) {
            part.keys().into_iter().for_each(|(key, part)| write_key(&mut text, key, part));
        } else if let Json::Object(entries) = part.example() {
            entries.iter().for_each(|(key, value)| assign(&mut text, key, value));
        }
    }
    for (name, part) in keys(schema, Form::Tables) {
        text.push('\n');
        comment(&mut text, part.description().unwrap_or_default());
        let _ = writeln!(text, "#[[{name}]]");
        let Some(table) = part.items() else { continue };
        table.keys().into_iter().for_each(|(key, part)| write_key(&mut text, key, part));
    }
    text
}

fn write_key(text: &mut String, name: &str, part: Part<'_>) {
    text.push('\n');
    comment(text, part.description().unwrap_or_default());
    let default = part.default().filter(|value| **value != Json::Array(Vec::new()));
    assign(text, name, default.unwrap_or(&part.example()));
}

fn assign(text: &mut String, key: &str, value: &Json) {
    let _ = writeln!(text, "#{} = {}", key_in_toml(key), in_toml(value));
}

/// Prose in lines of a readable width. What can be switched on has no blank behind its `#`, this has one.
fn comment(text: &mut String, prose: &str) {
    let mut line = String::new();
    for word in prose.split_whitespace() {
        if !line.is_empty() && line.len() + word.len() >= WIDTH {
            let _ = writeln!(text, "#{line}");
            line.clear();
        }
        line.push(' ');
        line.push_str(word);
    }
    if !line.is_empty() {
        let _ = writeln!(text, "#{line}");
    }
}

impl Node {
    /// The value as TOML, on one line.
    fn in_toml(&self) -> String {
        match &self.value {
            Value::Text(text) => Json::from(text.as_str()).to_string(),
            Value::Date(date) => date.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => Json::from(*number).to_string(),
            Value::Boolean(yes) => yes.to_string(),
            Value::List(items) => format!("[{}]", items.iter().map(Self::in_toml).collect::<Vec<_>>().join(", ")),
            Value::Table(entries) => {
                let entry = |entry: &Entry| format!("{} = {}", key_in_toml(&entry.key), entry.node.in_toml());
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Where it comes from: several places, where a list was added to.
    fn origins(&self) -> String {
        let mut origins = vec![self.origin.without_column()];
        if let Value::List(items) = &self.value {
            origins.extend(items.iter().map(|item| item.origin.without_column()).filter(|_| items.len() > 1));
        }
        let mut seen: Vec<String> = Vec::new();
        for origin in origins {
            if !seen.contains(&origin) {
                seen.push(origin);
            }
        }
        seen.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Layer, Origin, Settings, SettingsFile};
    use crate::source::MapReader;

    /// The lines that can be switched on, switched on.
    fn switched_on(text: &str) -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => rest.to_owned(),
            _ => line.to_owned(),
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_new_file_reads_back_as_it_is_and_switched_on() {
        let text = commented_file();
        let unset = SettingsFile::parse("lblint.toml", &text).unwrap().settings();
        assert_eq!(unset.options, Settings::default().options);
        let on = switched_on(&text);
        if let Err(errors) = SettingsFile::parse("lblint.toml", &on) {
            panic!("{errors}\n{on}");
        }
        let schema = json_schema();
        for (name, _) in Part::root(&schema).keys() {
            let opens = [format!("#{name} = "), format!("#[{name}]"), format!("#[[{name}]]")];
            assert!(text.lines().any(|line| opens.iter().any(|open| line.starts_with(open.as_str()))), "{name}");
        }
    }

    #[test]
    fn what_is_shown_says_where_it_comes_from() {
        let files = [
            ("base.toml", "extend-ignore = ['routing']\n[options]\nsmall-pool = 5\n"),
            ("lblint.toml", "extends = 'base.toml'\nextend-ignore = ['caching']\n[[path]]\nfiles = ['eu/**']\n"),
        ];
        let mut layers = Layers::load(&MapReader::new(files), "lblint.toml").unwrap();
        let mut layer = Layer::default();
        layer.word("profile", &Origin::Environment("LBLINT_PROFILE"), "strict");
        layers.add(layer).unwrap();
        let text = layers.show();
        for line in [
            "extend-ignore = [\"routing\", \"caching\"]  # base.toml:1, lblint.toml:2",
            "fail-on = \"warning\"  # default",
            "profile = \"strict\"  # environment variable LBLINT_PROFILE",
            "# catalogue is not set",
            "select = []  # default",
            "small-pool = 5  # base.toml:3",
            "many-tries = 5  # default",
            "files = [\"eu/**\"]  # lblint.toml:4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        SettingsFile::parse("shown", &text).unwrap();
    }
}
