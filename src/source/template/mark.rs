//! Marks of programs that fill in files: `%%NAME%%`, `@@NAME@@`, `__NAME__` alone on a line.

use memchr::memmem;

use super::token::{Token, TokenKind};

const MARKS: [&str; 3] = ["%%", "@@", "__"];

/// Whether a text is nothing but such a mark.
pub(crate) fn is_mark(text: &str) -> bool {
    let name = MARKS.into_iter().find_map(|mark| text.strip_prefix(mark)?.strip_suffix(mark));
    let part = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    name.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(part))
}

/// Finds the lines that are nothing but a mark.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for mark in MARKS {
        let mut behind = 0;
        for at in memmem::find_iter(text.as_bytes(), mark) {
            if at < behind {
                continue;
            }
            let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
            let rest = text.get(at..).unwrap_or_default();
            let end = at + rest.find('\n').unwrap_or(rest.len());
            behind = end;
            let line = text.get(start..end).unwrap_or_default();
            if is_mark(line.trim()) {
                let first = start + line.len() - line.trim_start().len();
                found.push(Token::new(first..first + line.trim().len(), TokenKind::Value));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{is_mark, scan};

    #[test]
    fn marks_of_programs_that_fill_in_files() {
        for text in ["%%TEST_GLOBALS%%", "@@X@@", "__SITES__"] {
            assert!(is_mark(text), "{text}");
        }
        for text in ["%%PORT%%;", "__index", "%%%%", "@@a b@@", "____", "X"] {
            assert!(!is_mark(text), "{text}");
        }
    }

    #[test]
    fn only_whole_lines_are_marks() {
        let text = "  %%GLOBALS%%\nlisten %%PORT%%;\n@@X@@";
        let found: Vec<&str> = scan(text).into_iter().map(|token| &text[token.span]).collect();
        assert_eq!(found, ["%%GLOBALS%%", "@@X@@"]);
    }
}
