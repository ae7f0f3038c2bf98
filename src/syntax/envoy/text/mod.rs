//! The decoded value of a scalar, read again from its place in the text.

mod block;
mod flow;
mod json;

use std::borrow::Cow;

use super::node::{Node, Style};
use super::tree::Format;
use crate::source::View;

/// The value of a scalar.
#[inline]
pub(super) fn decode<'a>(view: View<'a>, node: &Node, format: Format) -> Cow<'a, str> {
    let raw = view.slice(node.span);
    match (node.style(), node.is_verbatim()) {
        (Style::Plain, true) => Cow::Borrowed(raw),
        (_, true) => Cow::Borrowed(inner(raw)),
        (Style::Literal, _) => Cow::Owned(block::decode(raw, node.indentation(), false)),
        (Style::Folded, _) => Cow::Owned(block::decode(raw, node.indentation(), true)),
        (_, _) if format == Format::Json => Cow::Owned(json::decode(inner(raw))),
        (Style::Plain, _) => Cow::Owned(flow::plain(raw)),
        (Style::SingleQuoted, _) => Cow::Owned(flow::single_quoted(inner(raw))),
        (Style::DoubleQuoted, _) => Cow::Owned(flow::double_quoted(inner(raw))),
    }
}

/// What stands between the quotes.
#[inline]
fn inner(raw: &str) -> &str {
    raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
}

/// A character from as many hexadecimal digits as `length` says, at the start of a text; and what follows them.
fn hexadecimal(text: &str, length: usize) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(length)?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten().map(|code| (code, rest))
}

/// A character written as `\u` and a high surrogate (already read) and `\u` and a low one; and what follows.
fn low_surrogate(high: u32, rest: &str) -> Option<(char, &str)> {
    let (low, rest) = hexadecimal(rest.strip_prefix("\\u")?, 4)?;
    let is_pair = (0xd800..0xdc00).contains(&high) && (0xdc00..0xe000).contains(&low);
    let code = is_pair.then(|| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))?;
    Some((char::from_u32(code)?, rest))
}
