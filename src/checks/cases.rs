//! Numbers that hold whatever a condition decides that nobody can decide here.

use super::{Context, PoolContext};
use crate::finding::Finding;
use crate::traffic::{Cases, PoolView};

/// What a check says of a pool, if it says something in every combination of branches that targets stand in: that of the
/// first one. A pool whose combinations are too many is judged as it is.
pub(super) fn in_every_case(
    context: &Context<'_>,
    pool: &PoolContext<'_>,
    judge: impl Fn(&Context<'_>, &PoolContext<'_>) -> Option<Finding>,
) -> Option<Finding> {
    let Some(cases) = Cases::of(pool.view.targets).filter(|cases| cases.number() > 1) else {
        return judge(context, pool);
    };
    let mut first = None;
    for taken in cases.each() {
        let targets = Cases::targets(pool.view.targets, &taken);
        let view = PoolView { targets: &targets, ..pool.view };
        let found = judge(context, &pool.seen_as(view))?;
        first.get_or_insert(found);
    }
    first.map(|found| found.note(format!("assumed: {}", cases.assumption())))
}
