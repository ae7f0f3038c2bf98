//! Pools: servers, methods and their order, what is kept beside them.

use lblint::model::{
    Address, AdministrativeState, Affinity, Completeness, Count, HashFunction, HostHeader, Keepalive, Key, Limit,
    Method, OriginKind, PoolId, PoolKind, Port, Statuses, Timeout, Verb, Why, Workers,
};
use lblint::source::Version;
use lblint::traffic::{Certainty, Detection, PoolView, Scenario, detection, predict};

use crate::model::{http, model, model_for};

#[test]
fn servers_have_their_parameters() {
    let model = http(
        "upstream a { server 10.0.0.1:8080 weight=5 max_fails=3 fail_timeout=1m30s max_conns=7; server 10.0.0.2 down; \
         server app backup; server unix:/run/a.sock; server [::1]:81; }",
    );
    let targets = model.targets("a");
    assert_eq!(targets.len(), 5);
    let first = &targets[0];
    assert_eq!(first.weight.get(), Some(&5));
    assert_eq!(model.origin(&first.weight), (OriginKind::Written, "weight=5"));
    let settings = model.target_settings(first);
    assert_eq!(settings.ejected_after.get(), Some(&3));
    assert_eq!(settings.ejected_for.get(), Some(&Timeout::After(90_000)));
    assert_eq!(settings.connections.get(), Some(&7));
    assert_eq!(targets[1].state, AdministrativeState::Down);
    assert_eq!(
        targets[1].address,
        Address::Ip("10.0.0.2".parse().unwrap(), Port::Number(80)),
        "80 where none is written"
    );
    assert_eq!((targets[2].tier, targets[2].count), (1, Count::AtLeastOne), "a name has one address or more");
    assert!(matches!(targets[3].address, Address::Socket(path) if model.text(path) == "/run/a.sock"));
    assert_eq!(targets[4].address, Address::Ip("::1".parse().unwrap(), Port::Number(81)));
    assert_eq!(targets.iter().map(|target| target.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

/// research 2.2: the last of a repeated parameter counts; the defaults are 1 failure and 10 s.
#[test]
fn repeated_parameters_and_defaults() {
    let model = http("upstream a { server 10.0.0.1 weight=2 weight=3; server 10.0.0.2; }");
    assert_eq!(model.targets("a")[0].weight.get(), Some(&3));
    let second = &model.targets("a")[1];
    let settings = model.target_settings(second);
    assert_eq!((settings.ejected_after.get(), settings.ejected_after.origin.kind), (Some(&1), OriginKind::Default));
    assert_eq!(settings.ejected_for.get(), Some(&Timeout::After(10_000)));
    assert_eq!((second.weight.get(), second.weight.origin.kind), (Some(&1), OriginKind::Default));
}

#[test]
fn equal_parameters_of_different_servers_keep_their_places() {
    let model = http("upstream a { server 10.0.0.1 weight=2; server 10.0.0.22 weight=2; }");
    for target in model.targets("a") {
        assert_eq!(model.origin(&target.weight), (OriginKind::Written, "weight=2"));
        assert!(target.statement.encloses(target.weight.origin.at));
    }
}

#[test]
fn methods() {
    for (written, word, method) in [
        ("", "round_robin", Method::RoundRobin { fixed: false }),
        ("least_conn;", "least_conn", Method::LeastConnections),
        ("ip_hash;", "ip_hash", Method::Hash(Key::ClientAddress)),
        ("hash $request_uri;", "hash", Method::Hash(Key::Uri)),
        ("hash \"$remote_addr\" consistent;", "hash", Method::Hash(Key::ClientAddress)),
        ("random;", "random", Method::Random(1)),
        ("random two;", "random", Method::RandomPair),
        ("random two least_conn;", "random", Method::RandomPair),
        ("least_time header;", "least_time", Method::LeastTime),
        ("random two least_time=header;", "random", Method::LeastTime),
    ] {
        let model = http(&format!("upstream a {{ {written} server 10.0.0.1; }}"));
        let policy = model.settings("a").policy.get().unwrap();
        assert_eq!((policy.word, policy.method), (word, method), "{written}");
    }
}

#[test]
fn hash_functions() {
    for (written, function, consistent) in [
        ("ip_hash;", HashFunction::NginxAddress, false),
        ("hash $uri;", HashFunction::NginxCrc32, false),
        ("hash $uri consistent;", HashFunction::NginxRing, true),
    ] {
        let model = http(&format!("upstream a {{ {written} server 10.0.0.1; }}"));
        let hash = *model.settings("a").hash_type.get().unwrap();
        assert_eq!((hash.function, hash.consistent), (function, consistent), "{written}");
    }
}

/// research 2.3: of two methods the last one counts, with a warning only.
#[test]
fn the_last_method_counts() {
    let model = http(
        "upstream a { least_conn; server 10.0.0.1; server 10.0.0.2; ip_hash; }\nserver { location / { proxy_pass http://a; } }",
    );
    assert_eq!(model.settings("a").policy.get().unwrap().word, "ip_hash");
    assert!(model.findings().contains(&("overridden-policy", 3)));
}

/// research 2.3 (measured: 40 requests made 40 connections): before 1.29.7 a method behind `keepalive` takes it away.
#[test]
fn a_method_behind_keepalive_takes_it_away() {
    let text = "events {}\nhttp { upstream a { keepalive 8; least_conn; server 10.0.0.1; } }";
    let keepalive = |version| *model_for(text, version).settings("a").keepalive.get().unwrap();
    assert_eq!(keepalive(Version::release(1, 22, 1)), Keepalive::Lost);
    assert_eq!(keepalive(Version::release(1, 29, 6)), Keepalive::Lost);
    assert_eq!(keepalive(Version::release(1, 29, 7)), Keepalive::Idle(8));
    let right = "events {}\nhttp { upstream a { least_conn; keepalive 8; server 10.0.0.1; } }";
    assert_eq!(model(right).settings("a").keepalive.get(), Some(&Keepalive::Idle(8)));
}

#[test]
fn connections_are_kept_by_default_from_1_29_7_on() {
    let text = "events {}\nhttp { upstream a { server 10.0.0.1; } }";
    let keepalive = |version| *model_for(text, version).settings("a").keepalive.get().unwrap();
    assert_eq!(keepalive(Version::release(1, 29, 6)), Keepalive::Off);
    assert_eq!(keepalive(Version::release(1, 29, 7)), Keepalive::Idle(32));
    assert_eq!(keepalive(Version::line(1, 29)), Keepalive::Idle(32), "a line is its last release");
}

/// research 2.1 [S]: `sticky` wraps the method so far; a method behind it replaces it.
#[test]
fn a_method_behind_sticky_takes_it_away() {
    let affinity = |text: &str| *http(text).settings("a").affinity.get().unwrap();
    assert_eq!(affinity("upstream a { sticky cookie id; least_conn; server 10.0.0.1; }"), Affinity::None);
    assert!(matches!(affinity("upstream a { least_conn; sticky cookie id; server 10.0.0.1; }"), Affinity::Cookie(_)));
    assert_eq!(affinity("upstream a { sticky route $arg_r; server 10.0.0.1; }"), Affinity::Other);
}

#[test]
fn zone_and_state() {
    let model = http("upstream a { zone a 64k; server 10.0.0.1; } upstream b { zone b 64k; state /run/b.state; }");
    assert_eq!(model.settings("a").shared_state.get(), Some(&true));
    assert!(
        matches!(model.pool("b").completeness, Completeness::Incomplete(Why::Remote, _)),
        "state brings its servers"
    );
}

/// Modules whose balancing is not modelled: nothing is claimed.
#[test]
fn other_methods_are_unknown() {
    for method in ["fair;", "balancer_by_lua_block { }", "some_method of_a_module;"] {
        let model = http(&format!("upstream a {{ {method} server 10.0.0.1; server 10.0.0.2; }}"));
        assert_eq!(model.settings("a").policy.why(), Some(Why::Unsupported), "{method}");
    }
    let lua = http("upstream a { server 0.0.0.1; balancer_by_lua_block { } }");
    assert!(!lua.pool("a").completeness.is_complete(), "Lua brings its own targets");
}

#[test]
fn http_and_stream_do_not_share_names() {
    let model = model(
        "events {}\nhttp { upstream a { server 10.0.0.1; } server { location / { proxy_pass http://a; } } }\n\
         stream { upstream a { server 10.0.0.2:81; } server { listen 1; proxy_pass a; } }",
    );
    assert_eq!(model.pool_names(), ["a", "a"]);
    let addresses: Vec<_> = model.unit().targets.iter().map(|target| model.written(target.address_at)).collect();
    assert_eq!(addresses, ["10.0.0.1", "10.0.0.2:81"]);
    assert_eq!(model.leads_to("/"), ["a"]);
    assert!(model.unit().names.definitions.iter().all(|definition| definition.references == 1));
}

/// research 2.4: the same host and port make one pool, whatever the case; another port makes another.
#[test]
fn hosts_in_pass_directives_are_pools() {
    let model = http(
        "server { location /a { proxy_pass http://App.example:81; } location /b { proxy_pass http://app.example:81/x; } \
         location /c { proxy_pass http://app.example; } location /d { fastcgi_pass unix:/run/php.sock; } \
         location /e { grpc_pass grpcs://[::1]:50051; } }",
    );
    assert_eq!(model.pool_names(), ["App.example:81", "app.example", "unix:/run/php.sock", "[::1]:50051"]);
    assert!(model.unit().pools.iter().all(|pool| pool.kind == PoolKind::Implicit && pool.targets.len() == 1));
    assert_eq!(model.leads_to("/b"), ["App.example:81"]);
    assert_eq!(model.written(model.pool("app.example").header), "proxy_pass http://app.example");
}

#[test]
fn pools_stand_in_the_order_of_the_text() {
    let model = http(
        "server { location / { proxy_pass http://10.0.0.9; } location /b { proxy_pass http://b; } }\nupstream b { server 10.0.0.1; }",
    );
    assert_eq!(model.pool_names(), ["10.0.0.9", "b"]);
    assert_eq!(model.leads_to("/"), ["10.0.0.9"]);
    assert_eq!(model.leads_to("/b"), ["b"]);
}

#[test]
fn health_checks_of_plus_and_modules() {
    let model = http(
        "upstream a { zone a 64k; server 10.0.0.1; } upstream b { server 10.0.0.2; check interval=3000 type=http; } \
         upstream c { server 10.0.0.3; } \
         server { location /a { proxy_pass http://a; health_check uri=/ready; } location /c { proxy_pass http://c; } }",
    );
    let checked = |pool: &str| model.target_settings(&model.targets(pool)[0]).checked.is(&true);
    assert_eq!([checked("a"), checked("b"), checked("c")], [true, true, false]);
    let probe = model.settings("a").probe.get().unwrap();
    assert!(matches!(probe.kind, lblint::model::ProbeKind::Http(Some(path)) if model.text(path) == "/ready"));
}

/// research 2.3: an upstream hides the host of its name.
#[test]
fn a_pool_may_be_called_localhost() {
    let model = http("upstream localhost { server 10.0.0.1; }\nserver { location / { proxy_pass http://localhost; } }");
    assert_eq!(model.pool_names(), ["localhost"]);
    assert_eq!(model.pool("localhost").kind, PoolKind::Upstream);
}

/// research 3.9 (measured: 108 to 292 of 400, and 155, 247, 198 of 600): idle, the second of two picks always wins.
#[test]
fn random_two_turns_weights_around_while_idle() {
    for (servers, low, high) in [
        ("server 10.0.0.1 weight=3; server 10.0.0.2;", &[0.25, 0.25][..], &[0.75, 0.75][..]),
        (
            "server 10.0.0.1 weight=5; server 10.0.0.2; server 10.0.0.3;",
            &[0.238_095, 0.142_857, 0.142_857],
            &[0.714_286, 0.380_952, 0.380_952],
        ),
    ] {
        let model = http(&format!("upstream a {{ random two; {servers} }}"));
        let (id, _) = model.unit().pools().next().unwrap();
        let view = PoolView::new(model.unit(), model.sources(), id).unwrap();
        let prediction = predict(&view, Scenario::default());
        assert_eq!(prediction.certainty, Certainty::Bounded);
        for (share, (low, high)) in prediction.shares.iter().zip(low.iter().zip(high)) {
            assert!((share.low - low).abs() < 1e-5 && (share.high - high).abs() < 1e-5, "{servers}: {share:?}");
        }
    }
}

/// research 3.1: a lone target is never left out, whatever is written; `down` ones count, so that it is not alone.
#[test]
fn a_lone_target_stays() {
    let detected = |servers: &str| {
        let model = http(&format!("upstream a {{ {servers} }}"));
        let (id, _) = model.unit().pools().next().unwrap();
        let view = PoolView::new(model.unit(), model.sources(), id).unwrap();
        detection(&view, &view.targets[0])
    };
    let out = |failures, out_for| Detection::ByTraffic { failures, out_for };
    assert_eq!(detected("server 10.0.0.1 max_fails=3;"), Detection::Never);
    assert_eq!(detected("server 10.0.0.1; server 10.0.0.2 down;"), out(1, 10_000));
    assert_eq!(detected("server 10.0.0.1; server 10.0.0.2 backup;"), out(1, 10_000));
    assert_eq!(detected("server 10.0.0.1 max_fails=0; server 10.0.0.2;"), Detection::Never);
    assert_eq!(detected("server 10.0.0.1 max_fails=2 fail_timeout=0; server 10.0.0.2;"), out(2, 0));
    assert_eq!(detected("server app; "), out(1, 10_000), "a name may have several addresses");
}

/// Of a name that is looked up for each request nothing is kept; an upstream remembers what failed.
#[test]
fn failures_are_forgotten_where_each_request_looks_up() {
    let detected = |server: &str| {
        let model = http(&format!("resolver 10.0.0.53; {server}"));
        let (unit, id) = (model.unit(), PoolId(0));
        let view = PoolView::new(unit, model.sources(), id).unwrap();
        detection(&view, &view.targets[0])
    };
    let by_traffic = Detection::ByTraffic { failures: 1, out_for: 10_000 };
    assert_eq!(detected("server { set $a a.internal; location / { proxy_pass http://$a; } }"), Detection::Never);
    assert_eq!(detected("server { location / { proxy_pass http://a.internal; } }"), by_traffic);
    let upstream =
        "upstream a { zone a 64k; server a.internal resolve; } server { location / { proxy_pass http://a; } }";
    assert_eq!(detected(upstream), by_traffic);
}

/// A server that cannot be read may be one: nothing is said of all targets.
#[test]
fn an_unreadable_statement_leaves_a_pool_incomplete() {
    let model = http("upstream a { server 10.0.0.1; server 10.0.0.2 }");
    assert!(matches!(model.pool("a").completeness, Completeness::Incomplete(Why::Malformed, _)));
}

/// `worker_processes` is 1 if it is not written.
#[test]
fn worker_processes_are_counted() {
    let workers = |text: &str| *model(&format!("{text}\nevents {{}}\nhttp {{}}\n")).unit().workers.get().unwrap();
    assert_eq!(workers(""), Workers::Exactly(1));
    assert_eq!(workers("worker_processes 4;"), Workers::Exactly(4));
    assert_eq!(workers("worker_processes auto;"), Workers::OnePerCore);
}

/// 512 connections without `worker_connections`; without `events` nginx refuses the file, and nothing is known.
#[test]
fn the_limits_of_a_worker_process() {
    let limits = |text: &str| {
        let capacity = model(&format!("{text}\nhttp {{}}\n")).unit().capacity;
        [capacity.connections, capacity.files].map(|limit| limit.get().copied())
    };
    assert_eq!(limits("events {}"), [Some(Limit::AtMost(512)), None]);
    let both = "worker_rlimit_nofile 100; events { worker_connections 64; }";
    assert_eq!(limits(both), [Some(Limit::AtMost(64)), Some(Limit::AtMost(100))]);
    assert_eq!(limits(""), [None, None]);
}

/// `check` of the module: what it sends, which answers are good, how often (README of `nginx_upstream_check_module`).
#[test]
fn checks_of_the_module() {
    let text = "http { upstream a { server 10.0.0.1:80; check interval=3000 fall=2 type=http; \
                check_http_send \"HEAD /x HTTP/1.1\\r\\nHost: a\\r\\n\"; check_http_expect_alive http_2xx http_5xx; } \
                upstream b { server 10.0.0.1:80; check interval=1000; check_http_send \"GET / HTTP/1.0\\r\\n\\r\\n\"; } }";
    let model = model(text);
    let check = model.settings("a").http_check;
    assert!(check.method.is(&Verb::Head) && check.names_host.is(&true) && check.host.is(&HostHeader::Written));
    assert!(check.ends.is(&false) && check.unread.is_none());
    assert!(check.good.is(&Statuses::range(200, 299).or(Statuses::range(500, 599))));
    let settings = model.unit().target_settings(model.targets("a")[0].settings).unwrap();
    assert!(settings.interval.is(&Timeout::After(3000)) && settings.fall.is(&2) && settings.rise.is(&2));
    assert!(model.settings("b").http_check.unread.is_some(), "a connection sends nothing");
}
