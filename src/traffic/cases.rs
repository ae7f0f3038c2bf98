//! Which targets may be there together: every combination of the arms of conditions that cannot be decided.

use crate::model::{Arm, Presence, Target};

/// The most combinations that are looked at: those of 8 conditions (`DESIGN.md` 6).
const MOST_CASES: usize = 1 << 8;

/// The combinations of the arms that a pool's targets stand in.
#[derive(Clone, Debug)]
pub struct Cases {
    conditions: Vec<Condition>,
}

/// The arms of one condition that hold targets of the pool; at most one is there.
#[derive(Clone, Debug)]
struct Condition {
    arms: Vec<Arm>,
}

impl Condition {
    /// One of the arms is surely there: none is left out, and the last one takes the rest.
    fn is_exhaustive(&self) -> bool {
        self.arms.last().is_some_and(|last| last.is_rest && usize::from(last.number) + 1 == self.arms.len())
    }

    fn number(&self) -> usize {
        self.arms.len() + usize::from(!self.is_exhaustive())
    }
}

impl Cases {
    /// The combinations for these targets; `None` where they are too many. Targets in loops are not spoken of.
    pub fn of(targets: &[Target]) -> Option<Self> {
        let mut cases = Self { conditions: Vec::new() };
        for target in targets {
            if let Presence::Maybe(arm) = target.presence {
                cases.add(arm);
                // One more arm never makes them fewer.
                if cases.number() > MOST_CASES {
                    return None;
                }
            }
        }
        Some(cases)
    }

    fn add(&mut self, arm: Arm) {
        let same = self.conditions.iter_mut().find(|one| one.arms.iter().any(|other| other.condition == arm.condition));
        let Some(condition) = same else {
            return self.conditions.push(Condition { arms: vec![arm] });
        };
        if let Err(place) = condition.arms.binary_search_by_key(&arm.number, |other| other.number) {
            condition.arms.insert(place, arm);
        }
    }

    /// How many there are; 1 where nothing is open.
    pub fn number(&self) -> usize {
        self.conditions.iter().fold(1, |all, condition| all.saturating_mul(condition.number()))
    }

    /// The arms that are there, case by case. In the first one each condition holds; in the last as few as possible do.
    pub fn each(&self) -> impl Iterator<Item = Vec<Arm>> {
        (0..self.number()).map(|case| {
            let mut rest = case;
            let mut taken = Vec::with_capacity(self.conditions.len());
            for condition in &self.conditions {
                taken.extend(condition.arms.get(rest % condition.number()));
                rest /= condition.number();
            }
            taken
        })
    }

    /// What the first case assumes.
    pub fn assumption(&self) -> &'static str {
        if self.conditions.iter().any(|condition| condition.arms.len() > 1) {
            "of undecided conditions the first branch is there"
        } else {
            "every target of undecided branches is there"
        }
    }

    /// The targets that are there in one case, all of them for sure.
    pub fn targets(all: &[Target], taken: &[Arm]) -> Vec<Target> {
        let there = all.iter().filter(|target| match target.presence {
            Presence::Maybe(arm) => taken.contains(&arm),
            Presence::Always | Presence::Repeated(_) => true,
        });
        let settled = |target: &Target| match target.presence {
            Presence::Maybe(_) => Target { presence: Presence::Always, ..*target },
            Presence::Always | Presence::Repeated(_) => *target,
        };
        there.map(settled).collect()
    }
}
