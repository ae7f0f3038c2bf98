//! Where a Lua block ends, exactly as lua-nginx-module finds out: strings, comments, long brackets and braces.
//!
//! Its patterns are those of util/gen-lexer-c; what they do not match is passed over, a quote that is not closed on its
//! line for one. The module's buffer sets limits to long brackets and to code without any of these, which depend on
//! where in the file the code stands; they are not checked.

use memchr::{memchr, memchr_iter};

/// Why a Lua block has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defect {
    /// The text ends first. The module complains at the brace that it saw opened last, which is this one.
    Unclosed { brace: usize },
    /// A long bracket that nothing closes, from its first byte to its second `[`.
    LongBracket { start: usize, end: usize },
}

/// The offset of the brace that closes the block whose opening brace stands at `open`.
pub(super) fn closing_brace(text: &[u8], open: usize) -> Result<usize, Defect> {
    Scanner { text, at: open + 1, level: 1, last_open: open, no_string_before: [0; 2] }.run()
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    level: u32,
    last_open: usize,
    /// No string begins with `"`, or `'`, before this offset: a scan that began further left got here in vain.
    no_string_before: [usize; 2],
}

impl Scanner<'_> {
    fn run(mut self) -> Result<usize, Defect> {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'{' => {
                    self.level += 1;
                    self.last_open = self.at;
                }
                b'}' if self.level == 1 => return Ok(self.at),
                b'}' => self.level -= 1,
                b'[' => self.long_bracket(self.at)?,
                b'-' => self.comment()?,
                b'"' => self.string(b'"', 0),
                b'\'' => self.string(b'\'', 1),
                _ => {}
            }
            self.at += 1;
        }
        Err(Defect::Unclosed { brace: self.last_open })
    }

    /// If a long bracket opens at `at`, moves to its last byte; `[` alone is passed over.
    fn long_bracket(&mut self, at: usize) -> Result<(), Defect> {
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let level = rest.iter().take_while(|&&byte| byte == b'=').count();
        if rest.get(level) != Some(&b'[') {
            return Ok(());
        }
        let inside = at + level + 2;
        match closing_bracket(self.text.get(inside..).unwrap_or_default(), level) {
            Some(length) => {
                self.at = inside + length + level + 1;
                Ok(())
            }
            None => Err(Defect::LongBracket { start: self.at, end: inside }),
        }
    }

    /// If a comment begins here, moves to its last byte.
    fn comment(&mut self) -> Result<(), Defect> {
        if self.text.get(self.at + 1) != Some(&b'-') {
            return Ok(());
        }
        let start = self.at;
        if self.text.get(start + 2) == Some(&b'[') {
            self.long_bracket(start + 2)?;
        }
        if self.at == start {
            let rest = self.text.get(start..).unwrap_or_default();
            self.at += memchr(b'\n', rest).unwrap_or(rest.len()) - 1;
        }
        Ok(())
    }

    /// If a string begins here and ends on its line, moves to its closing quote.
    fn string(&mut self, quote: u8, index: usize) {
        let no_string_before = self.no_string_before.get(index).copied().unwrap_or_default();
        if self.at < no_string_before {
            return;
        }
        let mut at = self.at + 1;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'\n' => break,
                b'\\' if self.text.get(at + 1) == Some(&b'\n') => break,
                b'\\' => at += 1,
                _ if byte == quote => {
                    self.at = at;
                    return;
                }
                _ => {}
            }
            at += 1;
        }
        if let Some(before) = self.no_string_before.get_mut(index) {
            *before = at;
        }
    }
}

/// Where `]`, `level` times `=`, and `]` stand.
fn closing_bracket(text: &[u8], level: usize) -> Option<usize> {
    memchr_iter(b']', text).find(|&at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.get(level) == Some(&b']') && rest.iter().take(level).all(|&byte| byte == b'=')
    })
}
