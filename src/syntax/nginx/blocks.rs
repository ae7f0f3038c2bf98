//! How the reader enters and leaves blocks: depth, headers that are refused, Lua, and ends that are missing.

use memchr::memrchr;

use super::KeywordId;
use super::lexer;
use super::lua;
use super::reader::{Open, Reader, Shape};
use super::recovery;
use super::statement::{Statement, StatementKind};
use super::vocabulary::{BlockKind, Vocabulary};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;

/// Deepest nesting of blocks that is followed. The program has no limit of its own.
const MAX_DEPTH: usize = 256;

impl<V: Vocabulary + ?Sized> Reader<'_, '_, V> {
    /// A statement with a block; the reader stands at its opening brace.
    pub(super) fn block(&mut self, shape: &Shape) {
        let name = self.name(shape.first);
        let kind = name.as_deref().map_or(BlockKind::Ordinary, |name| self.vocabulary.block_kind(name));
        let keyword = name.map_or(KeywordId::UNKNOWN, |name| self.vocabulary.keyword(&name));
        if self.among_entries() {
            self.report_among_entries(shape);
            if !self.is_directive(shape) {
                return self.nest(shape);
            }
            self.end_entries(shape);
        }
        match kind {
            BlockKind::Lua => self.lua(shape, keyword),
            _ if shape.defect => {
                self.push(shape, StatementKind::Error, keyword, shape.end);
                self.headless(kind);
            }
            _ => self.begin(shape, keyword, kind),
        }
    }

    #[cold]
    fn report_among_entries(&mut self, shape: &Shape) {
        if !shape.defect {
            self.report(self.span(self.at, self.at + 1), Kind::BlockAmongEntries);
        }
    }

    /// Whether a header among entries is that of a directive, perhaps behind an entry that lacks its `;`: then the last line
    /// begins with its name.
    #[cold]
    fn is_directive(&self, shape: &Shape) -> bool {
        let line = memrchr(b'\n', self.text.get(..shape.end).unwrap_or_default()).map_or(0, |feed| feed + 1);
        let last = lexer::read_word(self.text, lexer::skip_blanks(self.text, line.max(shape.first.start)));
        [shape.first, last]
            .into_iter()
            .any(|word| self.name(word).is_none_or(|name| self.vocabulary.opens_block(&name)))
    }

    /// An entry with a block of its own: nothing is said of what it holds.
    #[cold]
    fn nest(&mut self, shape: &Shape) {
        self.push(shape, StatementKind::Error, KeywordId::UNKNOWN, shape.end);
        self.headless(BlockKind::Ordinary);
    }

    /// A directive with a block among entries: the brace that ends the entries is missing, so they end before it.
    #[cold]
    fn end_entries(&mut self, shape: &Shape) {
        let before = self.text.get(..shape.first.start).unwrap_or_default();
        self.close_at(lexer::content_end(before));
    }

    fn begin(&mut self, shape: &Shape, keyword: KeywordId, kind: BlockKind) {
        let header = self.span(shape.first.start, shape.end);
        if !self.is_too_deep(header) {
            // The end is known when the block is closed.
            self.push(shape, StatementKind::Block, keyword, self.text.len());
            self.descend(kind, header);
        }
    }

    /// A block whose header is missing or refused, at its opening brace.
    pub(super) fn headless(&mut self, kind: BlockKind) {
        let brace = self.span(self.at, self.at + 1);
        if !self.is_too_deep(brace) {
            self.add(Statement::headless(self.span(self.at, self.text.len())));
            self.descend(kind, brace);
        }
    }

    /// Enters the block of the last statement.
    fn descend(&mut self, kind: BlockKind, header: Span) {
        let statement = self.tree.statements.len() as u32 - 1;
        self.open.push(Open { statement, kind, header });
        self.at += 1;
    }

    /// Makes the rest of the text one error if a block here would be one too many.
    fn is_too_deep(&mut self, header: Span) -> bool {
        if self.open.len() < MAX_DEPTH {
            return false;
        }
        self.report(header, Kind::TooDeep(MAX_DEPTH as u32));
        let rest = Span::new(header.start, self.view.base + lexer::content_end(self.text) as u32);
        self.add(Statement::new(rest, StatementKind::Error));
        self.abandon();
        true
    }

    /// Nothing more is read, and nothing is said of the blocks that are open.
    pub(super) fn abandon(&mut self) {
        self.at = self.text.len();
        self.open.clear();
    }

    /// A block of Lua; the reader stands at its opening brace.
    fn lua(&mut self, shape: &Shape, keyword: KeywordId) {
        match lua::closing_brace(self.text, self.at) {
            Ok(brace) => {
                let kind = if shape.defect { StatementKind::Error } else { StatementKind::Lua };
                self.at = brace + 1;
                self.push(shape, kind, keyword, self.at);
            }
            Err(found) => {
                self.report_lua(shape, found);
                self.recover_lua(shape, keyword);
            }
        }
    }

    fn report_lua(&mut self, shape: &Shape, defect: lua::Defect) {
        let header = self.span(shape.first.start, shape.end);
        let found = match defect {
            lua::Defect::Unclosed { brace } => {
                Diagnostic::new(self.span(brace, brace + 1), Kind::UnclosedBlock(header))
            }
            lua::Defect::LongBracket { start, end } => {
                Diagnostic::new(self.span(start, end), Kind::UnclosedLongBracket)
            }
        };
        // A block that another one swallowed meets the same bracket again.
        if self.diagnostics.last() != Some(&found) {
            self.diagnostics.push(found);
        }
    }

    /// Lua without an end becomes an error, up to where its indentation ends it or up to the end of the text.
    fn recover_lua(&mut self, shape: &Shape, keyword: KeywordId) {
        self.lua_recoveries = self.lua_recoveries.saturating_sub(1);
        let end = if self.lua_recoveries == 0 { None } else { recovery::end_by_indentation(self.text, self.at) };
        self.push(shape, StatementKind::Error, keyword, end.unwrap_or_else(|| lexer::content_end(self.text)));
        match end {
            Some(end) => self.at = end,
            None => self.abandon(),
        }
    }

    /// A `}` where a statement could begin.
    #[inline]
    pub(super) fn close(&mut self) {
        if !self.close_at(self.at + 1) {
            self.unexpected_terminator();
        }
        self.at += 1;
    }

    /// Ends the innermost block at `end`; `false` if there is none.
    #[inline]
    pub(super) fn close_at(&mut self, end: usize) -> bool {
        let end = self.view.base + end as u32;
        let block = self.open.pop().and_then(|open| self.tree.statements.get_mut(open.statement as usize));
        block.map(|block| block.span.end = end).is_some()
    }
}
