//! Fractions and numbers as people read them.

/// A fraction as percent with one decimal: `98.0 %`. What is no number is not known: no sentence prints `NaN`.
pub fn percent(fraction: f64) -> String {
    if !fraction.is_finite() {
        return "an unknown part".to_owned();
    }
    format!("{:.1} %", fraction * 100.0)
}

/// A fraction as "one request in n" where that is a small whole number, else as percent of the requests.
pub fn one_in(fraction: f64) -> String {
    const WORDS: [&str; 9] = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let matching = WORDS.iter().zip(2_u32..).find(|(_, n)| (fraction * f64::from(*n) - 1.0).abs() < 1e-6);
    match matching {
        Some((word, _)) => format!("one request in {word}"),
        None => format!("{} of the requests", percent(fraction)),
    }
}

/// `2104` as `2,104`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_not_printed() {
        assert_eq!([0.5, f64::NAN, f64::INFINITY].map(percent), ["50.0 %", "an unknown part", "an unknown part"]);
        assert_eq!(one_in(-f64::INFINITY), "an unknown part of the requests");
    }

    #[test]
    fn thousands_are_separated() {
        let texts = [0, 7, 999, 1000, 2104, 1_234_567].map(thousands);
        assert_eq!(texts, ["0", "7", "999", "1,000", "2,104", "1,234,567"]);
    }

    #[test]
    fn fractions_read_well() {
        assert_eq!(percent(100.0 / 102.0), "98.0 %");
        assert_eq!(one_in(1.0 / 3.0), "one request in three");
        assert_eq!(one_in(0.5), "one request in two");
        assert_eq!(one_in(0.98), "98.0 % of the requests");
        assert_eq!(one_in(1.0), "100.0 % of the requests");
    }
}
