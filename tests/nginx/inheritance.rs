//! What a location inherits: scalars one by one, lists all or nothing.

use lblint::model::{CacheStore, Conditions, Lifetime, OriginKind, Reuse, Timeout};
use lblint::source::Version;

use crate::model::{http, model, model_for};

#[test]
fn scalars_come_from_the_nearest_block() {
    let model = http(
        "proxy_connect_timeout 3s; proxy_read_timeout 5m;\n\
         server { proxy_read_timeout 30s; location /a { proxy_read_timeout 10s; proxy_pass http://10.0.0.1; } \
         location /b { proxy_pass http://10.0.0.1; location /b/c { proxy_pass http://10.0.0.2; } } }",
    );
    let a = model.forwarding("/a");
    assert_eq!(a.connect.get(), Some(&Timeout::After(3000)));
    assert_eq!(model.origin(&a.connect), (OriginKind::Inherited, "proxy_connect_timeout 3s"));
    assert_eq!(a.read.get(), Some(&Timeout::After(10_000)));
    assert_eq!(model.origin(&a.read), (OriginKind::Written, "proxy_read_timeout 10s"));
    for location in ["/b", "/b/c"] {
        let forwarding = model.forwarding(location);
        assert_eq!(model.origin(&forwarding.read), (OriginKind::Inherited, "proxy_read_timeout 30s"), "{location}");
        assert_eq!(forwarding.send.get(), Some(&Timeout::After(60_000)), "{location}");
        assert_eq!(model.origin(&forwarding.send), (OriginKind::Default, "http"), "{location}");
    }
}

/// A setting counts in the whole block, also above the place where it stands.
#[test]
fn the_order_in_a_block_does_not_matter() {
    let model =
        http("server { location / { proxy_pass http://10.0.0.1; proxy_connect_timeout 2s; } }\nproxy_send_timeout 7s;");
    let forwarding = model.forwarding("/");
    assert_eq!(forwarding.connect.get(), Some(&Timeout::After(2000)));
    assert_eq!(forwarding.send.get(), Some(&Timeout::After(7000)));
}

#[test]
fn families_do_not_mix() {
    let model = http(
        "proxy_connect_timeout 3s; fastcgi_connect_timeout 4s;\n\
         server { location /a { fastcgi_pass 10.0.0.1:9000; } location /b { uwsgi_pass 10.0.0.1:9001; } }",
    );
    assert_eq!(model.forwarding("/a").connect.get(), Some(&Timeout::After(4000)));
    assert_eq!(model.forwarding("/b").connect.get(), Some(&Timeout::After(60_000)));
}

#[test]
fn next_upstream_and_its_limits() {
    let conditions = |statements: &str| {
        let model = http(&format!("{statements} server {{ location / {{ proxy_pass http://10.0.0.1; }} }}"));
        *model.forwarding("/").retry_on.get().unwrap()
    };
    let both = Conditions::ERROR.with(Conditions::TIMEOUT);
    assert_eq!(conditions(""), both);
    assert_eq!(conditions("proxy_next_upstream off;"), Conditions::NONE);
    assert_eq!(conditions("proxy_next_upstream error off;"), Conditions::NONE, "off wins wherever it stands");
    assert_eq!(conditions("proxy_next_upstream error timeout http_503;"), both.with(Conditions::STATUS_503));
    assert!(conditions("proxy_next_upstream error non_idempotent;").has(Conditions::NON_IDEMPOTENT));
    let limits = http(
        "proxy_next_upstream_tries 2; proxy_next_upstream_timeout 0;\nserver { location / { proxy_pass http://10.0.0.1; } }",
    );
    assert_eq!(limits.forwarding("/").tries.get(), Some(&2));
    assert_eq!(limits.forwarding("/").retry_for.get(), Some(&Timeout::Never), "0 is no limit");
}

/// In `stream` it is a flag, and one timeout counts for both directions.
#[test]
fn stream_has_its_own_settings() {
    let text = |statement: &str| {
        format!("events {{}}\nstream {{ {statement} server {{ listen 1; proxy_pass 10.0.0.1:2; }} }}")
    };
    let on = |statement: &str| *model(&text(statement)).forwarding("").retry_on.get().unwrap();
    assert_eq!(on(""), Conditions::ERROR.with(Conditions::TIMEOUT));
    assert_eq!(on("proxy_next_upstream on;"), Conditions::ERROR.with(Conditions::TIMEOUT));
    assert_eq!(on("proxy_next_upstream off;"), Conditions::NONE);
    let timeouts = model(&text("proxy_timeout 1h;"));
    assert_eq!(timeouts.forwarding("").read.get(), Some(&Timeout::After(3_600_000)));
    assert_eq!(model(&text("")).forwarding("").read.get(), Some(&Timeout::After(600_000)));
}

/// Whether connections of the only location can be used again.
fn reuse(http_level: &str, location: &str, version: Version) -> Option<Reuse> {
    let text = format!(
        "events {{}}\nhttp {{ {http_level} server {{ location / {{ {location} proxy_pass http://10.0.0.1; }} }} }}"
    );
    model_for(&text, version).forwarding("/").reuse.get().copied()
}

#[test]
fn connections_are_reused_with_the_right_version_and_header() {
    let old = Version::release(1, 22, 1);
    let both = "proxy_http_version 1.1; proxy_set_header Connection \"\";";
    assert_eq!(reuse("", "", old), Some(Reuse::ClosedByVersion));
    assert_eq!(reuse("", "proxy_http_version 1.1;", old), Some(Reuse::ClosedByHeader));
    assert_eq!(reuse("", both, old), Some(Reuse::Possible));
    assert_eq!(reuse(both, "", old), Some(Reuse::Possible), "inherited");
    assert_eq!(
        reuse("", "proxy_http_version 1.1; proxy_set_header connection keep-alive;", old),
        Some(Reuse::Possible)
    );
    assert_eq!(reuse("", "proxy_http_version 1.1; proxy_set_header Connection $http_x;", old), None);
    assert_eq!(reuse("", "", Version::release(1, 29, 7)), Some(Reuse::Possible), "the default from 1.29.7 on");
    assert_eq!(reuse("", "proxy_http_version 1.0;", Version::release(1, 29, 7)), Some(Reuse::ClosedByVersion));
}

/// research 4 A44 (measured): one header in the location drops those of the blocks around.
#[test]
fn headers_are_inherited_all_or_nothing() {
    let old = Version::release(1, 22, 1);
    let around = "proxy_http_version 1.1; proxy_set_header Connection \"\";";
    assert_eq!(reuse(around, "proxy_set_header Host $host;", old), Some(Reuse::ClosedByHeader));
    let again = "proxy_set_header Host $host; proxy_set_header Connection \"\";";
    assert_eq!(reuse(around, again, old), Some(Reuse::Possible));
}

/// research 4 B45: the usual map for web sockets closes everything else.
#[test]
fn a_map_for_websockets_closes_plain_requests() {
    let old = Version::release(1, 22, 1);
    let location = "proxy_http_version 1.1; proxy_set_header Connection $connection_upgrade;";
    let map = |rest: &str| format!("map $http_upgrade $connection_upgrade {{ default upgrade; '' {rest}; }}");
    assert_eq!(reuse(&map("close"), location, old), Some(Reuse::ClosedByHeader));
    assert_eq!(reuse(&map("''"), location, old), Some(Reuse::Possible));
}

#[test]
fn fastcgi_needs_keep_conn() {
    let reuse = |statement: &str| {
        let model = http(&format!("server {{ location / {{ {statement} fastcgi_pass 10.0.0.1:9000; }} }}"));
        *model.forwarding("/").reuse.get().unwrap()
    };
    assert_eq!(reuse(""), Reuse::ClosedByVersion);
    assert_eq!(reuse("fastcgi_keep_conn on;"), Reuse::Possible);
}

#[test]
fn caching() {
    let model = http(
        "proxy_cache_path /run/c keys_zone=c:1m; proxy_cache c; proxy_cache_valid 200 1m; proxy_cache_lock on;\n\
         server { location /a { proxy_pass http://10.0.0.1; } \
         location /b { proxy_cache off; proxy_cache_valid any 1m; proxy_cache_use_stale updating error; proxy_cache_key $uri; \
         proxy_buffering off; proxy_pass http://10.0.0.1; } }",
    );
    let (a, b) = (model.forwarding("/a"), model.forwarding("/b"));
    assert!(matches!(a.cache.store.get(), Some(CacheStore::Named(name)) if model.text(*name) == "c"));
    assert_eq!((a.cache.lock.get(), a.cache.lifetime.get()), (Some(&true), Some(&Lifetime::Written)));
    assert_eq!(a.buffers_answers.get(), Some(&true));
    assert_eq!(
        (b.cache.store.get(), b.cache.lifetime.get()),
        (Some(&CacheStore::None), Some(&Lifetime::WrittenForAll))
    );
    assert_eq!(b.cache.stale_on.get(), Some(&Conditions::ERROR.with(Conditions::UPDATING)));
    assert_eq!(b.buffers_answers.get(), Some(&false));
    assert_eq!(model.origin(&b.cache.key), (OriginKind::Written, "$uri"));
}

#[test]
fn the_resolver_is_inherited() {
    let model = http(
        "resolver 10.0.0.1; server { location / { proxy_pass http://$host; } }\nserver { listen 81; location /b { proxy_pass http://$host; } }",
    );
    assert!(model.forwarding("/").resolver.is(&true) && model.forwarding("/b").resolver.is(&true));
    assert!(http("server { location / { proxy_pass http://$host; } }").forwarding("/").resolver.is(&false));
}

/// `limit_except` counts where it stands; the location beside it is another matter.
#[test]
fn requests_that_may_be_repeated() {
    let model = http(
        "server { location /a { limit_except GET { deny all; } proxy_pass http://10.0.0.1; } \
         location /b { limit_except GET POST { deny all; } proxy_pass http://10.0.0.2; } \
         location /c { proxy_pass http://10.0.0.3; } }",
    );
    let repeatable = ["/a", "/b", "/c"].map(|location| model.forwarding(location).repeatable.get().copied());
    assert_eq!(repeatable, [Some(true), Some(false), Some(false)]);
}
