//! What validation and lowering share in reading a tree: argument values, and whether a statement is read at all.

use std::borrow::Cow;

use super::Input;
use crate::source::{Span, View};
use crate::syntax::haproxy::condition::Facts;
use crate::syntax::haproxy::{Decision, Environment, Word, WordValue};

/// Why the value of a word is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It depends on a variable of the environment.
    Variable,
    /// It may be any number of words.
    Split,
    /// A template expression, or bytes that are not UTF-8.
    Masked,
}

/// A word with its value.
#[derive(Clone, Debug)]
pub struct Argument<'a> {
    /// Where it stands.
    pub span: Span,
    /// Its value, or why it is not known.
    pub value: Result<Cow<'a, str>, Unread>,
}

/// The words of a statement from the keyword on.
pub type Arguments<'w, 'a> = &'w [Argument<'a>];

impl<'a> Argument<'a> {
    /// Reads a word.
    pub fn new(word: Word, view: View<'a>, environment: &Environment) -> Self {
        if word.is_plain() && !view.is_masked(word.span) {
            return Self { span: word.span, value: Ok(Cow::Borrowed(word.text(view))) };
        }
        let value = match word.value(view, environment) {
            WordValue::Known(text) => Ok(text),
            WordValue::Variable { .. } => Err(Unread::Variable),
            WordValue::Split => Err(Unread::Split),
            WordValue::Masked => Err(Unread::Masked),
        };
        Self { span: word.span, value }
    }

    /// The value if it is known.
    pub fn known(&self) -> Option<&str> {
        self.value.as_deref().ok()
    }

    /// Whether the value is not what is written: quotes were taken away, escapes replaced.
    pub fn differs(&self) -> bool {
        match &self.value {
            Ok(Cow::Borrowed(value)) => value.len() != self.span.len(),
            Ok(Cow::Owned(_)) => true,
            Err(_) => false,
        }
    }

    /// Whether the word is known to be `text`.
    pub fn is(&self, text: &str) -> bool {
        self.known() == Some(text)
    }
}

/// Whether the program reads the statement at this offset: the conditional branches around it, decided as far as
/// the version and the environment reach.
pub fn active(input: Input<'_>, offset: u32, environment: &Environment) -> Decision {
    if input.tree.branches.is_empty() {
        return Decision::True;
    }
    let facts = Facts { version: Some(input.program.version), environment: Some(environment), ..Facts::default() };
    input.tree.branches_at(offset).fold(Decision::True, |decision, index| {
        let own =
            input.tree.branch(index).map_or(Decision::True, |branch| input.tree.decide(input.view, branch, &facts));
        decision.and(own)
    })
}
