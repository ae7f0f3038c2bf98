//! What a location keeps of its answers: lifetimes, obstacles, keys, which requests a cache is asked for.

use lblint::model::{CacheScope, Caching, KeyParts, Obstacle, Timeout, Variety};

use crate::model::{Model, http};

/// A cached location with these statements around it and in it.
fn cached(around: &str, location: &str) -> Model {
    http(&format!(
        "proxy_cache_path /run/c keys_zone=c:1m inactive=1h; {around}\n\
         server {{ location / {{ proxy_pass http://10.0.0.1; proxy_cache c; {location} }} }}"
    ))
}

fn caching(around: &str, location: &str) -> Caching {
    cached(around, location).forwarding("/").cache
}

#[test]
fn the_first_lifetime_that_fits_counts() {
    let times = |statements: &str| {
        let cache = caching("", statements);
        (*cache.pages_for.get().unwrap(), *cache.errors_for.get().unwrap())
    };
    let (minute, hour) = (Some(Timeout::After(60_000)), Some(Timeout::After(3_600_000)));
    assert_eq!(times(""), (None, None));
    assert_eq!(times("proxy_cache_valid 1h;"), (hour, None), "200, 301 and 302");
    assert_eq!(times("proxy_cache_valid 200 1h; proxy_cache_valid any 1m;"), (hour, minute));
    // Measured with 1.22.1: pages are fetched again after the first one's time.
    assert_eq!(times("proxy_cache_valid any 1m; proxy_cache_valid 200 1h;"), (minute, minute));
    assert_eq!(times("proxy_cache_valid 404 503 1m;"), (None, minute));
    assert_eq!(times("proxy_cache_valid 500 502 503 504 0; proxy_cache_valid any 1h;"), (hour, None));
}

#[test]
fn conditions_that_always_hold_are_obstacles() {
    let obstacle = |around: &str, location: &str| *caching(around, location).obstacle.get().unwrap();
    assert_eq!(obstacle("", "proxy_no_cache 1;"), Some(Obstacle::NeverKept));
    assert_eq!(obstacle("proxy_cache_bypass $cookie_x yes;", ""), Some(Obstacle::NeverUsed));
    assert_eq!(obstacle("", "set $skip 1; proxy_no_cache $skip;"), Some(Obstacle::NeverKept));
    assert_eq!(obstacle("map $uri $skip { default 1; }", "proxy_no_cache $skip;"), Some(Obstacle::NeverKept));
    assert_eq!(obstacle("", "proxy_no_cache $request_method;"), Some(Obstacle::NeverKept));
    for fine in [
        "proxy_no_cache 0 \"\";",
        "proxy_no_cache $arg_nocache$arg_comment;",
        "set $skip 0; if ($args) { set $skip 1; } proxy_no_cache $skip;",
        "if ($args) { set $skip 1; } proxy_no_cache $skip;",
    ] {
        assert_eq!(obstacle("", fine), None, "{fine}");
    }
    assert_eq!(obstacle("map $uri $skip { ~^/a 1; }", "proxy_no_cache $skip;"), None, "empty by default");
}

#[test]
fn ignored_headers_are_an_obstacle_where_no_lifetime_is_written() {
    let obstacle = |location: &str| *caching("", location).obstacle.get().unwrap();
    let both = "proxy_ignore_headers Cache-Control Expires;";
    assert_eq!(obstacle(both), Some(Obstacle::NoLifetime { but: Some("X-Accel-Expires") }));
    let all = "proxy_ignore_headers X-Accel-Expires Cache-Control Expires; proxy_cache_valid any 0;";
    assert_eq!(obstacle(all), Some(Obstacle::NoLifetime { but: None }));
    assert_eq!(obstacle(&format!("{both} proxy_cache_valid 200 1m;")), None);
    assert_eq!(obstacle("proxy_ignore_headers Cache-Control;"), None);
}

#[test]
fn a_key_is_followed_through_variables() {
    let parts = |around: &str, location: &str| caching(around, location).key_parts;
    let widest = |around: &str, location: &str| caching(around, location).widest.map(|part| part.variety);
    let default = parts("", "");
    assert!(default.has(KeyParts::PATH) && default.has(KeyParts::ARGUMENTS) && !default.may_have(KeyParts::HOST));
    assert!(!parts("", "proxy_cache_key $host$uri;").may_have(KeyParts::ARGUMENTS));
    assert!(parts("", "set $key $host$request_uri; proxy_cache_key $key;").has(KeyParts::HOST));
    let mapped = parts("map $host $shop { default a; b.example b; }", "proxy_cache_key $shop$request_uri;");
    assert!(mapped.may_have(KeyParts::HOST) && !mapped.has(KeyParts::HOST), "a map tells apart what it looks up");
    assert_eq!(widest("", "proxy_cache_key $uri$cookie_PHPSESSID$request_id;"), Some(Variety::Request));
    assert_eq!(widest("", "set $key $uri$remote_addr; proxy_cache_key $key;"), Some(Variety::Client));
    let some = "map $cookie_member $who { default $http_cookie; '' everybody; }";
    assert_eq!(widest(some, "proxy_cache_key $who$uri;"), None, "visitors share");
    assert_eq!(widest("", "proxy_cache_key $uri$http_authorization;"), None);
}

#[test]
fn a_key_that_is_the_path_of_its_location_keeps_one_page() {
    let parts = |path: &str, key: &str| {
        let model = http(&format!(
            "proxy_cache_path /run/c keys_zone=c:1m;\n\
             server {{ location {path} {{ proxy_pass http://10.0.0.1; proxy_cache c; proxy_cache_key {key}; }} }}"
        ));
        model.forwarding(path).cache.key_parts
    };
    assert_eq!(parts("/versions", "\"/versions\""), KeyParts::OTHER);
    assert_eq!(parts("/versions", "/other"), KeyParts::NONE);
    assert_eq!(parts("/", "$host"), KeyParts::HOST);
}

#[test]
fn a_gateway_has_no_default_key() {
    let model = http(
        "fastcgi_cache_path /run/c keys_zone=c:1m;\n\
         server { location / { fastcgi_pass 10.0.0.1:9000; fastcgi_cache c; } }",
    );
    assert_eq!(model.forwarding("/").cache.key_parts, KeyParts::NONE);
}

#[test]
fn which_requests_a_cache_is_asked_for() {
    let scope = |location: &str, inside: &str| {
        let model = http(&format!(
            "proxy_cache_path /run/c keys_zone=c:1m;\n\
             server {{ location {location} {{ {inside} proxy_pass http://10.0.0.1; proxy_cache c; }} }}"
        ));
        model.forwarding(location).cache.scope
    };
    assert_eq!(scope("/", ""), CacheScope::Pages);
    assert_eq!(scope("= /rates", ""), CacheScope::OnePath);
    assert_eq!(scope("= /auth", "internal;"), CacheScope::Internal);
    assert_eq!(scope("/static/", ""), CacheScope::Files);
    assert_eq!(scope(r"~* \.(?:css|js)$", ""), CacheScope::Files);
    assert_eq!(scope(r"~ \.php$", ""), CacheScope::Pages);
}

#[test]
fn what_makes_answers_differ() {
    let differences = |location: &str| caching("", location).differences;
    assert_eq!(differences(""), lblint::model::Differences::default());
    assert!(differences("proxy_set_header Host $http_host;").host.is_some());
    assert!(differences("proxy_set_header Host shop.example;").host.is_none());
    assert!(differences("proxy_cache_methods GET POST;").body.is_some());
    assert!(differences("proxy_cache_convert_head off;").method.is_some());
    assert!(differences("slice 1m;").range.is_some() && differences("slice 0;").range.is_none());
}

#[test]
fn a_zone_is_found_by_family_and_name() {
    let model = cached("", "");
    let zone = model.forwarding("/").cache.zone.unwrap();
    assert_eq!((model.text(zone.name), zone.inactive.get()), ("c", Some(&Timeout::After(3_600_000))));
    let other = http(
        "fastcgi_cache_path /run/c keys_zone=c:1m; server { location / { proxy_pass http://10.0.0.1; proxy_cache c; } }",
    );
    assert!(other.forwarding("/").cache.zone.is_none(), "measured with 1.22.1: refused");
}
