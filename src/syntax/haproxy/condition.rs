//! The conditions of `.if` and `.elif`: read into a small tree, then decided as far as what is known reaches.

mod decide;
mod parse;
mod version;

pub use decide::{Decision, Facts};
pub use parse::{Condition, Expression, Factor, Predicate, Term, parse};

use super::environment::Environment;
use super::value::WordValue;
use super::words::Words;
use crate::source::{Span, View};

/// Stands for text that is not known in a condition: U+FFFC, which no real configuration holds.
pub const UNKNOWN_TEXT: char = '\u{fffc}';

/// Decides a condition's text. An empty condition is false.
///
/// # Errors
/// Why the text cannot be read. A text with [`UNKNOWN_TEXT`] in it never fails: it is undecided.
pub fn evaluate(text: &str, facts: &Facts<'_>) -> Result<Decision, &'static str> {
    match parse(text) {
        Ok(condition) => Ok(condition.decide(facts)),
        Err(_) if text.contains(UNKNOWN_TEXT) => Ok(Decision::Undecided),
        Err(reason) => Err(reason),
    }
}

/// The text that the program evaluates: the words after `.if`, decoded and joined by single spaces.
/// What is not known becomes [`UNKNOWN_TEXT`].
pub fn text(view: View<'_>, condition: Span, environment: &Environment) -> String {
    let mut joined = String::with_capacity(condition.len());
    for word in Words::new(view.slice(condition), condition.start, false) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        match word.value(view, environment) {
            WordValue::Known(value) => joined.push_str(&value),
            _ => joined.push(UNKNOWN_TEXT),
        }
    }
    joined
}
