//! A message of the configuration as lowering asks for it: fields by name, whichever notation they are written in.

use std::borrow::Cow;

use crate::model::{Fact, Origin, Timeout, Value, Why};
use crate::source::{Span, View};
use super::values;
use crate::syntax::envoy::{NodeId, NodeKind, Scalar, Tree, is_field};

/// A node with the text that it stands in; aliases are followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    tree: &'a Tree,
    view: View<'a>,
    node: NodeId,
}

impl<'a> Message<'a> {
    /// The node as a message.
    pub(super) fn new(tree: &'a Tree, view: View<'a>, node: NodeId) -> Self {
        Self { tree, view, node: tree.resolve(node) }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> Span {
        self.tree.span(self.node)
    }

    /// Its node.
    pub(super) const fn node(&self) -> NodeId {
        self.node
    }

    const fn at(&self, node: NodeId) -> (&'a Tree, View<'a>, NodeId) {
        (self.tree, self.view, node)
    }

    fn child(&self, node: NodeId) -> Self {
        let (tree, view, node) = self.at(node);
        Self::new(tree, view, node)
    }

    /// Whether it is a mapping.
    pub(super) fn is_mapping(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Mapping
    }

    /// Whether it is a list.
    pub(super) fn is_list(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Sequence
    }

    /// Whether it is a word or a text.
    pub(super) fn is_scalar(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Scalar
    }

    /// What is written, with one blank between words.
    pub(super) fn words(&self) -> String {
        self.view.slice(self.span()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether nothing is written: such a field counts as not set, whatever its type (research 1.2).
    fn is_null(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Scalar && self.tree.scalar(self.view, self.node) == Scalar::Null
    }

    /// Keys and values in the order of the text.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Cow<'a, str>, Self)> + use<'a> {
        let message = *self;
        let entries = self.tree.entries(self.node);
        entries.map(move |(key, value)| (message.tree.text(message.view, key), message.child(value)))
    }

    /// A field by its name in `snake_case`; also as `lowerCamelCase`. Of several the last one counts.
    pub(super) fn field(&self, name: &str) -> Option<Self> {
        self.entry(name).map(|(_, value)| value)
    }

    /// The same with the place of its key.
    pub(super) fn entry(&self, name: &str) -> Option<(Span, Self)> {
        let is_it = |(key, _): &(NodeId, NodeId)| is_field(&self.tree.text(self.view, *key), name);
        let (key, value) = self.tree.entries(self.node).filter(is_it).last()?;
        Some((self.tree.span(key), self.child(value))).filter(|(_, value)| !value.is_null())
    }

    /// From a field's key to the end of its value; the message's own place if it is not set.
    pub(super) fn place(&self, name: &str) -> Span {
        self.entry(name).map_or(self.span(), |(key, value)| key.to(value.first_line()))
    }

    /// A message's first line, so that a finding does not quote all of it.
    pub(super) fn first_line(&self) -> Span {
        let span = self.span();
        let text = self.view.slice(span);
        let end = text.find('\n').unwrap_or(text.len());
        let line = text.get(..end).unwrap_or_default().trim_end();
        Span::new(span.start, span.start + line.len() as u32)
    }

    /// A field in a field in a field.
    pub(super) fn path(&self, names: &[&str]) -> Option<Self> {
        names.iter().try_fold(*self, |message, name| message.field(name))
    }

    /// The first of these fields that is set.
    pub(super) fn any(&self, names: &[&str]) -> Option<Self> {
        names.iter().find_map(|name| self.field(name))
    }

    /// The items of a list. A mapping counts as a list of one (research 1.2).
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let message = *self;
        let one = self.is_mapping().then_some(self.node);
        let list = self.is_list().then(|| self.tree.children(self.node));
        one.into_iter().chain(list.into_iter().flatten()).map(move |node| message.child(node))
    }

    /// The items of a list field; none if it is not set.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = Self> + use<'a> {
        self.field(name).into_iter().flat_map(|list| list.items())
    }

    /// A scalar's text; `None` for what is no scalar, or not known.
    pub(super) fn text(&self) -> Option<Cow<'a, str>> {
        let is_known = self.tree.kind(self.node) == NodeKind::Scalar && !self.is_masked();
        is_known.then(|| self.tree.text(self.view, self.node))
    }

    /// Whether a template expression stands there.
    pub(super) fn is_masked(&self) -> bool {
        self.view.is_masked(self.span())
    }

    /// A text field.
    pub(super) fn text_of(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name)?.text()
    }

    /// A value of a wrapper type: the scalar itself, or `{value: ...}`.
    fn unwrapped(&self) -> Self {
        if self.is_mapping() { self.field("value").unwrap_or(*self) } else { *self }
    }

    /// What a scalar of a type is, or why that is not known.
    fn read<T>(&self, read: impl Fn(&str) -> Option<T>) -> Value<T> {
        let message = self.unwrapped();
        if message.is_masked() {
            return Value::Unknown(Why::Template);
        }
        message.text().and_then(|text| read(&text)).map_or(Value::Unknown(Why::Malformed), Value::Known)
    }

    /// A field's value and where it is written; `default` if it is not set.
    fn fact<T>(&self, name: &str, default: Fact<T>, read: impl Fn(&Self) -> Value<T>) -> Fact<T> {
        match self.field(name) {
            Some(value) => Fact { value: read(&value), origin: Origin::written(self.place(name)) },
            None => default,
        }
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str, default: Fact<u32>) -> Fact<u32> {
        self.fact(name, default, |value| value.read(whole))
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &str, default: Fact<bool>) -> Fact<bool> {
        self.fact(name, default, Self::truth)
    }

    /// Whether a flag is surely set.
    pub(super) fn has(&self, name: &str) -> bool {
        self.field(name).is_some_and(|value| value.truth() == Value::Known(true))
    }

    fn truth(&self) -> Value<bool> {
        let message = self.unwrapped();
        match message.tree.scalar(message.view, message.node) {
            Scalar::Bool(value) => Value::Known(value),
            Scalar::Masked => Value::Unknown(Why::Template),
            _ => match message.text().as_deref() {
                Some("true") => Value::Known(true),
                Some("false") => Value::Known(false),
                _ => Value::Unknown(Why::Malformed),
            },
        }
    }

    /// A duration in milliseconds, rounded up; 0 is [`Timeout::Never`] where the program says so.
    pub(super) fn duration(&self, name: &str, default: Fact<Timeout>) -> Fact<Timeout> {
        self.fact(name, default, Self::milliseconds)
    }

    fn milliseconds(&self) -> Value<Timeout> {
        if self.is_mapping() {
            let part = |name: &str| self.field(name).and_then(|part| part.text().and_then(|text| whole(&text)));
            let (seconds, nanos) = (part("seconds").unwrap_or(0), part("nanos").unwrap_or(0));
            return Value::Known(Timeout::After(u64::from(seconds) * 1000 + u64::from(nanos.div_ceil(1_000_000))));
        }
        self.read(|text| {
            let nanoseconds = u128::try_from(values::duration(text)?).ok()?;
            u64::try_from(nanoseconds.div_ceil(1_000_000)).ok().map(Timeout::After)
        })
    }

    /// A percentage, `{value: 50}`, in whole percent, rounded.
    pub(super) fn percent(&self, name: &str, default: Fact<u32>) -> Fact<u32> {
        self.fact(name, default, |value| value.read(|text| Some(values::float(text)?.round().max(0.0) as u32)))
    }

    /// The message in a configuration of an extension, and its type's name without its package: `Router`.
    pub(super) fn extension(&self) -> Option<(Cow<'a, str>, Self)> {
        let config = self.field("typed_config")?;
        let url = config.text_of("@type")?;
        if simple(&url) == "TypedStruct" {
            let inner = config.text_of("type_url").unwrap_or_default();
            return Some((simple_of(inner), config.field("value").unwrap_or(config)));
        }
        Some((simple_of(url), config))
    }
}

/// A type's name without its package.
fn simple(url: &str) -> &str {
    url.rsplit(['.', '/']).next().unwrap_or(url)
}

fn simple_of(url: Cow<'_, str>) -> Cow<'_, str> {
    match url {
        Cow::Borrowed(url) => Cow::Borrowed(simple(url)),
        Cow::Owned(url) => Cow::Owned(simple(&url).to_owned()),
    }
}

fn whole(text: &str) -> Option<u32> {
    values::integer(text).and_then(|number| u32::try_from(number).ok())
}
