//! The schema of `lblint.toml`, made from the types that read it, so that the two cannot disagree.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value};

use super::SettingsFile;

/// The JSON schema of a settings file, as it is published.
pub fn json_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null));
    settings.into_generator().into_root_schema_for::<SettingsFile>().to_value()
}

/// TOML has no null: what may be left out is left out.
fn without_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            object.insert("type".to_owned(), one);
        }
    }
    let Some(Value::Array(variants)) = object.get_mut("anyOf") else { return };
    variants.retain(|variant| variant.get("type").is_none_or(|name| name != "null"));
    if let [Value::Object(one)] = variants.as_slice() {
        let one = one.clone();
        object.remove("anyOf");
        object.extend(one);
    }
}

/// A part of the schema, seen from its root.
#[derive(Clone, Copy)]
pub(super) struct Part<'s> {
    root: &'s Value,
    own: &'s Value,
}

impl<'s> Part<'s> {
    /// The whole schema.
    pub(super) const fn root(schema: &'s Value) -> Self {
        Self { root: schema, own: schema }
    }

    /// A keyword of this part, or of the definition that it refers to.
    fn keyword(self, name: &str) -> Option<&'s Value> {
        self.own.get(name).or_else(|| self.definition()?.keyword(name))
    }

    fn definition(self) -> Option<Self> {
        let pointer = self.own.get("$ref")?.as_str()?.strip_prefix('#')?;
        Some(Self { own: self.root.pointer(pointer)?, ..self })
    }

    fn part(self, own: &'s Value) -> Self {
        Self { own, ..self }
    }

    /// The types that a value may have; a value of no named type may have any.
    pub(super) fn types(self) -> Vec<&'s str> {
        match self.keyword("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => self.variants().into_iter().flat_map(Self::types).collect(),
        }
    }

    /// The forms that a value may have.
    pub(super) fn variants(self) -> Vec<Self> {
        let variants = self.keyword("anyOf").or_else(|| self.keyword("oneOf")).and_then(Value::as_array);
        variants.map_or_else(Vec::new, |variants| variants.iter().map(|own| self.part(own)).collect())
    }

    /// The words that a text may be, where they are listed.
    pub(super) fn words(self) -> Vec<&'s str> {
        let own = self.keyword("enum").and_then(Value::as_array).into_iter().flatten().chain(self.keyword("const"));
        let own = own.filter_map(Value::as_str);
        own.chain(self.variants().into_iter().flat_map(Self::words)).collect()
    }

    /// The kind of word that a text is.
    pub(super) fn format(self) -> Option<&'s str> {
        self.keyword("format")?.as_str()
    }

    /// What an item of a list is.
    pub(super) fn items(self) -> Option<Self> {
        self.keyword("items").map(|own| self.part(own))
    }

    /// The least and the greatest value of a number.
    pub(super) fn range(self) -> (Option<f64>, Option<f64>) {
        let number = |name| self.keyword(name).and_then(Value::as_f64);
        (number("minimum"), number("maximum"))
    }

    fn properties(self) -> Option<&'s Map<String, Value>> {
        self.keyword("properties")?.as_object()
    }

    /// The keys of a table that have a name.
    pub(super) fn keys(self) -> Vec<(&'s str, Self)> {
        let properties = self.properties().into_iter().flatten();
        properties.map(|(name, own)| (name.as_str(), self.part(own))).collect()
    }

    /// What stands behind a key of a table.
    pub(super) fn key(self, name: &str) -> Option<Self> {
        let named = self.properties().and_then(|properties| properties.get(name));
        let any = || self.keyword("additionalProperties").filter(|own| own.is_object() || **own == Value::Bool(true));
        named.or_else(any).map(|own| self.part(own))
    }

    /// The keys that a table must have.
    pub(super) fn required(self) -> impl Iterator<Item = &'s str> {
        self.keyword("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    }

    /// What it means.
    pub(super) fn description(self) -> Option<&'s str> {
        self.keyword("description")?.as_str()
    }

    /// What holds where nothing is written.
    pub(super) fn default(self) -> Option<&'s Value> {
        self.keyword("default")
    }

    /// A value of this kind.
    pub(super) fn example(self) -> Value {
        let given = self.keyword("examples").and_then(|examples| examples.get(0)).or_else(|| self.default());
        let is_telling = |value: &&Value| **value != Value::Array(Vec::new()) && **value != Value::Object(Map::new());
        let word = || self.words().first().map(|word| Value::from(*word));
        given.filter(is_telling).cloned().or_else(word).unwrap_or_else(|| self.example_of_type())
    }

    fn example_of_type(self) -> Value {
        match self.types().first() {
            Some(&"boolean") => true.into(),
            Some(&"integer" | &"number") => 1.into(),
            Some(&"array") => Value::Array(self.items().map(Self::example).into_iter().collect()),
            Some(&"object") => {
                let required: Vec<&str> = self.required().collect();
                let keys = self.keys().into_iter();
                let needed = keys.filter(|(name, _)| required.is_empty() || required.contains(name));
                let shown = needed.take(required.len().max(1)).map(|(name, part)| (name.to_owned(), part.example()));
                Value::Object(shown.collect())
            }
            _ => "...".into(),
        }
    }
}

/// A value as it is written in TOML, on one line.
pub(super) fn in_toml(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(in_toml).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{} = {}", key_in_toml(key), in_toml(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        // JSON's texts and numbers are TOML's: both escape alike.
        other => other.to_string(),
    }
}

/// A key as it is written in TOML.
pub(super) fn key_in_toml(key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_bare { key.to_owned() } else { Value::from(key).to_string() }
}
