//! Whether a share is what the weights alone say: priorities and localities may have their say, too.

use crate::checks::PoolContext;
use crate::model::{Method, Target};
use crate::traffic::Share;

/// A target's weight, once for each target that its statement stands for.
pub(super) fn weight(target: &Target) -> u64 {
    u64::from(target.weight.get().copied().unwrap_or(0)) * u64::from(target.count.exactly().unwrap_or(1))
}

/// The weights of all targets that get traffic.
pub(super) fn total(pool: &PoolContext<'_>) -> u64 {
    pool.prediction.shares.iter().filter_map(|share| pool.target(share.target)).map(weight).sum()
}

/// How far a ring or a table may be from the weights that it is made from.
const TABLE: f64 = 0.05;

/// Whether a share is the target's part of all weights, or what a ring or a table makes of it.
pub(super) fn follows_weights(pool: &PoolContext<'_>, share: Share) -> bool {
    let own = pool.target(share.target).map_or(0, weight);
    let part = own as f64 / total(pool).max(1) as f64;
    let is_table = matches!(pool.view.method(), Some(Method::Hash(_) | Method::Random(_)));
    (part - share.share).abs() < if is_table { TABLE } else { 1e-6 }
}
