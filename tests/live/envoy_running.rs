//! What a running envoy says of its clusters on the administration interface, in the words of `envoy_pools`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::Value;

use crate::envoy::Envoy;
use crate::envoy_pools::Pools;

/// Every cluster that is loaded.
pub(crate) fn pools(running: &Envoy, dump: &Value) -> Pools {
    let statuses = running.json("/clusters?format=json");
    let tables = running.ask("/stats?filter=(ring_hash_lb.size%7Cmaglev_lb.max)").unwrap_or_default();
    let endpoints = endpoint_configurations(dump);
    let cluster = |cluster: &Value| {
        let name = text(&cluster["name"]);
        let status = list(&statuses["cluster_statuses"]).iter().find(|status| status["name"] == name.as_str());
        let service = cluster["eds_cluster_config"]["service_name"].as_str().unwrap_or(&name).to_owned();
        let mut said = settings(cluster);
        let written = &cluster["load_assignment"];
        // Names are not resolved here, so only what is written can be said of their clusters.
        let (hosts, places) = match (is_by_name(cluster), status) {
            (false, Some(status)) => (hosts(status), endpoints.get(&service).copied().unwrap_or(written)),
            _ => (written_hosts(written), written),
        };
        said.insert("targets", hosts.join(", "));
        said.insert("localities", localities(places));
        said.extend(assignment(places));
        said.extend(status.map(breakers).unwrap_or_default());
        if !said["targets"].is_empty() && said["subsets"] == "off" {
            said.insert("table", table(&tables, &name).to_owned());
        }
        (name, said)
    };
    clusters(dump).into_iter().map(cluster).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Entries of the lists of this name in all parts of a dump, each a step deeper.
fn parts<'v>(dump: &'v Value, names: &[&str], inner: &str) -> Vec<&'v Value> {
    let configs = list(&dump["configs"]).iter();
    configs.flat_map(|config| names.iter().flat_map(|name| list(&config[*name]))).map(|entry| &entry[inner]).collect()
}

fn clusters(dump: &Value) -> Vec<&Value> {
    parts(dump, &["static_clusters", "dynamic_active_clusters", "dynamic_warming_clusters"], "cluster")
}

fn endpoint_configurations(dump: &Value) -> BTreeMap<String, &Value> {
    let all = parts(dump, &["static_endpoint_configs", "dynamic_endpoint_configs"], "endpoint_config");
    all.into_iter().map(|one| (text(&one["cluster_name"]), one)).collect()
}

fn is_by_name(cluster: &Value) -> bool {
    let kind = &cluster["cluster_type"]["typed_config"]["@type"];
    cluster["type"] == "STRICT_DNS" || cluster["type"] == "LOGICAL_DNS" || text(kind).contains(".dns.")
}

/// What the dump, in which every number is a number, says of a cluster.
fn settings(cluster: &Value) -> BTreeMap<&'static str, String> {
    let policy = in_force(cluster);
    let outliers = &cluster["outlier_detection"];
    let common = &cluster["common_lb_config"];
    let panic = &common["healthy_panic_threshold"];
    // In the messages of this interface what is 0 is left out; a message that is there counts.
    let panic = if panic.is_object() { panic["value"].as_f64().unwrap_or(0.0) } else { 50.0 };
    BTreeMap::from([
        ("policy", policy.word),
        ("subsets", policy.subsets),
        ("locality weights", policy.locality_weights.to_string()),
        ("connect timeout", milliseconds(&cluster["connect_timeout"], 5000)),
        ("check", check(&cluster["health_checks"][0])),
        ("ejects", outliers.is_object().to_string()),
        ("ejection limit", outliers["max_ejection_percent"].as_u64().unwrap_or(10).to_string()),
        ("ejects one", outliers["always_eject_one_host"].as_bool().unwrap_or(false).to_string()),
        ("panic", panic.round().to_string()),
        ("panic fails", common["zone_aware_lb_config"]["fail_traffic_on_panic"].as_bool().unwrap_or(false).to_string()),
    ])
}

/// `0.250s`; fractions of a millisecond are rounded up.
fn milliseconds(value: &Value, default: u64) -> String {
    let Some(text) = value.as_str() else { return default.to_string() };
    let seconds: f64 = text.trim_end_matches('s').parse().unwrap();
    (seconds * 1000.0).ceil().to_string()
}

fn check(check: &Value) -> String {
    let Some(check) = check.as_object() else { return "none".to_owned() };
    let kind = ["http_health_check", "tcp_health_check"].into_iter().find(|kind| check.contains_key(*kind));
    let kind = kind.map_or("other", |kind| &kind[..kind.len() - "_health_check".len()]);
    let (fall, rise) = (&check["unhealthy_threshold"], &check["healthy_threshold"]);
    format!("{kind} every {} ms, {fall} {rise}", milliseconds(&check["interval"], 0))
}

/// The policy that picks targets, and what stands around it.
struct Policy {
    word: String,
    subsets: String,
    locality_weights: bool,
}

/// By the rules of the documentation: the first known policy of the newer field, else the older fields.
fn in_force(cluster: &Value) -> Policy {
    if let Some(policies) = cluster["load_balancing_policy"]["policies"].as_array() {
        return extension(policies);
    }
    let subsets = &cluster["lb_subset_config"];
    let fallback = subsets["fallback_policy"].as_str().unwrap_or("NO_FALLBACK");
    let has_selectors = !list(&subsets["subset_selectors"]).is_empty();
    Policy {
        word: cluster["lb_policy"].as_str().unwrap_or("ROUND_ROBIN").to_owned(),
        subsets: if has_selectors { fallback } else { "off" }.to_owned(),
        locality_weights: cluster["common_lb_config"]["locality_weighted_lb_config"].is_object(),
    }
}

/// The package of a policy's type is its name: `...load_balancing_policies.ring_hash.v3.RingHash`.
fn extension(policies: &[Value]) -> Policy {
    let url = |config: &Value| match config["type_url"].as_str() {
        Some(inner) => inner.to_owned(),
        None => text(&config["@type"]),
    };
    let is_known = |config: &&Value| url(config).contains("envoy.extensions.load_balancing_policies.");
    let configs = policies.iter().map(|policy| &policy["typed_extension_config"]["typed_config"]);
    let config = configs.into_iter().find(is_known).unwrap();
    let word = url(config).rsplit('.').nth(2).unwrap().to_owned();
    let inner = ["endpoint_picking_policy", "subset_lb_policy", "fallback_policy"];
    let inner = inner.iter().find_map(|name| config[*name]["policies"].as_array());
    let mut policy = inner.map_or_else(
        || Policy { word: word.clone(), subsets: "off".to_owned(), locality_weights: false },
        |policies| extension(policies),
    );
    if word == "subset" {
        config["fallback_policy"].as_str().unwrap_or("NO_FALLBACK").clone_into(&mut policy.subsets);
    }
    policy.locality_weights |=
        word == "wrr_locality" || config["locality_lb_config"]["locality_weighted_lb_config"].is_object();
    policy
}

/// Which kind of table the program has built for a cluster.
fn table(statistics: &str, cluster: &str) -> &'static str {
    let has = |what: &str| statistics.lines().any(|line| line.starts_with(&format!("cluster.{cluster}.{what}.")));
    if has("ring_hash_lb") {
        return "ring";
    }
    if has("maglev_lb") { "maglev" } else { "none" }
}

fn assignment(places: &Value) -> Vec<(&'static str, String)> {
    let policy = &places["policy"];
    vec![("overprovisioning", policy["overprovisioning_factor"].as_u64().unwrap_or(140).to_string())]
}

fn breakers(status: &Value) -> Vec<(&'static str, String)> {
    let usual = list(&status["circuit_breakers"]["thresholds"]).iter().find(|limits| limits["priority"].is_null());
    let Some(limits) = usual else { return Vec::new() };
    let of = |name: &str| limits[name].as_u64().unwrap_or(0);
    let breakers = ["max_connections", "max_pending_requests", "max_requests"].map(|name| of(name).to_string());
    vec![("breakers", breakers.join(" "))]
}

/// What the program knows of the members it has.
fn hosts(status: &Value) -> Vec<String> {
    let host = |host: &Value| {
        let state = text(&host["health_status"]["eds_health_status"]);
        described(&host["address"], &host["weight"], &host["priority"], &state, &host["locality"])
    };
    sorted(list(&status["host_statuses"]).iter().map(host).collect())
}

/// The members as they are written.
fn written_hosts(assignment: &Value) -> Vec<String> {
    let group = |group: &Value| {
        let host = |host: &Value| {
            let state = host["health_status"].as_str().unwrap_or("HEALTHY");
            let (weight, priority) = (&host["load_balancing_weight"], &group["priority"]);
            described(&host["endpoint"]["address"], weight, priority, state, &group["locality"])
        };
        list(&group["lb_endpoints"]).iter().map(host).collect::<Vec<_>>()
    };
    sorted(list(&assignment["endpoints"]).iter().flat_map(group).collect())
}

fn sorted(mut hosts: Vec<String>) -> Vec<String> {
    hosts.sort_unstable();
    hosts
}

fn described(address: &Value, weight: &Value, priority: &Value, state: &str, locality: &Value) -> String {
    let (weight, priority) = (weight.as_u64().unwrap_or(1), priority.as_u64().unwrap_or(0));
    let state = match state {
        "UNHEALTHY" | "TIMEOUT" => "Down",
        "DRAINING" => "Drain",
        "DEGRADED" => "Degraded",
        _ => "Up",
    };
    format!("{} weight {weight} tier {priority} {state} in '{}'", place(address), zone(locality))
}

fn place(address: &Value) -> String {
    if let Some(path) = address["pipe"]["path"].as_str() {
        return path.to_owned();
    }
    let socket = &address["socket_address"];
    let (host, port) = (text(&socket["address"]), socket["port_value"].as_u64().unwrap_or(0));
    match host.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => format!("[{ip}]:{port}"),
        Ok(ip) => format!("{ip}:{port}"),
        Err(_) => format!("{host}:{port}"),
    }
}

fn zone(locality: &Value) -> String {
    let parts = ["region", "zone", "sub_zone"].map(|part| text(&locality[part]));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// Localities that have a weight.
fn localities(assignment: &Value) -> String {
    let one = |group: &Value| {
        let weight = group["load_balancing_weight"].as_u64().filter(|weight| *weight > 0)?;
        Some(format!("'{}' at {}: {weight}", zone(&group["locality"]), group["priority"].as_u64().unwrap_or(0)))
    };
    sorted(list(&assignment["endpoints"]).iter().filter_map(one).collect()).join(", ")
}
