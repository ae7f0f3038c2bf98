//! Finds where a value begins that the parser places further behind: block scalars and lists.

/// Offset of the `|` or `>` that begins a block scalar.
pub(super) fn block_scalar(text: &str) -> usize {
    find(text, |rest| matches!(rest, [b'|' | b'>', ..])).unwrap_or(text.len())
}

/// Offset of the first dash of a list.
pub(super) fn list(text: &str) -> Option<usize> {
    find(text, |rest| match rest {
        [b'-', next, ..] => next.is_ascii_whitespace(),
        rest => rest == b"-",
    })
}

/// Offset of the first byte with which something begins. Before it may stand blanks, comments, punctuation, directives, an
/// anchor and a tag.
fn find(text: &str, begins: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.as_bytes().get(at..).filter(|rest| !rest.is_empty())?;
        let length = match rest {
            rest if begins(rest) => return Some(at),
            [b'#' | b'%', ..] => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')),
            [b'&' | b'!', ..] => rest.iter().position(u8::is_ascii_whitespace),
            _ => Some(1),
        };
        at += length.unwrap_or(rest.len());
    }
}
