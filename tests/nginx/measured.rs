//! What the model says of nginx configurations, where the real program was asked (1.22.1).

use lblint::analysis::{Analysis, analyze};
use lblint::model::{Keepalive, Reuse, RouteKind, Unit};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Version};

fn model(text: &str) -> Analysis {
    let mut settings = Settings::default();
    settings.versions.insert(Dialect::Nginx, Version::line(1, 22));
    analyze(&MapReader::new([("nginx.conf", text)]), &["nginx.conf".to_owned()], &settings)
}

fn unit(analysis: &Analysis) -> &Unit {
    &analysis.units[0].unit
}

/// A main file with one pool and one location.
fn conf(pool: &str, outside: &str, location: &str) -> String {
    let server = format!("server {{ listen 10.0.0.5:80; location / {{ {location} }} }}");
    format!("events {{}}\nhttp {{ {outside} upstream app {{ server 10.0.1.1; server 10.0.1.2; {pool} }} {server} }}\n")
}

/// Whether the connections of the only route can be used again.
fn reuse(location: &str) -> Option<Reuse> {
    let analysis = model(&conf("", "", &format!("proxy_pass http://app; {location}")));
    let unit = unit(&analysis);
    unit.forwarding(&unit.routes[0]).unwrap().reuse.get().copied()
}

#[test]
fn http_1_0_keeps_a_connection_if_the_header_asks_for_it() {
    assert_eq!(reuse("proxy_set_header Connection Keep-Alive;"), Some(Reuse::Possible));
    assert_eq!(reuse(""), Some(Reuse::ClosedByVersion));
    assert_eq!(reuse("proxy_set_header Connection '';"), Some(Reuse::ClosedByVersion));
    assert_eq!(reuse("proxy_set_header Connection upgrade;"), Some(Reuse::ClosedByVersion));
    assert_eq!(reuse("proxy_set_header Connection $http_connection;"), None);
    assert_eq!(reuse("proxy_http_version 1.1; proxy_set_header Connection upgrade;"), Some(Reuse::Upgraded));
}

#[test]
fn a_method_behind_keepalive_takes_it_away_and_an_unknown_directive_may() {
    let keepalive = |pool: &str| {
        let analysis = model(&conf(pool, "", "proxy_pass http://app;"));
        let unit = unit(&analysis);
        unit.settings(unit.pools[0].settings).unwrap().keepalive.get().copied()
    };
    assert_eq!(keepalive("keepalive 8;"), Some(Keepalive::Idle(8)));
    assert_eq!(keepalive("keepalive 8; least_conn;"), Some(Keepalive::Lost));
    assert_eq!(keepalive("keepalive 8; some_module_setting on;"), None);
}

#[test]
fn the_first_description_of_a_check_counts() {
    let text =
        conf("check_http_send 'GET / HTTP/1.0'; check_http_expect_alive http_2xx;", "", "proxy_pass http://app;");
    let analysis = model(&text);
    let unit = unit(&analysis);
    let probe = unit.settings(unit.pools[0].settings).unwrap().probe.origin.at;
    assert!(analysis.sources.slice(probe).starts_with("check_http_send"));
}

#[test]
fn a_location_that_passes_everything_on_unchanged_takes_the_rest() {
    let kind = |outside: &str, location: &str| unit(&model(&conf("", outside, location))).routes[0].kind;
    assert_eq!(kind("", "proxy_pass http://app;"), RouteKind::Default);
    assert_eq!(kind("", "proxy_pass http://app/;"), RouteKind::Rule);
    assert_eq!(kind("", "proxy_pass http://app$uri;"), RouteKind::Rule);
    assert_eq!(kind("", "rewrite ^ /x break; proxy_pass http://app;"), RouteKind::Rule);
    assert_eq!(kind("", "if ($arg_a) { return 403; } proxy_pass http://app;"), RouteKind::Rule);
    assert_eq!(kind("", "grpc_pass app;"), RouteKind::Rule);
}
