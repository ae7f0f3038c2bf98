//! How many words follow a directive's name, and whether a block does.

/// How many words follow a directive's name, and whether a block does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arity {
    /// Bit n: n words are right; bit 15 stands for 15 and all above.
    counts: u16,
    /// One word, `on` or `off` in any case.
    pub is_flag: bool,
    /// A block must follow; else it must not.
    pub has_block: bool,
}

const ABOVE: u32 = 15;

impl Arity {
    /// Reads a table's cell: alternatives of `0`, `1-2`, `2+`, `flag`, `block`, joined by commas.
    pub(super) fn read(cell: &str) -> Self {
        let mut arity = Self { counts: 0, is_flag: false, has_block: false };
        for part in cell.split(',') {
            match part {
                "block" => arity.has_block = true,
                "flag" => (arity.is_flag, arity.counts) = (true, arity.counts | 0b10),
                range => arity.counts |= read_counts(range),
            }
        }
        arity
    }

    /// Whether so many words are right.
    pub const fn accepts(self, words: usize) -> bool {
        let bit = if words as u32 >= ABOVE { ABOVE } else { words as u32 };
        self.counts & (1 << bit) != 0
    }

    /// The fewest words that are right.
    pub const fn fewest(self) -> usize {
        self.counts.trailing_zeros() as usize
    }
}

fn read_counts(range: &str) -> u16 {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0).min(ABOVE);
    let (low, high) = match (range.strip_suffix('+'), range.split_once('-')) {
        (Some(low), _) => (number(low), ABOVE),
        (None, Some((low, high))) => (number(low), number(high)),
        (None, None) => (number(range), number(range)),
    };
    (low..=high).fold(0, |counts, bit| counts | (1 << bit))
}

#[cfg(test)]
mod tests {
    use super::Arity;

    #[test]
    fn cells_read_as_they_are_documented() {
        let arity = Arity::read("1-2,block");
        assert!(arity.has_block && arity.accepts(1) && arity.accepts(2) && !arity.accepts(0) && !arity.accepts(3));
        let open = Arity::read("2+");
        assert!(open.accepts(2) && open.accepts(500) && !open.accepts(1));
        assert_eq!(open.fewest(), 2);
        let flag = Arity::read("flag");
        assert!(flag.is_flag && flag.accepts(1) && !flag.accepts(0));
        let either = Arity::read("1,3");
        assert!(either.accepts(1) && !either.accepts(2) && either.accepts(3));
    }
}
