//! Reads a text and builds the tree; every complaint of the program's own reader of tokens and blocks is made here.

use std::borrow::Cow;

use memchr::memchr;

use super::lexer::{self, BUFFER, RawWord, WordFlags};
use super::recovery;
use super::statement::{Statement, StatementKind};
use super::tree::Tree;
use super::value;
use super::vocabulary::{BlockKind, Vocabulary};
use super::{KeywordId, NO_PARENT};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Span, View};
use crate::syntax::ids::BYTE_ORDER_MARK;

/// How many Lua blocks without an end are looked for another end by their indentation.
const LUA_RECOVERIES: u32 = 16;

/// Reads a text. Never fails: what the program would refuse is in `diagnostics`, in the order in which the program
/// meets it, and reading goes on with the next statement.
///
/// The first diagnostic stands on the line that the program names: an unclosed block or quote therefore at the end of the
/// text, where the payload of the kind says what was opened. Whether a directive exists and takes a block is not asked.
pub fn parse<V: Vocabulary + ?Sized>(view: View<'_>, vocabulary: &V, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    parse_within(view, BlockKind::Ordinary, vocabulary, diagnostics)
}

/// Reads a text as one that stands in a block of this kind: a file that is included there.
pub fn parse_within<V: Vocabulary + ?Sized>(
    view: View<'_>,
    outside: BlockKind,
    vocabulary: &V,
    diagnostics: &mut Vec<Diagnostic>,
) -> Tree {
    let mut reader = Reader {
        view,
        text: view.text.as_bytes(),
        outside,
        vocabulary,
        diagnostics,
        tree: Tree::default(),
        open: Vec::new(),
        at: 0,
        lua_recoveries: LUA_RECOVERIES,
    };
    reader.read();
    reader.tree
}

/// A block whose end is not reached yet.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) statement: u32,
    pub(super) kind: BlockKind,
    /// What to show if it stays open.
    pub(super) header: Span,
}

pub(super) struct Reader<'a, 'b, V: ?Sized> {
    pub(super) view: View<'a>,
    pub(super) text: &'a [u8],
    /// The kind of the block that the text as a whole stands in.
    outside: BlockKind,
    pub(super) vocabulary: &'b V,
    pub(super) diagnostics: &'b mut Vec<Diagnostic>,
    pub(super) tree: Tree,
    pub(super) open: Vec<Open>,
    /// Everything before this offset is read.
    pub(super) at: usize,
    /// How many more Lua blocks may be recovered from.
    pub(super) lua_recoveries: u32,
}

/// What ended a statement; the reader stands at it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// `;`, `{` or `}`.
    Terminator(u8),
    TextEnd,
    /// The statement is given up, and reading goes on where the reader stands.
    GivenUp,
    /// A template expression that stands for whole statements.
    Splice,
}

/// A statement up to what ends it.
pub(super) struct Shape {
    pub(super) first: RawWord,
    /// End of the last word.
    pub(super) end: usize,
    pub(super) words: u32,
    pub(super) comment: bool,
    /// The program refuses one of the words; it has been complained about.
    pub(super) defect: bool,
    pub(super) stop: Stop,
}

impl<'a, V: Vocabulary + ?Sized> Reader<'a, '_, V> {
    fn read(&mut self) {
        self.skip_byte_order_mark();
        // About one statement in 40 bytes; growing a vector of 16 byte items is cheap.
        self.tree.statements.reserve(self.text.len() / 48);
        loop {
            self.skip_trivia();
            match self.text.get(self.at) {
                None => return self.end_of_text(),
                Some(b'}') => self.close(),
                Some(b'{') => {
                    self.unexpected_terminator();
                    self.headless(BlockKind::Ordinary);
                }
                Some(b';') => {
                    self.unexpected_terminator();
                    self.at += 1;
                }
                Some(_) => self.statement(),
            }
        }
    }

    /// The program takes the mark as a part of the first word, whatever that is.
    fn skip_byte_order_mark(&mut self) {
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
            self.report(self.span(0, self.at), Kind::ByteOrderMark);
        }
    }

    /// Moves over blanks and comments; says whether there was a comment.
    #[inline]
    fn skip_trivia(&mut self) -> bool {
        self.at = lexer::skip_blanks(self.text, self.at);
        if self.text.get(self.at) != Some(&b'#') {
            return false;
        }
        while self.text.get(self.at) == Some(&b'#') {
            let end = lexer::comment_end(self.text, self.at);
            // The program keeps the whole comment in its buffer, and needs one more byte to see that it is full.
            if end - self.at >= BUFFER && self.text.len() > self.at + BUFFER {
                self.report(self.span(self.at, end), Kind::TooLong(BUFFER as u32));
            }
            self.at = lexer::skip_blanks(self.text, end);
        }
        true
    }

    #[inline]
    fn statement(&mut self) {
        let shape = self.scan();
        match shape.stop {
            Stop::Terminator(b';') => {
                self.at += 1;
                self.simple(&shape, shape.defect);
            }
            Stop::Terminator(b'{') => self.block(&shape),
            Stop::Terminator(_) => self.missing_terminator(&shape),
            Stop::TextEnd => self.unexpected_end(&shape),
            Stop::GivenUp => self.simple(&shape, true),
            Stop::Splice => self.simple(&shape, false),
        }
    }

    /// Reads words up to what ends the statement.
    #[inline]
    fn scan(&mut self) -> Shape {
        let first = lexer::read_word(self.text, self.at);
        let mut word = first;
        let mut shape = Shape { first, end: first.end, words: 0, comment: false, defect: false, stop: Stop::TextEnd };
        loop {
            shape.words += 1;
            shape.end = word.end;
            self.at = word.end;
            if !self.accept(word, &mut shape) {
                return shape;
            }
            shape.comment |= self.skip_trivia();
            match self.text.get(self.at) {
                None => return shape,
                Some(b'{') if self.at == word.end && self.is_brace_in_word(word, first) => {
                    let inner = lexer::read_word(self.text, self.at + 1);
                    self.report_in(&mut shape, self.span(word.start, inner.end), Kind::BraceInWord);
                    word = inner;
                    continue;
                }
                Some(&byte) if lexer::is_terminator(byte) => {
                    shape.stop = Stop::Terminator(byte);
                    return shape;
                }
                Some(_) => {}
            }
            if shape.words == 1 && self.is_splice(word) {
                shape.stop = Stop::Splice;
                return shape;
            }
            word = lexer::read_word(self.text, self.at);
        }
    }

    /// Checks a word and what follows it directly; `false` if the statement is given up.
    #[inline]
    fn accept(&mut self, word: RawWord, shape: &mut Shape) -> bool {
        if lexer::is_too_long(self.text, word) {
            let shown = self.span(word.start, recovery::first_line_end(self.text, word));
            self.report_in(shape, shown, Kind::TooLong(BUFFER as u32));
        }
        let refused = word.flags.has(WordFlags::QUOTED) && (word.unclosed || lexer::is_glued(self.text, word.end));
        !refused || self.recover_quote(word, shape)
    }

    /// After a quote that is never closed, or closed where the program refuses it; `false` if the statement is given up.
    #[cold]
    fn recover_quote(&mut self, word: RawWord, shape: &mut Shape) -> bool {
        let line_end = recovery::first_line_end(self.text, word);
        let quote = self.span(word.start, line_end);
        if word.unclosed {
            self.report_in(shape, self.end_of_text_span(), Kind::UnclosedQuote(quote));
        } else {
            self.report_in(shape, self.character(word.end), Kind::TextAfterQuote(quote));
            if line_end == word.end {
                return true;
            }
        }
        // The quote is missing on the line where it opens, and what closes it opens another one.
        self.give_up(word, line_end, shape);
        false
    }

    /// Whether the brace directly after `word` was not meant to open a block: where the statement would open one with
    /// directives, or stands among entries, and what follows has a `}` in its first word, as in `^/a{2}$`. The program
    /// knows no directive of such a name.
    #[cold]
    fn is_brace_in_word(&self, word: RawWord, first: RawWord) -> bool {
        let inner = lexer::word_with_brace(self.text, word.end + 1);
        let Some(inner) = inner.filter(|_| !word.flags.has(WordFlags::QUOTED)) else {
            return false;
        };
        let kind = || self.name(first).map(|name| self.vocabulary.block_kind(&name));
        (self.among_entries() || kind() == Some(BlockKind::Ordinary))
            && !self.view.is_masked(self.span(word.start, inner.end))
    }

    /// Whether what is read stands in a block of entries.
    #[inline]
    pub(super) fn among_entries(&self) -> bool {
        self.open.last().map_or(self.outside, |open| open.kind) == BlockKind::Entries
    }

    /// Ends a statement at the end of the line on which an unclosed quote begins.
    fn give_up(&mut self, word: RawWord, line_end: usize, shape: &mut Shape) {
        let line = self.text.get(word.start..line_end).unwrap_or_default();
        if let Some(header) = line.strip_suffix(b" {") {
            self.at = line_end - 1;
            shape.end = word.start + lexer::content_end(header);
            shape.stop = Stop::Terminator(b'{');
        } else {
            self.at = line_end;
            shape.end = line_end;
            shape.stop = Stop::GivenUp;
        }
    }

    /// Whether a template expression alone on its line stands for whole statements: nothing ends it.
    #[inline]
    fn is_splice(&self, word: RawWord) -> bool {
        !self.view.masks.is_empty()
            && self.is_masked(word)
            && self.text.get(word.end..self.at).is_some_and(|between| memchr(b'\n', between).is_some())
    }

    fn is_masked(&self, word: RawWord) -> bool {
        self.view.is_masked(self.span(word.start, word.end))
    }

    /// A statement without a block.
    #[inline]
    fn simple(&mut self, shape: &Shape, defect: bool) {
        let entries = self.among_entries();
        let kind = match (defect, entries) {
            (true, _) => StatementKind::Error,
            (false, true) => StatementKind::Entry,
            (false, false) => StatementKind::Directive,
        };
        let name = self.name(shape.first);
        let looked_up = name.filter(|name| !entries || name == "include");
        let keyword = looked_up.map_or(KeywordId::UNKNOWN, |name| self.vocabulary.keyword(&name));
        self.push(shape, kind, keyword, shape.end);
    }

    /// The value of the first word, unless it is masked.
    #[inline]
    pub(super) fn name(&self, word: RawWord) -> Option<Cow<'a, str>> {
        if !self.view.masks.is_empty() && self.is_masked(word) {
            return None;
        }
        Some(value::decode(self.view.text.get(word.start..word.end)?, word.flags))
    }

    pub(super) fn push(&mut self, shape: &Shape, kind: StatementKind, keyword: KeywordId, end: usize) {
        let comment = shape.comment && kind != StatementKind::Error;
        let mut statement = Statement::new(self.span(shape.first.start, end), kind).with_comment(comment);
        statement.keyword = keyword;
        if kind != StatementKind::Error {
            statement.words = u8::try_from(shape.words).unwrap_or(u8::MAX);
        }
        self.add(statement);
    }

    #[inline]
    pub(super) fn add(&mut self, mut statement: Statement) {
        statement.parent = self.open.last().map_or(NO_PARENT, |open| open.statement);
        self.tree.statements.push(statement);
    }

    /// A `}` where a statement should be ended by `;`. It closes the block all the same.
    fn missing_terminator(&mut self, shape: &Shape) {
        if !shape.defect && !self.needs_terminator(shape) {
            return self.simple(shape, false);
        }
        if !shape.defect {
            let statement = self.span(shape.first.start, shape.end);
            self.report(self.span(self.at, self.at + 1), Kind::MissingTerminator(statement));
        }
        self.simple(shape, true);
        if self.open.is_empty() {
            self.at += 1;
        } else if self.open.len() > 1 && recovery::ends_with_brace(self.text, shape.end) {
            // Meant to close a block, but a part of the word: the next one closes the block around it.
            self.close_at(shape.end);
        }
    }

    fn unexpected_end(&mut self, shape: &Shape) {
        if !self.needs_terminator(shape) {
            return self.simple(shape, shape.defect);
        }
        if !shape.defect {
            let statement = self.span(shape.first.start, shape.end);
            self.report(self.end_of_text_span(), Kind::UnexpectedEnd(statement));
        }
        self.simple(shape, true);
        self.abandon();
    }

    /// A template expression at the end may bring its own `;`.
    fn needs_terminator(&self, shape: &Shape) -> bool {
        !self.view.is_masked(self.span(shape.end - 1, shape.end))
    }

    fn end_of_text(&mut self) {
        if let Some(open) = self.open.last() {
            self.report(self.end_of_text_span(), Kind::UnclosedBlock(open.header));
        }
    }

    fn end_of_text_span(&self) -> Span {
        Span::empty(self.view.span().end)
    }

    /// Complains about the byte where the reader stands.
    #[cold]
    pub(super) fn unexpected_terminator(&mut self) {
        self.report(self.span(self.at, self.at + 1), Kind::UnexpectedTerminator);
    }

    /// Complains about a word, unless another one of its statement was complained about.
    #[cold]
    fn report_in(&mut self, shape: &mut Shape, span: Span, kind: Kind) {
        if !std::mem::replace(&mut shape.defect, true) {
            self.report(span, kind);
        }
    }

    #[cold]
    pub(super) fn report(&mut self, span: Span, kind: Kind) {
        self.diagnostics.push(Diagnostic::new(span, kind));
    }

    #[inline]
    pub(super) const fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.view.base + start as u32, self.view.base + end as u32)
    }

    /// The character that begins at `at`.
    fn character(&self, at: usize) -> Span {
        let length = self.view.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.span(at, at + length)
    }
}
