//! What of a template tells its language: the statements of which more is known than that they are there.

use std::borrow::Cow;

use super::{Layout, Template};

/// Words of HAProxy that are a statement whatever follows.
const TELLING: [&str; 6] = ["backend", "frontend", "listen", "server", "bind", "use_backend"];

impl Template {
    /// The copy without what tells nothing: lines on which a statement begins with a placeholder, and statements of HAProxy
    /// of which only the first word is known, where the second one tells what they are.
    pub(in crate::source) fn telling(&self, layout: Layout) -> Cow<'_, str> {
        if layout == Layout::Indented {
            return self.text.as_str().into();
        }
        let mut masks = self.masks.iter().peekable();
        let mut at = 0;
        let mut is_within = false;
        let lines = self.text.split_inclusive('\n').filter(|line| {
            let first = at + line.len() - line.trim_start().len();
            at += line.len();
            while masks.peek().is_some_and(|mask| mask.end as usize <= first) {
                masks.next();
            }
            let known = first + known_at_least(line, layout);
            let tells = is_within || masks.peek().is_none_or(|mask| mask.start as usize > known);
            is_within = layout == Layout::Terminated && goes_on(line).unwrap_or(is_within);
            tells
        });
        lines.collect::<String>().into()
    }
}

/// How much of a line must be no placeholder, in bytes.
fn known_at_least(line: &str, layout: Layout) -> usize {
    let word = line.split_whitespace().next().unwrap_or_default();
    if layout == Layout::Terminated || TELLING.contains(&word) { 0 } else { word.len() + 1 }
}

/// Whether the last statement of a line goes on behind it; `None` if there is none.
fn goes_on(line: &str) -> Option<bool> {
    let content = line.split_once('#').map_or(line, |(content, _)| content).trim_end();
    (!content.is_empty()).then(|| !content.ends_with([';', '{', '}']))
}
