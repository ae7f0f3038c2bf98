//! Reads a text line by line and builds the tree; every complaint of the program's own line reader is made here.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use super::Vocabulary;
use super::branches::BranchStack;
use super::condition::Decision;
use super::environment::Environment;
use super::lexer::{self, DefectKind, RawWord, WordFlags};
use super::shape::{MAX_WORDS, Shape};
use super::statement::{Prefix, Statement, StatementKind};
use super::tree::{Section, Tree};
use super::value;
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::{Span, View};
use crate::syntax::ids::BYTE_ORDER_MARK;
use crate::syntax::{KeywordId, NO_PARENT, StatementId};

/// Reads a text. Never fails: what the program would refuse is in `diagnostics`, and reading goes on with the next line.
///
/// Complaints that depend on the program reading the line at all (unknown `.word`, bad condition, outside of a
/// section) are made only where constants do not leave it open whether it does. Which arms the program takes is asked
/// of [`super::condition`] later.
pub fn parse<V: Vocabulary + ?Sized>(view: View<'_>, vocabulary: &V, diagnostics: &mut Vec<Diagnostic>) -> Tree {
    let mut reader = Reader {
        view,
        vocabulary,
        diagnostics,
        tree: Tree::default(),
        branches: BranchStack::default(),
        parent: NO_PARENT,
        before_sections: true,
        has_nul: false,
        environment: Environment::new(),
    };
    reader.read();
    reader.finish()
}

/// A line without its line feed.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) bytes: &'a [u8],
    /// Where it starts in the address space.
    pub(super) start: u32,
}

impl Line<'_> {
    pub(super) const fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.start + start as u32, self.start + end as u32)
    }

    pub(super) const fn word(&self, word: RawWord) -> Span {
        self.span(word.start, word.end)
    }
}

pub(super) struct Reader<'a, 'b, V: ?Sized> {
    pub(super) view: View<'a>,
    vocabulary: &'b V,
    pub(super) diagnostics: &'b mut Vec<Diagnostic>,
    tree: Tree,
    pub(super) branches: BranchStack,
    parent: u32,
    /// No section has begun, nobody complained about that, and nothing unknown could be a header.
    before_sections: bool,
    has_nul: bool,
    /// Nothing is known of the environment while reading.
    pub(super) environment: Environment,
}

impl<'a, V: Vocabulary + ?Sized> Reader<'a, '_, V> {
    fn read(&mut self) {
        let bytes = self.view.text.as_bytes();
        let mut start = self.skip_byte_order_mark(bytes);
        self.find_nul(bytes);
        // About one statement in 32 bytes; growing a vector of 16 byte items is cheap.
        self.tree.statements.reserve(bytes.len() / 48);
        for end in memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len())) {
            if let Some(line) = bytes.get(start..end) {
                self.line(Line { bytes: line, start: self.view.base + start as u32 });
            }
            start = end + 1;
        }
    }

    fn skip_byte_order_mark(&mut self, bytes: &[u8]) -> usize {
        if !bytes.starts_with(BYTE_ORDER_MARK) {
            return 0;
        }
        let end = BYTE_ORDER_MARK.len();
        self.report(Span::new(self.view.base, self.view.base + end as u32), Kind::ByteOrderMark);
        end
    }

    /// The program stops at its first NUL, so one complaint is enough.
    fn find_nul(&mut self, bytes: &[u8]) {
        if let Some(at) = memchr(0, bytes) {
            self.has_nul = true;
            let at = self.view.base + at as u32;
            self.report(Span::new(at, at + 1), Kind::NulByte);
        }
    }

    #[inline]
    fn line(&mut self, line: Line<'a>) {
        let first = lexer::skip_blanks(line.bytes, 0);
        match line.bytes.get(first) {
            None | Some(b'#') => {}
            Some(b'[') => self.scope(line, first),
            Some(_) if self.has_nul && memchr(0, line.bytes).is_some() => {
                self.error(line, first, KeywordId::UNKNOWN);
            }
            Some(_) => self.statement(line, first),
        }
    }

    #[inline]
    fn statement(&mut self, line: Line<'a>, first: usize) {
        let shape = Shape::scan(line.bytes, first);
        if let Some(defect) = shape.defect {
            let kind = match defect.kind {
                DefectKind::Quote => Kind::UnmatchedQuote,
                DefectKind::Escape => Kind::BadEscape,
                DefectKind::Variable => Kind::BadVariable,
            };
            self.report(line.span(defect.start, defect.end), kind);
            return self.broken(line, first, &shape);
        }
        self.report_ignored_rest(line, shape.end);
        if let Some(start) = shape.overflow {
            self.report(line.span(start, shape.end), Kind::TooManyWords(MAX_WORDS));
        }
        match shape.empty {
            Some((word, 0)) => {
                self.report(line.word(word), Kind::EmptyWord);
                self.push(Statement::new(line.span(first, shape.end), StatementKind::Error));
            }
            _ => self.named(line, &shape),
        }
    }

    /// A statement whose words could be read.
    #[inline]
    fn named(&mut self, line: Line<'a>, shape: &Shape) {
        let Some(name) = self.value(line, shape.first) else {
            // It could be a header, so what follows is outside of nothing for certain.
            self.before_sections = false;
            if self.may_be_header(line, shape) {
                self.end_section();
            }
            return self.add(line, shape, StatementKind::Setting, KeywordId::UNKNOWN, Prefix::None);
        };
        if name.starts_with('.') {
            self.add(line, shape, StatementKind::Preprocessor, KeywordId::UNKNOWN, Prefix::None);
            return self.preprocessor(line, shape, &name);
        }
        self.report_word_defects(line, shape);
        let prefix = prefix(&name, shape);
        if prefix == Prefix::None {
            return self.keyword(line, shape, &name, prefix);
        }
        match self.value(line, shape.second) {
            Some(name) => self.keyword(line, shape, &name, prefix),
            None => self.add(line, shape, StatementKind::Setting, KeywordId::UNKNOWN, prefix),
        }
    }

    /// Whether a line whose keyword a template fills in begins a section: it stands further left than the lines above it.
    #[cold]
    fn may_be_header(&self, line: Line<'a>, shape: &Shape) -> bool {
        let above = self.tree.statements.last().filter(|above| above.kind() == StatementKind::Setting);
        let begins_line = |start: u32| {
            let before = self.view.text.get(..(start - self.view.base) as usize).unwrap_or_default();
            before.is_empty() || before.ends_with('\n')
        };
        shape.words > 1
            && shape.first.start == 0
            && self.view.is_masked(line.word(shape.first))
            && above.is_some_and(|above| above.parent != NO_PARENT && !begins_line(above.span.start))
    }

    /// A section header or a setting.
    #[inline]
    fn keyword(&mut self, line: Line<'a>, shape: &Shape, name: &str, prefix: Prefix) {
        let keyword = self.vocabulary.keyword(name);
        if self.vocabulary.is_section(name) {
            self.begin_section();
            self.add(line, shape, StatementKind::Section, keyword, prefix);
            return;
        }
        if self.before_sections && self.branches.here() == Decision::True {
            // One complaint for the whole run: it has one cause.
            self.before_sections = false;
            self.report(line.span(shape.first.start, shape.end), Kind::OutsideSection);
        }
        self.add(line, shape, StatementKind::Setting, keyword, prefix);
    }

    /// The value of a word, unless it is masked or depends on the environment.
    #[inline]
    fn value(&self, line: Line<'a>, word: RawWord) -> Option<Cow<'a, str>> {
        let span = line.word(word);
        if self.view.is_masked(span) {
            return None;
        }
        value::decode(self.view.slice(span), word.flags, &self.environment).known()
    }

    fn begin_section(&mut self) {
        self.end_section();
        self.before_sections = false;
        self.parent = self.tree.statements.len() as u32;
        self.tree.sections.push(Section { header: StatementId(self.parent), body: 0..0 });
    }

    fn end_section(&mut self) {
        let end = self.tree.statements.len() as u32;
        if self.parent == NO_PARENT {
            return;
        }
        if let Some(section) = self.tree.sections.last_mut() {
            section.body = section.header.0 + 1..end;
        }
        self.parent = NO_PARENT;
    }

    fn add(&mut self, line: Line<'a>, shape: &Shape, kind: StatementKind, keyword: KeywordId, prefix: Prefix) {
        let mut statement = Statement::new(line.span(shape.first.start, shape.end), kind)
            .with_prefix(prefix)
            .with_plain(shape.flags.is_plain());
        statement.keyword = keyword;
        statement.words = u8::try_from(shape.words).unwrap_or(u8::MAX);
        self.push(statement);
    }

    fn push(&mut self, mut statement: Statement) {
        if statement.kind() != StatementKind::Section {
            statement.parent = self.parent;
        }
        self.tree.statements.push(statement);
    }

    /// A line that cannot be split into words. If it would have begun a section, what follows belongs to none.
    fn broken(&mut self, line: Line<'a>, first: usize, shape: &Shape) {
        let name = if shape.words > 0 { self.value(line, shape.first) } else { None };
        if name.as_deref().is_none_or(|name| self.vocabulary.is_section(name)) {
            self.before_sections = false;
        }
        if name.as_deref().is_some_and(|name| self.vocabulary.is_section(name)) {
            self.end_section();
        }
        let keyword = name.map_or(KeywordId::UNKNOWN, |name| self.vocabulary.keyword(&name));
        self.error(line, first, keyword);
    }

    fn error(&mut self, line: Line<'a>, first: usize, keyword: KeywordId) {
        let span = line.span(first, lexer::content_end(line.bytes).max(first + 1));
        let mut statement = Statement::new(span, StatementKind::Error);
        statement.keyword = keyword;
        self.push(statement);
    }

    fn scope(&mut self, line: Line<'a>, first: usize) {
        let content = line.bytes.get(first..).unwrap_or_default();
        let closed = memchr(b']', content).map_or(0, |at| at + 1);
        let name = content.get(1..closed.saturating_sub(1)).unwrap_or_default();
        let after = lexer::skip_blanks(content, closed);
        let is_alone = content.get(after).is_none_or(|&byte| byte == b'#');
        if name.is_empty() || !name.iter().all(|&byte| is_name_byte(byte)) || !is_alone {
            let span = line.span(first, lexer::content_end(line.bytes));
            self.report(span, Kind::BadScope);
            return self.push(Statement::new(span, StatementKind::Error));
        }
        self.push(Statement::new(line.span(first, first + closed), StatementKind::Scope));
    }

    fn report_word_defects(&mut self, line: Line<'a>, shape: &Shape) {
        if shape.flags.is_plain() || self.branches.here() == Decision::False {
            return;
        }
        if let Some((word, number)) = shape.empty {
            let is_last = number + 1 == shape.words;
            self.report(line.word(word), if is_last { Kind::TrailingEmptyWord } else { Kind::EmptyWord });
        }
        if shape.last.flags.has(WordFlags::TRAILING_BACKSLASH) {
            self.report(line.span(shape.end - 1, shape.end), Kind::LineContinuation);
        }
    }

    /// The program ignores what follows a carriage return directly after a word.
    #[inline]
    fn report_ignored_rest(&mut self, line: Line<'a>, end: usize) {
        if line.bytes.get(end) != Some(&b'\r') {
            return;
        }
        let rest = lexer::skip_blanks(line.bytes, end);
        if rest < line.bytes.len() {
            self.report(line.span(rest, lexer::content_end(line.bytes)), Kind::StrayCarriageReturn);
        }
    }

    #[cold]
    pub(super) fn report(&mut self, span: Span, kind: Kind) {
        self.diagnostics.push(Diagnostic::new(span, kind));
    }

    fn finish(mut self) -> Tree {
        self.end_section();
        let end = self.view.span().end;
        for statement in self.branches.close_all(end) {
            self.report(statement, Kind::UnclosedBranch);
        }
        // Measured with 2.6.12: a last line of blanks or a comment alone is refused as well.
        if !self.view.text.is_empty() && !self.view.text.ends_with('\n') {
            self.report(Span::empty(end), Kind::MissingFinalNewline);
        }
        self.tree.branches = self.branches.branches;
        self.tree
    }
}

#[inline]
fn prefix(name: &str, shape: &Shape) -> Prefix {
    let has_keyword = shape.words > 1 && !shape.second.flags.has(WordFlags::EMPTY);
    match name {
        "no" if has_keyword => Prefix::No,
        "default" if has_keyword => Prefix::Default,
        _ => Prefix::None,
    }
}

/// Bytes that names of proxies and scopes may have (`invalid_char` in src/tools.c, 2.6).
const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.')
}
