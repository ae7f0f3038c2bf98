//! Lists and mappings in brackets on one line.

use super::scalars::Stop;
use super::{NodeKind, Reader, Tag};

/// Deepest nesting of brackets that is read here.
const DEEPEST: usize = 16;

impl Reader<'_> {
    /// Reads from the opening bracket behind the closing one.
    pub(super) fn flow(&mut self) -> Option<()> {
        self.bracket(DEEPEST)
    }

    fn bracket(&mut self, depth: usize) -> Option<()> {
        let (kind, closing) = match self.peek()? {
            b'[' => (NodeKind::Sequence, b']'),
            b'{' => (NodeKind::Mapping, b'}'),
            _ => return None,
        };
        let depth = depth.checked_sub(1).filter(|_| !self.builder.is_full())?;
        self.builder.open(kind, self.base + self.at as u32, 1, Tag::None);
        self.at += 1;
        self.skip_spaces();
        while self.peek()? != closing {
            if kind == NodeKind::Mapping {
                self.flow_key()?;
            }
            self.flow_value(depth)?;
            self.skip_spaces();
            match self.peek()? {
                b',' => self.at += 1,
                byte if byte == closing => break,
                _ => return None,
            }
            self.skip_spaces();
        }
        self.at += 1;
        self.builder.close(Some(self.base + self.at as u32));
        Some(())
    }

    fn flow_key(&mut self) -> Option<()> {
        let word = self.word(true).filter(|word| word.stop == Stop::Colon)?;
        self.builder.leaf(word.node);
        self.at = word.end + 1;
        self.skip_spaces();
        Some(())
    }

    fn flow_value(&mut self, depth: usize) -> Option<()> {
        if matches!(self.peek()?, b'[' | b'{') {
            return self.bracket(depth);
        }
        let word = self.word(true).filter(|word| word.stop == Stop::Other)?;
        self.builder.leaf(word.node);
        self.at = word.end;
        Some(())
    }
}
