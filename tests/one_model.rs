//! One model: the same pool, printed in each dialect and read back, is the same pool.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use lblint::analysis::{Analysis, analyze};
use lblint::model::{Address, Destination, Method, Mode, Port, Route};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};
use lblint::traffic::PoolView;
use proptest::prelude::*;

/// A pool as every dialect can write it, with a listener in front of it.
#[derive(Clone, Debug)]
struct Abstract {
    name: String,
    is_least_connections: bool,
    is_checked: bool,
    /// How many targets are tried for one request.
    tries: u32,
    targets: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    address: (Ipv4Addr, u16),
    weight: u32,
    /// 0 or 1: more tiers than these HAProxy and nginx do not have.
    tier: u8,
}

/// What the model says of a pool. Names of targets are not among it: only HAProxy has them.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    name: String,
    method: &'static str,
    /// `None` where the dialect cannot say it; then it is not compared.
    checked: Option<bool>,
    tries: u32,
    targets: Vec<Member>,
    /// Names of the pools that the listener leads to.
    leads_to: Vec<String>,
}

fn abstract_pool() -> impl Strategy<Value = Abstract> {
    let address = (any::<[u8; 3]>(), 1_u16..).prop_map(|(rest, port)| {
        let [a, b, c] = rest;
        (Ipv4Addr::new(10, a, b, c), port)
    });
    let member = (address, 1_u32..=256, 0_u8..=1).prop_map(|(address, weight, tier)| Member { address, weight, tier });
    let members = proptest::collection::btree_map(any::<u16>(), member, 1..12);
    let targets = members.prop_map(|members| {
        let mut targets: Vec<Member> = members.into_values().collect();
        targets.sort();
        targets.dedup_by_key(|member| member.address);
        // A pool of nothing but backups is another matter in each dialect.
        targets[0].tier = 0;
        targets
    });
    ("[a-z][a-z0-9_-]{0,12}", any::<bool>(), any::<bool>(), 1_u32..=6, targets).prop_map(
        |(name, is_least_connections, is_checked, tries, targets)| Abstract {
            name: format!("p{name}"),
            is_least_connections,
            is_checked,
            tries,
            targets,
        },
    )
}

fn haproxy(pool: &Abstract) -> String {
    let balance = if pool.is_least_connections { "leastconn" } else { "roundrobin" };
    let check = if pool.is_checked { " check" } else { "" };
    let mut text = format!(
        "defaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\n\nfrontend f\n    bind :80\n    \
         default_backend {0}\n\nbackend {0}\n    balance {balance}\n    option redispatch 1\n    retries {1}\n    option allbackups\n",
        pool.name,
        pool.tries - 1,
    );
    for (number, Member { address: (ip, port), weight, tier }) in pool.targets.iter().enumerate() {
        let backup = if *tier == 1 { " backup" } else { "" };
        writeln!(text, "    server s{number} {ip}:{port} weight {weight}{backup}{check}").unwrap();
    }
    text
}

fn nginx(pool: &Abstract) -> String {
    let method = if pool.is_least_connections { "least_conn;" } else { "" };
    let mut servers = String::new();
    for Member { address: (ip, port), weight, tier } in &pool.targets {
        let backup = if *tier == 1 { " backup" } else { "" };
        writeln!(servers, "        server {ip}:{port} weight={weight}{backup};").unwrap();
    }
    format!(
        "events {{}}\nhttp {{\n    upstream {0} {{\n        {method}\n{servers}    }}\n    server {{\n        listen 80;\n        location / {{\n            \
         proxy_pass http://{0};\n            proxy_next_upstream_tries {1};\n        }}\n    }}\n}}\n",
        pool.name, pool.tries,
    )
}

fn envoy(pool: &Abstract) -> String {
    let policy = if pool.is_least_connections { "LEAST_REQUEST" } else { "ROUND_ROBIN" };
    let check = "    health_checks: [{timeout: 1s, interval: 2s, unhealthy_threshold: 3, healthy_threshold: 2, tcp_health_check: {}}]\n";
    let mut groups = String::new();
    for tier in 0..=1 {
        let of_tier: Vec<&Member> = pool.targets.iter().filter(|member| member.tier == tier).collect();
        if of_tier.is_empty() {
            continue;
        }
        writeln!(groups, "      - priority: {tier}\n        lb_endpoints:").unwrap();
        for Member { address: (ip, port), weight, .. } in of_tier {
            let address = format!("{{socket_address: {{address: {ip}, port_value: {port}}}}}");
            writeln!(groups, "        - {{endpoint: {{address: {address}}}, load_balancing_weight: {weight}}}")
                .unwrap();
        }
    }
    let retries = match pool.tries - 1 {
        0 => String::new(),
        retries => format!(", retry_policy: {{retry_on: connect-failure, num_retries: {retries}}}"),
    };
    format!(
        "static_resources:\n  listeners:\n  - name: f\n    address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    filter_chains:\n    - filters:\n      \
         - name: h\n        typed_config:\n          '@type': type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager\n          \
         stat_prefix: h\n          http_filters: [{{name: r, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}}}]\n          \
         route_config: {{name: r, virtual_hosts: [{{name: v, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {{cluster: {0}{retries}}}}}]}}]}}\n  \
         clusters:\n  - name: {0}\n    lb_policy: {policy}\n{1}    load_assignment:\n      cluster_name: {0}\n      endpoints:\n{groups}",
        pool.name,
        if pool.is_checked { check } else { "" },
    )
}

fn read(dialect: Dialect, file: &str, text: &str) -> Analysis {
    let settings = Settings { dialect: Some(dialect), ..Settings::default() };
    analyze(&MapReader::new([(file, text)]), &[file.to_owned()], &settings)
}

/// What the model says of the only pool.
fn said(analysis: &Analysis) -> Said {
    let unit = &analysis.units[0].unit;
    let pools: Vec<_> = unit.pools().collect();
    let [(id, pool)] = pools.as_slice() else { panic!("one pool: {}", pools.len()) };
    let view = PoolView::new(unit, &analysis.sources, *id).unwrap();
    let text = |text| unit.texts.get(text, &analysis.sources).to_owned();
    assert!(pool.completeness.is_complete() && !unit.fragment);
    assert!(view.settings.mode.is(&Mode::Http));
    let mut targets: Vec<Member> = view.targets.iter().map(member).collect();
    targets.sort();
    let leads_to = unit.routes.iter().flat_map(|route| match &route.to {
        Destination::Pool(name, Some(_)) => vec![text(*name)],
        other => panic!("{other:?}"),
    });
    Said {
        name: text(pool.name),
        method: class(view.method().unwrap()),
        checked: Some(view.targets.iter().all(|target| view.is_watched(target) == Some(true))),
        tries: tries(&view, &unit.routes[0]),
        targets,
        leads_to: leads_to.collect(),
    }
}

fn member(target: &lblint::model::Target) -> Member {
    let Address::Ip(std::net::IpAddr::V4(ip), Port::Number(port)) = target.address else {
        panic!("{:?}", target.address)
    };
    Member { address: (ip, port), weight: *target.weight.get().unwrap(), tier: target.tier }
}

fn class(method: Method) -> &'static str {
    match method {
        Method::RoundRobin { fixed: false } => "in turn",
        Method::LeastConnections => "the least busy",
        other => panic!("{other:?}"),
    }
}

/// How many targets are tried: the route says it, or the pool where the dialect has it there.
fn tries(view: &PoolView<'_>, route: &Route) -> u32 {
    match view.unit.forwarding(route) {
        Some(forwarding) => *forwarding.tries.get().unwrap(),
        None => view.settings.retries.get().unwrap() + 1,
    }
}

/// What a dialect has to say of a pool.
fn expected(pool: &Abstract) -> Said {
    let mut targets = pool.targets.clone();
    targets.sort();
    Said {
        name: pool.name.clone(),
        method: if pool.is_least_connections { "the least busy" } else { "in turn" },
        checked: Some(pool.is_checked),
        tries: pool.tries,
        targets,
        leads_to: vec![pool.name.clone()],
    }
}

/// Open-source nginx has no active check to write.
fn without_checks(said: Said) -> Said {
    Said { checked: None, ..said }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_pool_is_the_same_in_each_dialect(pool in abstract_pool()) {
        let expected = expected(&pool);
        let text = haproxy(&pool);
        prop_assert_eq!(&said(&read(Dialect::Haproxy, "haproxy.cfg", &text)), &expected, "{}", text);
        let text = envoy(&pool);
        prop_assert_eq!(&said(&read(Dialect::Envoy, "envoy.yaml", &text)), &expected, "{}", text);
        let text = nginx(&pool);
        let nginx = without_checks(said(&read(Dialect::Nginx, "nginx.conf", &text)));
        prop_assert_eq!(nginx, without_checks(expected), "{}", text);
    }

    /// What is printed is what the programs take: no finding says that something of it is refused.
    #[test]
    fn each_text_is_valid(pool in abstract_pool()) {
        let texts = [
            (Dialect::Haproxy, "haproxy.cfg", haproxy(&pool)),
            (Dialect::Nginx, "nginx.conf", nginx(&pool)),
            (Dialect::Envoy, "envoy.yaml", envoy(&pool)),
        ];
        for (dialect, file, text) in texts {
            let analysis = read(dialect, file, &text);
            prop_assert!(analysis.units[0].diagnostics.is_empty(), "{:?}\n{}", analysis.units[0].diagnostics, text);
        }
    }
}
