//! Who takes over the part of each target of a ring when that target alone fails: all of them in one pass over the points.

use rayon::slice::ParallelSliceMut as _;

/// What passes from one target to another when the first one fails, as parts of all keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Takeovers {
    /// From, to, and how much; sorted, each pair once.
    moves: Vec<(u32, u32, f64)>,
}

impl Takeovers {
    /// What each of the others gets when `failed` does, in ascending order.
    pub fn of(&self, failed: u32) -> impl Iterator<Item = (u32, f64)> {
        let first = self.moves.partition_point(|(from, ..)| *from < failed);
        let rest = self.moves.get(first..).unwrap_or_default().iter();
        rest.take_while(move |(from, ..)| *from == failed).map(|(_, to, part)| (*to, *part))
    }

    /// The same moves between other numbers: positions in a pool for positions in a ring.
    #[must_use]
    pub fn renumbered(mut self, numbers: &[u32]) -> Self {
        let number = |place: u32| numbers.get(place as usize).copied().unwrap_or(place);
        for (from, to, _) in &mut self.moves {
            (*from, *to) = (number(*from), number(*to));
        }
        if !numbers.is_sorted() {
            self.moves.par_sort_unstable_by_key(|(from, to, _)| (*from, *to));
        }
        self
    }
}

/// Up to so many owners a table holds a cell for each pair.
const TABLE: usize = 2048;

/// Collects moves, the same ones together.
#[derive(Debug)]
pub(super) enum Collector {
    /// A row for each owner that fails, in it a cell for each heir.
    Table(usize, Vec<f64>),
    /// One after the other: sorting millions costs less than looking each one up.
    List(Vec<(u32, u32, f64)>),
}

impl Collector {
    pub(super) fn new(owners: usize) -> Self {
        if owners <= TABLE { Self::Table(owners, vec![0.0; owners * owners]) } else { Self::List(Vec::new()) }
    }

    pub(super) fn add(&mut self, from: u32, to: u32, part: f64) {
        if from == to {
            return;
        }
        match self {
            Self::Table(owners, cells) => {
                if let Some(cell) = cells.get_mut(from as usize * *owners + to as usize) {
                    *cell += part;
                }
            }
            Self::List(moves) => moves.push((from, to, part)),
        }
    }

    pub(super) fn finish(self) -> Takeovers {
        match self {
            Self::Table(owners, cells) => {
                let pair = |(place, part): (usize, &f64)| ((place / owners) as u32, (place % owners) as u32, *part);
                let moves = cells.iter().enumerate().filter(|(_, part)| **part > 0.0).map(pair);
                Takeovers { moves: moves.collect() }
            }
            Self::List(mut moves) => {
                moves.par_sort_unstable_by_key(|(from, to, _)| u64::from(*from) << 32 | u64::from(*to));
                moves.dedup_by(merge);
                Takeovers { moves }
            }
        }
    }
}

/// Adds a move to an equal one before it.
fn merge(more: &mut (u32, u32, f64), first: &mut (u32, u32, f64)) -> bool {
    let same = (more.0, more.1) == (first.0, first.1);
    if same {
        first.2 += more.2;
    }
    same
}

/// The takeovers of a ring on which the keys of a point's arc go on to the next point of another owner: owner and arc of each
/// point, in order.
pub(super) fn clockwise(owners: usize, points: &[(u32, f64)]) -> Takeovers {
    let mut collector = Collector::new(owners);
    let Some((first, _)) = points.first() else { return Takeovers::default() };
    // Backwards, with the owner of the run that follows; around the end the first run of another owner follows.
    let start = points.iter().rposition(|(owner, _)| owner != first);
    let Some(start) = start else { return Takeovers::default() };
    let (head, tail) = points.split_at(start + 1);
    let mut heir = *first;
    let mut run = head.last().map_or(heir, |(owner, _)| *owner);
    for &(owner, arc) in head.iter().rev().chain(tail.iter().rev()) {
        if owner != run {
            (heir, run) = (run, owner);
        }
        collector.add(owner, heir, arc);
    }
    collector.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_owners_are_listed() {
        let points: Vec<(u32, f64)> = (0..9000_u32).map(|at| (at % 3000, 1.0)).collect();
        let takeovers = clockwise(3000, &points);
        assert_eq!(takeovers.of(7).collect::<Vec<_>>(), [(8, 3.0)]);
        assert_eq!(takeovers.of(2999).collect::<Vec<_>>(), [(0, 3.0)]);
    }

    #[test]
    fn keys_go_on_to_the_next_owner_around_the_end() {
        let takeovers = clockwise(3, &[(0, 0.1), (1, 0.2), (1, 0.3), (2, 0.15), (0, 0.25)]);
        let of = |failed| takeovers.of(failed).collect::<Vec<_>>();
        assert_eq!(of(0), [(1, 0.1 + 0.25)]);
        assert_eq!(of(1), [(2, 0.2 + 0.3)]);
        assert_eq!(of(2), [(0, 0.15)]);
        assert_eq!(clockwise(4, &[(3, 1.0)]).of(3).count(), 0);
        let renumbered = takeovers.renumbered(&[7, 5, 6]);
        assert_eq!(renumbered.of(7).collect::<Vec<_>>(), [(5, 0.1 + 0.25)]);
    }
}
