//! What tells nginx's language from others: directives that fit into one context, and hardly anything else.

use crate::analysis::grammars::Grammars;
use crate::source::View;
use crate::syntax::nginx::{Tally, dump_parts, fit, parse};

/// How much of a text must already look like nginx before all of it is read, in bytes.
const GLANCE: usize = 4096;

/// At least two directives that a context has, one of them of a name that other languages do not use.
pub(super) fn is_nginx(text: &str, grammars: &Grammars) -> bool {
    let text = statements(first_file(text));
    if !begins_like_one(text) || memchr::memchr(b';', text.as_bytes()).is_none() {
        return false;
    }
    let glance = beginning(text);
    let seen = tally(glance, grammars);
    if seen.telling == 0 || seen.fitting < seen.unknown {
        return false;
    }
    is_evidence(if glance.len() < text.len() { tally(text, grammars) } else { seen })
}

/// Of a dump the first file: the others stand in contexts of their own.
fn first_file(text: &str) -> &str {
    let view = View::new(text, 0);
    dump_parts(view).first().map_or(text, |(_, part)| view.slice(*part))
}

fn beginning(text: &str) -> &str {
    let mut lengths = (GLANCE..GLANCE + 4).filter(|_| text.len() > GLANCE);
    lengths.find_map(|length| text.get(..length)).unwrap_or(text)
}

const fn is_evidence(tally: Tally) -> bool {
    let Tally { fitting, telling, misfitting, unknown } = tally;
    fitting >= 2 && telling >= 1 && fitting >= 4 * unknown && fitting >= 2 * misfitting
}

fn tally(text: &str, grammars: &Grammars) -> Tally {
    let view = View::new(text, 0);
    let tree = parse(view, grammars.nginx(), &mut Vec::new());
    fit(&tree, view, grammars.nginx()).tally
}

/// The text from its first statement on.
fn statements(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    rest
}

/// Whether the first word could be a directive: lower case, `_`, digits.
fn begins_like_one(text: &str) -> bool {
    let end = text
        .find(|character: char| !(character.is_ascii_lowercase() || character == '_' || character.is_ascii_digit()));
    let after = end.and_then(|end| text.get(end..)?.chars().next());
    end != Some(0)
        && after.is_some_and(|character| character.is_ascii_whitespace() || character == ';' || character == '{')
}
