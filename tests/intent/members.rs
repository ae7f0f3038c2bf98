//! A statement that stands for several targets is so many of them for every expectation.

use lblint::source::Dialect;

use super::{haproxy, nginx, said_under};

const ASSUMED: &str = " (assumed: names have the addresses that [dns] states)";

const DNS: &str = "[dns]\n\"app.internal\" = 3\n";

/// Three targets that get 100 requests/s each, and 150 after one failure.
const WANTED: &str = "even='5%', survives='target', targets=3, rps=300, capacity-rps=150";

/// nginx learns of failures from traffic alone.
const TRAFFIC: &str = "; enough traffic to notice; single requests probe the target again and again";

/// What is said of them, where failures are noticed only under this assumption, or surely.
fn met(noticed: &str) -> [String; 4] {
    let assumed = format!("(assumed: names have the addresses that [dns] states{noticed})");
    [
        format!("held: the largest deviation is 0.0 % of 33.3 % each{ASSUMED}"),
        "held: 3 in service".to_owned(),
        format!("held: nothing fails when any one target is down {assumed}"),
        format!("held: up to 100 requests/s for a target, 150 after one failure {assumed}"),
    ]
}

#[test]
fn names_with_several_addresses() {
    let one = format!("# lblint: expect({WANTED})\nupstream shop {{ server app.internal:80; }}");
    assert_eq!(said_under(Dialect::Nginx, &nginx(&one, "shop"), DNS), met(TRAFFIC));
    let envoy = |policy: &str| {
        format!(
            "static_resources:\n  listeners:\n  - address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    filter_chains:\n    - filters:\n      \
             - name: tcp\n        typed_config:\n          '@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy\n          \
             stat_prefix: a\n          cluster: shop\n  clusters:\n  # lblint: expect({WANTED})\n  - name: shop\n    type: STRICT_DNS\n    \
             lb_policy: {policy}\n    health_checks: [{{timeout: 1s, interval: 5s, unhealthy_threshold: 3, healthy_threshold: 1, tcp_health_check: {{}}}}]\n    \
             load_assignment: {{cluster_name: shop, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: app.internal, port_value: 80}}}}}}}}]}}]}}\n"
        )
    };
    assert_eq!(said_under(Dialect::Envoy, &envoy("ROUND_ROBIN"), DNS), met(""));
}

#[test]
fn servers_of_a_template() {
    let pool = format!(
        "backend shop # lblint: expect({WANTED})\n    balance roundrobin\n    option httpchk\n    \
         server-template app 1-3 app.internal:80 resolvers dns check\n"
    );
    assert_eq!(said_under(Dialect::Haproxy, &haproxy(&pool), DNS), met(""));
}

#[test]
fn one_of_them_has_a_name() {
    let shares = |wanted: &str| {
        let pool =
            format!("# lblint: expect({wanted})\nupstream shop {{ server app.internal:80; server 10.0.9.9:80; }}");
        said_under(Dialect::Nginx, &nginx(&pool, "shop"), DNS)
    };
    assert_eq!(
        shares("share={'app.internal:80#1'='25%'}"),
        [format!("held: `app.internal:80#1` gets 25.0 %{ASSUMED}")]
    );
    assert_eq!(shares("share={'app.internal:80'='75%'}"), [format!("held: `app.internal:80` gets 75.0 %{ASSUMED}")]);
    let unmet = "unmet warning: `shop` has no target `app.internal:80#4`; did you mean `app.internal:80#1`?";
    assert_eq!(shares("share={'app.internal:80#4'='25%'}"), [unmet]);
    assert_eq!(
        shares("canary={pool='app.internal:80#1', at-most='25%'}"),
        [format!("held: `app.internal:80#1` gets 25.0 %{ASSUMED}")]
    );
}

#[test]
fn the_busiest_after_a_failure_is_one_of_them() {
    let pool = "# lblint: expect(rps=300, capacity-rps=140)\nupstream shop { server app.internal:80; }";
    let said = said_under(Dialect::Nginx, &nginx(pool, "shop"), DNS);
    let unmet = "unmet warning: if `app.internal:80#1` fails, `app.internal:80#2` gets 150 of the 300 requests/s of `shop`; it \
                 can answer 140";
    assert_eq!(said, [unmet]);
}
