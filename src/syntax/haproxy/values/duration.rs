//! Durations and sizes: a number and a unit.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::digit1;
use nom::combinator::{opt, value};

/// Why a word is no duration or size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// It does not begin with a digit.
    NoNumber,
    /// What follows the number is no unit.
    BadUnit,
    /// It is larger than the program's limit (2^31 - 1 milliseconds).
    TooLarge,
}

/// A duration as the program takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration {
    /// Its length.
    pub milliseconds: u64,
    /// Something follows the unit: the program warns and drops it (`5sec` is 5 s).
    pub trailing: bool,
    /// It has no unit, so that the default, milliseconds, applies.
    pub unitless: bool,
}

/// Reads a duration whose default unit is the millisecond (`parse_time_err` in src/tools.c, 2.6 to 3.4).
///
/// # Errors
/// [`DurationError`] as the program refuses it.
pub fn parse_duration(word: &str) -> Result<Duration, DurationError> {
    let unit = alt((
        value((1, 1000), tag("us")),
        value((1, 1), tag("ms")),
        value((1000, 1), tag("s")),
        value((60_000, 1), tag("m")),
        value((3_600_000, 1), tag("h")),
        value((86_400_000, 1), tag("d")),
    ));
    let (number, unit, rest) = number_and_unit(word, unit)?;
    if unit.is_none() && !rest.is_empty() {
        return Err(DurationError::BadUnit);
    }
    let (factor, divisor) = unit.unwrap_or((1, 1));
    let milliseconds = number.checked_mul(factor).map(|product| product.div_ceil(divisor));
    let milliseconds = milliseconds.filter(|&amount| i32::try_from(amount).is_ok()).ok_or(DurationError::TooLarge)?;
    Ok(Duration { milliseconds, trailing: !rest.is_empty(), unitless: unit.is_none() })
}

/// Reads a number of bytes with an optional `k`, `m` or `g` (configuration manual, `size`).
///
/// # Errors
/// [`DurationError`] as the program refuses it.
pub fn parse_size(word: &str) -> Result<u64, DurationError> {
    let unit = alt((
        value(1 << 10, alt((tag("k"), tag("K")))),
        value(1 << 20, alt((tag("m"), tag("M")))),
        value(1 << 30, alt((tag("g"), tag("G")))),
    ));
    let (number, factor, rest) = number_and_unit(word, unit)?;
    if !rest.is_empty() {
        return Err(DurationError::BadUnit);
    }
    number.checked_mul(factor.unwrap_or(1)).ok_or(DurationError::TooLarge)
}

fn number_and_unit<'a, U>(
    word: &'a str,
    unit: impl Parser<&'a str, Output = U, Error = nom::error::Error<&'a str>>,
) -> Result<(u64, Option<U>, &'a str), DurationError> {
    let digits: nom::IResult<&str, &str> = digit1(word);
    let Ok((rest, digits)) = digits else { return Err(DurationError::NoNumber) };
    let (rest, unit) = opt(unit).parse(rest).map_err(|_| DurationError::BadUnit)?;
    Ok((digits.parse().map_err(|_| DurationError::TooLarge)?, unit, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(word: &str) -> Result<u64, DurationError> {
        parse_duration(word).map(|duration| duration.milliseconds)
    }

    #[test]
    fn durations_read_as_milliseconds() {
        assert_eq!(milliseconds("30"), Ok(30));
        assert_eq!(milliseconds("30ms"), Ok(30));
        assert_eq!(milliseconds("5s"), Ok(5_000));
        assert_eq!(milliseconds("2m"), Ok(120_000));
        assert_eq!(milliseconds("1h"), Ok(3_600_000));
        assert_eq!(milliseconds("1d"), Ok(86_400_000));
        assert_eq!(milliseconds("500us"), Ok(1));
        assert!(parse_duration("30").unwrap().unitless);
    }

    #[test]
    fn what_follows_a_unit_is_dropped() {
        // 2.6.12: "unexpected character 'e' after the timer value '5sec'", a warning.
        assert_eq!(parse_duration("5sec"), Ok(Duration { milliseconds: 5_000, trailing: true, unitless: false }));
        assert_eq!(parse_duration("1min").unwrap().milliseconds, 60_000);
    }

    #[test]
    fn what_the_program_refuses_is_refused() {
        assert_eq!(milliseconds("5x"), Err(DurationError::BadUnit));
        assert_eq!(milliseconds("s"), Err(DurationError::NoNumber));
        assert_eq!(milliseconds("-5s"), Err(DurationError::NoNumber));
        assert_eq!(milliseconds("100d"), Err(DurationError::TooLarge));
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        assert_eq!(parse_size("16k"), Ok(16_384));
        assert_eq!(parse_size("1M"), Ok(1 << 20));
        assert_eq!(parse_size("1t"), Err(DurationError::BadUnit));
    }
}
