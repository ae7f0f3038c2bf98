//! How findings speak of lists and numbers.

/// Names in backticks, the first few of many: `a`, `b` and 3 more.
pub(super) fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if names.len() <= SHOWN => format!("{} and {last}", first.join(", ")),
        first => {
            let shown = first.get(..SHOWN - 1).unwrap_or_default().join(", ");
            format!("{shown} and {} more", names.len() - (SHOWN - 1))
        }
    }
}

/// Milliseconds as people read them: `500 ms`, `3.0 s`.
pub(super) fn seconds(milliseconds: u64) -> String {
    if milliseconds < 1000 { format!("{milliseconds} ms") } else { format!("{:.1} s", milliseconds as f64 / 1000.0) }
}

/// A number with its thousands told apart: `1,600`.
pub(super) fn grouped(number: u64) -> String {
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
    fn long_lists_are_cut() {
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b"]), "`a` and `b`");
        assert_eq!(list(["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn thousands_are_told_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(123), "123");
        assert_eq!(grouped(1600), "1,600");
        assert_eq!(grouped(8_388_608), "8,388,608");
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(250), "250 ms");
        assert_eq!(seconds(3000), "3.0 s");
    }
}
