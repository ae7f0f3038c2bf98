//! The constraints of protoc-gen-validate as words: `required gt=0 items(min_len=1)`.

use crate::wire::{self, Value};

/// How the values of a group of rules are encoded.
#[derive(Clone, Copy)]
enum Form {
    Number,
    Signed,
    ZigZag,
    Float,
    Text,
    Duration,
}

/// The words for one serialised `validate.FieldRules`, empty if it says nothing.
pub fn words(rules: &[u8]) -> Vec<String> {
    wire::fields(rules).flat_map(|(kind, group)| group_words(kind, group.bytes())).collect()
}

fn group_words(kind: u32, group: &[u8]) -> Vec<String> {
    wire::fields(group).filter_map(|(rule, value)| word(kind, rule, value)).fold(Vec::new(), join_choices)
}

/// Several values of one `in` stand in one word.
fn join_choices(mut words: Vec<String>, word: String) -> Vec<String> {
    match (words.last_mut(), word.split_once('=')) {
        (Some(last), Some((name @ ("in" | "not_in"), value))) if last.starts_with(&format!("{name}=")) => {
            last.push('|');
            last.push_str(value);
        }
        _ => words.push(word),
    }
    words
}

fn word(kind: u32, rule: u32, value: Value) -> Option<String> {
    match kind {
        1 | 2 => comparison(rule, value, Form::Float),
        3 | 4 | 11 | 12 => comparison(rule, value, Form::Signed),
        5 | 6 | 9 | 10 => comparison(rule, value, Form::Number),
        7 | 8 => comparison(rule, value, Form::ZigZag),
        13 => named(&["const"], rule, value, Form::Number),
        14 => string(rule, value),
        15 => bytes(rule, value),
        16 => named(&["const", "defined_only", "in", "not_in"], rule, value, Form::Signed),
        17 => named(&["skip", "required"], rule, value, Form::Number),
        18 => collection(&["min_items", "max_items", "unique", "items", "ignore_empty"], rule, value),
        19 => collection(&["min_pairs", "max_pairs", "no_sparse", "keys", "values", "ignore_empty"], rule, value),
        20 => named(&["required", "in", "not_in"], rule, value, Form::Text),
        21 => named(&["required", "const", "lt", "lte", "gt", "gte", "in", "not_in"], rule, value, Form::Duration),
        22 => named(&["required"], rule, value, Form::Duration),
        _ => None,
    }
}

fn comparison(rule: u32, value: Value, form: Form) -> Option<String> {
    named(&["const", "lt", "lte", "gt", "gte", "in", "not_in", "ignore_empty"], rule, value, form)
}

fn string(rule: u32, value: Value) -> Option<String> {
    const NAMES: [&str; 26] = [
        "const",
        "min_len",
        "max_len",
        "min_bytes",
        "max_bytes",
        "pattern",
        "prefix",
        "suffix",
        "contains",
        "in",
        "not_in",
        "email",
        "hostname",
        "ip",
        "ipv4",
        "ipv6",
        "uri",
        "uri_ref",
        "len",
        "len_bytes",
        "address",
        "uuid",
        "not_contains",
        "well_known_regex",
        "strict",
        "ignore_empty",
    ];
    match (rule, value.varint()) {
        (24, 1) => Some("well_known_regex=header_name".into()),
        (24, 2) => Some("well_known_regex=header_value".into()),
        (25, 0) => Some("not_strict".into()),
        (24 | 25, _) => None,
        _ => named(&NAMES, rule, value, Form::Text),
    }
}

fn bytes(rule: u32, value: Value) -> Option<String> {
    const NAMES: [&str; 14] = [
        "const",
        "min_len",
        "max_len",
        "pattern",
        "prefix",
        "suffix",
        "contains",
        "in",
        "not_in",
        "ip",
        "ipv4",
        "ipv6",
        "len",
        "ignore_empty",
    ];
    named(&NAMES, rule, value, Form::Text)
}

fn collection(names: &[&str], rule: u32, value: Value) -> Option<String> {
    match names.get(rule as usize - 1)? {
        name @ (&"items" | &"keys" | &"values") => {
            let inner = words(value.bytes());
            (!inner.is_empty()).then(|| format!("{name}({})", inner.join(" ")))
        }
        _ => named(names, rule, value, Form::Number),
    }
}

/// A rule by its position among its group's names. A flag is its name, and nothing if it is off.
fn named(names: &[&str], rule: u32, value: Value, form: Form) -> Option<String> {
    const FLAGS: [&str; 15] = [
        "required",
        "skip",
        "defined_only",
        "unique",
        "no_sparse",
        "ignore_empty",
        "email",
        "hostname",
        "ip",
        "ipv4",
        "ipv6",
        "uri",
        "uri_ref",
        "address",
        "uuid",
    ];
    let name = names.get(rule as usize - 1)?;
    if FLAGS.contains(name) {
        return (value.varint() != 0).then(|| (*name).to_owned());
    }
    Some(format!("{name}={}", text(value, form)))
}

fn text(value: Value, form: Form) -> String {
    match (value, form) {
        (Value::Bytes(bytes), Form::Duration) => duration(bytes),
        (Value::Bytes(bytes), _) => escape(bytes),
        (Value::Fixed32(bits), Form::Float) => f32::from_bits(bits).to_string(),
        (Value::Fixed64(bits), Form::Float) => f64::from_bits(bits).to_string(),
        (Value::Fixed32(bits), Form::Signed) => bits.cast_signed().to_string(),
        (Value::Fixed64(bits), Form::Signed) => bits.cast_signed().to_string(),
        (Value::Fixed32(bits), _) => bits.to_string(),
        (Value::Fixed64(bits), _) => bits.to_string(),
        (Value::Varint(number), Form::Signed) => number.cast_signed().to_string(),
        (Value::Varint(number), Form::ZigZag) => {
            ((number >> 1).cast_signed() ^ -(number & 1).cast_signed()).to_string()
        }
        (Value::Varint(number), _) => number.to_string(),
    }
}

/// Seconds, with as many decimals as are needed.
fn duration(bytes: &[u8]) -> String {
    let seconds = wire::last(bytes, 1).map_or(0, |value| value.varint().cast_signed());
    let nanos = wire::last(bytes, 2).map_or(0, |value| value.varint().cast_signed());
    if nanos == 0 {
        format!("{seconds}s")
    } else {
        format!("{seconds}.{nanos:09}").trim_end_matches('0').to_owned() + "s"
    }
}

/// Bytes that would end a word, a list or a group, and those that are not printable ASCII, as `%` and two digits.
fn escape(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"%|()".contains(&byte);
    bytes.iter().map(|&byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") }).collect()
}
