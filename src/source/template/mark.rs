//! Marks of programs that fill in files: `%%NAME%%`, `@@NAME@@`, `__NAME__` alone on a line; in files that are named as
//! templates also within one, and `@NAME@` (autoconf, `CMake`).

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

/// Finds the lines that are nothing but `{name}`, which Python's `str.format` fills in, in a file that is named as a template.
pub(super) fn in_braces(text: &str) -> Vec<Token> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').filter_map(|line| {
        let first = at + line.len() - line.trim_start().len();
        at += line.len();
        let name = line.trim().strip_prefix('{')?.strip_suffix('}')?;
        let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        is_name.then(|| Token::new(first..first + name.len() + 2, TokenKind::Value))
    });
    lines.collect()
}

/// Finds the marks within lines of a file that is named as a template. A lone `@` is a mark there, too: what stands between
/// two of them is one name.
pub(super) fn within(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = MARKS.iter().flat_map(|mark| between(text, mark, is_mark)).collect();
    let is_name = |mark: &str| {
        let name = mark.trim_matches('@');
        !name.is_empty()
            && mark.len() == name.len() + 2
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    found.extend(between(text, "@", is_name));
    found
}

/// The texts from one sign to the next on a line that are a mark.
fn between(text: &str, sign: &str, is_mark: impl Fn(&str) -> bool) -> Vec<Token> {
    let (mut found, mut open) = (Vec::new(), None);
    for at in memmem::find_iter(text.as_bytes(), sign) {
        let end = at + sign.len();
        let span = open.map(|start| start..end);
        let mark = span.filter(|span| text.get(span.clone()).is_some_and(|mark| !mark.contains('\n') && is_mark(mark)));
        open = if mark.is_some() { None } else { Some(at) };
        found.extend(mark.map(|span| Token::new(span, TokenKind::Value)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{in_braces, is_mark, scan, within};

    #[test]
    fn marks_within_lines() {
        let text =
            "server a @HOST@:@PORT@ id %%ID%% user@host __NAME__:80 @@X@@ @bin dir@ unix@/run/@prefix@/x\n@ @A\nb@";
        let mut found = within(text);
        found.sort_by_key(|token| (token.span.start, token.span.end));
        let found: Vec<&str> = found.into_iter().map(|token| &text[token.span]).collect();
        assert_eq!(found, ["@HOST@", "@PORT@", "%%ID%%", "__NAME__", "@@X@@", "@X@", "@prefix@"]);
    }

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
    fn names_in_braces_alone_on_a_line() {
        let text = "{acls}\n  {be_2}\r\n{ x }\n{}\nif { ssl_fc }\nlocation / {\n}\n{a} b\n{last}";
        let found: Vec<&str> = in_braces(text).into_iter().map(|token| &text[token.span]).collect();
        assert_eq!(found, ["{acls}", "{be_2}", "{last}"]);
    }

    #[test]
    fn only_whole_lines_are_marks() {
        let text = "  %%GLOBALS%%\nlisten %%PORT%%;\n@@X@@";
        let found: Vec<&str> = scan(text).into_iter().map(|token| &text[token.span]).collect();
        assert_eq!(found, ["%%GLOBALS%%", "@@X@@"]);
    }
}
