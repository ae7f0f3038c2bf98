//! Configurations whose clusters a running envoy is asked about: what decides who gets traffic, one thing a file.

/// Names, and the clusters of a main file that has nothing else. `{at 1}` stands for the endpoint address 10.0.0.1:80.
pub(crate) const CLUSTERS: &[(&str, &str)] = &[
    ("defaults", "- {name: a, load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{at 1}, {at 2}]}]}}"),
    ("no endpoints", "- {name: a}\n- {name: b, type: STATIC, connect_timeout: 250s}"),
    (
        "weights",
        "- name: a\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    - lb_endpoints:\n      - {at 1, load_balancing_weight: 5}\n      \
         - {at 2, load_balancing_weight: {value: 3}}\n      - {at 3, load_balancing_weight: '2'}\n      - {at 4}",
    ),
    (
        "priorities",
        "- name: a\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    - {priority: 1, lb_endpoints: [{at 1}]}\n    \
         - {priority: 3, lb_endpoints: [{at 2}]}\n    - {lb_endpoints: [{at 3}]}\n    - {priority: 1, lb_endpoints: [{at 4}]}",
    ),
    (
        "localities with weights that count",
        "- name: a\n  common_lb_config: {locality_weighted_lb_config: {}}\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    \
         - {locality: {region: eu, zone: eu-1, sub_zone: r1}, load_balancing_weight: 10, lb_endpoints: [{at 1}, {at 2}]}\n    \
         - {locality: {region: eu, zone: eu-2}, load_balancing_weight: 90, lb_endpoints: [{at 3}]}\n    \
         - {locality: {zone: eu-3}, lb_endpoints: [{at 4}]}",
    ),
    (
        "one locality twice",
        "- name: a\n  common_lb_config: {locality_weighted_lb_config: {}}\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    \
         - {locality: {zone: z1}, load_balancing_weight: 10, lb_endpoints: [{at 1}]}\n    \
         - {locality: {zone: z1}, load_balancing_weight: 90, lb_endpoints: [{at 2}]}\n    \
         - {locality: {zone: z2}, load_balancing_weight: 10, lb_endpoints: [{at 3}]}\n    \
         - {locality: {zone: z1}, priority: 1, load_balancing_weight: 7, lb_endpoints: [{at 4}]}",
    ),
    (
        "weights of no locality, and a locality whose weight is written once",
        "- name: a\n  common_lb_config: {locality_weighted_lb_config: {}}\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    \
         - {load_balancing_weight: 10, lb_endpoints: [{at 1}]}\n    - {lb_endpoints: [{at 2}]}\n    \
         - {locality: {zone: z1}, load_balancing_weight: 5, lb_endpoints: [{at 3}]}\n    - {locality: {zone: z1}, lb_endpoints: [{at 4}]}\n    \
         - {locality: {}, priority: 1, load_balancing_weight: 0x10, lb_endpoints: [{at 4}]}\n    \
         - {load_balancing_weight: 3, priority: 2, lb_endpoints: [{at 5}]}\n    - {locality: {}, priority: 2, lb_endpoints: [{at 6}]}",
    ),
    (
        "health statuses",
        "- name: a\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    - lb_endpoints:\n      - {at 1, health_status: UNHEALTHY}\n      \
         - {at 2, health_status: draining}\n      - {at 3, health_status: TIMEOUT}\n      - {at 4, health_status: DEGRADED}\n      \
         - {at 5, health_status: HEALTHY}\n      - {at 6, health_status: 2}\n      - {at 7, health_status: UNKNOWN}",
    ),
    (
        "legacy policies",
        "- {name: rr, lb_policy: ROUND_ROBIN, load_assignment: {cluster_name: rr, endpoints: [{lb_endpoints: [{at 1}]}]}}\n\
         - {name: lr, lb_policy: least_request, load_assignment: {cluster_name: lr, endpoints: [{lb_endpoints: [{at 1}]}]}}\n\
         - {name: rh, lb_policy: RING_HASH, load_assignment: {cluster_name: rh, endpoints: [{lb_endpoints: [{at 1}]}]}}\n\
         - {name: ra, lb_policy: 3, load_assignment: {cluster_name: ra, endpoints: [{lb_endpoints: [{at 1}]}]}}\n\
         - {name: ma, lb_policy: MAGLEV, load_assignment: {cluster_name: ma, endpoints: [{lb_endpoints: [{at 1}]}]}}\n\
         - {name: od, type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED}",
    ),
    (
        "settings of another policy",
        "- name: a\n  lb_policy: LEAST_REQUEST\n  ring_hash_lb_config: {minimum_ring_size: 8}\n  \
         load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{at 1}]}]}",
    ),
    (
        "policies as extensions",
        "- {name: rr, load_balancing_policy: {policies: [{policy round_robin.v3.RoundRobin}]}, {one}}\n\
         - {name: lr, load_balancing_policy: {policies: [{policy least_request.v3.LeastRequest}]}, {one}}\n\
         - {name: rh, load_balancing_policy: {policies: [{policy ring_hash.v3.RingHash}]}, {one}}\n\
         - {name: ra, load_balancing_policy: {policies: [{policy random.v3.Random}]}, {one}}\n\
         - {name: ma, load_balancing_policy: {policies: [{policy maglev.v3.Maglev}]}, {one}}\n\
         - {name: cs, load_balancing_policy: {policies: [{policy client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin}]}, {one}}",
    ),
    (
        "both fields",
        "- {name: a, lb_policy: MAGLEV, load_balancing_policy: {policies: [{policy random.v3.Random}]}, {one}}\n\
         - {name: b, lb_policy: RANDOM, load_balancing_policy: {policies: [{policy maglev.v3.Maglev}, {policy random.v3.Random}]}, {one}}\n\
         - {name: c, lb_policy: LOAD_BALANCING_POLICY_CONFIG, load_balancing_policy: {policies: [{policy ring_hash.v3.RingHash}]}, {one}}",
    ),
    (
        "a policy in a policy",
        "- name: a\n  load_balancing_policy:\n    policies:\n    - typed_extension_config:\n        name: w\n        typed_config:\n          \
         '@type': type.googleapis.com/envoy.extensions.load_balancing_policies.wrr_locality.v3.WrrLocality\n          \
         endpoint_picking_policy: {policies: [{policy client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin}]}\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    \
         - {locality: {zone: z1}, load_balancing_weight: 1, lb_endpoints: [{at 1}]}\n    \
         - {locality: {zone: z2}, load_balancing_weight: 2, lb_endpoints: [{at 2}]}",
    ),
    (
        "subsets as an extension",
        "- name: a\n  load_balancing_policy:\n    policies:\n    - typed_extension_config:\n        name: s\n        typed_config:\n          \
         '@type': type.googleapis.com/envoy.extensions.load_balancing_policies.subset.v3.Subset\n          fallback_policy: ANY_ENDPOINT\n          \
         subset_selectors: [{keys: [v]}]\n          subset_lb_policy: {policies: [{policy round_robin.v3.RoundRobin}]}\n  {one}",
    ),
    (
        "subsets in the older fields",
        "- {name: a, lb_policy: RANDOM, lb_subset_config: {subset_selectors: [{keys: [v]}]}, {one}}\n\
         - {name: b, lb_subset_config: {fallback_policy: ANY_ENDPOINT, subset_selectors: {keys: [v]}}, {one}}\n\
         - {name: c, lb_subset_config: {fallback_policy: default_subset, default_subset: {v: '1'}, subset_selectors: [{keys: [v]}]}, {one}}\n\
         - {name: d, lb_subset_config: {fallback_policy: ANY_ENDPOINT}, {one}}",
    ),
    (
        "an untyped policy that is known, behind one that is not",
        "- name: a\n  load_balancing_policy:\n    policies:\n    - typed_extension_config:\n        name: x\n        typed_config:\n          \
         '@type': type.googleapis.com/xds.type.v3.TypedStruct\n          type_url: type.googleapis.com/example.Nobody\n    \
         - typed_extension_config:\n        name: z\n        typed_config:\n          '@type': type.googleapis.com/xds.type.v3.TypedStruct\n          \
         type_url: type.googleapis.com/envoy.extensions.load_balancing_policies.least_request.v3.LeastRequest\n          value: {choice_count: 3}\n  {one}",
    ),
    (
        "hash tables",
        "- {name: a, lb_policy: RING_HASH, ring_hash_lb_config: {minimum_ring_size: 0x80, maximum_ring_size: 01000, hash_function: MURMUR_HASH_2}, {one}}\n\
         - {name: b, lb_policy: MAGLEV, maglev_lb_config: {table_size: 251}, common_lb_config: {consistent_hashing_lb_config: {hash_balance_factor: 120}}, {one}}",
    ),
    (
        "slow start",
        "- {name: a, round_robin_lb_config: {slow_start_config: {slow_start_window: 30s}}, {one}}\n\
         - {name: b, lb_policy: LEAST_REQUEST, least_request_lb_config: {slow_start_config: {slow_start_window: 1.5s}}, {one}}",
    ),
    (
        "panic and overprovisioning",
        "- name: a\n  common_lb_config: {healthy_panic_threshold: {value: 33.4}, zone_aware_lb_config: {fail_traffic_on_panic: true}}\n  load_assignment:\n    \
         cluster_name: a\n    policy: {overprovisioning_factor: 100, weighted_priority_health: true, drop_overloads: [{category: c, drop_percentage: {numerator: 30}}]}\n    \
         endpoints: [{lb_endpoints: [{at 1}]}]\n- {name: b, common_lb_config: {healthy_panic_threshold: {}}, {one}}",
    ),
    (
        "circuit breakers",
        "- {name: a, circuit_breakers: {thresholds: [{priority: HIGH, max_connections: 7}, {max_connections: 1, max_requests: 4}]}, {one}}\n\
         - {name: b, circuit_breakers: {thresholds: {max_pending_requests: 0x10, max_retries: 010}}, {one}}\n- {name: c, circuit_breakers: {}, {one}}",
    ),
    (
        "outlier detection",
        "- {name: a, outlier_detection: {}, {one}}\n- {name: b, outlier_detection: {max_ejection_percent: 50, always_eject_one_host: true}, {one}}\n\
         - {name: c, outlier_detection: {consecutive_5xx: 3, base_ejection_time: {seconds: 5}, enforcing_consecutive_5xx: 0}, {one}}\n\
         - {name: d, outlier_detection: null, {one}}\n\
         - {name: e, outlier_detection: {consecutive_gateway_failure: 2, enforcing_consecutive_gateway_failure: 100}, {one}}",
    ),
    (
        "health checks",
        "- {name: a, health_checks: [{timeout: 1s, interval: 2s, unhealthy_threshold: 3, healthy_threshold: 2, http_health_check: {path: /h}}], {one}}\n\
         - {name: b, health_checks: {timeout: 1s, interval: 0.5s, unhealthy_threshold: 1, healthy_threshold: 1, tcp_health_check: {}}, {one}}\n\
         - {name: c, health_checks: [{timeout: 1s, interval: 2s, unhealthy_threshold: 1, healthy_threshold: 1, grpc_health_check: {}}], \
         typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {'@type': \
         type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {http2_protocol_options: {}}}}, {one}}\n\
         - {name: d, health_checks: [], {one}}",
    ),
    (
        "an endpoint that is not checked",
        "- name: a\n  health_checks: [{timeout: 1s, interval: 2s, unhealthy_threshold: 3, healthy_threshold: 2, tcp_health_check: {}}]\n  load_assignment:\n    \
         cluster_name: a\n    endpoints: [{lb_endpoints: [{at 1}, {endpoint: {address: {socket_address: {address: 10.0.0.2, port_value: 80}}, \
         health_check_config: {disable_active_health_check: true}}}]}]",
    ),
    (
        "duplicate endpoints",
        "- {name: a, load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{at 1}, {at 1}, {at 2}]}]}}\n\
         - {name: b, load_assignment: {cluster_name: b, endpoints: [{lb_endpoints: [{at 1}]}, {priority: 1, lb_endpoints: [{at 1}]}]}}",
    ),
    (
        "ports in other bases",
        "- name: a\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    - lb_endpoints:\n      \
         - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 010000}}}\n      \
         - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 0x1F90}}}\n      \
         - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80.0}}}\n      \
         - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 1e3}}}\n      \
         - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: '8081'}}}\n      \
         - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 0}}}",
    ),
    (
        "addresses",
        "- name: a\n  load_assignment:\n    cluster_name: a\n    endpoints:\n    - lb_endpoints:\n      \
         - endpoint: {address: {socket_address: {address: '2001:DB8::0:1', port_value: 80}}}\n      \
         - endpoint: {address: {socket_address: {address: '::ffff:10.0.0.9', port_value: 80}}}\n      \
         - endpoint: {address: {socket_address: {address: '::1', port_value: 80}}}\n      \
         - endpoint: {address: {pipe: {path: /run/a.sock}}}",
    ),
    (
        "names to resolve",
        "- {name: a, type: STRICT_DNS, load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: \
         web.example, port_value: 80}}}, load_balancing_weight: 3}, {endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 81}}}}]}]}}\n\
         - {name: b, type: logical_dns, load_assignment: {cluster_name: b, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: \
         api.example, port_value: 443}}}}]}]}}",
    ),
    (
        "an aggregate",
        "- name: all\n  lb_policy: CLUSTER_PROVIDED\n  cluster_type:\n    name: envoy.clusters.aggregate\n    typed_config:\n      \
         '@type': type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig\n      clusters: [near, far]\n\
         - {name: near, {one}}\n- {name: far, {one}}",
    ),
    (
        "names as a cluster type",
        "- name: a\n  cluster_type:\n    name: envoy.cluster.dns\n    typed_config:\n      \
         '@type': type.googleapis.com/envoy.extensions.clusters.dns.v3.DnsCluster\n  load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: \
         [{endpoint: {address: {socket_address: {address: web.example, port_value: 80}}}}]}]}",
    ),
    (
        "camel case and null",
        "- name: a\n  connectTimeout: 1.0000001s\n  lbPolicy: LEAST_REQUEST\n  outlierDetection: {maxEjectionPercent: 20}\n  healthChecks:\n  \
         commonLbConfig: {healthyPanicThreshold: {value: 0}}\n  loadAssignment: {clusterName: a, endpoints: [{priority: ~, lbEndpoints: [{endpoint: {address: \
         {socketAddress: {address: 10.0.0.1, portValue: 80}}}, loadBalancingWeight: 4, healthStatus: DEGRADED}]}]}",
    ),
    (
        "mappings for lists",
        "  name: a\n  load_assignment: {cluster_name: a, endpoints: {lb_endpoints: {endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}}}",
    ),
    (
        "a key twice",
        "- name: first\n  name: last\n  lb_policy: nonsense\n  lb_policy: RANDOM\n  load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: \
         [{load_balancing_weight: 3, load_balancing_weight: 8, endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80, port_value: 81}}}}]}]}",
    ),
    (
        "aliases",
        "- name: a\n  connect_timeout: &t 3s\n  load_assignment: {cluster_name: a, endpoints: &e [{lb_endpoints: [&one {at 1}, {at 2}, *one]}]}\n\
         - {name: b, connect_timeout: *t, load_assignment: {cluster_name: b, endpoints: *e}}",
    ),
];

/// A name, the files, and the one that the program is started with.
pub(crate) type Whole = (&'static str, &'static [(&'static str, &'static str)]);

/// Configurations of several files, or that are no YAML; the program is started with the first file.
pub(crate) const WHOLE: &[Whole] = &[
    (
        "EDS from a file",
        &[
            (
                "envoy.yaml",
                "node: {id: n1, cluster: c1}\nstatic_resources:\n  clusters:\n  - {name: a, type: EDS, eds_cluster_config: {service_name: s, eds_config: \
                 {resource_api_version: V3, path_config_source: {path: ./eds.yaml}}}}\n  - {name: b, type: EDS, lb_policy: RANDOM, eds_cluster_config: {eds_config: \
                 {resource_api_version: V3, path_config_source: {path: ./b.yaml}}}}\n",
            ),
            (
                "eds.yaml",
                "resources:\n- '@type': type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\n  cluster_name: s\n  policy: {overprovisioning_factor: 200}\n  \
                 endpoints: [{lb_endpoints: [{at 1}, {at 1}, {at 2, load_balancing_weight: 4}]}, {priority: 1, lb_endpoints: [{at 1}, {at 3, health_status: UNHEALTHY}]}]\n",
            ),
            (
                "b.yaml",
                "resources:\n- '@type': type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\n  cluster_name: b\n  endpoints: [{locality: {zone: z1}, \
                 lb_endpoints: [{at 4}]}]\n",
            ),
        ],
    ),
    (
        "two clusters in one EDS file",
        &[
            (
                "envoy.yaml",
                "node: {id: n1, cluster: c1}\nstatic_resources:\n  clusters:\n  - {name: a, type: EDS, eds_cluster_config: {eds_config: \
                 {resource_api_version: V3, path_config_source: {path: ./eds.yaml}}}}\n  - {name: b, type: EDS, eds_cluster_config: {eds_config: \
                 {resource_api_version: V3, path_config_source: {path: ./eds.yaml}}}}\n",
            ),
            (
                "eds.yaml",
                "resources:\n- '@type': type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\n  cluster_name: a\n  endpoints: [{lb_endpoints: [{at 1}]}]\n\
                 - '@type': type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\n  cluster_name: b\n  endpoints: [{lb_endpoints: [{at 2}]}]\n",
            ),
        ],
    ),
    (
        "CDS and LDS from files",
        &[
            (
                "envoy.yaml",
                "node: {id: n1, cluster: c1}\ndynamic_resources: {cds_config: {resource_api_version: V3, path_config_source: {path: ./cds.yaml}}, lds_config: \
                 {resource_api_version: V3, path_config_source: {path: ./lds.yaml}}}\nstatic_resources: {clusters: [{name: s, {one}}]}\n",
            ),
            (
                "cds.yaml",
                "resources:\n- {'@type': type.googleapis.com/envoy.config.cluster.v3.Cluster, name: a, lb_policy: LEAST_REQUEST, {one}}\n\
                 - {'@type': type.googleapis.com/envoy.config.cluster.v3.Cluster, name: b, type: EDS, eds_cluster_config: {eds_config: {resource_api_version: V3, \
                 path_config_source: {path: ./eds.json}}}}\n",
            ),
            (
                "eds.json",
                "{\"resources\": [{\"@type\": \"type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\", \"clusterName\": \"b\", \"endpoints\": [{\"lbEndpoints\": \
                 [{\"endpoint\": {\"address\": {\"socketAddress\": {\"address\": \"10.0.0.7\", \"portValue\": 80}}}, \"loadBalancingWeight\": 9}]}]}]}",
            ),
            (
                "lds.yaml",
                "resources:\n- '@type': type.googleapis.com/envoy.config.listener.v3.Listener\n  name: l\n  address: {socket_address: {address: 10.0.0.5, port_value: 80}}\n  \
                 filter_chains: [{filters: [{name: t, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: t, \
                 weighted_clusters: {clusters: [{name: a, weight: 1}, {name: b, weight: 3}]}}}]}]\n",
            ),
        ],
    ),
    (
        "JSON with camel case",
        &[(
            "envoy.json",
            "{\"staticResources\": {\"clusters\": [{\"name\": \"a\", \"connectTimeout\": \"0.25s\", \"lbPolicy\": \"RANDOM\", \"loadAssignment\": {\"clusterName\": \"a\", \
             \"endpoints\": [{\"lbEndpoints\": [{\"endpoint\": {\"address\": {\"socketAddress\": {\"address\": \"10.0.0.1\", \"portValue\": 80}}}, \"healthStatus\": 5}]}]}}, \
             {\"name\": \"b\", \"type\": 1, \"circuitBreakers\": {\"thresholds\": [{\"maxRequests\": \"12\"}]}, \"loadAssignment\": {\"clusterName\": \"b\", \"endpoints\": \
             [{\"priority\": 2, \"lbEndpoints\": [{\"endpoint\": {\"address\": {\"socketAddress\": {\"address\": \"x.example\", \"portValue\": 80}}}}]}]}}]}}",
        )],
    ),
    (
        "JSON in a YAML file, with a second document",
        &[(
            "envoy.yaml",
            "---\n{\"static_resources\": {\"clusters\": [{\"name\": \"a\", \"lb_policy\": \"RANDOM\"}]}}\n---\nstatic_resources: {clusters: [{name: b, {one}}]}\n",
        )],
    ),
    (
        "a list of one in JSON, and names that repeat",
        &[(
            "envoy.json",
            "{\"static_resources\": {\"clusters\": {\"name\": \"a\", \"lb_policy\": \"RANDOM\", \"lb_policy\": \"MAGLEV\", \"load_assignment\": {\"cluster_name\": \"a\", \
             \"endpoints\": {\"lb_endpoints\": {\"endpoint\": {\"address\": {\"socket_address\": {\"address\": \"10.0.0.1\", \"port_value\": 80}}}}}}}}}",
        )],
    ),
    (
        "listeners, splits and mirrors",
        &[(
            "envoy.yaml",
            "static_resources:\n  listeners:\n  - name: l\n    address: {socket_address: {address: 10.0.0.5, port_value: 80}}\n    filter_chains:\n    - filters:\n      \
             - name: h\n        typed_config:\n          '@type': \
             type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n          stat_prefix: h\n          http_filters: \
             [{name: r, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]\n          route_config:\n            name: r\n            \
             virtual_hosts:\n            - name: v\n              domains: ['*']\n              routes:\n              - match: {prefix: /a}\n                route: \
             {weighted_clusters: {clusters: [{name: a, weight: 90}, {name: b, weight: 10}], total_weight: 100}, request_mirror_policies: [{cluster: c}]}\n              \
             - match: {prefix: /}\n                route: {cluster: b, timeout: 0s, retry_policy: {retry_on: '5xx', num_retries: 3}}\n  clusters:\n  \
             - {name: a, {one}}\n  - {name: b, {one}}\n  - {name: c, {one}}\n",
        )],
    ),
];

/// What the shorthands of the texts stand for.
pub(crate) fn written_out(text: &str) -> String {
    let one = "load_assignment: {cluster_name: one, endpoints: [{lb_endpoints: [{at 1}, {at 2}]}]}";
    let text = text.replace("{one}", one);
    let policy = |rest: &str| {
        let (kind, rest) = rest.split_once('}').unwrap();
        let url = format!("type.googleapis.com/envoy.extensions.load_balancing_policies.{kind}");
        format!("{{typed_extension_config: {{name: p, typed_config: {{'@type': {url}}}}}}}{rest}")
    };
    let text = replaced(&text, "{policy ", policy);
    replaced(&text, "{at ", |rest| {
        let (digit, rest) = rest.split_at(1);
        format!("{{endpoint: {{address: {{socket_address: {{address: 10.0.0.{digit}, port_value: 80}}}}}}{rest}")
    })
}

fn replaced(text: &str, mark: &str, with: impl Fn(&str) -> String) -> String {
    let mut pieces = text.split(mark);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.map(with).fold(first, |all, piece| all + &piece)
}
