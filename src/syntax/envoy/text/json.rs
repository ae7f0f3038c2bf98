//! Values of strings of JSON.

use super::{hexadecimal, low_surrogate};

/// What stands between the quotes, with its escapes resolved.
pub(super) fn decode(raw: &str) -> String {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        rest = escape(&mut value, after);
    }
    value.push_str(rest);
    value
}

/// Resolves the escape behind a backslash; gives what follows it.
fn escape<'a>(value: &mut String, rest: &'a str) -> &'a str {
    let Some(kind) = rest.chars().next() else { return rest };
    let after = rest.get(kind.len_utf8()..).unwrap_or_default();
    if let Some((code, after)) = (kind == 'u').then(|| hexadecimal(after, 4)).flatten() {
        let pair = low_surrogate(code, after);
        let single = || (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), after);
        let (character, after) = pair.unwrap_or_else(single);
        value.push(character);
        return after;
    }
    value.push(match kind {
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    });
    after
}
