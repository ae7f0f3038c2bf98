//! Whole numbers and decimal fractions (`ngx_atoi`, `ngx_atofp`, `src/core/ngx_string.c`).

/// The largest number that the program counts with: `NGX_MAX_INT_T_VALUE` on 64 bits.
pub(super) const LARGEST: u64 = i64::MAX as u64;

/// A whole number: digits and nothing else, at most 2^63 - 1.
#[inline]
pub fn number(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    let add = |value: u64, byte: &u8| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 { None } else { value.checked_mul(10)?.checked_add(u64::from(digit)) }
    };
    let value = digits.iter().try_fold(0, add)?;
    (!digits.is_empty() && value <= LARGEST).then_some(value)
}

/// A number with at most `places` digits behind its only dot, times ten to the power of `places`.
///
/// `10.5` with two places is 1050. The program takes a dot without digits on one of its sides, even a dot alone, as 0.
pub fn fraction(text: &str, places: u32) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let length = u32::try_from(part.len()).ok().filter(|length| *length <= places)?;
    let digits = |text: &str| if text.is_empty() { Some(0) } else { number(text) };
    let scaled = digits(whole)?.checked_mul(10_u64.checked_pow(places)?)?;
    let value = scaled.checked_add(digits(part)?.checked_mul(10_u64.checked_pow(places - length)?)?)?;
    (!text.is_empty() && value <= LARGEST).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{fraction, number};

    #[test]
    fn numbers_are_digits() {
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("01"), Some(1));
        assert_eq!(number("9223372036854775807"), Some(i64::MAX as u64));
        for refused in ["", "-1", "+1", "1.5", "1k", " 1", "9223372036854775808", "99999999999999999999"] {
            assert_eq!(number(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn fractions_have_so_many_places() {
        assert_eq!(fraction("10.5", 2), Some(1050));
        assert_eq!(fraction("100", 2), Some(10_000));
        assert_eq!(fraction("0.01", 2), Some(1));
        assert_eq!(fraction(".5", 2), Some(50));
        assert_eq!(fraction("5.", 2), Some(500));
        for refused in ["", "0.001", "1.2.3", "a", "-1", "92233720368547758.08"] {
            assert_eq!(fraction(refused, 2), None, "{refused:?}");
        }
    }
}
