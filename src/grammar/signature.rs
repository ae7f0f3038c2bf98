//! The small language in which a table says what arguments a statement takes.

/// What one argument is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Any word.
    Word,
    /// A name that the program restricts to letters, digits and `-_.:`.
    Name,
    /// A whole number between two bounds, both included; what follows its digits is dropped.
    Integer(i64, i64),
    /// A whole number between two bounds, both included, and nothing else in the word.
    StrictInteger(i64, i64),
    /// A duration, with or without a unit.
    Time,
    /// A duration in whole seconds, with or without a unit.
    Seconds,
    /// A number of bytes, with or without a unit.
    Size,
    /// A number of bytes that may be larger than memory.
    Offset,
    /// One of these words.
    OneOf(Vec<&'static str>),
    /// An address with or without a port.
    Address,
    /// A file or directory.
    Path,
    /// A sample expression.
    Expression,
    /// A log format: text with `%[...]` in it.
    Format,
    /// These words in any order, each with so many arguments of its own ([`ALL_THE_REST`]: everything behind it).
    Options(Vec<(&'static str, u8)>),
    /// `if` or `unless` and a condition.
    Condition,
    /// Anything, to the end of the line.
    Rest,
    /// Anything, to the end of the line; the program does not look at it.
    Ignored,
}

/// The number of arguments of an option that takes everything behind it.
pub const ALL_THE_REST: u8 = u8::MAX;

/// How many arguments a part stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Exactly one.
    One,
    /// None or one.
    Optional,
    /// One or more.
    Some,
    /// None, one or more.
    Any,
}

/// One part of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the argument is.
    pub value: ValueType,
    /// How many there are.
    pub quantity: Quantity,
}

/// The arguments of a statement, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// The parts, in order.
    pub parts: Vec<Part>,
}

impl Signature {
    /// Reads a table's cell; an empty cell is a statement without arguments.
    pub(super) fn read(cell: &'static str) -> Self {
        Self { parts: cell.split_whitespace().map(read_part).collect() }
    }

    /// The fewest arguments that are enough.
    pub fn fewest(&self) -> usize {
        let needed = |part: &&Part| matches!(part.quantity, Quantity::One | Quantity::Some) && !part.value.is_open();
        self.parts.iter().filter(needed).count()
    }

    /// Whether `if` or `unless` and a condition may follow.
    pub fn takes_condition(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.value, ValueType::Condition | ValueType::Rest))
    }

    /// The most arguments that have a meaning; `None` if there is no limit.
    pub fn most(&self) -> Option<usize> {
        let open = |part: &Part| part.value.is_open() || matches!(part.quantity, Quantity::Some | Quantity::Any);
        if self.parts.iter().any(open) { None } else { Some(self.parts.len()) }
    }
}

impl ValueType {
    /// Whether the part takes everything up to the end of the line, or nothing.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Rest | Self::Ignored | Self::Condition | Self::Options(_))
    }
}

fn read_part(text: &'static str) -> Part {
    let (name, quantity) = match text.as_bytes().last() {
        Some(b'?') => (text.trim_end_matches('?'), Quantity::Optional),
        Some(b'+') => (text.trim_end_matches('+'), Quantity::Some),
        Some(b'*') => (text.trim_end_matches('*'), Quantity::Any),
        _ => (text, Quantity::One),
    };
    Part { value: read_value_type(name), quantity }
}

fn read_value_type(name: &'static str) -> ValueType {
    let (head, inside) = match name.split_once('(') {
        Some((head, inside)) => (head, inside.trim_end_matches(')')),
        None => (name, ""),
    };
    match head {
        "name" => ValueType::Name,
        "int" => read_range(inside, i64::MIN),
        "uint" => match read_range(inside, 0) {
            ValueType::Integer(low, high) => ValueType::StrictInteger(low, high),
            other => other,
        },
        "time" => ValueType::Time,
        "seconds" => ValueType::Seconds,
        "size" => ValueType::Size,
        "offset" => ValueType::Offset,
        "enum" => ValueType::OneOf(inside.split('|').collect()),
        "addr" => ValueType::Address,
        "path" => ValueType::Path,
        "expr" => ValueType::Expression,
        "fmt" => ValueType::Format,
        "options" => ValueType::Options(inside.split('|').filter_map(read_option).collect()),
        "cond" => ValueType::Condition,
        "rest" => ValueType::Rest,
        "ignored" => ValueType::Ignored,
        _ => ValueType::Word,
    }
}

fn read_option(text: &'static str) -> Option<(&'static str, u8)> {
    let (word, count) = text.split_once('=')?;
    Some((word, if count == "*" { ALL_THE_REST } else { count.parse().ok()? }))
}

fn read_range(inside: &str, lowest: i64) -> ValueType {
    let (low, high) = inside.split_once("..").unwrap_or_default();
    ValueType::Integer(low.parse().unwrap_or(lowest), high.parse().unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_reads_as_it_is_documented() {
        let signature = Signature::read("enum(a|b) int(1..)? time word*");
        assert_eq!(signature.parts.len(), 4);
        assert_eq!(signature.parts[0].value, ValueType::OneOf(vec!["a", "b"]));
        assert_eq!(signature.parts[1], Part { value: ValueType::Integer(1, i64::MAX), quantity: Quantity::Optional });
        assert_eq!(signature.fewest(), 2);
        assert_eq!(signature.most(), None);
    }

    #[test]
    fn a_condition_may_be_left_out() {
        let signature = Signature::read("word cond");
        assert_eq!((signature.fewest(), signature.most()), (1, None));
        assert_eq!(Signature::read("").most(), Some(0));
        assert_eq!(Signature::read("int(0..256)").parts[0].value, ValueType::Integer(0, 256));
    }
}
