//! The targets of a pool one by one, where a statement stands for several.

use std::net::IpAddr;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::{Address, Pool, PoolId, Target, Unit};

/// The most targets of a pool that are looked at one by one.
const MOST: u32 = 4096;
/// The most of all pools of a unit together: a line that stands for thousands is short.
const MOST_OF_ALL: usize = 65_536;

/// The targets of the pools in which a statement stands for several, one by one; found when first asked for.
#[derive(Debug, Default)]
pub struct Members(OnceLock<FxHashMap<PoolId, Vec<Target>>>);

impl Unit {
    /// A pool's targets one by one: a statement that stands for several is so many targets, each with its number. Of a pool
    /// that has too many, or where their number is not known, the targets as they are written.
    pub fn members_of(&self, id: PoolId) -> &[Target] {
        let expanded = self.members.0.get_or_init(|| expanded(self)).get(&id).map(Vec::as_slice);
        expanded.or_else(|| self.pool(id).map(|pool| self.targets_of(pool))).unwrap_or_default()
    }
}

fn expanded(unit: &Unit) -> FxHashMap<PoolId, Vec<Target>> {
    let mut all = FxHashMap::default();
    let mut left = MOST_OF_ALL;
    for (id, pool) in unit.pools() {
        if let Some(members) = one_by_one(unit, pool).filter(|members| members.len() <= left) {
            left -= members.len();
            all.insert(id, members);
        }
    }
    all
}

/// `None` where each statement is one target anyway, and where there are too many.
fn one_by_one(unit: &Unit, pool: &Pool) -> Option<Vec<Target>> {
    let targets = unit.targets_of(pool);
    let number = |target: &Target| target.count.exactly().unwrap_or(1);
    let total = targets.iter().try_fold(0_u32, |sum, target| sum.checked_add(number(target)))?;
    if total as usize == targets.len() || total > MOST {
        return None;
    }
    let listed = |index: u32| unit.listed_addresses.get(&index).map(Vec::as_slice).unwrap_or_default();
    let targets = (pool.targets.start..).zip(targets);
    Some(targets.flat_map(|(index, target)| members(target, listed(index))).collect())
}

/// The targets that a statement stands for, at these addresses as far as they are known.
fn members<'u>(target: &'u Target, addresses: &'u [IpAddr]) -> impl Iterator<Item = Target> + 'u {
    let numbers = target.count.numbers().filter(|_| target.count.exactly().is_some());
    let (first, last) = numbers.map_or((0, 0), |(first, last, _)| (first, last));
    (first..=last).map(move |number| Target {
        count: target.count.only(number),
        number: target.number.saturating_add(number - first),
        address: address(target, addresses, number - first),
        ..*target
    })
}

/// Where the target at this place is, among those of its statement: known where the addresses of the name are.
fn address(target: &Target, addresses: &[IpAddr], place: u32) -> Address {
    match (target.address, addresses.get(place as usize)) {
        (Address::Host(_, port), Some(ip)) => Address::Ip(*ip, port),
        (address, _) => address,
    }
}
