//! Defects for Envoy, written from the catalogue. Nearly no real bootstrap has several endpoints: clusters get some first.

use super::Seed;
use super::envoy::{Pool, endpoint, plain, pool};

fn any(pool: &Pool<'_>) -> bool {
    let known = pool.field("load_assignment").is_some() && pool.field("cluster_type").is_none();
    // Another protocol would ask for another health check.
    let other = ["eds_cluster_config", "http2_protocol_options", "typed_extension_protocol_options"];
    known && other.iter().all(|field| pool.field(field).is_none())
}

/// A route on lines of its own, without retries.
fn routed(pool: &Pool<'_>) -> bool {
    let indentation = |at: usize| pool.lines[at].len() - pool.lines[at].trim_start().len();
    let (before, route) = (pool.lines[pool.route - 1].trim(), pool.route);
    let near = route.saturating_sub(8)..(route + 8).min(pool.lines.len());
    let special = ["retry", "timeout", "hash_policy", "mirror"];
    let plain = near.into_iter().all(|at| special.iter().all(|word| !pool.lines[at].contains(word)));
    any(pool) && before == "route:" && indentation(route - 1) < indentation(route) && plain
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn seeds() -> Vec<Seed> {
    vec![
        pool(&["no-health-check"], "three hosts that nobody watches", any, |d, p| p.unwatched(d, &plain(3))),
        pool(&["one-target-takes-all"], "all but one draining", any, |d, p| {
            let draining = ", health_status: DRAINING";
            let ends = [endpoint(1, ""), endpoint(2, draining), endpoint(3, draining)];
            p.members(d, &format!("  - lb_endpoints: [{}]", ends.join(", ")));
            p.insert(d, "common_lb_config: {healthy_panic_threshold: {value: 0}}");
        }),
        pool(&["no-eligible-target"], "every host unhealthy", any, |d, p| {
            let ends = [endpoint(1, ", health_status: UNHEALTHY"), endpoint(2, ", health_status: UNHEALTHY")];
            p.members(d, &format!("  - lb_endpoints: [{}]", ends.join(", ")));
            p.insert(d, "common_lb_config: {healthy_panic_threshold: {value: 0}}");
        }),
        pool(&["skewed-weights", "one-target-takes-all"], "weight 100 for one host", any, |d, p| {
            let ends = [endpoint(1, ", load_balancing_weight: 100"), endpoint(2, ""), endpoint(3, "")];
            p.members(d, &format!("  - lb_endpoints: [{}]", ends.join(", ")));
        }),
        pool(&["ignored-weights"], "weights under RANDOM", any, |d, p| {
            let ends = [endpoint(1, ", load_balancing_weight: 9"), endpoint(2, ", load_balancing_weight: 1")];
            p.members(d, &format!("  - lb_endpoints: [{}]", ends.join(", ")));
            p.insert(d, "lb_policy: RANDOM");
        }),
        pool(&["ignored-weights"], "weights of localities that nothing reads", any, |d, p| {
            p.members(d, &format!(
                "  - {{locality: {{zone: a}}, load_balancing_weight: 10, lb_endpoints: [{}]}}\n  - {{locality: {{zone: b}}, load_balancing_weight: 90, lb_endpoints: [{}]}}",
                endpoint(1, ""), endpoint(2, "")));
        }),
        pool(&["starved-target"], "a locality without weight", any, |d, p| {
            p.members(d, &format!(
                "  - {{locality: {{zone: a}}, load_balancing_weight: 10, lb_endpoints: [{}, {}]}}\n  - {{locality: {{zone: b}}, lb_endpoints: [{}]}}",
                endpoint(1, ""), endpoint(2, ""), endpoint(3, "")));
            p.insert(d, "common_lb_config: {locality_weighted_lb_config: {}}");
        }),
        pool(&["uneven-localities", "skewed-weights"], "half of the traffic for one of five hosts", any, |d, p| {
            p.members(d, &format!(
                "  - {{locality: {{zone: a}}, load_balancing_weight: 50, lb_endpoints: [{}]}}\n  - {{locality: {{zone: b}}, load_balancing_weight: 50, lb_endpoints: [{}, {}, {}, {}]}}",
                endpoint(1, ""), endpoint(2, ""), endpoint(3, ""), endpoint(4, ""), endpoint(5, "")));
            p.insert(d, "common_lb_config: {locality_weighted_lb_config: {}}");
        }),
        pool(&["duplicate-target"], "one host twice", any, |d, p| {
            p.members(
                d,
                &format!(
                    "  - lb_endpoints:\n    - {}\n    - {}\n    - {}",
                    endpoint(1, ""),
                    endpoint(2, ""),
                    endpoint(1, "")
                ),
            );
        }),
        pool(&["round-robin-disabled"], "clients go where their address says", routed, |d, p| {
            p.grown(d, 3);
            p.insert(d, "lb_policy: MAGLEV");
            p.insert_into_route(d, "hash_policy: [{connection_properties: {source_ip: true}}]");
        }),
        pool(&["overridden-policy"], "two policies", any, |d, p| {
            p.grown(d, 3);
            p.insert(d, "lb_policy: LEAST_REQUEST\nload_balancing_policy: {policies: [{typed_extension_config: {name: envoy.load_balancing_policies.round_robin, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin}}}]}");
        }),
        pool(&["low-entropy-hash-key"], "a hash of what is the same for everybody", routed, |d, p| {
            p.grown(d, 3);
            p.insert(d, "lb_policy: MAGLEV");
            p.insert_into_route(d, "hash_policy: [{header: {header_name: \":scheme\"}}]");
        }),
        pool(&["missing-hash-key"], "a ring without a key", routed, |d, p| {
            p.grown(d, 3);
            p.insert(d, "lb_policy: RING_HASH");
        }),
        pool(
            &["incomplete-split"],
            "a total that the weights do not make",
            |p| routed(p) && p.other.is_some(),
            |d, p| {
                let split = format!(
                    "weighted_clusters: {{total_weight: 100, clusters: [{{name: {}, weight: 60}}, {{name: {}, weight: 20}}]}}",
                    p.name,
                    p.other.unwrap()
                );
                d.replace(p.route, p.lines[p.route].trim(), &split);
            },
        ),
        pool(&["zone-routing-without-effect"], "zones, and no cluster of one's own", any, |d, p| {
            p.members(d, &format!(
                "  - {{locality: {{zone: a}}, lb_endpoints: [{}]}}\n  - {{locality: {{zone: b}}, lb_endpoints: [{}]}}",
                endpoint(1, ""), endpoint(2, "")));
            p.insert(d, "common_lb_config: {zone_aware_lb_config: {min_cluster_size: 2}}");
        }),
        pool(&["priority-gap"], "no priority 1", any, |d, p| {
            p.members(
                d,
                &format!(
                    "  - {{priority: 0, lb_endpoints: [{}, {}]}}\n  - {{priority: 2, lb_endpoints: [{}]}}",
                    endpoint(1, ""),
                    endpoint(2, ""),
                    endpoint(3, "")
                ),
            );
        }),
        pool(&["broken-health-check"], "only errors count as health", any, |d, p| {
            p.unwatched(d, &plain(3));
            p.insert(d, "health_checks: [{timeout: 1s, interval: 2s, unhealthy_threshold: 2, healthy_threshold: 2, http_health_check: {path: /health, expected_statuses: [{start: 500, end: 600}]}}]");
        }),
        pool(&["slow-failure-detection"], "a check a minute", any, |d, p| {
            p.unwatched(d, &plain(3));
            p.insert(d, "health_checks: [{timeout: 5s, interval: 60s, unhealthy_threshold: 3, healthy_threshold: 2, http_health_check: {path: /health}}]");
        }),
        pool(&["flapping-health-check"], "one failed check", any, |d, p| {
            p.unwatched(d, &plain(2));
            p.insert(d, "health_checks: [{timeout: 1s, interval: 2s, unhealthy_threshold: 1, healthy_threshold: 1, http_health_check: {path: /health}}]");
        }),
        pool(&["inert-outlier-detection"], "ejection of less than one host", any, |d, p| {
            p.unwatched(d, &plain(3));
            p.insert(d, "outlier_detection: {}");
        }),
        pool(&["ejection-can-empty-pool"], "ejection of everybody", any, |d, p| {
            p.unwatched(d, &plain(2));
            p.insert(d, "outlier_detection: {max_ejection_percent: 100}");
        }),
        pool(&["undetectable-failover"], "a second priority, and nobody watches", any, |d, p| {
            p.unwatched(
                d,
                &format!(
                    "  - {{priority: 0, lb_endpoints: [{}, {}]}}\n  - {{priority: 1, lb_endpoints: [{}]}}",
                    endpoint(1, ""),
                    endpoint(2, ""),
                    endpoint(3, "")
                ),
            );
        }),
        pool(&["failover-to-itself"], "the second priority is the first", any, |d, p| {
            p.members(
                d,
                &format!(
                    "  - {{priority: 0, lb_endpoints: [{}]}}\n  - {{priority: 1, lb_endpoints: [{}]}}",
                    endpoint(1, ""),
                    endpoint(1, "")
                ),
            );
        }),
        pool(&["subset-without-fallback"], "subsets that no host is in", any, |d, p| {
            p.grown(d, 2);
            p.insert(d, "lb_subset_config: {subset_selectors: [{keys: [stage]}]}");
        }),
        pool(&["drill-left-in"], "a third of the requests is dropped", any, |d, p| {
            p.members(
                d,
                &(plain(2) + "  policy: {drop_overloads: [{category: drill, drop_percentage: {numerator: 30}}]}"),
            );
        }),
        pool(&["no-redispatch"], "retries that may meet the same host", routed, |d, p| {
            p.grown(d, 3);
            p.insert_into_route(d, "retry_policy: {retry_on: connect-failure, num_retries: 2}");
        }),
        pool(&["unsafe-retry"], "every error is retried, whatever the method", routed, |d, p| {
            p.grown(d, 3);
            p.insert_into_route(d, "retry_policy: {retry_on: \"5xx,reset\", num_retries: 2}");
        }),
        pool(&["retry-never-happens"], "a try may take as long as all of them", routed, |d, p| {
            p.grown(d, 3);
            p.insert_into_route(
                d,
                "timeout: 2s\nretry_policy: {retry_on: \"gateway-error\", num_retries: 2, per_try_timeout: 5s}",
            );
        }),
        pool(&["zero-limit"], "at most no request", any, |d, p| {
            p.grown(d, 3);
            p.insert(d, "circuit_breakers: {thresholds: [{max_requests: 0}]}");
        }),
        pool(&["incomplete-affinity"], "a cookie that nobody sets", routed, |d, p| {
            p.grown(d, 3);
            p.insert(d, "lb_policy: RING_HASH");
            p.insert_into_route(d, "hash_policy: [{cookie: {name: sid}}]");
        }),
        pool(&["heavy-mirror"], "every request goes to the same cluster twice", routed, |d, p| {
            p.grown(d, 3);
            p.insert_into_route(d, &format!("request_mirror_policies: [{{cluster: {}}}]", p.name));
        }),
        pool(
            &["duplicate-setting"],
            "a field twice",
            |p| any(p) && p.field("connect_timeout").is_some(),
            |d, p| {
                d.mark(p.field("connect_timeout").unwrap());
                p.insert(d, "connect_timeout: 2s");
            },
        ),
    ]
}
