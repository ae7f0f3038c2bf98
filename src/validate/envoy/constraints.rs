//! What values must satisfy beyond their type: the constraints that the schema declares.

use regex_automata::meta::Regex;

use super::walk::Walker;
use crate::diagnostic::Kind;
use crate::grammar::envoy::{FieldType, Rule, WellKnown};
use crate::syntax::envoy::{Message, NodeKind, values};

impl<'a> Walker<'a, '_> {
    /// Checks a value that is set. One of the wrong type has been complained of.
    pub(super) fn constrain(&mut self, value: &Message<'a>, kind: FieldType, rules: &[Rule]) {
        if rules.is_empty() || self.is_unconstrained || value.is_masked() || value.is_null() {
            return;
        }
        let kind = self.inner(kind);
        let value = if value.is_mapping() { value.field("value").unwrap_or(*value) } else { *value };
        let numeric = self.numeric(&value, kind);
        if rules.contains(&Rule::IgnoreEmpty)
            && (numeric == Some(0.0) || value.text().is_some_and(|text| text.is_empty()))
        {
            return;
        }
        let text = if kind == FieldType::String { value.text() } else { None };
        let broken = rules.iter().find_map(|rule| match (numeric, &text) {
            (Some(number), _) => number_breaks(number, rule),
            (None, Some(text)) => text_breaks(text, rule),
            (None, None) => None,
        });
        let broken = broken.or_else(|| self.enum_breaks(&value, kind, rules));
        if let Some(what) = broken {
            self.expected(value.first_line(), what);
        }
    }

    /// The type of what a wrapper holds.
    fn inner(&self, kind: FieldType) -> FieldType {
        match kind {
            FieldType::Message(id) => match self.grammar.well_known(id) {
                Some(WellKnown::Wrapper(inner)) => inner,
                _ => kind,
            },
            _ => kind,
        }
    }

    /// A number, or a duration in seconds.
    fn numeric(&self, value: &Message<'a>, kind: FieldType) -> Option<f64> {
        if value.kind() != NodeKind::Scalar {
            return None;
        }
        match kind {
            FieldType::Int32 | FieldType::Int64 | FieldType::Uint32 | FieldType::Uint64 => {
                value.integer().map(|number| number as f64)
            }
            FieldType::Double | FieldType::Float => values::float(&value.text()?),
            FieldType::Message(id) if self.grammar.well_known(id) == Some(WellKnown::Duration) => {
                values::duration(&value.text()?).map(|nanoseconds| nanoseconds as f64 / 1e9)
            }
            _ => None,
        }
    }

    /// Rules of enumerations speak of numbers.
    fn enum_breaks(&self, value: &Message<'a>, kind: FieldType, rules: &[Rule]) -> Option<String> {
        let FieldType::Enum(id) = kind else { return None };
        let text = value.text()?;
        let written = text.parse::<i32>().ok();
        let number = written.or_else(|| Some(self.grammar.enum_value(id, &text)?.number))?;
        let is_defined = self.grammar.enum_value_by_number(id, number).is_some();
        rules.iter().find_map(|rule| match rule {
            Rule::DefinedOnly if !is_defined => Some("the number of one of its values".to_owned()),
            Rule::In(list) if !list.iter().any(|one| one.parse() == Ok(number)) => {
                Some("a value allowed here".to_owned())
            }
            Rule::NotIn(list) if list.iter().any(|one| one.parse() == Ok(number)) => {
                Some("a value allowed here".to_owned())
            }
            _ => None,
        })
    }

    /// The number of items of a list, or of entries of a map.
    pub(super) fn count_items(&mut self, value: &Message<'a>, count: u64, rules: &[Rule]) {
        if self.is_unconstrained {
            return;
        }
        for rule in rules {
            match rule {
                Rule::MinItems(least) if count < *least => {
                    let what = if *least == 1 {
                        "a list with an entry".to_owned()
                    } else {
                        format!("a list of at least {least}")
                    };
                    self.expected(value.first_line(), what);
                }
                Rule::MaxItems(most) if count > *most => {
                    let what: Box<str> = format!("a list of at most {most}").into();
                    self.complain(value.first_line(), Kind::InvalidValue(what));
                }
                _ => {}
            }
        }
    }
}

fn number_breaks(number: f64, rule: &Rule) -> Option<String> {
    match rule {
        Rule::Less(limit) if number >= *limit => Some(format!("less than {limit}")),
        Rule::AtMost(limit) if number > *limit => Some(format!("at most {limit}")),
        Rule::More(limit) if number <= *limit => Some(format!("more than {limit}")),
        Rule::AtLeast(limit) if number < *limit => Some(format!("at least {limit}")),
        Rule::In(list) if !list.iter().any(|one| one.parse() == Ok(number)) => {
            Some(format!("one of {}", list.join(", ")))
        }
        _ => None,
    }
}

fn text_breaks(text: &str, rule: &Rule) -> Option<String> {
    let characters = || text.chars().count() as u64;
    match rule {
        Rule::MinLength(least) if characters() < *least => Some(at_least(*least)),
        Rule::MinBytes(least) if (text.len() as u64) < *least => Some(at_least(*least)),
        Rule::MaxLength(most) if characters() > *most => Some(format!("a text of at most {most} characters")),
        Rule::MaxBytes(most) if text.len() as u64 > *most => Some(format!("a text of at most {most} bytes")),
        Rule::Pattern(pattern) if !matches(pattern, text) => Some(format!("a text that matches `{pattern}`")),
        Rule::Prefix(prefix) if !text.starts_with(&**prefix) => Some(format!("a text that begins with `{prefix}`")),
        Rule::Suffix(suffix) if !text.ends_with(&**suffix) => Some(format!("a text that ends with `{suffix}`")),
        Rule::Const(only) if text != &**only => Some(format!("`{only}`")),
        Rule::In(list) if !list.iter().any(|one| **one == *text) => Some(format!("one of {}", list.join(", "))),
        Rule::HeaderName(is_strict) if !is_header_name(text, *is_strict) => Some("the name of a header".to_owned()),
        Rule::HeaderValue(_) if text.bytes().any(|byte| matches!(byte, 0 | b'\n' | b'\r')) => {
            Some("the value of a header".to_owned())
        }
        _ => None,
    }
}

/// Whether a text matches a pattern of the schema. The program searches with RE2, whose language is nearly the same; a
/// pattern that is not understood forbids nothing.
fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).map_or(true, |regex| regex.is_match(text))
}

fn at_least(least: u64) -> String {
    if least == 1 { "a text that is not empty".to_owned() } else { format!("a text of at least {least} characters") }
}

/// By the letter of the standard (tokens, and a colon in front), else only without control characters.
fn is_header_name(text: &str, is_strict: bool) -> bool {
    if !is_strict {
        return !text.bytes().any(|byte| matches!(byte, 0 | b'\n' | b'\r'));
    }
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_|~`".contains(&byte);
    text.strip_prefix(':').unwrap_or(text).bytes().all(is_token)
}
