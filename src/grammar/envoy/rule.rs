//! What a field's value must satisfy: the constraints of protoc-gen-validate, as the table writes them.

/// One constraint. Numbers hold for the numbers in wrappers too; durations are in seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// The field must be set.
    Required,
    /// What is inside the message is not checked.
    Skip,
    /// An enumeration's number must be one of its values.
    DefinedOnly,
    /// No item of a list twice.
    Unique,
    /// The other rules hold only if the value is not empty (0, "", no items).
    IgnoreEmpty,
    /// The only value allowed, as text: `1` for true, a number, a string, seconds.
    Const(Box<str>),
    /// One of these; enumerations by number.
    In(Box<[Box<str>]>),
    /// None of these; enumerations by number.
    NotIn(Box<[Box<str>]>),
    /// Less than.
    Less(f64),
    /// At most.
    AtMost(f64),
    /// More than.
    More(f64),
    /// At least.
    AtLeast(f64),
    /// Fewest characters of a string, or bytes of a `bytes`.
    MinLength(u64),
    /// Most characters of a string, or bytes of a `bytes`.
    MaxLength(u64),
    /// Fewest bytes of a string.
    MinBytes(u64),
    /// Most bytes of a string.
    MaxBytes(u64),
    /// A regular expression (RE2) that must match somewhere.
    Pattern(Box<str>),
    /// How a string must begin.
    Prefix(Box<str>),
    /// How a string must end.
    Suffix(Box<str>),
    /// A header's name; the flag: by the letter of the standard, else only without control characters.
    HeaderName(bool),
    /// A header's value; the flag as for a name.
    HeaderValue(bool),
    /// Fewest items of a list, or entries of a map.
    MinItems(u64),
    /// Most items of a list, or entries of a map.
    MaxItems(u64),
    /// What holds for each item of a list.
    Items(Box<[Rule]>),
    /// What holds for each key of a map.
    Keys(Box<[Rule]>),
    /// What holds for each value of a map.
    Values(Box<[Rule]>),
}

/// Reads the table's cell: words separated by blanks, some with more words in brackets.
pub(super) fn read(cell: &str) -> Box<[Rule]> {
    let is_strict = !words(cell).any(|word| word == "not_strict");
    words(cell).filter_map(|word| read_word(word, is_strict)).collect()
}

/// The words of a cell; what is in brackets belongs to its word.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    let is_end = move |byte: char| {
        match byte {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == ' ' && depth == 0
    };
    cell.split(is_end).filter(|word| !word.is_empty())
}

fn read_word(word: &str, is_strict: bool) -> Option<Rule> {
    if let Some((name, inner)) = word.strip_suffix(')').and_then(|word| word.split_once('(')) {
        return read_group(name, inner);
    }
    match word.split_once('=') {
        Some(("well_known_regex", "header_name")) => Some(Rule::HeaderName(is_strict)),
        Some(("well_known_regex", "header_value")) => Some(Rule::HeaderValue(is_strict)),
        Some((name, value)) => {
            read_text(name, value).or_else(|| read_count(name, value)).or_else(|| read_limit(name, value))
        }
        None => read_flag(word),
    }
}

fn read_group(name: &str, inner: &str) -> Option<Rule> {
    let group = match name {
        "items" => Rule::Items,
        "keys" => Rule::Keys,
        "values" => Rule::Values,
        _ => return None,
    };
    Some(group(read(inner)))
}

fn read_flag(word: &str) -> Option<Rule> {
    Some(match word {
        "required" => Rule::Required,
        "skip" => Rule::Skip,
        "defined_only" => Rule::DefinedOnly,
        "unique" => Rule::Unique,
        "ignore_empty" => Rule::IgnoreEmpty,
        _ => return None,
    })
}

fn read_text(name: &str, value: &str) -> Option<Rule> {
    Some(match name {
        "const" => Rule::Const(unescape(value)),
        "in" => Rule::In(value.split('|').map(unescape).collect()),
        "not_in" => Rule::NotIn(value.split('|').map(unescape).collect()),
        "pattern" => Rule::Pattern(unescape(value)),
        "prefix" => Rule::Prefix(unescape(value)),
        "suffix" => Rule::Suffix(unescape(value)),
        _ => return None,
    })
}

fn read_count(name: &str, value: &str) -> Option<Rule> {
    let rule = match name {
        "min_len" => Rule::MinLength,
        "max_len" => Rule::MaxLength,
        "min_bytes" => Rule::MinBytes,
        "max_bytes" => Rule::MaxBytes,
        "min_items" | "min_pairs" => Rule::MinItems,
        "max_items" | "max_pairs" => Rule::MaxItems,
        _ => return None,
    };
    value.parse().ok().map(rule)
}

fn read_limit(name: &str, value: &str) -> Option<Rule> {
    let rule = match name {
        "lt" => Rule::Less,
        "lte" => Rule::AtMost,
        "gt" => Rule::More,
        "gte" => Rule::AtLeast,
        _ => return None,
    };
    value.trim_end_matches('s').parse().ok().map(rule)
}

/// `%` and two hexadecimal digits stand for a byte that would end a word or a group.
fn unescape(text: &str) -> Box<str> {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or(("", part));
        out.extend(u8::from_str_radix(digits, 16).ok().map(char::from));
        out.push_str(rest);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_escapes_and_strictness_are_read() {
        let items = Rule::Items(Box::new([Rule::MinLength(1), Rule::Pattern("^a b$".into())]));
        assert_eq!(*read("min_items=1 items(min_len=1 pattern=^a%20b$)"), [Rule::MinItems(1), items]);
        assert_eq!(*read("well_known_regex=header_name not_strict"), [Rule::HeaderName(false)]);
        assert_eq!(*read("gt=0s lte=0.5s"), [Rule::More(0.0), Rule::AtMost(0.5)]);
    }

    #[test]
    fn every_word_of_the_table_is_a_rule() {
        for [_, _, _, _, _, rules, _] in crate::grammar::table::rows(super::super::FIELDS) {
            let known = |word: &str| word == "not_strict" || read_word(word, true).is_some();
            assert!(words(rules).all(known), "{rules}");
        }
    }
}
