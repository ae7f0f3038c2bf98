//! Finds the header of a block scalar in what stands before its lines.

/// Offset of the `|` or `>` that begins a block scalar. Before it may stand blanks, comments, `-`, `?` and `:`, directives,
/// an anchor and a tag.
pub(super) fn find(text: &str) -> usize {
    let mut at = 0;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        at += match rest {
            [b'|' | b'>', ..] => return at,
            [b'#' | b'%', ..] => rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len()),
            [b'&' | b'!', ..] => rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len()),
            _ => 1,
        };
    }
    text.len()
}
