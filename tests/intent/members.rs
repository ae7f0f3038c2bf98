//! A statement that stands for several targets is so many of them for every expectation.

use lblint::source::Dialect;

use super::{haproxy, nginx, said_under};

const DNS: &str = "[dns]\n\"app.internal\" = 3\n";

/// Three targets that get 100 requests/s each, and 150 after one failure.
const WANTED: &str = "even='5%', survives='target', targets=3, rps=300, capacity-rps=150";

const MET: [&str; 4] = [
    "held: the largest deviation is 0.0 % of 33.3 % each",
    "held: 3 in service",
    "held: nothing fails when any one target is down",
    "held: up to 100 requests/s for a target, 150 after one failure",
];

#[test]
fn names_with_several_addresses() {
    let one = format!("# lblint: expect({WANTED})\nupstream shop {{ server app.internal:80; }}");
    assert_eq!(said_under(Dialect::Nginx, &nginx(&one, "shop"), DNS), MET);
    let envoy = |policy: &str| {
        format!(
            "static_resources:\n  listeners:\n  - address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    filter_chains:\n    - filters:\n      \
             - name: tcp\n        typed_config:\n          '@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy\n          \
             stat_prefix: a\n          cluster: shop\n  clusters:\n  # lblint: expect({WANTED})\n  - name: shop\n    type: STRICT_DNS\n    \
             lb_policy: {policy}\n    health_checks: [{{timeout: 1s, interval: 5s, unhealthy_threshold: 3, healthy_threshold: 1, tcp_health_check: {{}}}}]\n    \
             load_assignment: {{cluster_name: shop, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: app.internal, port_value: 80}}}}}}}}]}}]}}\n"
        )
    };
    assert_eq!(said_under(Dialect::Envoy, &envoy("ROUND_ROBIN"), DNS), MET);
}

#[test]
fn servers_of_a_template() {
    let pool = format!(
        "backend shop # lblint: expect({WANTED})\n    balance roundrobin\n    option httpchk\n    \
         server-template app 1-3 app.internal:80 resolvers dns check\n"
    );
    assert_eq!(said_under(Dialect::Haproxy, &haproxy(&pool), DNS), MET);
}

#[test]
fn one_of_them_has_a_name() {
    let shares = |wanted: &str| {
        let pool =
            format!("# lblint: expect({wanted})\nupstream shop {{ server app.internal:80; server 10.0.9.9:80; }}");
        said_under(Dialect::Nginx, &nginx(&pool, "shop"), DNS)
    };
    assert_eq!(shares("share={'app.internal:80#1'='25%'}"), ["held: `app.internal:80#1` gets 25.0 %"]);
    assert_eq!(shares("share={'app.internal:80'='75%'}"), ["held: `app.internal:80` gets 75.0 %"]);
    let unmet = "unmet warning: `shop` has no target `app.internal:80#4`; did you mean `app.internal:80#1`?";
    assert_eq!(shares("share={'app.internal:80#4'='25%'}"), [unmet]);
    assert_eq!(shares("canary={pool='app.internal:80#1', at-most='25%'}"), ["held: `app.internal:80#1` gets 25.0 %"]);
}

#[test]
fn the_busiest_after_a_failure_is_one_of_them() {
    let pool = "# lblint: expect(rps=300, capacity-rps=140)\nupstream shop { server app.internal:80; }";
    let said = said_under(Dialect::Nginx, &nginx(pool, "shop"), DNS);
    let unmet = "unmet warning: if `app.internal:80#1` fails, `app.internal:80#2` gets 150 of the 300 requests/s of `shop`; it \
                 can answer 140";
    assert_eq!(said, [unmet]);
}
