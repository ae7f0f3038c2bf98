//! Texts in which configurations stand: each of these is read in its own layout.

use std::ops::Range;

use super::{Arm, Layout, Span, Template, environment, nest, span};
use crate::source::Part;

impl Template {
    /// Reads a text in whose `parts` configurations stand, which do not overlap; `None` if nothing is filled in there. What
    /// is filled in elsewhere does not count. Spans count from `base`.
    pub(in crate::source) fn read_host(path: &str, text: &str, parts: &[Part], base: u32) -> Option<Self> {
        let mut host = Self { text: text.to_owned(), ..Self::default() };
        let within: Vec<Range<usize>> = parts.iter().map(|part| part.at.clone()).collect();
        // What a container fills in is told by the name that it sees, whatever the host is called.
        let of_container = parts.iter().map(|part| part.key.as_str()).find(|key| environment::is_named_so(key));
        let layouts = [Layout::Lines, Layout::Terminated, Layout::Indented];
        let names = || std::iter::once(None).chain(of_container.map(Some));
        for (layout, name) in layouts.into_iter().flat_map(|layout| names().map(move |name| (layout, name))) {
            let is_own = |part: &&Part| {
                Layout::of(part.dialect) == layout && environment::is_named_so(&part.key) == name.is_some()
            };
            if !parts.iter().any(|part| is_own(&part)) {
                continue;
            }
            let Some(whole) = Self::read_with(name.unwrap_or(path), text, layout, base, &within) else { continue };
            for part in parts.iter().filter(is_own) {
                host.take(&whole, &part.at, base);
            }
        }
        host.put_in_order();
        (!host.pieces.is_empty() || !host.arms.is_empty()).then_some(host)
    }

    /// Takes over what another reading of the same text says of a part.
    fn take(&mut self, whole: &Self, part: &Range<usize>, base: u32) {
        let Some(copy) = whole.text.get(part.clone()) else { return };
        if self.text.get(part.clone()).is_some() {
            self.text.replace_range(part.clone(), copy);
        }
        // Tags may stand before the first statement and behind the last one.
        let blanks = copy.len() - copy.trim_start().len();
        let statements = span(&(part.start + blanks..part.start + copy.trim_end().len()), base);
        let part = span(part, base);
        let within = |spans: &[Span]| -> Vec<Span> {
            let own = spans.iter().filter(|one| one.overlaps(part));
            own.map(|one| Span::new(one.start.max(part.start), one.end.min(part.end))).collect()
        };
        self.masks.extend(within(&whole.masks));
        self.splices.extend(within(&whole.splices));
        self.pieces.extend(within(&whole.pieces));
        // A block around all statements decides nothing among them.
        let is_around = |arm: &Arm| arm.span.start <= statements.start && statements.end <= arm.span.end;
        let arms = whole.arms.iter().filter(|arm| arm.span.overlaps(part) && !is_around(arm));
        self.arms.extend(arms.map(|arm| Arm { parent: None, ..*arm }));
        self.is_unbalanced |= whole.is_unbalanced;
    }

    fn put_in_order(&mut self) {
        for spans in [&mut self.masks, &mut self.splices, &mut self.pieces] {
            spans.sort_unstable();
        }
        self.arms.sort_by_key(|arm| (arm.span.start, std::cmp::Reverse(arm.span.end), arm.group, arm.number));
        // A block that ends in one part and begins in another was seen from both.
        self.arms.dedup();
        nest(&mut self.arms);
    }
}
