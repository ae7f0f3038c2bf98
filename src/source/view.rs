//! One source's text together with its place in the address space: what readers and lowering work on.

use super::Span;

/// A text as readers see it. `masks` are the ranges whose bytes stand for something unknown
/// (a template expression, bytes that are not UTF-8); the text there is a placeholder of the same length.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The text, placeholder bytes included.
    pub text: &'a str,
    /// Where the text begins in the address space.
    pub base: u32,
    /// Sorted, disjoint ranges (absolute) that are placeholders.
    pub masks: &'a [Span],
}

impl<'a> View<'a> {
    /// A text without masks.
    pub const fn new(text: &'a str, base: u32) -> Self {
        Self { text, base, masks: &[] }
    }

    /// The text of an absolute span; empty if the span does not lie in this text.
    #[inline]
    pub fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.local(self.base)).unwrap_or_default()
    }

    /// Whether any byte of the span is a placeholder.
    #[inline]
    pub fn is_masked(&self, span: Span) -> bool {
        if self.masks.is_empty() {
            return false;
        }
        let first = self.masks.partition_point(|mask| mask.end <= span.start);
        self.masks.get(first).is_some_and(|mask| mask.overlaps(span))
    }

    /// A part of the text, in the same place of the address space; empty if the span does not lie in this text.
    #[must_use]
    pub fn part(&self, span: Span) -> Self {
        let text = self.slice(span);
        let first = self.masks.partition_point(|mask| mask.end <= span.start);
        let end = self.masks.partition_point(|mask| mask.start < span.end);
        Self { text, base: span.start, masks: self.masks.get(first..end).unwrap_or_default() }
    }

    /// The absolute span of the whole text.
    pub fn span(&self) -> Span {
        Span::new(self.base, self.base + self.text.len() as u32)
    }
}
