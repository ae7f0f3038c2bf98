//! Endpoints that are commented out: they show that a pool was meant to have more.

use super::Part;
use crate::model::Pool;

/// How an endpoint begins, in the second and in the third version of the interface.
const BEGINNINGS: [&str; 4] = ["- endpoint", "- socket_address", "- { endpoint", "- {endpoint"];

/// Notes for each pool of a text the first endpoint in it that is commented out.
pub(super) fn find_commented_targets(part: &Part<'_>, pools: &mut [Pool]) {
    for comment in part.tree.comments() {
        let text = part.view.slice(*comment).trim_start_matches(['#', ' ', '\t']);
        if !BEGINNINGS.iter().any(|beginning| text.starts_with(beginning)) {
            continue;
        }
        let after = pools.partition_point(|pool| pool.extent.start <= comment.start);
        let pool = after.checked_sub(1).and_then(|index| pools.get_mut(index));
        // A comment below the last endpoint stands behind the end of the pool's last value.
        if let Some(pool) = pool.filter(|pool| pool.extent.start < comment.start && pool.commented_target.is_none()) {
            pool.commented_target = Some(*comment);
        }
    }
}
