//! What to write in place of what is wrong: edits of a text that mend the cause of a finding.

use crate::source::Span;

/// One way to mend the cause of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order: "write `check`".
    pub title: String,
    /// It changes what the proxy does only as the finding demands; otherwise somebody has to look at it first.
    pub safe: bool,
    edits: Vec<Edit>,
}

/// A place of one text, and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What goes; an empty span where something is put in.
    pub span: Span,
    /// What comes; empty where something is taken out.
    pub text: String,
}

impl Fix {
    /// One that changes what the proxy does only as the finding demands.
    pub fn safe(title: impl Into<String>) -> Self {
        Self { title: title.into(), safe: true, edits: Vec::new() }
    }

    /// One that somebody has to look at: it guesses what was meant, or changes more than the finding speaks of.
    pub fn to_review(title: impl Into<String>) -> Self {
        Self { safe: false, ..Self::safe(title) }
    }

    /// The edits, in the order of the text.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// Writes a text in place of another one.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        let edit = Edit { span, text: text.into() };
        let position = self.edits.partition_point(|before| *before <= edit);
        self.edits.insert(position, edit);
        self
    }

    /// Puts a text in front of what stands at an offset.
    #[must_use]
    pub fn insert(self, at: u32, text: impl Into<String>) -> Self {
        self.replace(Span::empty(at), text)
    }

    /// Takes a text out.
    #[must_use]
    pub fn delete(self, span: Span) -> Self {
        self.replace(span, "")
    }

    /// Whether there are edits and no two of them are about the same bytes, so that their order plays no part.
    pub fn is_sound(&self) -> bool {
        let apart =
            |pair: &[Edit]| matches!(pair, [one, next] if one.span.end <= next.span.start && one.span != next.span);
        !self.edits.is_empty() && self.edits.windows(2).all(apart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_stand_in_the_order_of_the_text() {
        let fix = Fix::safe("x").delete(Span::new(7, 9)).insert(3, "a").replace(Span::new(4, 5), "b");
        let starts: Vec<u32> = fix.edits().iter().map(|edit| edit.span.start).collect();
        assert_eq!(starts, [3, 4, 7]);
        assert!(fix.is_sound());
    }

    #[test]
    fn edits_of_the_same_bytes_are_not_sound() {
        assert!(!Fix::safe("nothing").is_sound());
        assert!(!Fix::safe("overlap").delete(Span::new(1, 4)).delete(Span::new(3, 5)).is_sound());
        assert!(!Fix::safe("which first?").insert(3, "a").insert(3, "b").is_sound());
        assert!(Fix::to_review("beside").delete(Span::new(1, 3)).insert(3, "b").is_sound());
    }
}
