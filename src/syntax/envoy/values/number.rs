//! Numbers and truth values.

/// Above this a number with a fraction or an exponent is no whole number for the program: 2 to the power of 53.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// The number that a YAML word without quotes is: decimal, octal behind `0`, hexadecimal behind `0x`, with a sign; at most
/// 64 bits wide.
pub fn yaml_integer(text: &str) -> Option<i64> {
    let (is_negative, digits) = sign(text);
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', _, ..] => (8, digits),
        [b'0'..=b'9', ..] => (10, digits),
        _ => return None,
    };
    let magnitude = unsigned(digits, base)?;
    i64::try_from(if is_negative { -magnitude } else { magnitude }).ok()
}

/// The whole number that the program reads from a text for a field of whole numbers: `80`, `+80`, `80.0`, `1e2`, `0x50`.
/// `None` if it refuses it. Whether it fits the field is for the caller to see.
pub fn integer(text: &str) -> Option<i128> {
    let (is_negative, digits) = sign(text);
    if let Some(magnitude) = unsigned(digits, 10) {
        return Some(if is_negative { -magnitude } else { magnitude });
    }
    let number = if text.contains(|one: char| one.is_whitespace()) { None } else { float(text) }?;
    (number.fract() == 0.0 && number.abs() <= MOST_EXACT).then_some(number as i128)
}

/// The number that the program reads from a text for a field of numbers with a fraction: also `.5`, `5.`, `0x1p3`, `nan`
/// and `inf`, blanks around it, and infinity for what is too large. `None` if it refuses it.
pub fn float(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    let (is_negative, digits) = sign(text);
    match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => {
            let magnitude = hexadecimal(digits.get(2..)?)?;
            Some(if is_negative { -magnitude } else { magnitude })
        }
        _ => text.parse().ok(),
    }
}

/// What the program reads from a text for a field of truth values: other words than YAML's, in letters of any case.
pub fn boolean(text: &str) -> Option<bool> {
    let is = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let is_true = is(["true", "t", "yes", "y", "1"]);
    (is_true || is(["false", "f", "no", "n", "0"])).then_some(is_true)
}

/// Whether a number is negative, and what follows its sign.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// A number of digits alone.
fn unsigned(digits: &str, base: u32) -> Option<i128> {
    let is_plain = digits.bytes().all(|byte| char::from(byte).is_digit(base));
    if is_plain { i128::from_str_radix(digits, base).ok() } else { None }
}

/// A hexadecimal number behind its `0x`, perhaps with a fraction and a power of two.
fn hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = text.split_once(['p', 'P']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let places = whole.chars().chain(fraction.chars());
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let add = |number: f64, digit: char| Some(number * 16.0 + f64::from(digit.to_digit(16)?));
    let number = places.into_iter().try_fold(0.0, add)?;
    let shift = exponent.saturating_sub(i32::try_from(fraction.len()).ok()?.saturating_mul(4));
    Some(number * 2.0_f64.powi(shift))
}
