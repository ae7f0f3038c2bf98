//! Routes: from pass directives to pools, over variables as far as they are constant.

use lblint::model::{Clients, Destination, Guard, Namespace, Whereabouts};

use crate::model::{http, model};

const POOLS: &str = "upstream stable { server 10.0.0.1; } upstream canary { server 10.0.0.2; }\n";

/// Where the only location of a server leads, with some statements of `http` before it.
fn leads(before: &str, location: &str) -> Vec<String> {
    http(&format!("{POOLS}{before}\nserver {{ location / {{ {location} }} }}")).leads_to("/")
}

#[test]
fn literal_names() {
    assert_eq!(leads("", "proxy_pass http://stable;"), ["stable"]);
    assert_eq!(leads("", "proxy_pass HTTPS://STABLE/x?y;"), ["stable"], "scheme and name are without case");
    assert_eq!(leads("", "fastcgi_pass canary;"), ["canary"]);
    assert_eq!(leads("", "grpc_pass stable;"), ["stable"]);
    assert_eq!(leads("", "uwsgi_pass uwsgi://stable;"), ["stable"]);
}

/// 1.22.1: 404, 404, 404 of the location's answer for `break`, and the named location for `error_page`.
#[test]
fn a_return_of_the_server_comes_before_its_locations() {
    let is_dead = |before: &str, location: &str| {
        let model = http(&format!("{POOLS}server {{ {before} location {location} {{ proxy_pass http://stable; }} }}"));
        model.unit().routes.iter().all(|route| matches!(route.guard, Guard::Taken(_)))
    };
    assert!(is_dead("return 404;", "/"));
    assert!(is_dead("set $x 1; return 404;", "= /a"));
    assert!(is_dead("if ($host = a) { return 301 https://a; } return 404;", "/"));
    for before in
        ["", "break; return 404;", "rewrite ^/a /b last; return 404;", "if ($host = a) { break; } return 404;"]
    {
        assert!(!is_dead(before, "/"), "{before}");
    }
    assert!(!is_dead("error_page 404 = @app; return 404;", "@app"));
}

/// Situation 9: 5 % of the requests, the rest takes what is left.
#[test]
fn split_clients_has_parts() {
    let split = "split_clients $request_id $app { 5% canary; 0.5% 10.0.0.9; * stable; }";
    assert_eq!(leads(split, "proxy_pass http://$app;"), ["canary 5", "10.0.0.9 0.5", "stable 94.5"]);
    let same = "split_clients $request_id $app { 5% canary; 10% stable; * stable; }";
    assert_eq!(leads(same, "proxy_pass http://$app;"), ["canary 5", "stable 95"], "parts of one pool add up");
}

#[test]
fn splits_of_splits_are_multiplied() {
    let nested = "split_clients $request_id $inner { 50% canary; * stable; }\n\
                  split_clients $request_id $outer { 20% $inner; * stable; }";
    assert_eq!(leads(nested, "proxy_pass http://$outer;"), ["canary 10", "stable 90"]);
}

#[test]
fn maps_and_geo_choose_by_the_request() {
    let map = "map $cookie_x $app { default stable; volatile; hostnames; on canary; }";
    assert_eq!(leads(map, "proxy_pass http://$app;"), ["stable", "canary"]);
    let geo = "geo $app { default stable; proxy 10.0.0.0/8; 192.168.0.0/16 canary; }";
    assert_eq!(leads(geo, "proxy_pass http://$app;"), ["stable", "canary"]);
    let prefix = "map $cookie_x $color { default ary; }";
    assert_eq!(leads(prefix, "proxy_pass http://can$color/x;"), ["canary"], "names are put together");
    let url = "map $cookie_x $url { default http://stable; on http://canary/x; }";
    assert_eq!(leads(url, "proxy_pass $url;"), ["stable", "canary"]);
}

#[test]
fn set_gives_values_in_order() {
    assert_eq!(leads("", "set $b stable; proxy_pass http://$b;"), ["stable"]);
    assert_eq!(leads("", "set $b stable; set $b canary; proxy_pass http://$b;"), ["canary"]);
    let conditional = "set $b stable; if ($arg_x) { set $b canary; } proxy_pass http://$b;";
    assert_eq!(leads("", conditional), ["stable", "canary"]);
    assert_eq!(leads("", "set $a stable; set $b $a; proxy_pass http://${b}$request_uri;"), ["stable"]);
    assert_eq!(leads("", "set $b $b; proxy_pass http://$b;"), ["?"], "a circle ends");
}

#[test]
fn a_variable_of_the_server_counts_in_its_locations() {
    let model = http(&format!(
        "{POOLS} server {{ set $b stable; location /a {{ proxy_pass http://$b; }} location /b {{ set $b canary; proxy_pass http://$b; }} }}"
    ));
    assert_eq!(model.leads_to("/a"), ["stable"]);
    assert_eq!(model.leads_to("/b"), ["canary"]);
}

#[test]
fn what_only_requests_tell_is_computed() {
    for pass in [
        "proxy_pass http://$host;",
        "proxy_pass http://$1.internal;",
        "proxy_pass $arg_url;",
        "proxy_pass http://10.0.0.$arg_n;",
    ] {
        assert_eq!(leads("", pass), ["?"], "{pass}");
    }
    assert_eq!(leads("", "proxy_pass http://stable/$arg_x;"), ["stable"], "the path does not matter");
    assert_eq!(leads("map $host $app { default stable; include more.map; }", "proxy_pass http://$app;"), ["?"]);
    assert_eq!(leads("", "set $b stable; access_by_lua_block { ngx.var.b = 'x' } proxy_pass http://$b;"), ["?"]);
}

#[test]
fn too_many_ways_are_computed() {
    let map = |name: char| {
        let entries = (0..20).map(|n| format!("k{n} {name}{n};")).collect::<Vec<_>>().join(" ");
        format!("map $arg_{name} ${name} {{ {entries} }}\n")
    };
    let maps: String = ['a', 'b', 'c'].into_iter().map(map).collect();
    assert_eq!(leads(&maps, "proxy_pass http://$a$b$c;"), ["?"]);
}

#[test]
fn conditions_are_locations_and_ifs() {
    let model = http(&format!(
        "{POOLS} server {{ listen 81; location ~ ^/a {{ if ($arg_x) {{ proxy_pass http://canary; }} proxy_pass http://stable; }} }}"
    ));
    assert_eq!(model.leads_to("($arg_x)"), ["canary"]);
    assert_eq!(model.leads_to("~ ^/a"), ["stable"]);
}

/// `error_page 502 = @x`: only errors lead there.
#[test]
fn error_locations_are_fallbacks() {
    let model = http(&format!(
        "{POOLS} server {{ error_page 502 504 = @sorry; error_page 404 @other; location / {{ proxy_pass http://stable; }} \
         location @sorry {{ proxy_pass http://canary; }} location @other {{ proxy_pass http://10.0.0.8; }} }}"
    ));
    let fallback = |condition| matches!(model.route(condition).guard, Guard::When { fallback: true, .. });
    assert_eq!([fallback("/"), fallback("@sorry"), fallback("@other")], [false, true, false]);
}

#[test]
fn listeners_are_servers() {
    let model = model(
        "events {}\nhttp { server { listen 443 ssl; listen [::]:443; server_name a.example b.example; } server { listen unix:/run/x.sock; } server { server_name _; } }\n\
         stream { server { listen 53 udp; proxy_pass 10.0.0.1:53; } }",
    );
    let names: Vec<&str> = model.unit().listeners.iter().map(|listener| model.text(listener.name)).collect();
    assert_eq!(names, ["a.example", "unix:/run/x.sock", "server", "53"]);
    let binds: Vec<usize> = model.unit().listeners.iter().map(|listener| listener.binds.len()).collect();
    assert_eq!(binds, [2, 1, 0, 1]);
    assert!(model.unit().listeners[3].binds[0].datagrams);
    assert_eq!(model.leads_to(""), ["10.0.0.1:53"]);
}

/// Situation 12, research 2.3: refused, and no second pool by DNS.
#[test]
fn a_port_behind_a_pools_name_is_an_error() {
    let model = http(
        "upstream backend { server 10.0.0.1:8080; server 10.0.0.2:8080; }\nserver { location / { proxy_pass http://backend:8080; } }",
    );
    assert_eq!(model.pool_names(), ["backend"]);
    assert_eq!(model.findings(), [("invalid-value", 4)]);
    let variable = http(
        "upstream backend { server 10.0.0.1:8080; server 10.0.0.2:8080; }\nserver { location / { set $b backend:8080; proxy_pass http://$b; } }",
    );
    assert_eq!(variable.pool_names(), ["backend", "backend:8080"], "at run time it is another host");
}

/// Names behind these directives are pools, or need a port (research 2.3).
#[test]
fn gateways_need_a_pool_or_a_port() {
    for (pass, wrong) in [
        ("fastcgi_pass php;", true),
        ("fastcgi_pass php:9000;", false),
        ("uwsgi_pass app;", true),
        ("scgi_pass app;", true),
        ("memcached_pass cache;", true),
        ("memcached_pass cache:11211;", false),
        ("proxy_pass http://app;", false),
        ("grpc_pass app;", true),
        ("grpc_pass grpcs://app:443;", false),
    ] {
        let model = http(&format!("server {{ location / {{ {pass} }} }}"));
        assert_eq!(model.findings().contains(&("invalid-value", 3)), wrong, "{pass}");
    }
}

#[test]
fn unknown_variables_are_refused() {
    let model = http("server { location / { proxy_pass http://$nosuch; } }");
    assert!(model.findings().contains(&("undefined-reference", 3)));
    for known in ["set $x a;", "auth_request_set $x $upstream_http_x;", "if ($uri ~ (?<x>.*)) { }"] {
        let model = http(&format!("resolver 10.0.0.1; server {{ location / {{ {known} proxy_pass http://$x; }} }}"));
        assert!(!model.findings().iter().any(|(check, _)| *check == "undefined-reference"), "{known}");
    }
}

/// A fragment's names are defined where nobody looked.
#[test]
fn fragments_refer_to_other_files() {
    let model = model(
        "server { listen 80; location / { proxy_pass http://backend; } location /b { proxy_pass http://b.example; } }",
    );
    assert!(model.unit().fragment);
    assert_eq!(model.pool_names(), ["b.example"], "a bare name may be a pool of another file");
    let reference = model.unit().names.references.iter().find(|one| one.namespace == Namespace::Pool).unwrap();
    assert_eq!(reference.whereabouts, Whereabouts::OtherFile);
    assert_eq!(model.findings(), []);
}

/// What shows that connections come from a proxy, for each listener by itself.
#[test]
fn listeners_know_who_connects() {
    let told = |http_block: &str, server: &str| {
        let model = http(&format!("{http_block}\nserver {{ {server} }}"));
        match model.unit().listeners[0].clients {
            Clients::Untold => "untold",
            Clients::BehindProxy(_) => "behind",
            Clients::RestoredFrom(_) => "restored for some",
            Clients::Restored(_) => "restored",
        }
    };
    let redirect = "if ($http_x_forwarded_proto = http) { return 301 /; }";
    assert_eq!(told("", "listen 80;"), "untold");
    assert_eq!(told("", "listen 80 proxy_protocol;"), "behind");
    assert_eq!(told("", redirect), "behind");
    assert_eq!(told("", &format!("location / {{ {redirect} }}")), "behind");
    assert_eq!(told("map $http_cf_connecting_ip $x { default 1; }", ""), "behind");
    assert_eq!(told(&format!("server {{ {redirect} }}"), ""), "behind", "the first one is asked");
    assert_eq!(told("set_real_ip_from 10.0.0.0/8;", redirect), "restored for some");
    assert_eq!(told("", &format!("{redirect} location / {{ set_real_ip_from 10.0.0.0/8; }}")), "restored for some");
    assert_eq!(told("set_real_ip_from unix:;", redirect), "restored", "nobody knows whom else");
    assert_eq!(told("log_format x '$http_x_forwarded_for';", "proxy_set_header X-A $http_x_forwarded_for;"), "untold");
    let two = http(&format!("server {{ {redirect} }} server {{ listen 81; }}"));
    assert_eq!(two.unit().listeners[1].clients, Clients::Untold, "of another listener it tells nothing");
}

/// Names of a `server` are counted where each stands for itself.
#[test]
fn routes_know_how_many_hosts_they_serve() {
    for (names, count) in [
        ("server_name a.example;", Some(1)),
        ("server_name a.example b.example; server_name c.example;", Some(3)),
        ("server_name a.example *.example;", None),
        ("server_name .example;", None),
        ("server_name ~^www;", None),
        ("server_name _;", None),
        ("", None),
    ] {
        let model = http(&format!("server {{ {names} location / {{ proxy_pass http://10.0.0.1; }} }}"));
        assert_eq!(model.unit().routes[0].hosts, count, "{names}");
    }
}

/// What no percentage covers is empty, and leads nowhere.
#[test]
fn a_split_without_a_rest_leaves_traffic_out() {
    let weights = |entries: &str| {
        let model = http(&format!(
            "{POOLS}split_clients $request_id $app {{ {entries} }}\nserver {{ location / {{ proxy_pass http://$app; }} }}"
        ));
        match &model.unit().routes[0].to {
            Destination::Split(branches) => branches.iter().map(|branch| branch.weight.unwrap()).collect(),
            Destination::Pool(..) => vec![10_000],
            Destination::Computed(..) => Vec::new(),
        }
    };
    assert_eq!(weights("60% stable; 40% canary;"), [6000, 4000]);
    assert_eq!(weights("60% stable; * canary;"), [6000, 4000]);
    assert_eq!(weights("60% stable; 10% canary;"), [6000, 1000]);
    assert_eq!(weights("60% stable;"), [6000]);
    assert_eq!(weights("60% stable; * stable;"), [10_000]);
}

/// A table without a default leaves the host empty for some requests, unless an `if` has asked first.
#[test]
fn tables_may_know_no_pool_for_some() {
    let partial = |table: &str, location: &str| {
        let model = http(&format!("{POOLS}{table}\nserver {{ location / {{ {location} }} }}"));
        let choices = model.unit().partial_choices.iter();
        choices.map(|choice| model.text(choice.variable).to_owned()).collect::<Vec<_>>()
    };
    let table = "map $cookie_x $app { on canary; off stable; }";
    assert_eq!(partial(table, "proxy_pass http://$app;"), ["$app"]);
    assert_eq!(partial(table, "set $b $app; proxy_pass http://$b/x;"), ["$app"]);
    assert!(partial(table, "proxy_pass http://stable/$app;").is_empty(), "it is no host");
    assert!(partial(table, "if ($app) { proxy_pass http://$app; }").is_empty(), "it is known here");
    let asked = |condition: &str, does: &str| {
        let location = format!("proxy_pass http://$app; if ({condition}) {{ {does} }}");
        partial(table, &location).is_empty()
    };
    for condition in ["$app = \"\"", "$app = ''", "$app !~ .", "$app ~ ^$", "$app != \"canary\""] {
        assert!(asked(condition, "return 404;"), "{condition}");
    }
    for (condition, does) in [
        ("$app = \"\"", "add_header x y;"),
        ("$app = canary", "return 404;"),
        ("$uri = \"\"", "return 404;"),
        ("$app", "return 404;"),
    ] {
        assert!(!asked(condition, does), "{condition} {does}");
    }
    let through = "set $b $app; if ($b = \"\") { return 404; } proxy_pass http://$b;";
    assert!(partial(table, through).is_empty());
    assert!(partial("map $cookie_x $app { default stable; on canary; }", "proxy_pass http://$app;").is_empty());
    assert!(partial("map $cookie_x $app { on canary; ~.* stable; }", "proxy_pass http://$app;").is_empty());
}

/// What only Plus or a fork has tells that one of them reads the text; what modules add does not.
#[test]
fn another_edition_is_told_by_its_directives() {
    let told = |text: &str| {
        let model = http(text);
        model.unit().other_edition.map(|at| model.sources().slice(at).to_owned())
    };
    assert_eq!(told("server { listen 80; status_zone a; }").as_deref(), Some("status_zone a"));
    assert_eq!(told("server { listen 80; location / { api /status/; } }").as_deref(), Some("api /status/"));
    assert_eq!(told("server { listen 80; more_set_headers 'A: b'; location / { root /a; } }"), None);
}
