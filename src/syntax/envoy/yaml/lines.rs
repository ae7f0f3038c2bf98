//! The lines of a YAML text as recovery sees them: indentation, dashes and keys, without a full reading.

use memchr::{memchr, memrchr};

/// What may stand between words, and means nothing there.
pub(super) const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// A dash, a question mark or a key's colon, behind which a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Offset of the `-`, the `?` or the `:`.
    pub(super) at: usize,
    /// Offset of the value.
    pub(super) value: usize,
    /// Column of the item: of the dash, the question mark, or the key.
    pub(super) column: usize,
    /// The `-`, the `?` or the `:`.
    pub(super) byte: u8,
}

impl Mark {
    pub(super) const fn is_key(&self) -> bool {
        self.byte == b':'
    }
}

/// A line with something on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    text: &'a str,
    /// Offset of its first byte.
    pub(super) start: usize,
    /// Offset behind its last byte that is no blank.
    pub(super) end: usize,
    /// Offset of the first byte that is no blank.
    pub(super) content: usize,
}

impl<'a> Line<'a> {
    /// The line that holds an offset; `None` if nothing stands on it.
    pub(super) fn at(text: &'a str, offset: usize) -> Option<Self> {
        let (before, after) = text.as_bytes().split_at_checked(offset)?;
        let start = memrchr(b'\n', before).map_or(0, |feed| feed + 1);
        let end = offset + memchr(b'\n', after).unwrap_or(after.len());
        let line = text.get(start..end)?;
        let trimmed = line.trim_start_matches([' ', '\t', '\r', '\u{feff}']);
        let content = start + line.len() - trimmed.len();
        (!trimmed.is_empty()).then(|| Self {
            text,
            start,
            end: content + trimmed.trim_end_matches(BLANKS).len(),
            content,
        })
    }

    /// The nearest line before this one with something else on it than a comment.
    pub(super) fn before(&self) -> Option<Self> {
        let mut start = self.start;
        while start > 0 {
            let line = Self::at(self.text, start - 1);
            match line {
                Some(line) if !line.is_comment() => return Some(line),
                _ => start = memrchr(b'\n', self.text.as_bytes().get(..start - 1)?).map_or(0, |feed| feed + 1),
            }
        }
        None
    }

    /// The nearest line before this one that is indented less, or as much if this one is an item of a list below it.
    pub(super) fn parent(&self) -> Option<Self> {
        let own = self.column();
        let is_less = |line: &Self| line.column() < own || (line.column() == own && self.is_item() && !line.is_item());
        std::iter::successors(self.before(), Self::before).find(is_less)
    }

    /// The nearest line before this one that is not indented more.
    pub(super) fn neighbour(&self) -> Option<Self> {
        std::iter::successors(self.before(), Self::before).find(|line| line.column() <= self.column())
    }

    /// Spaces before a tab or the content.
    pub(super) fn column(&self) -> usize {
        let indentation = self.text.get(self.start..self.content).unwrap_or_default();
        indentation.find('\t').unwrap_or(indentation.len())
    }

    /// Offset of a tab in the indentation.
    pub(super) fn tab(&self) -> Option<usize> {
        let indentation = self.text.get(self.start..self.content).unwrap_or_default();
        Some(self.start + indentation.find('\t')?)
    }

    pub(super) fn is_comment(&self) -> bool {
        self.rest(self.content).starts_with('#')
    }

    fn is_item(&self) -> bool {
        is_indicator(self.rest(self.content), b'-')
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..self.end).unwrap_or_default()
    }

    /// The dashes and the key at the start of the line.
    pub(super) fn marks(&self) -> Vec<Mark> {
        let (mut marks, mut at) = (Vec::new(), self.content);
        loop {
            let rest = self.rest(at);
            let is_item = is_indicator(rest, b'-') || is_indicator(rest, b'?');
            let mark = if is_item { Some(at) } else { key_length(rest).map(|length| at + length) };
            let Some(mark) = mark else { return marks };
            let blanks = self.rest(mark + 1).len() - self.rest(mark + 1).trim_start_matches(BLANKS).len();
            let value = mark + 1 + blanks;
            let byte = self.text.as_bytes().get(mark).copied().unwrap_or_default();
            marks.push(Mark { at: mark, value, column: at - self.start, byte });
            if !is_item {
                return marks;
            }
            at = value;
        }
    }

    /// Behind the last line that belongs to an item which begins on this line in a column.
    pub(super) fn end_of_item(&self, column: usize, is_key: bool) -> usize {
        let mut end = self.end;
        let belongs = |line: &Line<'_>| {
            let closes = self.text.as_bytes().get(line.content).is_some_and(|byte| matches!(byte, b'}' | b']'));
            line.column() > column
                || line.tab().is_some()
                || (line.column() == column && (closes || is_key && line.is_item()))
        };
        let mut next = end;
        while let Some(feed) = memchr(b'\n', self.text.as_bytes().get(next..).unwrap_or_default()) {
            next += feed + 1;
            match Line::at(self.text, next) {
                Some(line) if line.is_comment() => {}
                Some(line) if belongs(&line) => end = line.end,
                Some(_) => break,
                None => {}
            }
        }
        end
    }
}

/// Whether a text begins with a dash or a question mark that stands alone.
fn is_indicator(text: &str, indicator: u8) -> bool {
    match text.as_bytes() {
        [first, rest @ ..] => *first == indicator && rest.first().is_none_or(u8::is_ascii_whitespace),
        [] => false,
    }
}

/// Length of the key at the start of a text, up to its colon.
fn key_length(text: &str) -> Option<usize> {
    let quoted = match text.as_bytes().first()? {
        quote @ (b'"' | b'\'') => memchr(*quote, text.as_bytes().get(1..)?)? + 2,
        b'[' | b'{' | b']' | b'}' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b',' => return None,
        _ => 0,
    };
    let after = text.get(quoted..)?;
    let is_colon = |at: &usize| after.as_bytes().get(at + 1).is_none_or(u8::is_ascii_whitespace);
    let colon = after.match_indices(':').map(|(at, _)| at).find(is_colon)?;
    let before = after.get(..colon)?;
    let is_key = if quoted > 0 { before.trim().is_empty() } else { !before.contains(" #") };
    is_key.then_some(quoted + colon)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> Vec<(usize, usize, usize)> {
        Line::at(text, 0).unwrap().marks().iter().map(|mark| (mark.at, mark.value, mark.column)).collect()
    }

    #[test]
    fn marks_are_dashes_and_the_first_key() {
        assert_eq!(marks("  - - name: a: b"), [(2, 4, 2), (4, 6, 4), (10, 12, 6)]);
        assert_eq!(marks("\"a: b\" : c"), [(7, 9, 0)]);
        assert_eq!(marks("a:b # c: d"), []);
        assert_eq!(marks("-x: \"y"), [(2, 4, 0)]);
    }

    #[test]
    fn an_item_ends_before_its_sibling() {
        let text = "a:\n  b: 1\n\n  # c\n- d\n\nb: 2\n";
        let line = Line::at(text, 0).unwrap();
        assert_eq!(&text[..line.end_of_item(0, true)], "a:\n  b: 1\n\n  # c\n- d");
        assert_eq!(&text[..line.end_of_item(0, false)], "a:\n  b: 1");
    }

    #[test]
    fn lists_may_stand_below_their_key() {
        let text = "a:\n- b\n- c: 1\n  d\n";
        let last = Line::at(text, text.len() - 2).unwrap();
        let item = last.parent().unwrap();
        assert_eq!((last.column(), item.start, item.parent().unwrap().start), (2, 7, 0));
    }
}
