//! The checks: the trait, what a check sees, the registry. One file a check, in a folder for each group.

mod affinity;
mod aspect;
mod caching;
mod cases;
mod context;
mod distribution;
mod failover;
mod health;
pub mod intent;
mod limits;
mod mend;
mod operations;
mod options;
mod phrases;
mod platform;
mod preview;
mod registry;
mod retries;
mod routing;
mod units;
mod validity;
mod wording;

pub use aspect::{Aspect, Gaps};
pub use context::{Context, PoolContext, without_numbers};
pub use options::Options;
pub use preview::is_preview;
pub use registry::{all, find};
pub use units::{OneUnit, Units};

use crate::finding::{Finding, Meta};

/// One rule. A check looks at pools one by one, at the unit as a whole, or at all units together; all hooks are called.
pub trait Check: Sync {
    /// What is fixed about it.
    fn meta(&self) -> &'static Meta;

    /// What it reads of a pool: while some of that is not known, its silence says nothing.
    fn reads(&self) -> &'static [Aspect] {
        Aspect::of(self.meta().group)
    }

    /// Looks at one pool.
    fn pool(&self, context: &Context<'_>, pool: &PoolContext<'_>, findings: &mut Vec<Finding>) {
        let _ = (context, pool, findings);
    }

    /// Looks at the unit as a whole.
    fn unit(&self, context: &Context<'_>, pools: &[PoolContext<'_>], findings: &mut Vec<Finding>) {
        let _ = (context, pools, findings);
    }

    /// Looks at all units together, once.
    fn units(&self, units: &Units<'_>, findings: &mut Vec<Finding>) {
        let _ = (units, findings);
    }
}

/// Runs the checks that compare units.
pub fn run_over_units(units: &Units<'_>, checks: &[&'static dyn Check]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in checks {
        check.units(units, &mut findings);
    }
    findings
}

/// Runs the checks of a unit's dialect over it; `pools` are all its pools, each predicted once.
pub fn run(context: &Context<'_>, pools: &[PoolContext<'_>], checks: &[&'static dyn Check]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let speaks = |check: &&&dyn Check| check.meta().dialects.contains(&context.unit.dialect);
    let checks: Vec<_> = checks.iter().filter(speaks).collect();
    for pool in pools {
        for check in &checks {
            check.pool(context, pool, &mut findings);
        }
    }
    for check in &checks {
        check.unit(context, pools, &mut findings);
    }
    findings
}
