//! Words as values, and whether they are of the types that a directive takes.

use std::borrow::Cow;

use super::placement::Shape;
use super::{Scene, Validator};
use crate::grammar::nginx::Directive;
use crate::grammar::{Quantity, Signature, ValueType};
use crate::source::{Span, View};
use crate::syntax::nginx::values::{number, offset, seconds, size, time};
use crate::syntax::nginx::{Word, WordFlags};

/// A word with its value.
#[derive(Clone, Debug)]
pub(super) struct Argument<'a> {
    /// Where it stands.
    pub(super) span: Span,
    /// Its value; `None` if a template expression overlaps it.
    value: Option<Cow<'a, str>>,
    /// A `$` is in it: a variable, where the directive takes one.
    pub(super) has_variable: bool,
}

impl<'a> Argument<'a> {
    #[inline]
    pub(super) fn new(word: Word, view: View<'a>) -> Self {
        let has_variable = word.flags.has(WordFlags::VARIABLE);
        if word.is_plain() && view.masks.is_empty() {
            return Self { span: word.span, value: Some(Cow::Borrowed(view.slice(word.span))), has_variable };
        }
        Self { span: word.span, value: word.value(view).known(), has_variable }
    }

    /// The value if it is known; what looks like a variable stays text.
    pub(super) fn known(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// The value if it is known and holds no variable.
    pub(super) fn constant(&self) -> Option<&str> {
        if self.has_variable { None } else { self.known() }
    }

    /// Whether the word is known to be `text`.
    pub(super) fn is(&self, text: &str) -> bool {
        self.known() == Some(text)
    }
}

/// Whether the words of an `enum` are compared without case: those of directives are, those of parameters are not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Any,
    Exact,
}

impl Validator<'_, '_> {
    /// Whether some row takes the words; complains if none does.
    pub(super) fn check_types(&mut self, scene: Scene<'_>, rows: &[Directive], row: &Directive, shape: Shape) -> bool {
        let Some((at, expected)) = misfitting(scene, row) else { return true };
        let version = self.input.program.version;
        let mut others = rows.iter().filter(|other| shape.fits(other) && other.lifetime.includes(version));
        if others.any(|other| misfitting(scene, other).is_none()) {
            return true;
        }
        self.refuse(scene.span(at), &expected);
        false
    }
}

/// The first word that a row does not take, and what it wants there.
fn misfitting(scene: Scene<'_>, row: &Directive) -> Option<(usize, String)> {
    if row.arity.is_flag {
        return scene.known(1).is_some_and(|text| !is_flag(text)).then(|| (1, "`on` or `off`".to_owned()));
    }
    row.signature().and_then(|signature| misfitting_type(scene, signature))
}

fn misfitting_type(scene: Scene<'_>, signature: &Signature) -> Option<(usize, String)> {
    let mut at = 1;
    for part in &signature.parts {
        let most = match part.quantity {
            Quantity::One | Quantity::Optional => 1,
            Quantity::Some | Quantity::Any => usize::MAX,
        };
        for word in scene.words.iter().skip(at).take(most) {
            if let Some(expected) = word.known().and_then(|text| fits(&part.value, text, Case::Any).err()) {
                return Some((at, expected));
            }
            at += 1;
        }
    }
    None
}

/// `on` or `off`, in any case (`ngx_conf_set_flag_slot`).
pub(super) fn is_flag(text: &str) -> bool {
    text.eq_ignore_ascii_case("on") || text.eq_ignore_ascii_case("off")
}

/// Whether a value is one that the program takes for this type; else what it wants.
pub(super) fn fits(value: &ValueType, text: &str, case: Case) -> Result<(), String> {
    let (right, expected) = match value {
        ValueType::Integer(low, high) | ValueType::StrictInteger(low, high) => {
            return fits_number(*low, *high, text);
        }
        ValueType::Time => (time(text).is_some(), "a duration such as 500ms, 5s or 2m"),
        ValueType::Seconds => (seconds(text).is_some(), "a duration in whole seconds such as 10s or 2m"),
        ValueType::Size => (size(text).is_some(), "a size such as 16k or 1m"),
        ValueType::Offset => (offset(text).is_some(), "a size such as 16k, 1m or 2g"),
        ValueType::OneOf(words) => {
            let same = |word: &&str| if case == Case::Any { word.eq_ignore_ascii_case(text) } else { *word == text };
            let expected = || format!("one of: {}", words.join(", "));
            return if words.iter().any(same) { Ok(()) } else { Err(expected()) };
        }
        _ => return Ok(()),
    };
    if right { Ok(()) } else { Err(expected.to_owned()) }
}

fn fits_number(low: i64, high: i64, text: &str) -> Result<(), String> {
    let in_range = |number: u64| i64::try_from(number).is_ok_and(|number| (low..=high).contains(&number));
    if number(text).is_some_and(in_range) {
        return Ok(());
    }
    Err(match (low, high) {
        (i64::MIN..=0, i64::MAX) => "a whole number".to_owned(),
        (low, i64::MAX) => format!("a whole number from {low} on"),
        (low, high) => format!("a whole number from {low} to {high}"),
    })
}
