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

/// The name that a word resembles which somebody wrote to lblint itself: the nearest, unless more than half of it is other.
/// Further away it would be a guess at nothing.
pub fn resembling<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let measured = names.into_iter().map(|name| (strsim::osa_distance(word, name), name));
    measured.filter(|(distance, name)| distance * 2 <= name.len()).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::{nearest, resembling};

    #[test]
    fn names_of_our_own_may_be_further_away() {
        assert_eq!(resembling("no-helth-chek", ["no-health-check", "skewed-weights"]), Some("no-health-check"));
        assert_eq!(resembling("nonsense", ["no-health-check", "skewed-weights"]), None);
    }

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["balance", "backlog", "bind"];
        assert_eq!(nearest("balnace", words.into_iter()), Some("balance"));
        assert_eq!(nearest("bnid", words.into_iter()), Some("bind"));
        assert_eq!(nearest("nonsense", words.into_iter()), None);
        assert_eq!(nearest("b", words.into_iter()), None);
    }
}
