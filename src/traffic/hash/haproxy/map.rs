//! `hash-type map-based`: a table of slots in which each server stands as often as its weight says.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::traffic::hash::MOST_POINTS;

/// How many slots each of a pool's servers is worth (HAProxy 2.6.12, `init_server_map` in `src/lb_map.c`; research 3.2):
/// its weight divided by the greatest common divisor of all weights but zeros. `weights` has to hold those of all
/// servers, also of backups and of those that are down.
pub fn map_weights(weights: &[u32]) -> Vec<u32> {
    let divisor = weights.iter().copied().fold(0, greatest_common_divisor).max(1);
    weights.iter().map(|weight| weight / divisor).collect()
}

const fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The shares of servers with these numbers of slots, under evenly spread hashes (research 3.4): slots over all slots.
/// `None` if there is no slot.
///
/// The map holds each server exactly that often: a slot goes to a server whose score has reached the number of slots
/// where one has, so after the last slot, when all scores are multiples of that number and sum up to 0, all are 0.
pub fn map_shares(slots: &[u32]) -> Option<Vec<f64>> {
    let total: u64 = slots.iter().copied().map(u64::from).sum();
    (total > 0).then(|| slots.iter().map(|&own| f64::from(own) / total as f64).collect())
}

/// The map itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    slots: Vec<u32>,
}

impl Map {
    /// Builds the map of eligible servers with these numbers of slots, in the order of their declaration
    /// (HAProxy 2.6.12, `recalc_server_map` in `src/lb_map.c`; research 3.4). `None` if there is no slot or more than
    /// [`MOST_POINTS`].
    ///
    /// The program adds to each server's score its number of slots, gives the slot to the first of those whose score
    /// holds the number of all slots the most times, and takes that number from it. The same is said here by tickets:
    /// everyone starts with one and gets the next each time its sum passes a multiple of the number of all slots.
    pub fn new(slots: &[u32]) -> Option<Self> {
        let total: usize = slots.iter().map(|&own| own as usize).sum();
        if total == 0 || total > MOST_POINTS {
            return None;
        }
        let mut tickets = Tickets::new(slots, total as u64);
        let slots: Vec<u32> = (1..=total as u64).map_while(|step| tickets.draw(step)).collect();
        (slots.len() == total).then_some(Self { slots })
    }

    /// Which server the hash leads to (HAProxy 2.6.12, `map_get_server_hash` in `src/lb_map.c`): the slot at the
    /// remainder of its division by their number.
    pub fn server(&self, hash: u32) -> usize {
        let slot = hash as usize % self.slots.len().max(1);
        self.slots.get(slot).map_or(0, |&server| server as usize)
    }

    /// The servers' positions, slot by slot.
    pub fn slots(&self) -> &[u32] {
        &self.slots
    }
}

/// Who may have the next slot.
struct Tickets<'a> {
    slots: &'a [u32],
    total: u64,
    /// How many tickets each server has.
    held: Vec<u32>,
    /// Servers by how many tickets they had when they came in; an entry that is not true any more is passed over.
    ready: Vec<BinaryHeap<Reverse<u32>>>,
    /// When each server gets its next ticket: the step, the server, which one it is.
    due: BinaryHeap<Reverse<(u64, u32, u64)>>,
}

impl<'a> Tickets<'a> {
    fn new(slots: &'a [u32], total: u64) -> Self {
        let mut tickets = Self { slots, total, held: vec![0; slots.len()], ready: Vec::new(), due: BinaryHeap::new() };
        for (server, _) in (0..).zip(slots).filter(|(_, own)| **own > 0) {
            tickets.add(server, 1);
            tickets.expect(server, 1);
        }
        tickets
    }

    /// Gives the server a ticket or takes one away.
    fn add(&mut self, server: u32, change: i32) {
        let Some(held) = self.held.get_mut(server as usize) else { return };
        *held = held.saturating_add_signed(change);
        let level = *held as usize;
        if level >= self.ready.len() {
            self.ready.resize_with(level + 1, BinaryHeap::new);
        }
        if let Some(ready) = self.ready.get_mut(level).filter(|_| level > 0) {
            ready.push(Reverse(server));
        }
    }

    /// Notes at which step the server gets its `count`th further ticket.
    fn expect(&mut self, server: u32, count: u64) {
        let own = self.slots.get(server as usize).copied().map_or(1, u64::from);
        self.due.push(Reverse(((count * self.total).div_ceil(own), server, count)));
    }

    /// Takes the ticket of the server that gets this step's slot.
    fn draw(&mut self, step: u64) -> Option<u32> {
        while let Some(&Reverse((at, server, count))) = self.due.peek()
            && at <= step
        {
            self.due.pop();
            self.add(server, 1);
            self.expect(server, count + 1);
        }
        let server = self.first_of_most()?;
        self.add(server, -1);
        Some(server)
    }

    /// The first of those that hold the most tickets.
    fn first_of_most(&mut self) -> Option<u32> {
        for (level, ready) in self.ready.iter_mut().enumerate().rev() {
            while let Some(Reverse(server)) = ready.pop() {
                if self.held.get(server as usize).is_some_and(|&held| held as usize == level) {
                    return Some(server);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The program's own way: all servers at every slot (research 3.4).
    fn by_scores(own: &[u32]) -> Vec<u32> {
        let total: i64 = own.iter().copied().map(i64::from).sum();
        let mut scores = vec![0; own.len()];
        let mut slots = Vec::new();
        for _ in 0..total {
            let (mut best, mut most) = (None, 0);
            for (server, &own) in own.iter().enumerate().filter(|(_, own)| **own > 0) {
                scores[server] += i64::from(own);
                let value = (scores[server] + total) / total;
                if best.is_none() || value > most {
                    (best, most) = (Some(server), value);
                }
            }
            scores[best.unwrap()] -= total;
            slots.push(best.unwrap() as u32);
        }
        slots
    }

    #[test]
    fn the_order_is_the_one_by_scores() {
        let mut state = 7_u32;
        for round in 0..400_usize {
            let mut next = |bound: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 16) % bound
            };
            let most = if round % 2 == 0 { 8 } else { 257 };
            let own: Vec<u32> = (0..=round % 23).map(|_| next(most)).collect();
            if own.iter().all(|&own| own == 0) {
                assert_eq!(Map::new(&own), None);
                assert_eq!(map_shares(&own), None);
                continue;
            }
            let map = Map::new(&own).unwrap();
            assert_eq!(map.slots(), by_scores(&own), "{own:?}");
            for (server, share) in map_shares(&own).unwrap().into_iter().enumerate() {
                let slots = map.slots().iter().filter(|&&at| at as usize == server).count();
                assert!((slots as f64 / map.slots().len() as f64 - share).abs() < 1e-12, "{own:?}");
            }
        }
    }

    #[test]
    fn weights_are_divided_by_what_they_have_in_common() {
        assert_eq!(map_weights(&[100, 0, 50, 150]), [2, 0, 1, 3]);
        assert_eq!(map_weights(&[0, 0]), [0, 0]);
        assert_eq!(map_weights(&[256]), [1]);
    }

    #[test]
    fn one_of_five_down_moves_four_fifths_of_the_keys() {
        let (all, four) = (Map::new(&[1; 5]).unwrap(), Map::new(&[1; 4]).unwrap());
        // Research 3.4: 80 %. The last of five is down; the rest keep their positions.
        let moved = (0..20).filter(|&hash| all.server(hash) != four.server(hash)).count();
        assert_eq!(moved, 16);
        // Research 3.4: 83 % when a sixth comes.
        let six = Map::new(&[1; 6]).unwrap();
        let moved = (0..30).filter(|&hash| all.server(hash) != six.server(hash)).count();
        assert_eq!(moved, 25);
    }

    #[test]
    fn too_many_slots_are_not_built() {
        assert!(Map::new(&[MOST_POINTS as u32, 1]).is_none());
    }
}
