//! Endpoints: addresses, weights, priorities, localities, states.

use lblint::model::OriginKind::{Default, Written};
use lblint::model::{Address, AdministrativeState, Completeness, Count, Port, Why};

use crate::model::{Model, clusters, endpoint};

/// A cluster with these groups of endpoints.
fn groups(groups: &str) -> Model {
    clusters(&format!("  - name: a\n    load_assignment:\n      cluster_name: a\n      endpoints:\n{groups}"))
}

/// One group with one endpoint and further fields of it.
fn with(fields: &str) -> Model {
    groups(&format!(
        "      - lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 10.0.0.1, port_value: 80}}}}}}, {fields}}}]"
    ))
}

#[test]
fn weights_default_to_one_at_the_endpoint_itself() {
    let model = with("metadata: {}");
    let target = &model.targets("a")[0];
    assert_eq!((target.weight.get(), target.weight.origin.kind), (Some(&1), Default));
    assert_eq!(target.origin_span(target.weight.origin), target.statement);
    let model = with("load_balancing_weight: {value: 7}");
    let target = &model.targets("a")[0];
    assert_eq!(target.weight.get(), Some(&7));
    assert_eq!(model.origin(&target.weight), (Written, "load_balancing_weight: {value: 7}"));
}

#[test]
fn states_that_somebody_wrote() {
    let state = |word: &str| with(&format!("health_status: {word}")).targets("a")[0].state;
    for (word, expected) in [
        ("UNKNOWN", AdministrativeState::Up),
        ("healthy", AdministrativeState::Up),
        ("UNHEALTHY", AdministrativeState::Down),
        ("4", AdministrativeState::Down),
        ("draining", AdministrativeState::Drain),
        ("DEGRADED", AdministrativeState::Degraded),
    ] {
        assert_eq!(state(word), expected, "{word}");
    }
}

#[test]
fn priorities_are_tiers_and_targets_are_numbered_in_their_cluster() {
    let two = |first: &str, second: &str| {
        format!(
            "      - {{priority: 2, lb_endpoints: [{}]}}\n      - lb_endpoints: [{}]",
            endpoint(first),
            endpoint(second)
        )
    };
    let model = groups(&format!(
        "{}\n  - name: b\n    load_assignment:\n      cluster_name: b\n      endpoints:\n{}",
        two("10.0.0.1", "10.0.0.2"),
        two("10.0.0.3", "10.0.0.4")
    ));
    for pool in ["a", "b"] {
        let places: Vec<(u8, u32)> = model.targets(pool).iter().map(|target| (target.tier, target.number)).collect();
        assert_eq!(places, [(2, 1), (0, 2)], "{pool}");
    }
}

#[test]
fn addresses_and_the_names_that_targets_get_from_them() {
    let model = groups(
        "      - lb_endpoints:\n        - endpoint: {address: {socket_address: {address: '2001:DB8::1', port_value: 0x50}}}\n        \
         - endpoint: {address: {pipe: {path: /run/a.sock}}}\n        \
         - endpoint: {address: {socket_address: {address: \"10.0.0.1\", port_value: '81'}}}",
    );
    assert_eq!(model.names("a"), ["[2001:db8::1]:80", "/run/a.sock", "10.0.0.1:81"]);
    let targets = model.targets("a");
    assert_eq!(targets[0].address, Address::Ip("2001:db8::1".parse().unwrap(), Port::Number(80)));
    assert!(matches!(targets[1].address, Address::Socket(_)));
}

#[test]
fn a_name_stands_for_all_its_addresses_where_it_is_resolved_strictly() {
    let count = |kind: &str| {
        let text = format!(
            "  - {{name: a, type: {kind}, load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{}]}}]}}}}",
            endpoint("web.example")
        );
        clusters(&text).targets("a")[0].count
    };
    assert_eq!((count("STRICT_DNS"), count("LOGICAL_DNS")), (Count::AtLeastOne, Count::One));
}

#[test]
fn localities_have_weights_that_are_written_or_none() {
    let model = groups(&format!(
        "      - {{locality: {{region: eu, zone: b}}, load_balancing_weight: 9, lb_endpoints: [{}]}}\n      \
         - {{locality: {{zone: c}}, lb_endpoints: [{}]}}",
        endpoint("10.0.0.1"),
        endpoint("10.0.0.2")
    ));
    let localities = &model.unit().localities;
    let names: Vec<&str> = localities.iter().map(|one| model.text(one.name)).collect();
    assert_eq!(names, ["eu/b", "c"]);
    assert_eq!(localities[0].weight.get(), Some(&Some(9)));
    assert_eq!(model.origin(&localities[0].weight), (Written, "load_balancing_weight: 9"));
    assert_eq!((localities[1].weight.get(), localities[1].weight.origin.kind), (Some(&None), Default));
}

/// Measured with 1.40: the endpoints count together, and the weight that was written last is in force.
#[test]
fn one_locality_twice_is_one_locality() {
    let group = |weight: u32, host: &str| {
        format!(
            "      - {{locality: {{zone: z}}, load_balancing_weight: {weight}, lb_endpoints: [{}]}}",
            endpoint(host)
        )
    };
    let model = groups(&format!("{}\n{}", group(10, "10.0.0.1"), group(90, "10.0.0.2")));
    let [locality] = model.unit().localities.as_slice() else { panic!() };
    assert!(locality.weight.is(&Some(90)));
    assert_eq!(model.written(locality.unread_weight.unwrap()), "load_balancing_weight: 10");
    let places = model.targets("a").iter().map(|target| model.target_settings(target).locality);
    assert_eq!(places.collect::<std::collections::BTreeSet<_>>().len(), 1);
}

#[test]
fn the_weight_of_a_group_without_a_locality_is_not_read() {
    let model = groups(&format!("      - {{load_balancing_weight: 10, lb_endpoints: [{}]}}", endpoint("10.0.0.1")));
    assert!(model.unit().localities[0].weight.is(&None));
}

#[test]
fn an_endpoint_can_be_left_out_of_the_checks() {
    let check = "health_checks: [{timeout: 1s, interval: 1s, unhealthy_threshold: 1, healthy_threshold: 1, tcp_health_check: {}}]";
    let model = clusters(&format!(
        "  - name: a\n    {check}\n    load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{}, {{endpoint: {{address: \
         {{socket_address: {{address: 10.0.0.2, port_value: 80}}}}, health_check_config: {{disable_active_health_check: true}}}}}}]}}]}}",
        endpoint("10.0.0.1")
    ));
    let checked = model.targets("a").iter().map(|target| model.target_settings(target).checked.get().copied());
    assert_eq!(checked.collect::<Vec<_>>(), [Some(true), Some(false)]);
}

#[test]
fn categories_of_dropped_requests_act_one_after_another() {
    let model = clusters(
        "  - {name: a, load_assignment: {cluster_name: a, policy: {drop_overloads: [{category: x, drop_percentage: {numerator: 50}}, \
         {category: y, drop_percentage: {numerator: 5000, denominator: TEN_THOUSAND}}]}}}",
    );
    assert!(model.spread("a").dropped.is(&7500));
}

#[test]
fn an_endpoint_without_an_address_is_told() {
    let model = groups("      - lb_endpoints: [{endpoint: {hostname: x}}]");
    assert!(matches!(model.pool("a").completeness, Completeness::Incomplete(Why::Malformed, _)));
}
