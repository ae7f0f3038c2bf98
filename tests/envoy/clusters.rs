//! Clusters: policies, where members come from, limits, checks; defaults and what is written.

use lblint::model::OriginKind::{Default, Written};
use lblint::model::{
    Completeness, Destination, Guard, HashFunction, HostHeader, Key, LabelsId, Limit, Membership, Method, ProbeKind,
    RouteSource, Statuses, Step, Subsets, Timeout, Verb, Why,
};

use crate::model::{clusters, endpoint};

const ONE: &str = "  - {name: a, load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [\
                   {endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}]}]}}";

/// research 3.1 to 3.4 and the messages' documentation: each default, and the rule that says so.
#[test]
fn defaults_and_the_place_where_one_line_would_set_them() {
    let model = clusters(ONE);
    let (settings, spread) = (model.settings("a"), model.spread("a"));
    assert_eq!(model.origin(&settings.policy), (Default, "name: a"));
    assert_eq!(settings.policy.get().unwrap().word, "ROUND_ROBIN");
    assert!(settings.timeouts.connect.is(&Timeout::After(5000)));
    assert!(settings.retries.is(&0), "retries are the routes' business");
    assert!(spread.panic_below.is(&50));
    assert!(spread.overprovisioning.is(&140));
    assert!(spread.ejection_limit.is(&10));
    assert!(spread.ejects_one.is(&false));
    assert!(spread.panic_fails.is(&false));
    assert!(spread.locality_weights.is(&false));
    assert!(spread.counts_weights.is(&false));
    assert!(spread.dropped.is(&0));
    assert!(spread.subsets.is(&Subsets::Off));
    let breakers = spread.breakers;
    assert_eq!([breakers.connections, breakers.pending, breakers.requests].map(|one| *one.get().unwrap()), [1024; 3]);
    assert!(breakers.retries.is(&3));
    let target = model.target_settings(&model.targets("a")[0]);
    assert!(target.checked.is(&false) && target.observed.is(&false));
    assert!(target.ejected_after.is(&0), "nothing takes it out");
    let origins = [spread.panic_below.origin, spread.overprovisioning.origin, spread.ejection_limit.origin];
    for origin in origins.into_iter().chain([settings.timeouts.connect.origin, spread.ejects_one.origin]) {
        assert_eq!((origin.kind, model.written(origin.at)), (Default, "name: a"));
        assert!(!lblint::grammar::rules::rule(origin.rule).unwrap().name.is_empty());
    }
}

#[test]
fn what_is_written_is_in_force_and_says_where() {
    let model = clusters(
        "  - name: a\n    connect_timeout: 0.25s\n    lb_policy: LEAST_REQUEST\n    common_lb_config:\n      \
         healthy_panic_threshold: {value: 12.5}\n      zone_aware_lb_config: {fail_traffic_on_panic: true}\n      \
         locality_weighted_lb_config: {}\n    outlier_detection: {max_ejection_percent: 40, always_eject_one_host: true}\n    \
         circuit_breakers: {thresholds: [{max_requests: 7}]}\n    load_assignment:\n      cluster_name: a\n      policy: \
         {overprovisioning_factor: 100, weighted_priority_health: true}\n      endpoints: []",
    );
    let (settings, spread) = (model.settings("a"), model.spread("a"));
    assert_eq!(model.origin(&settings.policy), (Written, "lb_policy: LEAST_REQUEST"));
    assert_eq!(settings.policy.get().unwrap().method, Method::LeastConnections);
    assert!(settings.timeouts.connect.is(&Timeout::After(250)));
    assert_eq!(model.origin(&settings.timeouts.connect), (Written, "connect_timeout: 0.25s"));
    assert_eq!((spread.panic_below.get(), model.origin(&spread.panic_below).0), (Some(&13), Written));
    assert_eq!(model.origin(&spread.panic_fails), (Written, "fail_traffic_on_panic: true"));
    assert_eq!(model.origin(&spread.locality_weights), (Written, "locality_weighted_lb_config"));
    assert_eq!(model.origin(&spread.ejection_limit), (Written, "max_ejection_percent: 40"));
    assert_eq!(model.origin(&spread.ejects_one), (Written, "always_eject_one_host: true"));
    assert_eq!(model.origin(&spread.breakers.requests), (Written, "max_requests: 7"));
    assert_eq!(model.origin(&spread.breakers.connections).0, Default);
    assert_eq!(model.origin(&spread.overprovisioning), (Written, "overprovisioning_factor: 100"));
    assert_eq!(model.origin(&spread.counts_weights), (Written, "weighted_priority_health: true"));
}

#[test]
fn the_newer_field_wins_over_the_older_ones_and_the_story_tells() {
    let model = clusters(
        "  - name: a\n    lb_policy: MAGLEV\n    common_lb_config: {locality_weighted_lb_config: {}}\n    load_balancing_policy:\n      \
         policies:\n      - typed_extension_config:\n          name: x\n          typed_config: {'@type': \
         type.googleapis.com/envoy.extensions.load_balancing_policies.random.v3.Random}",
    );
    let policy = &model.settings("a").policy;
    assert_eq!((policy.get().unwrap().word, policy.get().unwrap().method), ("random", Method::Uniform));
    let [Step::Replaces(older)] = model.unit().stories.of(policy.origin) else { panic!() };
    assert_eq!(model.written(*older), "lb_policy: MAGLEV");
    assert!(model.spread("a").locality_weights.is(&false), "what belongs to the older field is not read");
}

#[test]
fn tables_of_hashing_policies() {
    let function = |text: &str| {
        let model = clusters(&format!("  - {{name: a, {text}}}"));
        let settings = model.settings("a");
        assert_eq!(settings.policy.get().unwrap().method, Method::Hash(Key::Missing), "no route brings a key");
        (settings.hash_type.get().unwrap().function, settings.hash_balance.get().copied().unwrap())
    };
    assert_eq!(function("lb_policy: RING_HASH"), (HashFunction::EnvoyRing, Limit::Unlimited));
    let murmur = "lb_policy: RING_HASH, ring_hash_lb_config: {hash_function: 1}";
    assert_eq!(function(murmur).0, HashFunction::EnvoyMurmurRing);
    let bounded = "common_lb_config: {consistent_hashing_lb_config: {hash_balance_factor: 150}}";
    assert_eq!(function(&format!("lb_policy: MAGLEV, {bounded}")), (HashFunction::EnvoyMaglev, Limit::AtMost(150)));
    // The numbers of the newer enumeration are others.
    let newer = |number: u32| {
        format!(
            "load_balancing_policy: {{policies: [{{typed_extension_config: {{name: r, typed_config: {{'@type': \
             type.googleapis.com/envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash, hash_function: {number}}}}}}}]}}"
        )
    };
    assert_eq!(function(&newer(1)).0, HashFunction::EnvoyRing);
    assert_eq!(function(&newer(2)).0, HashFunction::EnvoyMurmurRing);
}

#[test]
fn the_size_of_a_table_is_that_of_the_policy_in_force() {
    let size = |text: &str| *clusters(&format!("  - {{name: a, {text}}}")).spread("a").table.get().unwrap();
    assert_eq!(size("lb_policy: MAGLEV"), 65_537, "maglev_lb.h");
    assert_eq!(size("lb_policy: MAGLEV, maglev_lb_config: {table_size: 3}"), 3);
    assert_eq!(size("lb_policy: RING_HASH, maglev_lb_config: {table_size: 3}"), 65_537, "not read");
    let newer = "load_balancing_policy: {policies: [{typed_extension_config: {name: m, typed_config: {'@type': \
                 type.googleapis.com/envoy.extensions.load_balancing_policies.maglev.v3.Maglev, table_size: 7}}}]}";
    assert_eq!(size(newer), 7);
}

#[test]
fn subsets_need_a_selector() {
    let subsets = |text: &str| {
        let model = clusters(&format!("  - {{name: a, lb_subset_config: {text}}}"));
        *model.spread("a").subsets.get().unwrap()
    };
    assert_eq!(subsets("{fallback_policy: ANY_ENDPOINT}"), Subsets::Off);
    assert_eq!(subsets("{subset_selectors: [{keys: [v]}]}"), Subsets::Refuse);
    assert_eq!(subsets("{fallback_policy: any_endpoint, subset_selectors: [{keys: [v]}]}"), Subsets::AnyTarget);
    assert_eq!(subsets("{fallback_policy: 2, subset_selectors: {keys: [v]}}"), Subsets::Default);
}

#[test]
fn where_members_come_from() {
    let of = |text: &str| {
        let model = clusters(&format!("  - {{name: a, {text}}}"));
        let pool = model.pool("a");
        let why = match pool.completeness {
            Completeness::Complete => None,
            Completeness::Incomplete(why, _) => Some(why),
        };
        (pool.membership, why)
    };
    assert_eq!(of("connect_timeout: 1s"), (Membership::Listed, None));
    assert_eq!(of("type: STRICT_DNS"), (Membership::Resolved, None));
    assert_eq!(of("type: 2"), (Membership::FirstAddress, None));
    assert_eq!(
        of("type: EDS, eds_cluster_config: {eds_config: {ads: {}}}"),
        (Membership::Discovered, Some(Why::Remote))
    );
    assert_eq!(of("type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED"), (Membership::OfRequest, Some(Why::Request)));
    let dns = "type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster";
    let custom = |more: &str| of(&format!("cluster_type: {{name: d, typed_config: {{'@type': {dns}{more}}}}}"));
    assert_eq!(custom(""), (Membership::Resolved, None));
    assert_eq!(custom(", all_addresses_in_single_endpoint: true"), (Membership::FirstAddress, None));
    assert_eq!(of("type: STRICT_DNS, cluster_type: {name: x.y}"), (Membership::Discovered, Some(Why::Unsupported)));
}

#[test]
fn an_aggregate_leads_to_its_members_in_their_order() {
    let model = clusters(
        "  - name: all\n    lb_policy: CLUSTER_PROVIDED\n    cluster_type: {name: x, typed_config: {'@type': \
         type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig, clusters: [near, far]}}\n  \
         - {name: near}\n  - {name: far}",
    );
    assert_eq!(model.pool("all").membership, Membership::OfPools);
    let near = model.route_to("near");
    let far = model.route_to("far");
    assert!(matches!(near.from, RouteSource::Pool(id) if model.text(model.unit().pool(id).unwrap().name) == "all"));
    assert_eq!(near.guard, Guard::Always);
    assert!(matches!(far.guard, Guard::When { fallback: true, .. }));
    assert!(matches!(far.to, Destination::Pool(_, Some(_))));
}

#[test]
fn checks_and_their_times() {
    let model = clusters(&format!(
        "  - name: a\n    health_checks:\n    - {{timeout: 1s, interval: 5s, unhealthy_interval: 2s, unhealthy_threshold: 3, healthy_threshold: 2, \
         http_health_check: {{path: /ready}}}}\n    load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{}]}}]}}",
        endpoint("10.0.0.1")
    ));
    let target = model.target_settings(&model.targets("a")[0]);
    assert_eq!((target.checked.get(), model.origin(&target.checked)), (Some(&true), (Written, "health_checks")));
    // The interval for unhealthy targets does not shorten the way there (1.40, measured).
    assert!(target.interval.is(&Timeout::After(5000)) && target.fast_interval.is(&Timeout::After(5000)));
    assert!(target.fall.is(&3) && target.rise.is(&2));
    assert!(model.settings("a").timeouts.check.is(&Timeout::After(1000)));
    let Some(ProbeKind::Http(Some(path))) = model.settings("a").probe.get().map(|probe| probe.kind) else { panic!() };
    assert_eq!(model.text(path), "/ready");
}

#[test]
fn outlier_detection_and_its_defaults() {
    let ejected = |text: &str| {
        let model = clusters(&format!(
            "  - name: a\n    outlier_detection: {text}\n    load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{}]}}]}}",
            endpoint("10.0.0.1")
        ));
        let settings = model.target_settings(&model.targets("a")[0]);
        let kinds = (settings.ejected_after.origin.kind, settings.ejected_for.origin.kind);
        (
            settings.observed.get().copied(),
            settings.ejected_after.get().copied(),
            settings.ejected_for.get().copied(),
            kinds,
        )
    };
    let half_a_minute = Some(Timeout::After(30_000));
    assert_eq!(ejected("{}"), (Some(true), Some(5), half_a_minute, (Default, Default)));
    assert_eq!(
        ejected("{consecutive_5xx: 3, base_ejection_time: 5s}"),
        (Some(true), Some(3), Some(Timeout::After(5000)), (Written, Written))
    );
    let by_gateway = "{consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100}";
    assert_eq!(ejected(by_gateway).1, Some(2));
    assert_eq!(ejected("{consecutive_gateway_failure: 2}").1, Some(5), "that is not enforced unless it is asked for");
    assert_eq!(ejected("{enforcing_consecutive_5xx: 0}").1, None, "success rates need traffic");
    assert_eq!(ejected("null"), (Some(false), Some(0), Some(Timeout::After(0)), (Default, Default)));
}

#[test]
fn numbers_as_the_program_reads_them() {
    let model = clusters(
        "  - {name: a, circuit_breakers: {thresholds: [{max_connections: 010, max_requests: 0x10, max_retries: '010'}]}, \
         common_lb_config: {healthy_panic_threshold: {}}}",
    );
    let breakers = model.spread("a").breakers;
    assert_eq!((breakers.connections.get(), breakers.requests.get()), (Some(&8), Some(&16)));
    assert_eq!(breakers.retries.get(), Some(&10), "a text is decimal");
    assert!(model.spread("a").panic_below.is(&0), "a message that is there without its value holds 0");
}

/// Labels that are spelled alike are one, on endpoints and in selectors.
#[test]
fn labels_of_endpoints_and_selectors() {
    let labelled = |value: &str| {
        format!(
            "{{endpoint: {{address: {{socket_address: {{address: 10.0.0.1, port_value: 80}}}}}}, metadata: {{filter_metadata: {{envoy.lb: {value}}}}}}}"
        )
    };
    let model = clusters(&format!(
        "  - name: a\n    type: STATIC\n    lb_subset_config: {{subset_selectors: [{{keys: [v]}}, {{keys: [s, v]}}]}}\n    load_assignment: {{cluster_name: a, \
         endpoints: [{{lb_endpoints: [{}, {}, {}]}}]}}",
        labelled("{v: one}"),
        labelled("{v: 'one'}"),
        endpoint("10.0.0.2")
    ));
    let ids: Vec<_> =
        model.targets("a").iter().map(|target| *model.target_settings(target).labels.get().unwrap()).collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[2], LabelsId::NONE);
    let selectors = model.unit().selectors(model.spread("a").selectors);
    let name = model.unit().labels(ids[0])[0].name;
    assert_eq!(selectors[0], [name]);
    assert_eq!(selectors[1].len(), 2);
    let own =
        clusters("  - {name: a, lb_subset_config: {subset_selectors: [{keys: [v], fallback_policy: ANY_ENDPOINT}]}}");
    assert_eq!(own.spread("a").subsets.get(), None, "a selector has a fallback of its own");
}

/// Of two entries for one priority the first one counts (measured, 1.40.0); a budget takes the place of `max_retries`.
#[test]
fn limits_for_one_priority_are_read_once() {
    let of = |thresholds: &str| {
        let model = clusters(&format!("  - {{name: a, circuit_breakers: {{thresholds: [{thresholds}]}}}}"));
        model.spread("a").breakers
    };
    let twice = of("{max_requests: 5}, {priority: HIGH, max_requests: 7}, {max_requests: 1}");
    assert!(twice.requests.is(&5) && twice.unread.is_some());
    assert!(of("{max_requests: 5}, {priority: HIGH}").unread.is_none());
    assert_eq!(of("{retry_budget: {}}").retries.get(), None);
}

/// What an HTTP check sends and takes for good (1.40, measured).
#[test]
fn http_checks() {
    let check = |http: &str, more: &str| {
        let text = format!(
            "  - name: shop\n    health_checks:\n    - {{ timeout: 1s, interval: 1s, \
             unhealthy_threshold: 2, healthy_threshold: 1, http_health_check: {http} }}\n{more}"
        );
        clusters(&text).settings("shop").http_check
    };
    let plain = check("{ path: /h }", "");
    assert!(plain.method.is(&Verb::Get) && plain.host.is(&HostHeader::PoolName));
    assert!(plain.good.is(&Statuses::range(200, 200)) && plain.other_version.is(&false));
    let full = check(
        "{ path: /h, host: a, method: HEAD, expected_statuses: [{start: 200, end: 300}], receive: [{text: aa}] }",
        "",
    );
    assert!(full.method.is(&Verb::Head) && full.host.is(&HostHeader::Written) && full.reads_body.is(&true));
    assert!(full.good.is(&Statuses::range(200, 299)), "the end is not part of it");
    assert!(check("{ path: /h }", "    http2_protocol_options: {}\n").other_version.is(&true));
    assert!(
        check("{ path: /h, codec_client_type: HTTP2 }", "    http2_protocol_options: {}\n").other_version.is(&false)
    );
}

#[test]
fn fields_that_need_another_one() {
    let with = |fields: &str| {
        let model = clusters(&format!(
            "  - {{name: a, {fields}, load_assignment: {{endpoints: [{{lb_endpoints: [{}]}}]}}}}",
            endpoint("10.0.0.1")
        ));
        model.unit().idle.iter().map(|one| model.written(one.at).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(with("type: STATIC, dns_lookup_family: V4_ONLY"), ["dns_lookup_family"]);
    assert!(with("type: STRICT_DNS, dns_lookup_family: V4_ONLY").is_empty());
    assert_eq!(with("type: STATIC, lb_subset_config: {fallback_policy: ANY_ENDPOINT}"), ["lb_subset_config"]);
    assert!(with("type: STATIC, lb_subset_config: {subset_selectors: [{keys: [a]}]}").is_empty());
    assert_eq!(with("type: STATIC, outlier_detection: {}"), ["outlier_detection"]);
    assert!(with("type: STRICT_DNS, outlier_detection: {}").is_empty(), "a name may have several addresses");
    assert_eq!(with("type: EDS"), ["load_assignment"]);
    let panic = "common_lb_config: {healthy_panic_threshold: {value: 20}}";
    assert_eq!(with(&format!("type: STATIC, {panic}")), ["healthy_panic_threshold"]);
    assert!(with(&format!("type: STRICT_DNS, outlier_detection: {{}}, {panic}")).is_empty());
}
