//! Engines that write in braces: Jinja2, Go templates (Helm, consul-template, confd), Handlebars.

use std::ops::Range;

use memchr::{memchr, memchr3, memmem};

use super::token::{Opens, Token, TokenKind, is_line_end};

/// Ends of names of files that Jinja fills in.
const JINJA_NAMES: [&str; 3] = [".j2", ".jinja", ".jinja2"];

/// Finds the pieces of a template in braces.
pub(super) fn scan(path: &str, text: &str) -> Vec<Token> {
    let last = ["%}", "}}", "#}"].map(|mark| memmem::rfind(text.as_bytes(), mark.as_bytes()).unwrap_or(0));
    let has_tags = has_tags(text);
    let remarks = if has_tags || is_of_jinja(path) { Remarks::All } else { Remarks::Sure };
    let mut scanner = Scanner { text, last, at: 0, tokens: Vec::new(), has_tags, remarks };
    while scanner.step() {}
    scanner.tokens
}

/// Which `{# ... #}` are remarks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Remarks {
    /// The text is one of Jinja.
    All,
    /// Nothing tells that but values. In nginx `{#` may open a block with a comment behind it, and `#}` be a comment, too:
    /// remarks are those that end on their line, begin the text, or speak to lblint.
    Sure,
}

/// Whether a file's name says that Jinja fills it in.
fn is_of_jinja(path: &str) -> bool {
    JINJA_NAMES.iter().any(|end| path.ends_with(end))
}

/// Whether what follows `{#` makes a text a template although no other piece stands in it.
pub(super) fn begins_remark(path: &str, text: &str, at: usize) -> bool {
    is_of_jinja(path) || speaks_to_us(text.get(at..).unwrap_or_default())
}

fn speaks_to_us(remark: &str) -> bool {
    remark.trim_start_matches(['-', '+']).trim_start().starts_with("lblint:")
}

/// Whether there are tags `{% ... %}`: then `{{ ... }}` holds values only, and `{# ... #}` remarks.
fn has_tags(text: &str) -> bool {
    let last = memmem::rfind(text.as_bytes(), b"%}").unwrap_or(0);
    memmem::find_iter(text.as_bytes(), "{%").any(|at| begins_tag(text, at + 2) && at < last)
}

/// What follows `{%`: log formats of HAProxy hold `{%[...]}`.
pub(super) fn begins_tag(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.starts_with(|first: char| first.is_ascii_alphabetic() || " \t\r\n-+".contains(first))
}

/// What follows `{{`.
pub(super) fn begins_expression(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    // Three braces begin a value that is not escaped; editors fold text at three braces, too.
    if let Some(inner) = rest.strip_prefix('{') {
        return inner.starts_with(|first: char| first.is_ascii_alphabetic() || "_$".contains(first));
    }
    rest.starts_with(|first: char| first.is_ascii_alphabetic() || " \t\r\n-=.$\"'`#/+(_*!~>^".contains(first))
}

struct Scanner<'a> {
    text: &'a str,
    /// The last marks that close a tag, an expression and a remark.
    last: [usize; 3],
    at: usize,
    tokens: Vec<Token>,
    has_tags: bool,
    remarks: Remarks,
}

impl Scanner<'_> {
    /// Reads on to behind the next piece; false at the end.
    fn step(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let Some(found) = bytes.get(self.at..).and_then(|rest| memchr(b'{', rest)) else { return false };
        let start = self.at + found;
        self.at = start + 1;
        let end = match bytes.get(start + 1) {
            Some(b'{') if start < self.last[1] && begins_expression(self.text, start + 2) => self.expression(start),
            Some(b'%') if start < self.last[0] && begins_tag(self.text, start + 2) => self.tag(start),
            Some(b'#') if start < self.last[2] && self.begins_remark(start) => self.comment(start),
            _ => None,
        };
        self.at = end.unwrap_or(self.at);
        true
    }

    fn begins_remark(&self, start: usize) -> bool {
        let (before, rest) = self.text.split_at_checked(start + 2).unwrap_or_default();
        let ends_on_line = || rest.lines().next().is_some_and(|line| line.contains("#}"));
        let begins_text = || before.trim_start_matches('\u{feff}').trim() == "{#";
        match self.remarks {
            Remarks::All => true,
            Remarks::Sure => ends_on_line() || speaks_to_us(rest) || begins_text(),
        }
    }

    fn comment(&mut self, start: usize) -> Option<usize> {
        let end = start + self.text.get(start..)?.find("#}")? + 2;
        let code = self.text.get(start + 2..end - 2)?;
        self.push(start..end, TokenKind::Silent, code);
        Some(end)
    }

    fn tag(&mut self, start: usize) -> Option<usize> {
        let end = close_of(self.text, start + 2, "%}")?;
        let written = self.text.get(start + 2..end - 2)?;
        let code = written.trim_matches(['-', '+']).trim();
        if matches!(code, "raw" | "verbatim") {
            return self.literal(start..end, written, code);
        }
        self.push(start..end, tag_kind(code), written);
        Some(end)
    }

    /// `{% raw %} ... {% endraw %}`: what is between is text; actions in it are for the engine that fills in what Jinja writes.
    fn literal(&mut self, open: Range<usize>, written: &str, word: &str) -> Option<usize> {
        self.push(open.clone(), TokenKind::Silent, written);
        let rest = self.text.get(open.end..)?;
        let ends = memmem::find_iter(rest.as_bytes(), "{%");
        let is_end = |at: &usize| {
            let code = rest.get(at + 2..).unwrap_or_default().trim_start_matches(['-', '+', ' ', '\t']);
            code.strip_prefix("end").is_some_and(|code| code.starts_with(word))
        };
        let Some(start) = ends.into_iter().find(is_end).map(|at| open.end + at) else { return Some(self.text.len()) };
        let end = close_of(self.text, start + 2, "%}")?;
        self.actions(open.end..start);
        self.push(start..end, TokenKind::Silent, self.text.get(start + 2..end - 2)?);
        Some(end)
    }

    fn actions(&mut self, range: Range<usize>) {
        let text = self.text.get(..range.end).unwrap_or_default();
        let last = [0, memmem::rfind(text.as_bytes(), b"}}").unwrap_or(0), 0];
        let tokens = std::mem::take(&mut self.tokens);
        let mut inner = Scanner { text, last, at: range.start, tokens, has_tags: false, remarks: Remarks::Sure };
        while inner.step() {}
        self.tokens = inner.tokens;
    }

    fn expression(&mut self, start: usize) -> Option<usize> {
        let rest = self.text.get(start + 2..)?;
        let is_remark = rest.trim_start_matches(['-', ' ']).starts_with("/*");
        let mut end = if is_remark {
            let closed = start + 2 + rest.find("*/")?;
            closed + self.text.get(closed..)?.find("}}")? + 2
        } else {
            close_of(self.text, start + 2, "}}")?
        };
        if rest.starts_with('{') && self.text.get(end..)?.starts_with('}') {
            end += 1;
        }
        let written = self.text.get(start + 2..end - 2)?;
        let code = written.trim_matches(['-', '+', '~']).trim();
        let kind = if self.has_tags { TokenKind::Value } else { action_kind(code) };
        let kind = match kind {
            TokenKind::Value if is_for_people(code) => TokenKind::Silent,
            TokenKind::Value if is_line_end(code) => TokenKind::LineEnd,
            kind => kind,
        };
        self.push(start..end, kind, written);
        Some(end)
    }

    fn push(&mut self, span: Range<usize>, kind: TokenKind, code: &str) {
        let mut token = Token::new(span, kind);
        token.trims_left = code.starts_with(['-', '~']);
        token.trims_right = code.ends_with(['-', '~']);
        self.tokens.push(token);
    }
}

/// Ansible's remark on who writes the file: a comment comes out.
fn is_for_people(code: &str) -> bool {
    code.starts_with("ansible_managed") || code.ends_with("| comment") || code.contains("| comment(")
}

/// The end of a piece: strings may hold the mark that closes it.
fn close_of(text: &str, from: usize, mark: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let plain = from + memmem::find(bytes.get(from..)?, mark.as_bytes())? + mark.len();
    let (mut at, first) = (from, *mark.as_bytes().first()?);
    while at < bytes.len() {
        match bytes.get(at)? {
            quote @ (b'"' | b'\'' | b'`') => match end_of_string(bytes, at + 1, *quote) {
                Some(end) => at = end,
                None => return Some(plain),
            },
            byte if *byte == first && bytes.get(at..)?.starts_with(mark.as_bytes()) => return Some(at + mark.len()),
            _ => at += 1,
        }
    }
    Some(plain)
}

/// Longest string in an expression, in bytes.
const LONGEST_STRING: usize = 4096;

/// Behind the quote that ends a string; `None` if its line ends first. Only between backticks strings have several lines.
fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let rest = rest.get(..LONGEST_STRING).unwrap_or(rest);
    let mut at = 0;
    loop {
        at += memchr3(quote, b'\\', b'\n', rest.get(at..)?)?;
        match rest.get(at)? {
            found if *found == quote => return Some(start + at + 1),
            b'\n' if quote != b'`' => return None,
            b'\\' if quote != b'`' => at += 2,
            _ => at += 1,
        }
    }
}

/// `{% ... %}`
fn tag_kind(code: &str) -> TokenKind {
    let word = code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default();
    match word {
        "if" | "ifequal" | "unless" => TokenKind::Open(Opens::Condition),
        "for" | "macro" | "call" => TokenKind::Open(Opens::Loop),
        "block" | "filter" | "with" | "autoescape" => TokenKind::Open(Opens::Plain),
        "set" if !code.contains('=') => TokenKind::Open(Opens::Hidden),
        "elif" | "elsif" | "elseif" => TokenKind::Arm(false),
        "else" | "empty" => TokenKind::Arm(true),
        "include" => TokenKind::Value,
        word if word.starts_with("end") => TokenKind::Close,
        _ => TokenKind::Silent,
    }
}

/// `{{ ... }}` of Go and of Handlebars.
fn action_kind(code: &str) -> TokenKind {
    if let Some(kind) = handlebars_kind(code) {
        return kind;
    }
    let word = code.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default();
    let is_whole = code.len() == word.len();
    match word {
        "if" | "with" if !is_whole => TokenKind::Open(Opens::Condition),
        "range" | "define" if !is_whole => TokenKind::Open(Opens::Loop),
        "block" if !is_whole => TokenKind::Open(Opens::Plain),
        "else" => TokenKind::Arm(is_whole),
        "end" if is_whole => TokenKind::Close,
        "break" | "continue" if is_whole => TokenKind::Silent,
        "" if is_assignment(code) => TokenKind::Silent,
        _ => TokenKind::Value,
    }
}

fn handlebars_kind(code: &str) -> Option<TokenKind> {
    let (first, rest) = code.split_at_checked(1)?;
    Some(match first {
        "/" if rest.starts_with('*') => TokenKind::Silent,
        "#" if rest.starts_with("if") || rest.starts_with("unless") || rest.starts_with("with") => {
            TokenKind::Open(Opens::Condition)
        }
        "#" => TokenKind::Open(Opens::Loop),
        "^" => TokenKind::Open(Opens::Condition),
        "/" => TokenKind::Close,
        "!" => TokenKind::Silent,
        _ => return None,
    })
}

/// `$name := ...` and `$name = ...`
fn is_assignment(code: &str) -> bool {
    let names = |letter: char| letter.is_ascii_alphanumeric() || "_$, \t".contains(letter);
    let rest = code.trim_start_matches(names);
    code.starts_with('$') && (rest.starts_with(":=") || (rest.starts_with('=') && !rest.starts_with("==")))
}
