//! A message of a configuration: fields by name, whichever notation they are written in.

use std::borrow::Cow;

use super::{NodeId, NodeKind, Scalar, Style, Tag, Tree, is_field, values};
use crate::source::{Span, View};

/// A node with the text that it stands in; aliases are followed.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    tree: &'a Tree,
    view: View<'a>,
    node: NodeId,
    /// It was reached through an alias.
    aliased: bool,
}

impl<'a> Message<'a> {
    /// The node as a message.
    pub fn new(tree: &'a Tree, view: View<'a>, node: NodeId) -> Self {
        let resolved = tree.resolve(node);
        Self { tree, view, node: resolved, aliased: resolved != node }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.tree.span(self.node)
    }

    /// Its node.
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// The text that it stands in.
    pub const fn view(&self) -> View<'a> {
        self.view
    }

    const fn at(&self, node: NodeId) -> (&'a Tree, View<'a>, NodeId) {
        (self.tree, self.view, node)
    }

    fn child(&self, node: NodeId) -> Self {
        let (tree, view, node) = self.at(node);
        Self::new(tree, view, node)
    }

    /// Whether it is a mapping.
    pub fn is_mapping(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Mapping
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Sequence
    }

    /// Whether it is a word or a text.
    pub fn is_scalar(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Scalar
    }

    /// What is written, with one blank between words.
    pub fn words(&self) -> String {
        self.view.slice(self.span()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether nothing is written: such a field counts as not set, whatever its type (research 1.2).
    pub fn is_null(&self) -> bool {
        self.tree.kind(self.node) == NodeKind::Scalar && self.scalar() == Scalar::Null
    }

    /// What kind of node it is.
    pub fn kind(&self) -> NodeKind {
        self.tree.kind(self.node)
    }

    /// Whether it was reached through an alias.
    pub const fn is_alias(&self) -> bool {
        self.aliased
    }

    /// Whether it is a key whose entry the program skips.
    pub fn is_ignored(&self) -> bool {
        self.tree.get(self.node).is_some_and(|node| node.tag() == Tag::Ignore)
    }

    /// Whether it is a scalar without quotes.
    pub fn is_plain(&self) -> bool {
        self.kind() == NodeKind::Scalar && self.tree.style(self.node) == Style::Plain
    }

    /// Keys and values as messages, in the order of the text.
    pub fn fields(&self) -> impl Iterator<Item = (Self, Self)> + use<'a> {
        let message = *self;
        self.tree.entries(self.node).map(move |(key, value)| (message.child(key), message.child(value)))
    }

    /// Keys and values in the order of the text.
    pub fn entries(&self) -> impl Iterator<Item = (Cow<'a, str>, Self)> + use<'a> {
        let message = *self;
        let entries = self.tree.entries(self.node);
        entries.map(move |(key, value)| (message.tree.text(message.view, key), message.child(value)))
    }

    /// A field by its name in `snake_case`; also as `lowerCamelCase`. Of several the last one counts.
    pub fn field(&self, name: &str) -> Option<Self> {
        self.entry(name).map(|(_, value)| value)
    }

    /// The same with the place of its key.
    pub fn entry(&self, name: &str) -> Option<(Span, Self)> {
        let is_it = |(key, _): &(NodeId, NodeId)| is_field(&self.tree.text(self.view, *key), name);
        let (key, value) = self.tree.entries(self.node).filter(is_it).last()?;
        Some((self.tree.span(key), self.child(value))).filter(|(_, value)| !value.is_null())
    }

    /// From a field's key to the end of its value; the message's own place if it is not set.
    pub fn place(&self, name: &str) -> Span {
        self.entry(name).map_or(self.span(), |(key, value)| key.to(value.first_line()))
    }

    /// A message's first line, so that a finding does not quote all of it.
    pub fn first_line(&self) -> Span {
        let span = self.span();
        let text = self.view.slice(span);
        let end = text.find('\n').unwrap_or(text.len());
        let line = text.get(..end).unwrap_or_default().trim_end();
        Span::new(span.start, span.start + line.len() as u32)
    }

    /// A field in a field in a field.
    pub fn path(&self, names: &[&str]) -> Option<Self> {
        names.iter().try_fold(*self, |message, name| message.field(name))
    }

    /// The first of these fields that is set.
    pub fn any(&self, names: &[&str]) -> Option<Self> {
        names.iter().find_map(|name| self.field(name))
    }

    /// The items of a list. A mapping or another value counts as a list of one (research 1.2; 1.40 takes `domains: "*"`).
    pub fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let message = *self;
        let is_value = self.kind() == NodeKind::Scalar && !self.is_null();
        let one = (self.is_mapping() || is_value).then_some(self.node);
        let list = self.is_list().then(|| self.tree.children(self.node));
        one.into_iter().chain(list.into_iter().flatten()).map(move |node| message.child(node))
    }

    /// The items of a list field; none if it is not set.
    pub fn list(&self, name: &str) -> impl Iterator<Item = Self> + use<'a> {
        self.field(name).into_iter().flat_map(|list| list.items())
    }

    /// A scalar's text; `None` for what is no scalar, or not known.
    pub fn text(&self) -> Option<Cow<'a, str>> {
        let is_known = self.tree.kind(self.node) == NodeKind::Scalar && !self.is_masked();
        is_known.then(|| self.tree.text(self.view, self.node))
    }

    /// Whether a template expression stands there.
    pub fn is_masked(&self) -> bool {
        self.view.is_masked(self.span())
    }

    /// What the program makes of a scalar before it looks at the field's type.
    pub fn scalar(&self) -> Scalar<'a> {
        self.tree.scalar(self.view, self.node)
    }

    /// A whole number, also as a text: in YAML `010` is 8, in a text it is 10 (research 1.2).
    pub fn integer(&self) -> Option<i128> {
        match self.scalar() {
            Scalar::Integer(number) => Some(i128::from(number)),
            Scalar::Number(text) => values::integer(text),
            Scalar::Text { value, .. } => values::integer(&value),
            Scalar::Null | Scalar::Bool(_) | Scalar::Masked => None,
        }
    }

    /// A text field.
    pub fn text_of(&self, name: &str) -> Option<Cow<'a, str>> {
        self.field(name)?.text()
    }

    /// The message in a configuration of an extension, and its type's name without its package: `Router`.
    pub fn extension(&self) -> Option<(Cow<'a, str>, Self)> {
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
