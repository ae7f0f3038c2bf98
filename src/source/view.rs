//! One source's text together with its place in the address space: what readers and lowering work on.

use super::{Arm, Span};

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
    /// Arms of conditions and loops of a template, by where they begin; those inside follow those around them.
    pub arms: &'a [Arm],
}

impl<'a> View<'a> {
    /// A text without masks.
    pub const fn new(text: &'a str, base: u32) -> Self {
        Self { text, base, masks: &[], arms: &[] }
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

    /// The host in an address of which only the port is a placeholder: `10.0.0.1:{{ port }}`.
    pub fn host_before_open_port(&self, address: Span) -> Option<Span> {
        let first = self.masks.partition_point(|mask| mask.end <= address.start);
        let port = self.masks.get(first).filter(|mask| mask.start > address.start && mask.end >= address.end)?;
        let host = self.slice(Span::new(address.start, port.start)).strip_suffix(':')?;
        let is_one = host.starts_with('[') || !host.contains(':');
        (is_one && !host.is_empty()).then(|| Span::new(address.start, port.start - 1))
    }

    /// The arms of a template that hold an offset, and not the place that it is asked from, the innermost first.
    pub fn arms_within(&self, offset: u32, outside: Option<u32>) -> impl Iterator<Item = &'a Arm> + use<'a> {
        let arms = self.arms;
        let last =
            arms.partition_point(|arm| arm.span.start <= offset).checked_sub(1).and_then(|index| arms.get(index));
        // The arm that began last holds the offset, or lies in the one that does.
        let outward = std::iter::successors(last, move |arm| arms.get(arm.parent? as usize));
        let lies_outside = move |arm: &&Arm| outside.is_none_or(|place| !arm.span.contains(place));
        outward.filter(move |arm| arm.span.contains(offset)).filter(lies_outside)
    }

    /// A part of the text, in the same place of the address space; empty if the span does not lie in this text.
    #[must_use]
    pub fn part(&self, span: Span) -> Self {
        let text = self.slice(span);
        let first = self.masks.partition_point(|mask| mask.end <= span.start);
        let end = self.masks.partition_point(|mask| mask.start < span.end);
        Self { text, base: span.start, masks: self.masks.get(first..end).unwrap_or_default(), arms: self.arms }
    }

    /// The absolute span of the whole text.
    pub fn span(&self) -> Span {
        Span::new(self.base, self.base + self.text.len() as u32)
    }
}
