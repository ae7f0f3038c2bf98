//! What the model says of an Envoy configuration, in the words of `envoy_pools`.

use std::collections::BTreeMap;
use std::fmt::Debug;

use lblint::analysis::Analysis;
use lblint::model::{AdministrativeState, Fact, HashFunction, ProbeKind, Subsets, Target, Timeout, Unit};
use lblint::report::{Filter, Format, Options, Subject, render};
use lblint::settings::Settings;
use lblint::traffic::PoolView;
use serde_json::Value;

use crate::envoy_pools::Pools;

/// The inventory that `lblint pools --format json` prints.
fn inventory(analysis: &Analysis) -> Value {
    let settings = Settings::default();
    let report = render(analysis, Subject::Pools(&Filter::default()), Format::Json, &Options::new(&settings));
    serde_json::from_str(&report).unwrap()
}

/// Whether everything that the configuration names was read.
pub(crate) fn is_complete(analysis: &Analysis) -> bool {
    let unit = unit(analysis);
    !unit.fragment && !unit.computed_routes && unit.pools.iter().all(|pool| pool.completeness.is_complete())
}

fn unit(analysis: &Analysis) -> &Unit {
    assert_eq!(analysis.units.len(), 1, "one unit");
    &analysis.units[0].unit
}

/// Every pool: names, policies, addresses, weights and priorities from the inventory, the rest from the model.
pub(crate) fn pools(analysis: &Analysis) -> Pools {
    let unit = unit(analysis);
    let inventory = inventory(analysis);
    let listed = inventory["units"][0]["pools"].as_array().unwrap().iter();
    let described = |(listed, (id, _)): (&Value, _)| {
        let view = PoolView::new(unit, &analysis.sources, id).unwrap();
        (listed["name"].as_str().unwrap().to_owned(), pool(analysis, listed, &view))
    };
    listed.zip(unit.pools()).map(described).collect()
}

fn pool(analysis: &Analysis, listed: &Value, view: &PoolView<'_>) -> BTreeMap<&'static str, String> {
    let spread = view.spread().unwrap();
    let mut said = BTreeMap::from([
        ("policy", listed["policy"]["name"].as_str().unwrap_or("?").to_owned()),
        ("subsets", subsets(&spread.subsets)),
        ("locality weights", known(&spread.locality_weights)),
        ("connect timeout", time(&view.settings.timeouts.connect)),
        ("ejection limit", known(&spread.ejection_limit)),
        ("ejects one", known(&spread.ejects_one)),
        ("panic", known(&spread.panic_below)),
        ("panic fails", known(&spread.panic_fails)),
    ]);
    let limits = [spread.breakers.connections, spread.breakers.pending, spread.breakers.requests];
    said.insert("breakers", limits.map(|limit| known(&limit)).join(" "));
    if view.pool.completeness.is_complete() {
        said.extend(of_targets(analysis, listed, view));
    }
    said
}

fn of_targets(analysis: &Analysis, listed: &Value, view: &PoolView<'_>) -> Vec<(&'static str, String)> {
    let spread = view.spread().unwrap();
    let entries = listed["targets"].as_array().unwrap().iter().zip(view.targets);
    let mut targets: Vec<String> = entries.map(|(listed, one)| target(analysis, listed, view, one)).collect();
    targets.sort_unstable();
    let mut said = vec![
        ("targets", targets.join(", ")),
        ("localities", localities(analysis, view)),
        ("overprovisioning", known(&spread.overprovisioning)),
        ("counts weights", known(&spread.counts_weights)),
    ];
    if let Some(first) = view.targets.first() {
        said.push(("ejects", (listed["ejection"] == "on").to_string()));
        said.push(("check", check(listed, view, first)));
        said.push(("table", table(view).to_owned()));
    }
    said
}

fn target(analysis: &Analysis, listed: &Value, view: &PoolView<'_>, target: &Target) -> String {
    let locality = view.settings_of(target).unwrap().locality.and_then(|id| view.unit.locality(id));
    let zone = locality.map_or("", |locality| view.unit.texts.get(locality.name, &analysis.sources));
    let (weight, priority) = (&listed["weight"], &listed["priority"]);
    let address = listed["address"].as_str().unwrap_or("?");
    let role = match target.state {
        AdministrativeState::Down => "down",
        AdministrativeState::Drain => "drain",
        AdministrativeState::Up | AdministrativeState::Degraded if target.tier == 0 => "active",
        AdministrativeState::Up | AdministrativeState::Degraded => "backup",
    };
    assert_eq!(listed["role"], role, "{address}");
    format!("{address} weight {weight} tier {priority} {:?} in '{zone}'", target.state)
}

fn localities(analysis: &Analysis, view: &PoolView<'_>) -> String {
    let of = |target: &Target| {
        let locality = view.unit.locality(view.settings_of(target)?.locality?)?;
        let name = view.unit.texts.get(locality.name, &analysis.sources);
        // The dump says 0 where none is written.
        let weight = locality.weight.get().copied()?.filter(|weight| *weight > 0)?;
        Some(format!("'{name}' at {}: {weight}", locality.tier))
    };
    let mut found: Vec<String> = view.targets.iter().filter_map(of).collect();
    found.sort_unstable();
    found.dedup();
    found.join(", ")
}

/// What is checked of the first target; one that is left out says nothing of the others.
fn check(listed: &Value, view: &PoolView<'_>, first: &Target) -> String {
    if listed["probe"] == "none" {
        return "none".to_owned();
    }
    let settings = view.settings_of(first).unwrap();
    let (fall, rise) = (known(&settings.fall), known(&settings.rise));
    let kind = listed["probe"].as_str().unwrap();
    format!("{kind} every {} ms, {fall} {rise}", time(&settings.interval))
}

fn table(view: &PoolView<'_>) -> &'static str {
    let is_hash = matches!(view.method(), Some(lblint::model::Method::Hash(_)));
    match view.settings.hash_type.get().map(|hash| hash.function) {
        Some(HashFunction::EnvoyRing | HashFunction::EnvoyMurmurRing) if is_hash => "ring",
        Some(HashFunction::EnvoyMaglev) if is_hash => "maglev",
        _ => "none",
    }
}

fn subsets(fact: &Fact<Subsets>) -> String {
    match fact.get() {
        Some(Subsets::Off) => "off",
        Some(Subsets::Refuse) => "NO_FALLBACK",
        Some(Subsets::AnyTarget) => "ANY_ENDPOINT",
        Some(Subsets::Default) => "DEFAULT_SUBSET",
        None => "?",
    }
    .to_owned()
}

fn known<T: Debug>(fact: &Fact<T>) -> String {
    fact.get().map_or_else(|| "?".to_owned(), |value| format!("{value:?}"))
}

fn time(fact: &Fact<Timeout>) -> String {
    match fact.get() {
        Some(Timeout::After(milliseconds)) => milliseconds.to_string(),
        Some(Timeout::Never) => "never".to_owned(),
        None => "?".to_owned(),
    }
}

/// Every value of the model that a pool has, without where it is written.
pub(crate) fn facts(analysis: &Analysis) -> Pools {
    let mut said = pools(analysis);
    let unit = unit(analysis);
    for (id, pool) in unit.pools() {
        let view = PoolView::new(unit, &analysis.sources, id).unwrap();
        let facts = said.get_mut(unit.texts.get(pool.name, &analysis.sources)).unwrap();
        let (settings, spread) = (view.settings, view.spread().unwrap());
        facts.insert("membership", format!("{:?}", pool.membership));
        facts.insert("method", format!("{:?}", view.method()));
        facts.insert("hash", format!("{:?} {:?}", settings.hash_type.value, settings.hash_balance.value));
        facts.insert("check timeout", time(&settings.timeouts.check));
        facts.insert("asked", asked(analysis, settings.probe.get().map(|probe| probe.kind)));
        facts.insert("dropped", known(&spread.dropped));
        facts.insert("retries in flight", known(&spread.breakers.retries));
        let mut settings: Vec<String> = view.targets.iter().map(|target| of_target(&view, target)).collect();
        settings.sort_unstable();
        facts.insert("settings of targets", settings.join("; "));
    }
    said
}

fn asked(analysis: &Analysis, kind: Option<ProbeKind>) -> String {
    match kind {
        Some(ProbeKind::Http(Some(path))) => unit(analysis).texts.get(path, &analysis.sources).to_owned(),
        other => format!("{other:?}"),
    }
}

fn of_target(view: &PoolView<'_>, target: &Target) -> String {
    let settings = view.settings_of(target).unwrap();
    let times = [settings.interval, settings.fast_interval, settings.ejected_for, settings.slow_start];
    format!("{:?} {:?} {}", settings.checked.value, settings.ejected_after.value, times.map(|one| time(&one)).join(" "))
}

/// Where traffic goes, in order, and with which timeout and how many attempts; what stands in a file comes in any order.
pub(crate) fn routes(analysis: &Analysis) -> Vec<String> {
    let unit = unit(analysis);
    let inventory = inventory(analysis);
    let listed = inventory["units"][0]["routes"].as_array().unwrap().iter();
    let described = |(listed, route): (&Value, &lblint::model::Route)| {
        let forwarding = unit.forwarding(route).map(|one| {
            format!("{} {:?} {:?} {}", time(&one.total), one.tries.value, one.retry_on.value, known(&one.avoids_tried))
        });
        format!("{} {:?} {} {forwarding:?}", listed["from"], route.kind, listed["to"])
    };
    let mut routes: Vec<String> = listed.zip(&unit.routes).map(described).collect();
    routes.sort();
    routes
}
