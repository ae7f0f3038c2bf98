//! Whole numbers, as YAML words and as values of fields.

/// The number that a YAML word without quotes is: decimal, octal behind `0`, hexadecimal behind `0x`, with a sign; at most
/// 64 bits wide.
pub fn yaml_integer(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        b'0'..=b'9' => (false, text),
        _ => return None,
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', _, ..] => (8, digits),
        _ => (10, digits),
    };
    // A second sign would be taken.
    if !digits.bytes().next()?.is_ascii_hexdigit() {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, base).ok()?;
    i64::try_from(if is_negative { -magnitude } else { magnitude }).ok()
}
