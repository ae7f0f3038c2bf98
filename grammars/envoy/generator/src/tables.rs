//! Writes the generated tables: `fields.tsv`, `enums.tsv`, `previous.tsv`.

use std::collections::BTreeSet;

use crate::descriptor::{Field, Message, Schema};
use crate::{rules, secrets};

/// Packages whose messages configure Envoy, or come back from it; what they refer to follows.
const ROOTS: [&str; 3] = ["envoy.", "udpa.", "xds."];

/// Packages under them that no file can use: annotations, remains of version 2, and messages between Envoy and itself.
const INTERNAL: [&str; 8] = [
    "envoy.Cookie",
    "envoy.HotRestartMessage",
    "envoy.annotations.",
    "envoy.extensions.filters.network.ext_authz.ExtAuthzDecision",
    "envoy.extensions.http.injected_credentials.oauth2.OAuthResponse",
    "envoy.extensions.http_filters.",
    "envoy.source.",
    "envoy.watchdog.",
];

/// Values of `Any` that no field need name.
const STANDARD: [&str; 4] =
    ["google.protobuf.Empty", "google.protobuf.FieldMask", "google.protobuf.Int32Value", "google.protobuf.Int64Value"];

/// `envoy.type.Percent`: types of version 2 had no version in their names.
fn is_unversioned_type(name: &str) -> bool {
    let rest = name.strip_prefix("envoy.type.");
    rest.is_some_and(|rest| !rest.contains(".v3.") && !rest.starts_with("v3."))
}

fn is_root(name: &str) -> bool {
    ROOTS.iter().any(|root| name.starts_with(root))
        && !INTERNAL.iter().any(|package| name.starts_with(package))
        && !name.contains(".annotations.")
        && !is_unversioned_type(name)
}

/// The messages and enumerations of the tables.
pub struct Selection<'s> {
    schema: &'s Schema,
    messages: BTreeSet<&'s str>,
    enums: BTreeSet<&'s str>,
}

impl<'s> Selection<'s> {
    pub fn new(schema: &'s Schema) -> Self {
        let mut selection = Self { schema, messages: BTreeSet::new(), enums: BTreeSet::new() };
        schema.enums.keys().filter(|name| is_root(name)).for_each(|name| selection.refer_to(name));
        schema.messages.keys().filter(|name| is_root(name)).for_each(|name| selection.refer_to(name));
        for name in STANDARD {
            selection.refer_to(name);
        }
        selection
    }

    fn refer_to(&mut self, name: &str) {
        if let Some((name, _)) = self.schema.enums.get_key_value(name) {
            self.enums.insert(name);
        }
        let Some((name, message)) = self.schema.messages.get_key_value(name) else { return };
        if self.messages.insert(name) {
            message.fields.iter().for_each(|field| self.refer_to(&field.type_name));
        }
    }

    /// Types that fields refer to and no descriptor declares.
    pub fn missing(&self) -> BTreeSet<&'s str> {
        let fields = self.messages().flat_map(|(_, message)| &message.fields);
        let types = fields.map(|field| field.type_name.as_str()).filter(|name| !name.is_empty());
        types.filter(|name| !self.messages.contains(name) && !self.enums.contains(name)).collect()
    }

    fn messages(&self) -> impl Iterator<Item = (&'s str, &'s Message)> {
        let all = self.schema.messages.iter().map(|(name, message)| (name.as_str(), message));
        all.filter(|(name, message)| self.messages.contains(name) && !message.is_map_entry)
    }

    pub fn message_count(&self) -> usize {
        self.messages().count()
    }

    pub fn fields(&self) -> String {
        let rows = self.messages().flat_map(|(name, message)| self.message_rows(name, message)).collect();
        table("#message\tfield\ttype\toneof\tstate\trules\tsecret", rows)
    }

    fn message_rows(&self, name: &str, message: &Message) -> Vec<String> {
        let fields = message.fields.iter().map(|field| self.row(name, message, field));
        let known = |name: &String| message.fields.iter().all(|field| field.name != *name);
        let removed = message.reserved.iter().filter(|name| known(name));
        let removed = removed.map(|field| format!("{name}\t{field}\t-\t-\tremoved\t-\t-"));
        let rows: Vec<String> = fields.chain(removed).collect();
        if message.fields.is_empty() {
            return rows.into_iter().chain([format!("{name}\t-\t-\t-\t-\t-\t-")]).collect();
        }
        rows
    }

    fn row(&self, name: &str, message: &Message, field: &Field) -> String {
        let oneof = field.oneof.and_then(|index| message.oneofs.get(index));
        let oneof =
            oneof.map_or("-".into(), |oneof| format!("{}{}", oneof.name, if oneof.is_required { "!" } else { "" }));
        let is_secret = field.is_sensitive || secrets::is_judged(name, &field.name);
        let mut rules = rules::words(&field.rules);
        // A field of a group is there if the group's choice fell on it: that it must be set says nothing more.
        rules.retain(|word| field.oneof.is_none() || word != "required");
        let rules = rules.join(" ");
        let rules = if rules.is_empty() { "-" } else { &rules };
        let secret = if is_secret { "yes" } else { "-" };
        format!("{name}\t{}\t{}\t{oneof}\t{}\t{rules}\t{secret}", field.name, self.type_of(field), field.state)
    }

    fn type_of(&self, field: &Field) -> String {
        let entry = self.schema.messages.get(&field.type_name).filter(|message| message.is_map_entry);
        if let Some([key, value]) = entry.map(|entry| entry.fields.as_slice()) {
            return format!("map({},{})", single(key), single(value));
        }
        format!("{}{}", if field.is_repeated { "*" } else { "" }, single(field))
    }

    pub fn enums(&self) -> String {
        let all = self.schema.enums.iter().filter(|(name, _)| self.enums.contains(name.as_str()));
        let rows = all.flat_map(|(name, values)| {
            values.iter().map(move |value| format!("{name}\t{}\t{}\t{}", value.name, value.number, value.state))
        });
        table("#enum\tvalue\tnumber\tstate", rows.collect())
    }

    pub fn previous(&self) -> String {
        let rows = self.messages().filter_map(|(name, message)| {
            message.previous.as_ref().filter(|previous| *previous != name).map(|previous| format!("{previous}\t{name}"))
        });
        table("#previous\tmessage", rows.collect())
    }
}

fn single(field: &Field) -> String {
    const SCALARS: [&str; 19] = [
        "", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group", "",
        "bytes", "uint32", "", "sfixed32", "sfixed64", "sint32", "sint64",
    ];
    match field.kind {
        11 => field.type_name.clone(),
        14 => format!("enum:{}", field.type_name),
        kind => usize::try_from(kind).ok().and_then(|kind| SCALARS.get(kind)).copied().unwrap_or_default().to_owned(),
    }
}

fn table(header: &str, mut rows: Vec<String>) -> String {
    rows.sort();
    let lines = std::iter::once(header.to_owned()).chain(rows).map(|row| row + "\n");
    lines.collect()
}
