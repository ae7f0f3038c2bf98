//! Lines: what their indentation closes and opens, and the dashes and the key that they begin with.

use super::scalars::{Stop, Word};
use super::{LONGEST_KEY, NodeKind, Pending, Reader};

impl Reader<'_> {
    /// Reads one line; a block scalar with all of its lines.
    pub(super) fn line(&mut self) -> Option<()> {
        let start = self.at;
        self.skip_spaces();
        let column = self.at - start;
        match self.peek() {
            None => return Some(()),
            Some(b'\n') => {
                self.at += 1;
                return Some(());
            }
            Some(b'#') => {
                // Where a left out item stands then is the parser's business.
                if matches!(self.pending, Pending::Value { is_key: false, .. }) {
                    return None;
                }
                self.comment();
                return Some(());
            }
            Some(_) => {}
        }
        if column == 0 && self.is_marker() {
            return self.first_marker();
        }
        let is_new = self.enter(column)?;
        self.content(column, is_new)
    }

    fn is_marker(&self) -> bool {
        let rest = self.rest(self.at);
        rest.starts_with(b"---") || rest.starts_with(b"...") || rest.starts_with(b"%")
    }

    /// `---` alone before everything else.
    fn first_marker(&mut self) -> Option<()> {
        let is_first = self.builder.tree.documents.is_empty() && self.builder.tree.comments.is_empty();
        if !is_first || !self.rest(self.at).starts_with(b"---\n") || self.at > 0 {
            return None;
        }
        self.at += 4;
        Some(())
    }

    /// Closes what ends before a line with this indentation. Gives whether the line begins a new block.
    #[inline]
    fn enter(&mut self, column: usize) -> Option<bool> {
        let is_item = self.is_dash();
        match self.pending {
            Pending::Value { column: outer, is_key, .. }
                if column > outer || (column == outer && is_key && is_item) =>
            {
                self.pending = Pending::Nothing;
                return Some(true);
            }
            Pending::Value { .. } => self.leave_out(),
            Pending::Nothing if self.builder.tree.documents.is_empty() => return Some(true),
            Pending::Nothing => {}
        }
        loop {
            let block = self.blocks.last()?;
            let is_over = block.column > column || (block.column == column && block.is_list && !is_item);
            if !is_over {
                return (block.column == column && block.is_list == is_item).then_some(false);
            }
            self.builder.close(None);
            self.blocks.pop();
        }
    }

    /// Whether a dash that stands alone is the next byte.
    #[inline]
    fn is_dash(&self) -> bool {
        self.peek() == Some(b'-') && self.is_blank(self.at + 1)
    }

    /// Reads the dashes and the key or the value of a line from a column.
    fn content(&mut self, mut column: usize, mut is_new: bool) -> Option<()> {
        let mut item = None;
        while self.is_dash() {
            if is_new {
                self.open(NodeKind::Sequence, column)?;
            }
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            if self.peek().is_none_or(|byte| byte == b'\n') {
                self.pending = Pending::Value { column, behind: dash + 1, is_key: false };
                self.at += 1;
                return Some(());
            }
            item = Some(column);
            column += self.at - dash;
            is_new = true;
        }
        self.key_or_item(column, is_new, item)
    }

    /// Reads a key and its value, or the scalar of an item whose dash stands in the column `item`.
    #[inline]
    fn key_or_item(&mut self, column: usize, is_new: bool, item: Option<usize>) -> Option<()> {
        if matches!(self.peek(), Some(b'[' | b'{' | b'|' | b'>')) {
            return self.value(item?);
        }
        let word = self.word(false)?;
        if word.stop != Stop::Colon {
            item?;
            self.builder.leaf(word.node);
            self.at = word.end;
            return self.end_of_line();
        }
        self.key(&word, column, is_new)
    }

    #[inline]
    fn key(&mut self, word: &Word, column: usize, is_new: bool) -> Option<()> {
        if word.end - self.at > LONGEST_KEY {
            return None;
        }
        if is_new {
            self.open(NodeKind::Mapping, column)?;
        }
        self.builder.leaf(word.node);
        self.at = word.end + 1;
        let behind = self.at;
        self.skip_spaces();
        match self.peek() {
            None | Some(b'\n') => self.at += 1,
            Some(b'#') => self.comment(),
            Some(_) => return self.value(column),
        }
        self.pending = Pending::Value { column, behind, is_key: true };
        Some(())
    }
}
