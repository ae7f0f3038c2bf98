//! Directives that nothing reads.

use crate::model::http;

/// What nothing reads in the content of `http`, as written, sorted.
fn idle(text: &str) -> Vec<String> {
    let model = http(text);
    let mut idle: Vec<String> = model.unit().idle.iter().map(|one| model.sources().slice(one.at).to_owned()).collect();
    idle.sort_unstable();
    idle
}

fn location(directives: &str) -> Vec<String> {
    idle(&format!("server {{ listen 80; location / {{ {directives} }} }}"))
}

#[test]
fn settings_of_a_cache_need_a_cache() {
    assert_eq!(location("proxy_cache_valid 200 1m; proxy_pass http://10.0.0.1;"), ["proxy_cache_valid 200 1m"]);
    assert!(location("proxy_cache_valid 200 1m; proxy_cache a; proxy_pass http://10.0.0.1;").is_empty());
    let inside =
        "proxy_cache_valid 200 1m; server { listen 80; location / { proxy_cache a; proxy_pass http://10.0.0.1; } }";
    assert!(idle(inside).is_empty());
    let inherited =
        "proxy_cache a; server { listen 80; location / { proxy_cache_valid 1m; proxy_pass http://10.0.0.1; } }";
    assert!(idle(inherited).is_empty());
    assert!(location("include snippets/cache.conf; proxy_cache_valid 200 1m; proxy_pass http://10.0.0.1;").is_empty());
}

#[test]
fn renewal_in_the_background_needs_answers_that_may_be_served_meanwhile() {
    let with = |stale: &str| {
        location(&format!("proxy_cache a; {stale} proxy_cache_background_update on; proxy_pass http://10.0.0.1;"))
    };
    assert_eq!(with("proxy_cache_use_stale error;"), ["proxy_cache_background_update on"]);
    assert!(with("proxy_cache_use_stale error updating;").is_empty());
    assert!(with("").is_empty(), "answers may say stale-while-revalidate");
}

#[test]
fn settings_need_a_pass_directive_of_their_protocol() {
    assert_eq!(location("fastcgi_pass 10.0.0.1:9000; proxy_read_timeout 5m;"), ["proxy_read_timeout 5m"]);
    assert!(location("proxy_read_timeout 5m;").is_empty(), "nothing is handed on");
    assert!(location("proxy_read_timeout 5m; location /a { proxy_pass http://10.0.0.1; }").is_empty());
    let general = "proxy_read_timeout 5m; server { listen 80; location / { fastcgi_pass 10.0.0.1:9000; } }";
    assert!(idle(general).is_empty(), "a habit of whoever writes such files");
}

#[test]
fn further_attempts_must_not_be_switched_off() {
    let with = |on: &str| location(&format!("{on} proxy_next_upstream_tries 2; proxy_pass http://10.0.0.1;"));
    assert_eq!(with("proxy_next_upstream off;"), ["proxy_next_upstream_tries 2"]);
    assert!(with("proxy_next_upstream error;").is_empty());
    assert!(with("").is_empty());
}

#[test]
fn tls_words_need_tls() {
    assert_eq!(location("proxy_ssl_verify on; proxy_pass http://10.0.0.1;"), ["proxy_ssl_verify on"]);
    assert!(location("proxy_ssl_verify on; proxy_pass https://10.0.0.1;").is_empty());
    assert!(location("proxy_ssl_verify on; proxy_pass $scheme://10.0.0.1;").is_empty());
    assert!(location("proxy_ssl_verify off; proxy_pass http://10.0.0.1;").is_empty());
}

#[test]
fn a_resolver_needs_somebody_who_asks_it() {
    let with = |rest: &str| idle(&format!("resolver 10.0.0.9; {rest}")).len();
    assert_eq!(with("server { listen 80; location / { proxy_pass http://app; } }"), 1);
    assert_eq!(with("server { listen 80; location / { set $a app; proxy_pass http://$a; } }"), 0);
    assert_eq!(with("ssl_stapling on; server { listen 80; location / { proxy_pass http://app; } }"), 0);
    let resolve =
        "upstream a { zone a 64k; server app resolve; } server { listen 80; location / { proxy_pass http://a; } }";
    assert_eq!(with(resolve), 0);
}

#[test]
fn settings_of_pools() {
    let with = |pool: &str| {
        idle(&format!("upstream a {{ {pool} }} server {{ listen 80; location / {{ proxy_pass http://a; }} }}"))
    };
    assert_eq!(with("server 10.0.0.1; server 10.0.0.2; keepalive_timeout 5s;"), ["keepalive_timeout 5s"]);
    assert!(with("server 10.0.0.1; server 10.0.0.2; keepalive 4; keepalive_timeout 5s;").is_empty());
    assert_eq!(with("server 10.0.0.1 max_fails=3 fail_timeout=30s;"), ["fail_timeout=30s", "max_fails=3"]);
    assert!(with("server 10.0.0.1 max_fails=0;").is_empty(), "switched off, which it is");
    assert!(with("server app max_fails=3;").is_empty(), "a name may have several addresses");
    assert!(with("server 10.0.0.1 max_fails=3; server 10.0.0.2 backup;").is_empty());
}

#[test]
fn zones_need_a_user() {
    let zone = "limit_req_zone $binary_remote_addr zone=one:1m rate=1r/s;";
    let with = |rest: &str| {
        idle(&format!("{zone} server {{ listen 80; {rest} location / {{ proxy_pass http://10.0.0.1; }} }}")).len()
    };
    assert_eq!(with(""), 1);
    assert_eq!(with("limit_req zone=one;"), 0);
}

#[test]
fn the_clients_address_needs_proxies_that_are_trusted() {
    let with = |rest: &str| {
        let server =
            format!("server {{ listen 80; {rest} real_ip_header X-Real-IP; location / {{ proxy_pass http://a; }} }}");
        idle(&format!("upstream a {{ server 10.0.0.1; }} {server}")).len()
    };
    assert_eq!(with(""), 1);
    assert_eq!(with("set_real_ip_from 10.0.0.0/8;"), 0);
}
