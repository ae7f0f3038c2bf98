//! Which suppressions of the text cover a place.

use crate::source::Span;

/// Spans that lie in each other or apart, each with a number, found by offset.
#[derive(Debug, Default)]
pub(super) struct Cover {
    /// By where they begin; those inside follow those around them.
    spans: Vec<(Span, usize)>,
    /// The span around each, by position.
    around: Vec<Option<usize>>,
}

impl Cover {
    pub(super) fn new(mut spans: Vec<(Span, usize)>) -> Self {
        spans.sort_by_key(|(span, number)| (span.start, std::cmp::Reverse(span.end), *number));
        let mut open: Vec<usize> = Vec::new();
        let mut around = Vec::with_capacity(spans.len());
        for (position, (span, _)) in spans.iter().enumerate() {
            let has_ended = |last: &usize| spans.get(*last).is_none_or(|(other, _)| other.end <= span.start);
            while open.last().is_some_and(has_ended) {
                open.pop();
            }
            around.push(open.last().copied());
            open.push(position);
        }
        Self { spans, around }
    }

    /// The spans that hold an offset, with their numbers, the innermost first.
    pub(super) fn holding(&self, offset: u32) -> impl Iterator<Item = (Span, usize)> {
        let last = self.spans.partition_point(|(span, _)| span.start <= offset).checked_sub(1);
        let outward = std::iter::successors(last, |position| self.around.get(*position).copied().flatten());
        outward.filter_map(|position| self.spans.get(position).copied()).filter(move |(span, _)| span.contains(offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_comes_first() {
        let spans = [(0, 100), (10, 20), (10, 40), (50, 60), (200, 210)];
        let cover =
            Cover::new((0..).zip(spans).map(|(number, (start, end))| (Span::new(start, end), number)).collect());
        let holding = |offset| cover.holding(offset).map(|(_, number)| number).collect::<Vec<_>>();
        assert_eq!(holding(15), [1, 2, 0]);
        assert_eq!(holding(30), [2, 0]);
        assert_eq!(holding(55), [3, 0]);
        assert_eq!(holding(90), [0]);
        assert!(holding(150).is_empty());
    }
}
