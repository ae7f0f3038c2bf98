//! Messages that files write in a form of their own: durations, wrappers, free mappings.

use super::scalars::is_placeholder;
use super::walk::Walker;
use crate::diagnostic::Kind;
use crate::grammar::envoy::{FieldType, MessageId, WellKnown};
use crate::syntax::envoy::{Message, Scalar, values};

impl<'a> Walker<'a, '_> {
    /// Whether a message is one of these; then it has been checked.
    pub(super) fn well_known(&mut self, message: &Message<'a>, id: MessageId) -> bool {
        let Some(known) = self.grammar.well_known(id) else { return false };
        if message.is_null() || message.is_masked() {
            return true;
        }
        match known {
            WellKnown::Any => self.any(message),
            WellKnown::Duration => self.duration(message),
            WellKnown::Wrapper(kind) => self.wrapper(message, kind),
            WellKnown::Timestamp => self.timestamp(message),
            WellKnown::FieldMask => self.text_form(message),
            WellKnown::Struct => {
                if !message.is_mapping() {
                    self.expected(message.first_line(), "a mapping");
                }
            }
            WellKnown::ListValue => {
                if !message.is_list() {
                    self.expected(message.first_line(), "a list");
                }
            }
            WellKnown::Empty | WellKnown::Value => {}
            WellKnown::TypedStruct => return false,
        }
        true
    }

    /// The same inside an `Any`, where the value stands beside the `@type`.
    pub(super) fn well_known_any(&mut self, message: &Message<'a>, id: MessageId) -> bool {
        match self.grammar.well_known(id) {
            None => false,
            Some(WellKnown::TypedStruct) => {
                self.held(message);
                false
            }
            Some(_) => true,
        }
    }

    /// What a `TypedStruct` holds, where the type that it names is known.
    fn held(&mut self, message: &Message<'a>) {
        let id = message.text_of("type_url").and_then(|url| self.grammar.message_of_url(&url));
        if let (Some(id), Some(value)) = (id, message.field("value")) {
            self.message(&value, id);
        }
    }

    fn timestamp(&mut self, message: &Message<'a>) {
        let is_time = matches!(message.scalar(), Scalar::Text { value, .. } if values::is_timestamp(&value));
        if !message.is_mapping() && !is_time {
            self.expected(message.first_line(), "a time such as `2026-01-31T12:00:00Z`");
        }
    }

    fn text_form(&mut self, message: &Message<'a>) {
        if message.is_mapping() || message.is_list() {
            return;
        }
        if !matches!(message.scalar(), Scalar::Text { .. }) {
            self.expected(message.span(), "a text");
        }
    }

    /// `1.5s`, or `{seconds: 1, nanos: 500000000}` (research 1.2).
    fn duration(&mut self, message: &Message<'a>) {
        if message.is_mapping() {
            for (key, value) in message.fields() {
                match key.text().unwrap_or_default().as_ref() {
                    "seconds" => self.scalar(&value, FieldType::Int64),
                    "nanos" => self.scalar(&value, FieldType::Int32),
                    _ => {
                        let within = "Duration".into();
                        self.complain(key.span(), Kind::UnknownKeyword { within, suggestion: None });
                    }
                }
            }
            return;
        }
        if is_placeholder(message) {
            return;
        }
        let is_text = matches!(message.scalar(), Scalar::Text { .. });
        let text = message.text().unwrap_or_default();
        if !is_text || values::duration(&text).is_none() {
            let wanted = "a duration in seconds with an `s`";
            let kind = match hint(&text) {
                Some(write) => Kind::Misspelt { wanted, write: write.into() },
                None => Kind::InvalidValue(format!("{wanted}, such as `0.25s`").into()),
            };
            self.complain(message.first_line(), kind);
        }
    }

    /// The scalar itself, or `{value: ...}`.
    fn wrapper(&mut self, message: &Message<'a>, kind: FieldType) {
        if !message.is_mapping() {
            return self.scalar(message, kind);
        }
        for (key, value) in message.fields() {
            if key.text().as_deref() == Some("value") {
                self.scalar(&value, kind);
            } else {
                let within = "a value".into();
                self.complain(key.span(), Kind::UnknownKeyword { within, suggestion: None });
            }
        }
    }
}

/// What was meant by a duration with another unit.
fn hint(text: &str) -> Option<String> {
    let unit = text.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(unit)?;
    let number: f64 = number.parse().ok()?;
    let seconds = match unit {
        "" | "S" | "sec" => number,
        "ms" => number / 1000.0,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        _ => return None,
    };
    Some(format!("{seconds}s"))
}
