//! What a policy makes of a group of eligible targets: one file a family.

mod few_keys;
mod hash;
mod load;
mod order;
mod ring;
mod weights;

pub use ring::ring_shares;
pub(super) use ring::takeovers;
use weights::proportional;

use super::eligible::Group;
use super::share::Prediction;
use super::{PoolView, Scenario};
use crate::model::{Method, Why};
use crate::source::Dialect;

/// The shares of the targets of a group of two or more.
pub(super) fn shares(view: &PoolView<'_>, method: Method, group: &Group, scenario: Scenario<'_>) -> Prediction {
    // nginx asks the method only about primary servers; backups are taken in turn (research 3.3).
    let is_backup = |target: &u32| view.target(*target).is_some_and(|target| target.tier > 0);
    let takes_turns = matches!(method, Method::Hash(_) | Method::Random(_) | Method::RandomPair);
    if view.unit.dialect == Dialect::Nginx && takes_turns && group.targets.iter().all(is_backup) {
        return proportional(view, &group.targets);
    }
    match method {
        Method::RoundRobin { .. } => proportional(view, &group.targets),
        Method::Uniform => Prediction::equal(&group.targets).assuming(weights::DRAWN),
        Method::LeastConnections => load::least_connections(view, &group.targets),
        Method::LeastTime => load::least_time(view, &group.targets),
        Method::RandomPair => load::random_pair(view, &group.targets),
        Method::Random(draws) => load::random(view, &group.targets, draws, scenario),
        Method::First => order::first(view, &group.targets),
        Method::Sticky => order::sticky(&group.targets),
        Method::Hash(_) => hash::shares(view, group, scenario),
        Method::Elsewhere => Prediction::unknown(Why::Remote, view.settings.policy.origin.at),
    }
}
