//! Numbers as values of fields: a text that is one counts as one (research 1.2).

/// A whole number: digits, or a decimal or exponent form of one (`80.0`, `1e2`).
pub fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    // Beyond this a float no longer tells whole numbers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    float(text).filter(|number| number.fract() == 0.0 && number.abs() <= EXACT).map(|number| number as i128)
}

/// A number; the names are those of Protocol Buffers' JSON.
pub fn float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            if is_number { text.parse().ok() } else { None }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_in_several_forms() {
        for text in ["80", "+80", "80.0", "8e1"] {
            assert_eq!(integer(text), Some(80), "{text}");
        }
        for text in ["80.5", "0x50", "8_0", "", "-", "eighty", " 80", "1e400"] {
            assert_eq!(integer(text), None, "{text}");
        }
    }
}
