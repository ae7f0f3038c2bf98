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
    fn durations_read_well() {
        assert_eq!(seconds(250), "250 ms");
        assert_eq!(seconds(3000), "3.0 s");
    }
}
