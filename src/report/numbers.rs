//! Numbers and lists as people read them.

use crate::traffic::thousands;

/// `1 pool`, `2,104 pools`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let number_text = thousands(number as u64);
    match noun.strip_suffix('y') {
        _ if number == 1 => format!("{number_text} {noun}"),
        Some(stem) => format!("{number_text} {stem}ies"),
        None => format!("{number_text} {noun}s"),
    }
}

/// The first `most` items, and how many are left: `a, b, c and 12 more`.
pub(super) fn list(items: &[String], most: usize) -> String {
    // One item more takes no more room than the words that it is left out.
    let most = if items.len() == most + 1 { items.len() } else { most };
    let shown = items.get(..most).unwrap_or(items).join(", ");
    match items.len().saturating_sub(most) {
        0 => shown,
        left => format!("{shown} and {} more", thousands(left as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        assert_eq!(count(0, "file"), "0 files");
        assert_eq!(count(1, "file"), "1 file");
        assert_eq!(count(2, "entry"), "2 entries");
        assert_eq!(count(5871, "target"), "5,871 targets");
    }

    #[test]
    fn long_lists_are_cut() {
        let items: Vec<String> = ["a", "b", "c", "d", "e"].map(String::from).to_vec();
        assert_eq!(list(&items, 3), "a, b, c and 2 more");
        assert_eq!(list(&items, 4), "a, b, c, d, e");
        assert_eq!(list(&items, 9), "a, b, c, d, e");
    }
}
