//! Where reading goes on after something that the program gives up at.

use memchr::{memchr, memrchr};

use super::lexer::{self, RawWord};

/// Where the first line of a word ends, trailing blanks left out.
pub(super) fn first_line_end(text: &[u8], word: RawWord) -> usize {
    let word_text = text.get(word.start..word.end).unwrap_or_default();
    match memchr(b'\n', word_text) {
        Some(feed) => word.start + lexer::content_end(word_text.get(..feed).unwrap_or_default()),
        None => word.end,
    }
}

/// Whether the word that ends at `end` has a `}` as its last byte and no brace before it.
pub(super) fn ends_with_brace(text: &[u8], end: usize) -> bool {
    let word = text.get(..end).and_then(|before| before.strip_suffix(b"}")).unwrap_or_default();
    let mut before = word.iter().rev().take_while(|&&byte| !lexer::is_blank(byte));
    text.get(end.saturating_sub(1)) == Some(&b'}') && before.all(|&byte| byte != b'{' && byte != b'}')
}

/// The end of a block by its looks: after the first `}` that begins a line, indented no further than the line that holds
/// the opening brace, at `open`.
pub(super) fn end_by_indentation(text: &[u8], open: usize) -> Option<usize> {
    let before = text.get(..open)?;
    let line = memrchr(b'\n', before).map_or(0, |feed| feed + 1);
    let most = indentation(before.get(line..)?);
    let mut at = open;
    loop {
        at += memchr(b'\n', text.get(at..)?)? + 1;
        let rest = text.get(at..)?;
        let own = indentation(rest);
        if own <= most && rest.get(own) == Some(&b'}') {
            return Some(at + own + 1);
        }
    }
}

fn indentation(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}
