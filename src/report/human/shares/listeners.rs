//! What users see at each listener.

use std::fmt::Write as _;

use super::{between, percent, table};
use crate::report::numbers::list;
use crate::report::shares::{Listener, Part, Unit};

/// Pools and targets of a listener that are named.
const SHOWN: usize = 8;

pub(super) fn render(unit: &Unit) -> String {
    let mut output = String::new();
    if !unit.listeners.is_empty() {
        output += "  listeners\n";
        output += &table(&unit.listeners.iter().map(row).collect::<Vec<_>>(), "    ");
    }
    for afterwards in &unit.afterwards {
        let _ = writeln!(output, "  listeners while that is so ({}), once it is noticed", afterwards.mode);
        output += &table(&afterwards.listeners.iter().map(row).collect::<Vec<_>>(), "    ");
    }
    output
}

fn row(listener: &Listener) -> Vec<String> {
    let address = listener.address.clone().unwrap_or_default();
    let fails = match (listener.low, listener.high) {
        (Some(low), Some(high)) => format!("{} fail", between(low, high)),
        _ => "? fail".to_owned(),
    };
    vec![listener.name.clone(), address, fails, pools(listener), targets(listener)]
}

fn pools(listener: &Listener) -> String {
    let part = |part: &Part| match part.share {
        Some(share) if part.fallback => format!("{} {} (fallback)", part.pool, percent(share)),
        Some(share) => format!("{} {}", part.pool, percent(share)),
        None => format!("{} by request", part.pool),
    };
    list(&listener.pools.iter().map(part).collect::<Vec<_>>(), SHOWN)
}

/// The targets of splits, which get a part of a part.
fn targets(listener: &Listener) -> String {
    let split = listener.pools.iter().filter(|part| part.share.is_some_and(|share| share > 0.0)).count() > 1;
    if !split {
        return String::new();
    }
    let each =
        listener.targets.iter().map(|target| format!("{}/{} {}", target.pool, target.target, percent(target.share)));
    let each: Vec<String> = each.collect();
    if each.is_empty() { String::new() } else { format!("= {}", list(&each, SHOWN)) }
}
