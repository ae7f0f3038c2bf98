//! Scalars by the type of their field, as the program's JSON layer takes them (research 1.2).

use super::walk::Walker;
use crate::diagnostic::Kind;
use crate::grammar::envoy::{EnumId, FieldType};
use crate::syntax::envoy::{Message, NodeKind, Scalar, values};
use crate::validate::nearest;

impl<'a> Walker<'a, '_> {
    /// A value of a type that is no message.
    pub(super) fn scalar(&mut self, value: &Message<'a>, kind: FieldType) {
        if value.is_masked() || value.is_null() || matches!(value.kind(), NodeKind::Error | NodeKind::Alias) {
            return;
        }
        if value.kind() != NodeKind::Scalar {
            return self.expected(value.first_line(), "a single value");
        }
        if kind != FieldType::String && is_placeholder(value) {
            return;
        }
        match kind {
            FieldType::Bool => self.truth(value),
            FieldType::String => self.string(value),
            FieldType::Bytes => self.bytes(value),
            FieldType::Enum(id) => self.enumeration(value, id),
            FieldType::Double | FieldType::Float => self.float(value),
            FieldType::Int32 => self.integer(value, i128::from(i32::MIN), i128::from(i32::MAX)),
            FieldType::Int64 => self.integer(value, i128::from(i64::MIN), i128::from(i64::MAX)),
            FieldType::Uint32 => self.integer(value, 0, i128::from(u32::MAX)),
            FieldType::Uint64 => self.integer(value, 0, i128::from(u64::MAX)),
            FieldType::Message(_) | FieldType::Unknown => {}
        }
    }

    fn truth(&mut self, value: &Message<'a>) {
        const WANTED: &str = "`true` or `false`";
        let write = match value.scalar() {
            Scalar::Bool(_) => return,
            Scalar::Text { value, .. } if values::boolean(&value).is_some() => return,
            Scalar::Integer(0) => "false",
            Scalar::Integer(1) => "true",
            _ => return self.expected(value.first_line(), WANTED),
        };
        self.complain(value.first_line(), Kind::Misspelt { wanted: WANTED, write: write.into() });
    }

    /// YAML 1.1 has many words for true and false, and whatever looks like a number is one (research 1.2).
    fn string(&mut self, value: &Message<'a>) {
        let wanted = match value.scalar() {
            Scalar::Bool(true) => "a text, but what YAML calls true",
            Scalar::Bool(false) => "a text, but what YAML calls false",
            Scalar::Integer(_) => "a text, but a number",
            _ => return,
        };
        let write = format!("\"{}\"", value.text().unwrap_or_default()).into();
        self.complain(value.first_line(), Kind::Misspelt { wanted, write });
    }

    fn bytes(&mut self, value: &Message<'a>) {
        let is_bytes = matches!(value.scalar(), Scalar::Text { value, .. } if values::is_base64(&value));
        if !is_bytes {
            self.expected(value.first_line(), "base64 text");
        }
    }

    fn float(&mut self, value: &Message<'a>) {
        let is_number = match value.scalar() {
            Scalar::Integer(_) | Scalar::Number(_) => true,
            Scalar::Text { value, .. } => values::float(&value).is_some(),
            _ => false,
        };
        if !is_number {
            self.expected(value.first_line(), "a number");
        }
    }

    fn integer(&mut self, value: &Message<'a>, least: i128, most: i128) {
        let number = value.integer();
        match number {
            Some(number) if (least..=most).contains(&number) => {
                let text = value.text().unwrap_or_default();
                if is_octal(&text) && value.is_plain() && text.parse() != Ok(number) {
                    self.complain(
                        value.span(),
                        Kind::Coerced(format!("{number}: the leading 0 makes it octal").into()),
                    );
                }
            }
            Some(_) => self.expected(value.first_line(), format!("a whole number from {least} to {most}")),
            None => self.expected(value.first_line(), "a whole number"),
        }
    }

    /// A name in any case, or a number (research 1.2).
    fn enumeration(&mut self, value: &Message<'a>, id: EnumId) {
        let text = value.text().unwrap_or_default();
        let is_known = match value.scalar() {
            // An unknown number is the business of the rules.
            Scalar::Integer(_) => true,
            Scalar::Text { value, .. } => self.grammar.enum_value(id, &value).is_some() || value.parse::<i32>().is_ok(),
            _ => false,
        };
        if is_known {
            return;
        }
        let names = || self.grammar.enum_values(id).iter().map(|value| value.name);
        let upper = text.to_ascii_uppercase().replace('-', "_");
        let meant = names().find(|name| *name == upper).or_else(|| nearest(&upper, names()));
        let (known, suggestion) = (few(names()).into(), meant.map(Into::into));
        self.complain(value.first_line(), Kind::UnknownValue { known, suggestion });
    }
}

/// `$PORT`: another program puts the value in before Envoy reads it.
pub(super) fn is_placeholder(value: &Message<'_>) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    value.is_plain() && value.text().is_some_and(|text| text.strip_prefix('$').is_some_and(is_name))
}

/// `010`: YAML 1.1 reads it as 8.
fn is_octal(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn few<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const SHOWN: usize = 6;
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let shown = names.get(..SHOWN.min(names.len())).unwrap_or_default().join(", ");
    if names.len() > SHOWN { format!("{shown}, ...") } else { shown }
}
