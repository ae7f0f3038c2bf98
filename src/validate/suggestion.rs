//! The nearest known word to one that is not known.

/// The nearest of the candidates, if it is near enough to be what was meant.
pub fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let limit = match word.len() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let near = candidates.filter(|candidate| candidate.len().abs_diff(word.len()) <= limit);
    let measured = near.map(|candidate| (strsim::osa_distance(word, candidate), candidate));
    measured.filter(|(distance, _)| (1..=limit).contains(distance)).min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["balance", "backlog", "bind"];
        assert_eq!(nearest("balnace", words.into_iter()), Some("balance"));
        assert_eq!(nearest("bnid", words.into_iter()), Some("bind"));
        assert_eq!(nearest("nonsense", words.into_iter()), None);
        assert_eq!(nearest("b", words.into_iter()), None);
    }
}
