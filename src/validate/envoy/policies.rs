//! What the program's own code refuses in policies, in the older fields and as extensions (1.40).

use crate::source::Span;
use crate::syntax::envoy::Message;

/// The sizes of a ring where none are written (`RingHashLbConfig`).
const SMALLEST_RING: i128 = 1024;
const LARGEST_RING: i128 = 8_388_608;

/// Checks the policies of a cluster.
pub(super) fn check(cluster: &Message<'_>, refuse: &mut impl FnMut(Span, &str)) {
    if let Some(config) = cluster.field("ring_hash_lb_config") {
        ring(&config, refuse);
    }
    if let Some(config) = cluster.field("maglev_lb_config") {
        table(&config, refuse);
    }
    let policies = cluster.field("load_balancing_policy").into_iter().flat_map(|new| new.list("policies"));
    for config in policies.filter_map(|policy| policy.field("typed_extension_config")) {
        match config.extension() {
            Some((kind, config)) if kind == "RingHash" => ring(&config, refuse),
            Some((kind, config)) if kind == "Maglev" => table(&config, refuse),
            Some((kind, config)) if kind == "WrrLocality" => inner(&config, refuse),
            _ => {}
        }
    }
}

fn ring(config: &Message<'_>, refuse: &mut impl FnMut(Span, &str)) {
    let size = |name: &str, default| match config.field(name) {
        Some(size) if size.is_mapping() => size.field("value").map_or(Some(0), |size| size.integer()),
        Some(size) => size.integer(),
        None => Some(default),
    };
    if let (Some(least), Some(most)) =
        (size("minimum_ring_size", SMALLEST_RING), size("maximum_ring_size", LARGEST_RING))
        && least > most
    {
        let why = format!("the smallest ring, {least}, is larger than the largest, {most}: Envoy refuses it");
        let name = ["minimum_ring_size", "maximum_ring_size"].into_iter().find(|name| config.field(name).is_some());
        refuse(config.place(name.unwrap_or_default()), &why);
    }
}

fn table(config: &Message<'_>, refuse: &mut impl FnMut(Span, &str)) {
    let size = config.field("table_size").and_then(|size| size.integer());
    if let Some(size) = size.and_then(|size| u32::try_from(size).ok()).filter(|size| !is_prime(*size)) {
        refuse(
            config.place("table_size"),
            &format!("`table_size` must be a prime number, {size} is none: Envoy refuses it"),
        );
    }
}

/// Trial division; the schema allows at most 5,000,011.
fn is_prime(number: u32) -> bool {
    number >= 2 && (2..=number.isqrt()).all(|divisor| !number.is_multiple_of(divisor))
}

/// `wrr_locality` picks inside a locality by one policy only.
fn inner(config: &Message<'_>, refuse: &mut impl FnMut(Span, &str)) {
    let policies = config.field("endpoint_picking_policy").into_iter().flat_map(|inner| inner.list("policies"));
    let kinds = policies.filter_map(|policy| policy.field("typed_extension_config")?.extension().map(|(kind, _)| kind));
    if kinds.into_iter().next().is_some_and(|kind| kind != "ClientSideWeightedRoundRobin") {
        let why = "`wrr_locality` takes only `client_side_weighted_round_robin` as its `endpoint_picking_policy`: \
                   Envoy refuses it";
        refuse(config.place("endpoint_picking_policy"), why);
    }
}

#[cfg(test)]
mod tests {
    use super::is_prime;

    #[test]
    fn primes() {
        assert!([2, 3, 65_537, 5_000_011].into_iter().all(is_prime));
        assert!(![0, 1, 4, 65_536, 5_000_010].into_iter().any(is_prime));
    }
}
