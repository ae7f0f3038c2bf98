//! The walk over a text beside the schema: each mapping with its message, each value with its field.

use rustc_hash::FxHashSet;

use super::{Input, Tally};
use crate::diagnostic::{Diagnostic, Kind, retain_from};
use crate::grammar::envoy::{Field, FieldType, Grammar, Label, MessageId, Rule, State};
use crate::source::{Span, Version};
use crate::syntax::envoy::{Format, Message, NodeId, NodeKind, Resource, Shape};
use crate::validate::nearest;

/// The first version that refuses what version 2 of the interface had.
pub(super) const SECOND_VERSION_GONE: Version = Version::new(1, 18);
/// The version whose schema the grammar holds.
const SCHEMA: Version = Version::new(1, 40);
/// For how many unknown names the nearest known one is looked up.
const SUGGESTIONS: usize = 50;

/// Extensions that were once found by their names alone: without a configuration that has a type the program finds none
/// (measured, 1.40: "Didn't find a registered implementation"), and the schema does not say so.
const NAMED: [&str; 6] = ["AccessLog", "Filter", "Http", "HttpFilter", "ListenerFilter", "TransportSocket"];

/// The state of one text's validation.
pub(super) struct Walker<'a, 'd> {
    pub(super) grammar: &'a Grammar,
    pub(super) diagnostics: &'d mut Vec<Diagnostic>,
    pub(super) tally: Tally,
    is_yaml: bool,
    /// Inside a message whose constraints the program does not check.
    pub(super) is_unconstrained: bool,
    /// What aliases led to before, with the message that it was read as.
    seen: FxHashSet<(NodeId, MessageId)>,
    /// The fields that are set in the messages that are open, the innermost last.
    set: Vec<Set<'a>>,
    suggestions: usize,
    /// Values that a later entry with the same key replaces: the program does not look at them (research 1.2).
    pub(super) replaced: Vec<Span>,
}

/// A field that is set in an open message.
#[derive(Clone, Copy)]
struct Set<'a> {
    field: &'a Field,
    key: Message<'a>,
    value: Message<'a>,
    /// Spelt as the schema does, not in camel case.
    is_snake: bool,
}

impl<'a, 'd> Walker<'a, 'd> {
    pub(super) fn new(input: Input<'a>, diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        let (seen, set) = (FxHashSet::default(), Vec::new());
        let tally = Tally::default();
        let (replaced, is_yaml) = (Vec::new(), input.tree.format == Format::Yaml);
        Self {
            grammar: input.grammar,
            diagnostics,
            tally,
            is_yaml,
            is_unconstrained: false,
            seen,
            set,
            suggestions: SUGGESTIONS,
            replaced,
        }
    }

    /// The whole text.
    pub(super) fn root(&mut self, root: &Message<'a>, shape: Shape) {
        let name = match shape {
            Shape::Bootstrap | Shape::BootstrapV1 => "envoy.config.bootstrap.v3.Bootstrap",
            Shape::StaticResources => return self.listing(root),
            Shape::Discovery => "envoy.service.discovery.v3.DiscoveryResponse",
            Shape::ConfigDump => "envoy.admin.v3.ConfigDump",
            Shape::List(resource) => {
                return root.items().for_each(|item| self.resource(&item, resource));
            }
            Shape::One(resource) => return self.resource(root, resource),
        };
        if let Some(id) = self.grammar.message(name) {
            self.message(root, id);
        }
    }

    /// Lists of resources: what `static_resources` holds, or what a tool prints, with routes and endpoints besides.
    fn listing(&mut self, root: &Message<'a>) {
        let Some(id) = self.grammar.message("envoy.config.bootstrap.v3.Bootstrap.StaticResources") else { return };
        let lists = [("routes", Resource::Routes), ("endpoints", Resource::Endpoints)];
        let printed = lists.iter().filter_map(|(name, resource)| Some((root.entry(name)?, *resource)));
        let printed: Vec<_> = printed.collect();
        for ((key, list), resource) in &printed {
            self.tally.count(crate::grammar::Support::Modelled, *key);
            list.items().for_each(|item| self.resource(&item, *resource));
        }
        let first = self.diagnostics.len();
        self.message(root, id);
        let keys: Vec<Span> = printed.iter().map(|((key, _), _)| *key).collect();
        self.tally.unrecognised.retain(|key| !keys.contains(key));
        retain_from(self.diagnostics, first, |diagnostic| !keys.contains(&diagnostic.span));
    }

    fn resource(&mut self, message: &Message<'a>, resource: Resource) {
        match self.grammar.message(resource.message()) {
            Some(id) => self.message(message, id),
            None => self.any(message),
        }
    }

    pub(super) fn complain(&mut self, span: Span, kind: Kind) {
        self.diagnostics.push(Diagnostic::new(span, kind));
    }

    /// A value that must be of another type.
    pub(super) fn expected(&mut self, span: Span, what: impl Into<Box<str>>) {
        self.complain(span, Kind::InvalidValue(what.into()));
    }

    /// A message of a known type.
    pub(super) fn message(&mut self, message: &Message<'a>, id: MessageId) {
        if self.well_known(message, id) {
            return;
        }
        match message.kind() {
            NodeKind::Mapping => {}
            NodeKind::Error | NodeKind::Alias => return,
            NodeKind::Scalar if message.is_null() || message.is_masked() => return,
            NodeKind::Sequence | NodeKind::Scalar => {
                let name = simple(self.grammar.name(id));
                return self.expected(message.first_line(), format!("a mapping ({name})"));
            }
        }
        if message.is_alias() && !self.seen.insert((message.node(), id)) {
            return;
        }
        self.fields(message, id, false);
    }

    /// The fields of a mapping; `is_any`: it has a `@type` besides.
    pub(super) fn fields(&mut self, message: &Message<'a>, id: MessageId, is_any: bool) {
        let first = self.set.len();
        let mut is_older = false;
        for (key, value) in message.fields() {
            let name = key.text().unwrap_or_default();
            if is_any && name == "@type" {
                continue;
            }
            if key.is_ignored() {
                self.tally.inactive += 1;
                continue;
            }
            let Some(field) = self.grammar.field(id, &name) else {
                self.unknown(&key, &name, id);
                continue;
            };
            self.tally.count(field.support, key.span());
            if field.state == State::Removed {
                is_older |= self.grammar.had_previous(id);
                self.removed(&key, field, id);
                continue;
            }
            if field.state == State::Disallowed {
                let why = format!(
                    "`{}` is switched off in Envoy 1.40: it refuses the configuration unless a runtime key allows it",
                    field.name
                );
                self.complain(key.span(), Kind::Conflict(why.into()));
            } else if field.state != State::Current {
                let instead = self.grammar.replacement(id, field.name).unwrap_or_default();
                self.complain(key.span(), Kind::Deprecated(instead));
            }
            self.note(first, field, &key, &value);
            // An extension is found by its type: an empty configuration has none (measured, 1.40).
            if field.name == "typed_config" && value.is_mapping() && value.fields().next().is_none() {
                let (within, field) = ("typed_config".into(), "@type".into());
                self.complain(value.first_line(), Kind::MissingField { within, field });
            }
            if !value.is_null() {
                self.value(&value, field);
            }
        }
        if !is_older && !self.is_unconstrained && !key_is_masked(message) {
            self.missing(message, id, first);
        }
        self.set.truncate(first);
    }

    /// Notes that a field is set; a second time, or beside another one of its group, is said.
    fn note(&mut self, first: usize, field: &'a Field, key: &Message<'a>, value: &Message<'a>) {
        let set = self.set.get(first..).unwrap_or_default();
        let same = set.iter().rev().find(|set| std::ptr::eq(set.field, field)).copied();
        let rival = set.iter().find(|set| {
            let is_of_group = field.oneof.is_some() && set.field.oneof == field.oneof;
            is_of_group && !std::ptr::eq(set.field, field) && !set.value.is_null()
        });
        let is_snake = key.text().is_some_and(|name| name == field.name);
        if let Some(same) = same {
            let is_copy = same.is_snake == is_snake;
            let first = same.key.span();
            // JSON mostly joins lists and messages that are written twice (measured, 1.40; the page has the details).
            let is_joined = value.kind() != NodeKind::Scalar;
            if self.is_yaml || !is_copy || !is_joined {
                let copy = Kind::DuplicateSetting(first);
                self.complain(key.span(), if is_copy { copy } else { Kind::OtherSpelling(first) });
            }
            // Under both of its names both values are read.
            if self.is_yaml && is_copy && !same.value.is_alias() {
                self.replaced.push(same.value.span());
            }
        } else if let Some(rival) = rival.filter(|_| !value.is_null()) {
            let why =
                format!("`{}` and `{}` exclude each other: Envoy takes one of them", rival.field.name, field.name);
            self.complain(key.span(), Kind::Conflict(why.into()));
        }
        self.set.push(Set { field, key: *key, value: *value, is_snake });
    }

    fn unknown(&mut self, key: &Message<'a>, name: &str, id: MessageId) {
        // A text whose indentation is wrong can be taken for a key; that has been said.
        if key.is_masked() || name.contains(": ") {
            return;
        }
        self.tally.unrecognised.push(key.span());
        let names =
            self.grammar.fields(id).iter().filter(|field| field.state != State::Removed).map(|field| field.name);
        let suggestion = match self.suggestions.checked_sub(1) {
            Some(left) => {
                self.suggestions = left;
                nearest(name, names).map(Into::into)
            }
            None => None,
        };
        let within = simple(self.grammar.name(id)).into();
        self.complain(key.span(), Kind::UnknownKeyword { within, suggestion });
    }

    fn removed(&mut self, key: &Message<'a>, field: &Field, id: MessageId) {
        let instead = self.grammar.replacement(id, field.name).unwrap_or_default();
        // What version 3 itself had, and gave up, went in a version that is not known.
        let kind = if self.grammar.had_previous(id) {
            Kind::Removed { since: SECOND_VERSION_GONE, instead }
        } else {
            Kind::GoneBy { version: SCHEMA, instead }
        };
        self.complain(key.span(), kind);
    }

    /// What must be set, and is not: fields that are required, groups of which one must be.
    fn missing(&mut self, message: &Message<'a>, id: MessageId, first: usize) {
        let within: Box<str> = simple(self.grammar.name(id)).into();
        let at = message.first_line();
        let set = self.set.get(first..).unwrap_or_default();
        let is_set = |field: &Field| set.iter().any(|set| std::ptr::eq(set.field, field) && !set.value.is_null());
        let wanted = self.grammar.fields(id).iter().filter(|field| must_be_set(field) && !is_set(field));
        let mut missing: Vec<(bool, Box<str>)> = wanted.map(|field| (false, field.name.into())).collect();
        for (position, oneof) in (0_u8..).zip(self.grammar.oneofs(id)) {
            let is_chosen = set.iter().any(|set| set.field.oneof == Some(position) && !set.value.is_null());
            let is_extension = oneof.name == "config_type" && NAMED.contains(&&*within) && !is_optional(message);
            if (oneof.is_required || is_extension) && !is_chosen {
                missing.push((is_extension, self.choice(id, position)));
            }
        }
        let named = message.field("name").map_or(at, |name| name.span());
        for (is_extension, field) in missing {
            let at = if is_extension { named } else { at };
            self.complain(at, Kind::MissingField { within: within.clone(), field });
        }
    }

    /// The fields of a group, as an enumeration for people.
    fn choice(&self, id: MessageId, position: u8) -> Box<str> {
        let fields = self.grammar.fields(id).iter();
        let names: Vec<&str> = fields
            .filter(|field| field.oneof == Some(position) && field.state == State::Current)
            .map(|field| field.name)
            .collect();
        match names.as_slice() {
            [others @ .., last] if !others.is_empty() => format!("{}` or `{last}", others.join("`, `")).into(),
            _ => names.concat().into(),
        }
    }

    /// A field's value: one, a list, or a map.
    fn value(&mut self, value: &Message<'a>, field: &'a Field) {
        if value.is_scalar() && value.is_masked() {
            return;
        }
        match field.label {
            Label::Single => {
                self.single(value, field.kind);
                self.constrain(value, field.kind, &field.rules);
            }
            Label::Repeated => self.list(value, field),
            Label::Map(_) => self.map(value, field),
        }
    }

    /// A single value of a type.
    pub(super) fn single(&mut self, value: &Message<'a>, kind: FieldType) {
        match kind {
            FieldType::Message(id) => self.message(value, id),
            _ => self.scalar(value, kind),
        }
    }

    /// A list; a mapping where messages are expected counts as a list of one, and so does another value where values are
    /// (research 1.2; 1.40).
    fn list(&mut self, value: &Message<'a>, field: &'a Field) {
        let of_messages = matches!(field.kind, FieldType::Message(_));
        let is_one =
            if of_messages { value.is_mapping() } else { value.kind() == NodeKind::Scalar && !value.is_null() };
        if !value.is_list() && !is_one {
            if value.kind() == NodeKind::Scalar && !value.is_null() {
                self.expected(value.first_line(), "a list");
            }
            return;
        }
        let mut count = 0;
        for item in value.items() {
            count += 1;
            self.single(&item, field.kind);
            for rule in &field.rules {
                if let Rule::Items(rules) = rule {
                    self.constrain(&item, field.kind, rules);
                }
            }
        }
        self.count_items(value, count, &field.rules);
    }

    fn map(&mut self, value: &Message<'a>, field: &'a Field) {
        if !value.is_mapping() {
            return self.expected(value.first_line(), "a mapping");
        }
        let mut count = 0;
        for (_, value) in value.fields() {
            count += 1;
            if !value.is_null() {
                self.single(&value, field.kind);
            }
        }
        self.count_items(value, count, &field.rules);
    }
}

/// An extension that may be missing.
fn is_optional(message: &Message<'_>) -> bool {
    let optional = message.field("is_optional").and_then(|flag| flag.text());
    optional.is_some_and(|flag| flag == "true") || message.field("name").is_none()
}

pub(super) fn key_is_masked(message: &Message<'_>) -> bool {
    message.fields().any(|(key, _)| key.is_masked())
}

/// Whether leaving a field out breaks one of its rules: rules for the empty value of a plain type hold then, too.
fn must_be_set(field: &Field) -> bool {
    if field.rules.is_empty() || field.state != State::Current || field.rules.contains(&Rule::IgnoreEmpty) {
        return false;
    }
    if field.rules.contains(&Rule::Required) {
        return true;
    }
    let is_message = matches!(field.kind, FieldType::Message(_)) && field.label == Label::Single;
    if field.oneof.is_some() || is_message {
        return false;
    }
    field.rules.iter().any(|rule| match rule {
        Rule::MinLength(least) | Rule::MinBytes(least) | Rule::MinItems(least) => *least > 0,
        Rule::More(limit) => *limit >= 0.0,
        Rule::AtLeast(limit) => *limit > 0.0,
        Rule::In(values) => !values.iter().any(|value| value.is_empty() || &**value == "0"),
        Rule::NotIn(values) => values.iter().any(|value| &**value == "0"),
        _ => false,
    })
}

/// A name without its package.
pub(super) fn simple(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
