//! Each key: held, not met, open.

use lblint::source::Dialect;

use super::{fired, haproxy, nginx, only, said, said_under, settings};

/// Three servers of these weights that are checked.
fn three(header: &str, weights: [u32; 3]) -> String {
    let server = |(number, weight): (usize, &u32)| {
        format!("    server web{} 10.0.1.{}:80 weight {weight} check\n", number + 1, number + 1)
    };
    let servers: String = weights.iter().enumerate().map(server).collect();
    format!("backend shop # lblint: expect({header})\n    balance roundrobin\n    option httpchk\n{servers}")
}

#[test]
fn even_is_relative_to_a_fair_share() {
    assert_eq!(said(&three("even = '10%'", [1, 1, 1])), "held: the largest deviation is 0.0 % of 33.3 % each");
    // 100/102 = 98.04 %; (0.98039 - 0.33333) / 0.33333 = 194.1 %.
    assert_eq!(
        said(&three("even = '10%'", [100, 1, 1])),
        "unmet warning: `web1` gets 98.0 % of `shop`, 194.1 % more than its fair 33.3 %; expected: at most 10.0 %"
    );
    // 4/10 against 1/3 is 20 % more, 3/10 is 10 % less.
    assert_eq!(said(&three("even = '25%'", [3, 4, 3])), "held: the largest deviation is 20.0 % of 33.3 % each");
    assert!(said(&three("even = '19%'", [3, 4, 3])).starts_with("unmet"));
}

#[test]
fn what_follows_the_load_may_be_even() {
    let pool = "backend shop # lblint: expect(even = '10%')\n    balance leastconn\n    server a 10.0.1.1:80 weight 1\n    \
                server b 10.0.1.2:80 weight 3\n";
    let said = said(pool);
    // Between equal shares and those of the weights, 25 % and 75 %: 50 % away from fair.
    assert!(said.starts_with("open: a share may deviate by up to 50.0 % from fair"), "{said}");
    let alike = pool.replace("weight 3", "weight 1");
    let told = "held: the largest deviation is 0.0 % of 50.0 % each (assumed: all targets are equally fast)";
    assert_eq!(self::said(&alike), told, "as the shares say");
}

#[test]
fn targets_are_counted_in_service() {
    assert_eq!(said(&three("targets = '3..'", [1, 1, 1])), "held: 3 in service");
    assert_eq!(said(&three("targets = 3", [1, 1, 1])), "held: 3 in service");
    assert_eq!(
        said(&three("targets = '3..'", [1, 1, 0])),
        "unmet error: 2 targets are in service in `shop`; expected: at least 3"
    );
    assert_eq!(
        said(&three("targets = '1..2'", [1, 1, 1])),
        "unmet warning: 3 targets are in service in `shop`; expected: 1 to 2"
    );
}

#[test]
fn what_is_discovered_is_taken_as_guaranteed_up_to_its_slots() {
    let slots = |expected: &str| {
        said(&format!(
            "backend shop # lblint: expect({expected})\n    server-template app 1-20 _app._tcp.example.com resolvers dns init-addr none check\n"
        ))
    };
    assert!(slots("targets = '3..'").starts_with("open: "), "{}", slots("targets = '3..'"));
    assert_eq!(
        slots("targets = '21..'"),
        "unmet error: at most 20 targets are in service in `shop`; expected: at least 21"
    );
    // Of two targets one gets at least the mean of 600.
    let pool = "backend shop # lblint: expect(targets = '2..', rps = 1200, capacity-rps = 500)\n    \
                server-template app 1-20 _app._tcp.example.com resolvers dns init-addr none check\n";
    let all = said_under(Dialect::Haproxy, &haproxy(pool), "");
    assert_eq!(
        all[1],
        "unmet error: 2 targets for the 1200 requests/s of `shop` get 600 on average; each can answer 500"
    );
}

#[test]
fn a_declared_share_is_held_against_the_prediction() {
    assert_eq!(said(&three("share = { web1 = '98%' }", [100, 1, 1])), "held: `web1` gets 98.0 %");
    assert_eq!(
        said(&three("share = { web1 = '98%' }", [1, 1, 1])),
        "unmet warning: `web1` gets 33.3 % of `shop`; expected: 98.0 %"
    );
    assert_eq!(
        said(&three("share = { wbe1 = '98%' }", [1, 1, 1])),
        "unmet warning: `shop` has no target `wbe1`; did you mean `web1`?"
    );
}

#[test]
fn a_declared_share_explains_what_it_explains() {
    let names = |header: &str, weights| fired("haproxy.cfg", &haproxy(&three(header, weights)), &settings(""));
    assert!(names("targets = 3", [100, 1, 1]).contains(&"one-target-takes-all"));
    assert!(!names("share = { web1 = '98%' }", [100, 1, 1]).contains(&"one-target-takes-all"));
    assert!(!names("share = { web2 = '1%', web3 = '1%' }", [100, 1, 1]).contains(&"one-target-takes-all"));
    // One of the losers says nothing of the winner.
    assert!(names("share = { web2 = '1%' }", [100, 1, 1]).contains(&"one-target-takes-all"));
    let skewed = names("share = { web1 = '50%' }", [100, 1, 1]);
    assert!(skewed.contains(&"one-target-takes-all") && skewed.contains(&"unmet-expectation"));
    assert!(names("targets = 3", [8, 2, 2]).contains(&"skewed-weights"));
    assert!(!names("share = { web1 = '66.7%' }", [8, 2, 2]).contains(&"skewed-weights"));
}

#[test]
fn what_survives_a_target_may_not_survive_a_host() {
    assert_eq!(said(&three("survives = 'host'", [1, 1, 1])), "held: nothing fails when any one host is down");
    let pair = |expected: &str, check: &str| {
        said(&format!(
            "backend shop # lblint: expect(survives = '{expected}')\n    balance roundrobin\n    server a 10.0.1.1:80 {check}\n    server b 10.0.1.1:81 {check}\n"
        ))
    };
    assert_eq!(pair("target", "check"), "held: nothing fails when any one target is down");
    assert_eq!(
        pair("host", "check"),
        "unmet error: if the host 10.0.1.1 is down (refused), 100.0 % of the requests to `shop` fail for good: nobody is \
         left; expected: it survives any one host"
    );
    // Without `option redispatch` and checks half of the requests meet the dead one.
    assert_eq!(
        pair("target", ""),
        "unmet error: if `a` is down (refused), 50.0 % of the requests to `shop` fail for good: nothing notices it; \
         expected: it survives any one target"
    );
    assert_eq!(pair("zone", "check"), "open: unknown: the zones of the targets are not in the configuration");
}

/// A listener of Envoy that hands all on to `shop`.
const ROUTED: &str = r#"  listeners:
  - address: { socket_address: { address: 0.0.0.0, port_value: 80 } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: shop
          http_filters:
          - name: envoy.filters.http.router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
          route_config:
            virtual_hosts:
            - { name: shop, domains: ["*"], routes: [{ match: { prefix: / }, route: { cluster: shop } }] }
"#;

#[test]
fn zones_are_localities() {
    let cluster = |zones: &str| {
        format!(
            "static_resources:\n{ROUTED}  clusters:\n  - name: shop # lblint: expect(survives = 'zone')\n    type: STATIC\n    \
             lb_policy: ROUND_ROBIN\n    health_checks:\n    - {{ timeout: 1s, interval: 2s, unhealthy_threshold: 3, \
             healthy_threshold: 2, http_health_check: {{ path: /h }} }}\n    common_lb_config: {{ healthy_panic_threshold: {{ value: 0 }} }}\n    \
             load_assignment:\n      cluster_name: shop\n      endpoints:\n{zones}"
        )
    };
    let zone = |name: &str, addresses: [u32; 2]| {
        let endpoint = |last: u32| {
            format!(
                "        - endpoint: {{ address: {{ socket_address: {{ address: 10.0.1.{last}, port_value: 80 }} }} }}\n"
            )
        };
        let endpoints: String = addresses.into_iter().map(endpoint).collect();
        format!("      - locality: {{ zone: {name} }}\n        lb_endpoints:\n{endpoints}")
    };
    let two = cluster(&format!("{}{}", zone("a", [1, 2]), zone("b", [3, 4])));
    let one = cluster(&zone("a", [1, 2]));
    assert_eq!(only(said_under(Dialect::Envoy, &two, "")), "held: nothing fails when any one zone is down");
    let said = only(said_under(Dialect::Envoy, &one, ""));
    assert!(said.starts_with("unmet error: if the zone a is down (refused), 100.0 % of the requests"), "{said}");
}

#[test]
fn the_slowest_failure_counts() {
    let pool = |expected: &str, check: &str| {
        said(&format!(
            "backend shop # lblint: expect({expected})\n    server a 10.0.1.1:80 {check}\n    server b 10.0.1.2:80 {check}\n"
        ))
    };
    // Refused: 3 checks that fail at once, 2 s apart, the first up to 2 s late: 2 * 2 + 2 = 6 s. Dropped: each of them
    // takes 2 s as well: 3 * 2 + 2 * 2 + 2 = 12 s.
    let check = "check inter 2s fall 3";
    assert_eq!(
        pool("noticed-within = '10s'", check),
        "unmet warning: `a` of `shop` may fail (drop) for 12.0 s until that is noticed; expected: within 10.0 s"
    );
    assert_eq!(pool("noticed-within = '15s'", check), "held: noticed within 12.0 s");
    assert_eq!(pool("noticed-within = '6s', modes = ['refused']", check), "held: noticed within 6.0 s");
    assert_eq!(
        pool("noticed-within = '1min', modes = ['http500']", check),
        "unmet warning: nothing notices if `a` of `shop` fails (http500); expected: within 60.0 s"
    );
    assert_eq!(
        pool("noticed-within = '1min'", ""),
        "unmet warning: nothing notices if `a` of `shop` fails; expected: within 60.0 s"
    );
}

#[test]
fn failures_of_traffic_take_as_long_as_traffic_does() {
    let text =
        nginx("upstream app { # lblint: expect(noticed-within = '10s')\nserver 10.0.1.1; server 10.0.1.2; }", "app");
    let said = only(said_under(Dialect::Nginx, &text, ""));
    assert!(said.starts_with("open: "), "{said}");
}

#[test]
fn a_canary_gets_little_for_a_while() {
    let split = |canary: &str| {
        let upstreams = format!(
            "split_clients $request_id $app {{ 5% canary; * stable; }}\nupstream canary {{ server 10.0.1.9; }}\n\
             # lblint: expect(canary = {{ {canary} }})\nupstream stable {{ server 10.0.1.1; server 10.0.1.2; }}"
        );
        only(said_under(Dialect::Nginx, &nginx(&upstreams, "$app"), ""))
    };
    assert_eq!(split("pool = 'canary', at-most = '5%'"), "held: `canary` gets 5.0 %");
    assert_eq!(
        split("pool = 'canary', at-most = '1%'"),
        "unmet warning: the canary `canary` gets 5.0 % of the traffic of `stable`; expected: at most 1.0 %"
    );
    assert_eq!(
        split("pool = 'canary', at-most = '5%', until = 2026-11-20"),
        "unmet warning: the canary `canary` gets 5.0 % of the traffic of `stable`; expected: nothing after 2026-11-20"
    );
    assert_eq!(split("pool = 'canary', at-most = '5%', until = 2026-11-21"), "held: `canary` gets 5.0 %");
    assert!(split("pool = 'canry', at-most = '5%'").starts_with("unmet warning: there is no pool `canry`"));
}

#[test]
fn a_canary_may_be_a_target() {
    // 1 of 21.
    assert_eq!(said(&three("canary = { pool = 'web3', at-most = '5%' }", [10, 10, 1])), "held: `web3` gets 4.8 %");
}

#[test]
fn affinity_is_wanted_or_not() {
    let pool = |wish: &str, policy: &str, cookies: [&str; 2]| {
        format!(
            "backend shop # lblint: expect(affinity = '{wish}')\n    {policy}\n    server a 10.0.1.1:80 {}\n    server b 10.0.1.2:80 {}\n",
            cookies[0], cookies[1]
        )
    };
    let cookie = "balance roundrobin\n    cookie SRV insert indirect nocache";
    assert_eq!(said(&pool("client", cookie, ["cookie a", "cookie b"])), "held: a cookie");
    assert_eq!(said(&pool("client", "balance source", ["", ""])), "held: a hash of the client's address");
    assert_eq!(
        said(&pool("client", "balance roundrobin", ["", ""])),
        "unmet warning: nothing keeps the clients of `shop` with their target; expected: session affinity"
    );
    assert!(said(&pool("client", cookie, ["", ""])).starts_with("unmet"), "no server has a value");
    assert_eq!(said(&pool("none", "balance roundrobin", ["", ""])), "held: nothing ties clients to targets");
    assert_eq!(
        said(&pool("none", "balance source", ["", ""])),
        "unmet warning: a hash of the client's address keeps the clients of `shop` with their target; expected: no affinity"
    );
    let names = |wish: &str| fired("haproxy.cfg", &haproxy(&pool(wish, "balance source", ["", ""])), &settings(""));
    assert!(names("none").contains(&"round-robin-disabled"));
    assert!(!names("client").contains(&"round-robin-disabled"));
}

#[test]
fn a_target_answers_only_so_much() {
    let load = |capacity: u32| said(&three(&format!("rps = 1200, capacity-rps = {capacity}"), [1, 1, 1]));
    assert_eq!(load(600), "held: up to 400 requests/s for a target, 600 after one failure");
    assert_eq!(
        load(500),
        "unmet warning: if `web1` fails, `web2` gets 600 of the 1200 requests/s of `shop`; it can answer 500"
    );
    assert_eq!(load(300), "unmet error: `web1` gets 400 of the 1200 requests/s of `shop`; it can answer 300");
}
