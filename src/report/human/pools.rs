//! `lblint pools` for people: unit by unit, pool by pool.

use super::style::bold;
use super::table;
use crate::report::Options;
use crate::report::inventory::{Inventory, Pool, Route, Target, Unit};
use crate::report::numbers::{count, list};

pub(in crate::report) fn pools(inventory: &Inventory, options: &Options<'_>) -> String {
    let output: String = inventory.units.iter().map(|unit| one_unit(unit, options.color)).collect();
    let pools: usize = inventory.units.iter().map(|unit| unit.pools.len()).sum();
    let targets: usize = inventory.units.iter().flat_map(|unit| &unit.pools).map(|pool| pool.targets.len()).sum();
    let units = count(inventory.units.len(), "unit");
    output + &format!("{units}, {}, {}\n", count(pools, "pool"), count(targets, "target"))
}

fn one_unit(unit: &Unit, color: bool) -> String {
    let name = unit.name.as_ref().map(|name| format!("  {name}")).unwrap_or_default();
    let at = if unit.at.is_empty() { String::new() } else { format!("  at {}", list(&unit.at, 4)) };
    let mut output = format!("{}  {}{name}{at}\n", bold(&unit.root, color), unit.dialect);
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
        "none" if pool.ejection == "on" => "failing targets are left out for a while".to_owned(),
        "none" => "no health check".to_owned(),
        "unknown" => "health check unknown".to_owned(),
        kind => format!("{kind} health check"),
    };
    let more = if pool.complete { "" } else { ", and maybe more" };
    let place = format!("{}:{}", pool.location.file, pool.location.line);
    let targets = count(pool.targets.len(), "target");
    let title = format!("  {}  {place}  {policy}, {probe}, {targets}{more}\n", bold(&pool.name, color));
    title + &table(&pool.targets.iter().map(|one| target(pool, one)).collect::<Vec<_>>(), "    ")
}

fn target(pool: &Pool, target: &Target) -> Vec<String> {
    let address = target.address.clone().unwrap_or_else(|| "address unknown".to_owned());
    let weight = target.weight.map_or_else(|| "?".to_owned(), |weight| weight.to_string());
    let probed = match target.probed {
        Some(true) => "checked",
        Some(false) => "not checked",
        None => "checked?",
    };
    let ejection = match (target.ejected_after, target.ejected_for_s) {
        (Some(0) | None, _) | (_, None) => String::new(),
        _ if pool.ejection != "on" => String::new(),
        (Some(1), Some(seconds)) => format!("out for {seconds} s after a failure"),
        (Some(failures), Some(seconds)) => format!("out for {seconds} s after {failures} failures"),
    };
    // What watches it: a check, or else real traffic.
    let watched = if ejection.is_empty() || target.probed == Some(true) { probed.to_owned() } else { ejection };
    vec![target.name.clone(), address, format!("weight {weight}"), target.role.to_owned(), watched]
}

fn route(route: &Route) -> Vec<String> {
    let to = route.to.iter().map(|part| {
        let pool = part.pool.as_deref().unwrap_or("(chosen while running)");
        part.weight.map_or_else(|| pool.to_owned(), |weight| format!("{pool} {weight} %"))
    });
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
