//! What the program makes of a scalar before it knows the type of the field.

use std::borrow::Cow;

use super::node::{Node, NodeKind, Style, Tag};
use super::text;
use super::tree::Format;
use super::values;
use crate::source::View;

/// A scalar as the program passes it on to the type of the field.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// Nothing: the field stays unset.
    Null,
    /// `true` or `false`, in YAML also `yes`, `on`, `y` and their like.
    Bool(bool),
    /// A number that fits 32 bits.
    Integer(i64),
    /// A text.
    Text {
        /// The text.
        value: Cow<'a, str>,
        /// It is written as a number that does not fit 32 bits; the program makes it a text (in decimal).
        from_number: bool,
    },
    /// A number of JSON that is no such number.
    Number(&'a str),
    /// Bytes that are not known.
    Masked,
}

impl<'a> Scalar<'a> {
    /// A text that is written as one.
    fn text(value: Cow<'a, str>) -> Self {
        Self::Text { value, from_number: false }
    }
}

/// What the program makes of a node.
pub(super) fn of<'a>(view: View<'a>, node: &Node, format: Format) -> Scalar<'a> {
    match node.kind() {
        NodeKind::Scalar if !view.is_masked(node.span) => {}
        NodeKind::Mapping | NodeKind::Sequence => return Scalar::text(Cow::Borrowed("")),
        NodeKind::Scalar | NodeKind::Alias | NodeKind::Error => return Scalar::Masked,
    }
    let value = text::decode(view, node, format);
    match (format, node.tag(), node.style()) {
        (Format::Json, _, Style::Plain) => json(view.slice(node.span)),
        (Format::Json, ..) | (_, Tag::Text, _) => Scalar::text(value),
        (_, Tag::None, Style::Plain) if is_null(&value) => Scalar::Null,
        (_, Tag::None, Style::Plain) | (_, Tag::Ignore | Tag::Other, _) => untagged(value),
        (_, Tag::None, _) => Scalar::text(value),
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// A word without quotes in YAML.
fn untagged(value: Cow<'_, str>) -> Scalar<'_> {
    if let Some(value) = boolean(&value) {
        return Scalar::Bool(value);
    }
    match values::yaml_integer(&value) {
        Some(number) if i32::try_from(number).is_ok() => Scalar::Integer(number),
        Some(number) => Scalar::Text { value: Cow::Owned(number.to_string()), from_number: true },
        None => Scalar::text(value),
    }
}

/// The words of YAML 1.1: in small letters, in capitals, or with a capital first.
fn boolean(text: &str) -> Option<bool> {
    const TRUE: [&str; 4] = ["y", "yes", "true", "on"];
    const FALSE: [&str; 4] = ["n", "no", "false", "off"];
    let is = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let value = if is(TRUE) { true } else { is(FALSE).then_some(false)? };
    let (first, rest) = text.split_at_checked(1)?;
    let small = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_regular = small(rest) || (!small(first) && rest.bytes().all(|byte| byte.is_ascii_uppercase()));
    is_regular.then_some(value)
}

/// A word without quotes in JSON.
fn json(text: &str) -> Scalar<'_> {
    match text {
        "null" => Scalar::Null,
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        _ => match text.parse::<i32>() {
            Ok(number) => Scalar::Integer(number.into()),
            Err(_) => Scalar::Number(text),
        },
    }
}
