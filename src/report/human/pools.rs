//! `lblint pools` for people: unit by unit, pool by pool.

use super::style::bold;
use super::table;
use crate::report::Options;
use crate::report::inventory::{Inventory, Pool, Route, Target, Unit};
use crate::report::numbers::count;

pub(in crate::report) fn pools(inventory: &Inventory, options: &Options<'_>) -> String {
    let mut output: String = inventory.units.iter().map(|unit| one_unit(unit, options.color)).collect();
    let pools: usize = inventory.units.iter().map(|unit| unit.pools.len()).sum();
    let targets: usize = inventory.units.iter().flat_map(|unit| &unit.pools).map(|pool| pool.targets.len()).sum();
    let units = count(inventory.units.len(), "unit");
    output += &format!("{units}, {}, {}\n", count(pools, "pool"), count(targets, "target"));
    output
}

fn one_unit(unit: &Unit, color: bool) -> String {
    let mut output = format!("{}  {}\n", bold(&unit.root, color), unit.dialect);
    for pool in &unit.pools {
        output += &one_pool(pool, color);
    }
    if !unit.routes.is_empty() {
        output += "  routes\n";
        output += &table(&unit.routes.iter().map(route).collect::<Vec<_>>(), "    ");
    }
    output.push('\n');
    output
}

fn one_pool(pool: &Pool, color: bool) -> String {
    let policy = pool.policy.name.map_or_else(
        || "policy unknown".to_owned(),
        |name| match pool.policy.origin {
            "written" => name.to_owned(),
            origin => format!("{name} ({origin})"),
        },
    );
    let probe = match pool.probe {
        "none" => "no health check".to_owned(),
        "unknown" => "health check unknown".to_owned(),
        kind => format!("{kind} health check"),
    };
    let more = if pool.complete { "" } else { ", and maybe more" };
    let place = format!("{}:{}", pool.location.file, pool.location.line);
    let targets = count(pool.targets.len(), "target");
    let title = format!("  {}  {place}  {policy}, {probe}, {targets}{more}\n", bold(&pool.name, color));
    title + &table(&pool.targets.iter().map(target).collect::<Vec<_>>(), "    ")
}

fn target(target: &Target) -> Vec<String> {
    let address = target.address.clone().unwrap_or_else(|| "address unknown".to_owned());
    let weight = target.weight.map_or_else(|| "?".to_owned(), |weight| weight.to_string());
    let probed = match target.probed {
        Some(true) => "checked",
        Some(false) => "not checked",
        None => "checked?",
    };
    vec![target.name.clone(), address, format!("weight {weight}"), target.role.to_owned(), probed.to_owned()]
}

fn route(route: &Route) -> Vec<String> {
    let to = route.to.iter().map(|part| part.pool.as_deref().unwrap_or("(chosen while running)"));
    let condition = match (&route.condition, route.negated) {
        (Some(condition), false) => format!("if {condition}"),
        (Some(condition), true) => format!("unless {condition}"),
        (None, _) => String::new(),
    };
    vec![
        format!("{} -> {}", route.from, to.collect::<Vec<_>>().join(", ")),
        format!("line {}", route.location.line),
        condition,
    ]
}
