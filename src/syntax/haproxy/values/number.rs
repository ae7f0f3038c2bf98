//! Whole numbers as HAProxy reads them.

/// What the lenient reader makes of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// The whole word is the number.
    Exact(i64),
    /// Only the beginning is a number; the program uses it and drops the rest.
    Prefix(i64),
    /// No digit at the beginning: the program reads 0.
    Zero,
}

impl Number {
    /// What the program works with.
    pub const fn value(self) -> i64 {
        match self {
            Self::Exact(value) | Self::Prefix(value) => value,
            Self::Zero => 0,
        }
    }
}

/// Reads a number as C `atol` does, which HAProxy uses for `weight`, `retries` and others (2.6.12: `weight abc` is 0, `10x` is 10).
pub fn lenient_number(word: &str) -> Number {
    let trimmed = word.trim_start();
    let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let digits = unsigned.len() - unsigned.trim_start_matches(|byte: char| byte.is_ascii_digit()).len();
    let Some(digits) = unsigned.get(..digits).filter(|digits| !digits.is_empty()) else { return Number::Zero };
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX);
    let value = if trimmed.starts_with('-') { -magnitude } else { magnitude };
    if digits.len() == unsigned.len() { Number::Exact(value) } else { Number::Prefix(value) }
}

/// Reads a word that must be a number as a whole.
pub fn strict_number(word: &str) -> Option<i64> {
    match lenient_number(word) {
        Number::Exact(value) => Some(value),
        Number::Prefix(_) | Number::Zero => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_like_the_program_does() {
        assert_eq!(lenient_number("10"), Number::Exact(10));
        assert_eq!(lenient_number("-1"), Number::Exact(-1));
        assert_eq!(lenient_number("10x"), Number::Prefix(10));
        assert_eq!(lenient_number("abc"), Number::Zero);
        assert_eq!(lenient_number(""), Number::Zero);
        assert_eq!(strict_number("10x"), None);
        assert_eq!(lenient_number("99999999999999999999").value(), i64::MAX);
    }
}
