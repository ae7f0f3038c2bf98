//! What the program's own code refuses in clusters (research 3.1, 3.2 and 4, C).

use super::addresses::is_literal;
use super::{policies, sources};
use crate::diagnostic::{Diagnostic, Kind};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// Checks one cluster.
pub(super) fn check(cluster: &Message<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let kind = cluster_type(cluster);
    if let Some(source) = cluster.path(&["eds_cluster_config", "eds_config"]) {
        sources::check(&source, diagnostics);
    }
    let mut refuse = |span: Span, why: &str| diagnostics.push(Diagnostic::new(span, Kind::Conflict(why.into())));
    match kind {
        Some("STATIC") => literal_addresses(cluster, &mut refuse),
        Some("LOGICAL_DNS") => one_endpoint(cluster, &mut refuse),
        Some("EDS") if cluster.field("eds_cluster_config").is_none() => {
            refuse(cluster.place("type"), "`type: EDS` needs `eds_cluster_config`: Envoy refuses the cluster");
        }
        _ => {}
    }
    membership_and_policy(cluster, kind, &mut refuse);
    names_on_rings(cluster, kind, &mut refuse);
    policies::check(cluster, &mut refuse);
    checks_with_names(cluster, &mut refuse);
}

/// The built-in types by their numbers.
const TYPES: [&str; 5] = ["STATIC", "STRICT_DNS", "LOGICAL_DNS", "EDS", "ORIGINAL_DST"];

/// The built-in type; `None` where an extension or a template says it.
fn cluster_type(cluster: &Message<'_>) -> Option<&'static str> {
    if cluster.field("cluster_type").is_some() {
        return None;
    }
    let Some(word) = cluster.field("type") else { return Some("STATIC") };
    let word = word.text()?.to_ascii_uppercase();
    let by_number = word.parse::<usize>().ok().and_then(|number| TYPES.get(number));
    by_number.or_else(|| TYPES.iter().find(|name| **name == word)).copied()
}

fn endpoints<'a>(cluster: &Message<'a>) -> impl Iterator<Item = Message<'a>> + use<'a> {
    let groups = cluster.field("load_assignment").into_iter().flat_map(|assignment| assignment.list("endpoints"));
    groups.flat_map(|group| group.list("lb_endpoints"))
}

/// Only addresses, no names.
fn literal_addresses(cluster: &Message<'_>, refuse: &mut impl FnMut(Span, &str)) {
    for endpoint in endpoints(cluster) {
        let Some(address) = endpoint.path(&["endpoint", "address", "socket_address", "address"]) else { continue };
        let Some(text) = address.text() else { continue };
        if !is_literal(&text) && !text.is_empty() {
            let why = format!("`{text}` is a name, and a STATIC cluster takes addresses: write `type: STRICT_DNS`");
            refuse(address.span(), &why);
        }
    }
}

fn one_endpoint(cluster: &Message<'_>, refuse: &mut impl FnMut(Span, &str)) {
    if cluster.field("load_assignment").is_none() {
        return;
    }
    let groups = cluster.field("load_assignment").map_or(0, |assignment| assignment.list("endpoints").count());
    if groups != 1 || endpoints(cluster).count() != 1 {
        let why =
            "a LOGICAL_DNS cluster takes one locality with one endpoint: Envoy refuses it; write `type: STRICT_DNS`";
        refuse(cluster.place("type"), why);
    }
}

fn membership_and_policy(cluster: &Message<'_>, kind: Option<&str>, refuse: &mut impl FnMut(Span, &str)) {
    let new = cluster.field("load_balancing_policy");
    if let Some(new) = &new
        && new.field("policies").is_some_and(|list| list.is_list() && list.items().next().is_none())
    {
        refuse(new.first_line(), "`load_balancing_policy` without policies: Envoy refuses it");
    }
    beside_new_policy(cluster, new.is_some(), refuse);
    let policy = cluster.text_of("lb_policy").map(|word| word.to_ascii_uppercase());
    let is_provided = policy.as_deref() == Some("CLUSTER_PROVIDED");
    match (kind, new.is_some()) {
        (Some("ORIGINAL_DST"), _) if !is_provided => {
            refuse(cluster.place("type"), "`type: ORIGINAL_DST` needs `lb_policy: CLUSTER_PROVIDED`: Envoy refuses it");
        }
        (Some("STATIC" | "STRICT_DNS" | "LOGICAL_DNS" | "EDS"), false) if is_provided => {
            let why = "`lb_policy: CLUSTER_PROVIDED` is for clusters that pick by themselves: Envoy refuses it here";
            refuse(cluster.place("lb_policy"), why);
        }
        _ => {}
    }
    if policy.as_deref() == Some("LOAD_BALANCING_POLICY_CONFIG") && new.is_none() {
        refuse(
            cluster.place("lb_policy"),
            "`LOAD_BALANCING_POLICY_CONFIG` needs `load_balancing_policy`: Envoy refuses it",
        );
    }
}

/// Older fields that may not stand beside `load_balancing_policy` (measured, 1.40).
fn beside_new_policy(cluster: &Message<'_>, is_new: bool, refuse: &mut impl FnMut(Span, &str)) {
    const COMMON: [&str; 3] = ["zone_aware_lb_config", "locality_weighted_lb_config", "consistent_hashing_lb_config"];
    let why = "`load_balancing_policy` cannot be combined with it: Envoy refuses it";
    let common = cluster.field("common_lb_config");
    let old = common.iter().flat_map(|common| COMMON.iter().filter_map(|name| common.entry(name)));
    for (at, _) in cluster.entry("lb_subset_config").into_iter().chain(old).filter(|_| is_new) {
        refuse(at, why);
    }
}

/// Rings of names are for clusters that resolve each name to several hosts (measured, 1.40).
fn names_on_rings(cluster: &Message<'_>, kind: Option<&str>, refuse: &mut impl FnMut(Span, &str)) {
    let Some(config) = cluster.path(&["common_lb_config", "consistent_hashing_lb_config"]) else { return };
    let is_set = config.text_of("use_hostname_for_hashing").is_some_and(|word| word.eq_ignore_ascii_case("true"));
    if is_set && kind.is_some_and(|kind| kind != "STRICT_DNS") {
        let why = "`use_hostname_for_hashing` needs `type: STRICT_DNS`: Envoy refuses the cluster";
        refuse(config.place("use_hostname_for_hashing"), why);
    }
}

/// Several checks need names to tell them apart (1.40).
fn checks_with_names(cluster: &Message<'_>, refuse: &mut impl FnMut(Span, &str)) {
    let checks: Vec<Message<'_>> = cluster.list("health_checks").collect();
    if checks.len() > 1
        && let Some(nameless) = checks.iter().find(|check| check.field("name").is_none())
    {
        refuse(nameless.first_line(), "several health checks need a `name` each: Envoy refuses the cluster");
    }
}
