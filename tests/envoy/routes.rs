//! Routes: where they lead, what shadows them, timeouts and retries with the level that says so.

use lblint::model::OriginKind::{Default, Written};
use lblint::model::{Clients, Conditions, Destination, Guard, Key, Method, RouteKind, RouteSource, Step, Timeout};

use crate::model::{Model, model};

/// A listener whose only virtual host has these fields, and clusters a, b and c.
fn host(fields: &str) -> Model {
    let manager =
        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    model(&format!(
        "static_resources:\n  clusters: [{{name: a}}, {{name: b}}, {{name: c, lb_policy: RING_HASH}}]\n  listeners:\n  - name: l\n    \
         address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    filter_chains:\n    - filters:\n      - name: h\n        \
         typed_config:\n          '@type': {manager}\n          stat_prefix: h\n          route_config:\n            name: r\n            \
         virtual_hosts:\n            - name: v\n              domains: ['*']\n{fields}\n"
    ))
}

/// Routes of the virtual host, each in flow style.
fn routes(routes: &[&str]) -> Model {
    let list: Vec<String> = routes.iter().map(|route| format!("              - {route}")).collect();
    host(&format!("              routes:\n{}", list.join("\n")))
}

#[test]
fn a_route_has_fifteen_seconds_and_one_attempt_unless_something_is_written() {
    let model = routes(&["{match: {prefix: /}, route: {cluster: a}}"]);
    let forwarding = model.forwarding("a");
    assert!(forwarding.total.is(&Timeout::After(15_000)));
    assert_eq!(model.origin(&forwarding.total).0, Default);
    assert!(forwarding.tries.is(&1) && forwarding.retry_on.is(&Conditions::NONE) && forwarding.avoids_tried.is(&false));
    let model = routes(&["{match: {prefix: /}, route: {cluster: a, timeout: 2.5s}}"]);
    assert!(model.forwarding("a").total.is(&Timeout::After(2500)));
    assert_eq!(model.origin(&model.forwarding("a").total), (Written, "timeout: 2.5s"));
    let model = routes(&["{match: {prefix: /}, route: {cluster: a, timeout: 0s}}"]);
    assert!(model.forwarding("a").total.is(&Timeout::Never), "0 is no limit");
}

/// The policy of a route takes the place of its virtual host's as a whole (`config.route.v3.VirtualHost.retry_policy`).
#[test]
fn a_retry_policy_comes_from_the_virtual_host_unless_the_route_has_its_own() {
    let model = host(
        "              retry_policy: {retry_on: 5xx, num_retries: 4}\n              routes:\n              \
         - {match: {prefix: /a}, route: {cluster: a}}\n              - {match: {prefix: /b}, route: {cluster: b, retry_policy: {retry_on: connect-failure}}}",
    );
    let (a, b) = (model.forwarding("a"), model.forwarding("b"));
    assert!(a.tries.is(&5) && b.tries.is(&2));
    assert_eq!(model.origin(&a.tries), (Written, "num_retries: 4"));
    assert_eq!(model.origin(&b.tries).0, Default, "one more attempt where a policy does not say how many");
    assert_eq!(model.origin(&b.retry_on), (Written, "retry_on: connect-failure"));
    assert!(b.retry_on.is(&Conditions::CONNECT));
    assert!(a.retry_on.get().unwrap().has(Conditions::STATUS_503));
}

#[test]
fn another_target_is_tried_only_with_the_predicate() {
    let predicate = "retry_host_predicate: [{name: envoy.retry_host_predicates.previous_hosts, typed_config: {'@type': \
                     type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}]";
    let route =
        format!("{{match: {{prefix: /}}, route: {{cluster: a, retry_policy: {{retry_on: reset, {predicate}}}}}}}");
    let model = routes(&[&route]);
    assert!(model.forwarding("a").avoids_tried.is(&true));
    assert_eq!(model.origin(&model.forwarding("a").avoids_tried).0, Written);
}

#[test]
fn splits_in_hundredths_of_a_percent() {
    let model = routes(&[
        "{match: {prefix: /}, route: {weighted_clusters: {total_weight: 1000, clusters: [{name: a, weight: 90}, {name: b, weight: 30}, {name: c, weight: 0x0}]}}}",
    ]);
    let Destination::Split(branches) = &model.unit().routes[0].to else { panic!() };
    let weights: Vec<_> = branches.iter().map(|branch| (model.text(branch.name), branch.weight)).collect();
    assert_eq!(weights, [("a", Some(7500)), ("b", Some(2500)), ("c", Some(0))]);
}

#[test]
fn the_first_route_that_matches_wins() {
    let model = routes(&[
        "{match: {prefix: /api}, route: {cluster: a}}",
        "{match: {prefix: /}, route: {cluster: b}}",
        "{match: {path: /late}, route: {cluster: c}}",
    ]);
    let kinds: Vec<RouteKind> = model.unit().routes.iter().map(|route| route.kind).collect();
    assert_eq!(kinds, [RouteKind::Rule, RouteKind::Default, RouteKind::Rule]);
    assert_eq!(model.route_to("b").guard, Guard::Always);
    assert!(matches!(model.route_to("c").guard, Guard::Taken(taker) if model.written(taker) == "{prefix: /}"));
}

#[test]
fn mirrors_are_copies() {
    let model = routes(&["{match: {prefix: /}, route: {cluster: a, request_mirror_policies: [{cluster: b}]}}"]);
    assert_eq!(model.route_to("b").kind, RouteKind::Mirror);
}

/// The part that is copied, in units of 0.01 %; all of them without one.
#[test]
fn mirrors_copy_a_part() {
    let part = |fraction: &str| {
        let policy = format!("{{cluster: b, runtime_fraction: {{default_value: {fraction}}}}}");
        let route = format!("{{match: {{prefix: /}}, route: {{cluster: a, request_mirror_policies: [{policy}]}}}}");
        match &routes(&[&route]).unit().routes[1].to {
            Destination::Split(branches) => branches[0].weight,
            Destination::Pool(..) | Destination::Computed(..) => None,
        }
    };
    assert_eq!(part("{numerator: 10}"), Some(1000), "of a hundred");
    assert_eq!(part("{numerator: 5, denominator: TEN_THOUSAND}"), Some(5));
    assert_eq!(part("{numerator: 1, denominator: MILLION}"), Some(1), "what is copied has a part, however small");
    assert_eq!(part("{}"), Some(0));
    assert_eq!(part("{numerator: 100}"), None, "all");
}

#[test]
fn what_the_request_chooses_is_computed() {
    let model = routes(&["{match: {prefix: /}, route: {cluster_header: x-cluster}}"]);
    assert!(model.unit().computed_routes);
    assert!(matches!(model.unit().routes[0].to, Destination::Computed(..)));
}

#[test]
fn the_routes_bring_the_key_that_a_table_hashes() {
    let method = |policy: &str| {
        let model = routes(&[&format!("{{match: {{prefix: /}}, route: {{cluster: c, hash_policy: {policy}}}}}")]);
        model.settings("c").policy.get().unwrap().method
    };
    assert_eq!(method("[{header: {header_name: x}}]"), Method::Hash(Key::Header));
    assert_eq!(method("[{header: {header_name: ':authority'}}]"), Method::Hash(Key::Host));
    assert_eq!(method("[{header: {header_name: X-Forwarded-Proto}}]"), Method::Hash(Key::Few));
    assert_eq!(method("[{cookie: {name: x}}]"), Method::Hash(Key::Cookie));
    assert_eq!(method("{connection_properties: {source_ip: true}}"), Method::Hash(Key::ClientAddress));
    assert_eq!(method("[]"), Method::Hash(Key::Missing), "each request gets a random hash");
}

#[test]
fn connections_are_handed_on_with_the_attempts_that_are_written() {
    let proxy = |fields: &str| {
        model(&format!(
            "static_resources:\n  clusters: [{{name: a}}]\n  listeners:\n  - address: {{socket_address: {{address: 10.0.0.9, port_value: 0x50}}}}\n    \
             filter_chains: [{{filters: [{{name: t, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, \
             stat_prefix: t, cluster: a{fields}}}}}]}}]\n"
        ))
    };
    let model = proxy("");
    assert!(model.forwarding("a").tries.is(&1) && model.forwarding("a").total.is(&Timeout::Never));
    let RouteSource::Listener(listener) = model.route_to("a").from else { panic!() };
    let name = model.unit().listener(listener).unwrap().name;
    assert_eq!(model.text(name), "10.0.0.9:80", "it has no other name");
    let model = proxy(", max_connect_attempts: 3");
    assert!(model.forwarding("a").tries.is(&3) && model.forwarding("a").retry_on.is(&Conditions::CONNECT));
}

/// The address of a request is the client's unless it is that of the connection.
#[test]
fn listeners_know_whose_address_a_request_has() {
    let manager =
        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    let told = |fields: &str, headers: &str| {
        let model = model(&format!(
            "static_resources:\n  clusters: [{{name: a}}]\n  listeners:\n  - address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    \
             filter_chains:\n    - filters:\n      - name: h\n        typed_config: {{'@type': {manager}, stat_prefix: x, {fields}route_config: \
             {{virtual_hosts: [{{name: v, domains: ['*'], routes: [{{match: {{prefix: /, headers: [{headers}]}}, route: {{cluster: a}}}}]}}]}}}}\n"
        ));
        match model.unit().listeners[0].clients {
            Clients::Untold => "untold",
            Clients::BehindProxy(_) => "behind",
            Clients::Restored(_) | Clients::RestoredFrom(_) => "restored",
        }
    };
    let asks = "{name: X-Forwarded-For, present_match: true}";
    assert_eq!(told("", asks), "restored", "X-Forwarded-For is read by default");
    assert_eq!(told("use_remote_address: true, ", ""), "untold");
    assert_eq!(told("use_remote_address: true, ", asks), "behind");
    assert_eq!(told("use_remote_address: true, xff_num_trusted_hops: 0, ", asks), "behind");
    assert_eq!(told("use_remote_address: true, xff_num_trusted_hops: 1, ", asks), "restored");
}

#[test]
fn a_total_that_the_weights_do_not_make_is_noted() {
    let total = |fields: &str| {
        let model = routes(&[&format!(
            "{{match: {{prefix: /}}, route: {{weighted_clusters: {{{fields}clusters: [{{name: a, weight: 90}}, {{name: b, weight: 10}}]}}}}}}"
        )]);
        model.unit().routes[0].total.map(|total| (total.written, total.sum))
    };
    assert_eq!(total(""), None);
    assert_eq!(total("total_weight: 100, "), None);
    assert_eq!(total("total_weight: 1000, "), Some((1000, 100)));
}

/// Which labels requests ask for; filters that can add some leave it open.
#[test]
fn routes_ask_for_labels() {
    let manager =
        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    let asked = |filters: &str, action: &str| {
        let model = model(&format!(
            "static_resources:\n  clusters: [{{name: a}}]\n  listeners:\n  - address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    \
             filter_chains:\n    - filters:\n      - name: h\n        typed_config: {{'@type': {manager}, stat_prefix: x, http_filters: [{filters}], \
             route_config: {{virtual_hosts: [{{name: v, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {{cluster: a{action}}}}}]}}]}}}}\n"
        ));
        let labels = model.forwarding("a").asks_for.get().map(|id| model.unit().labels(*id));
        labels.map(|labels| {
            labels.iter().map(|label| (model.text(label.name).to_owned(), model.text(label.value).to_owned())).collect()
        })
    };
    let router = "{name: envoy.filters.http.router}";
    let none: Option<Vec<(String, String)>> = Some(Vec::new());
    let match_of = |labels: &str| format!(", metadata_match: {{filter_metadata: {{envoy.lb: {labels}}}}}");
    assert_eq!(asked(router, ""), none);
    assert_eq!(
        asked(router, &match_of("{v: '1', s: x}")).unwrap(),
        [("v".into(), "1".into()), ("s".into(), "x".into())]
    );
    assert_eq!(asked(router, &match_of("{v: [1, 2]}")), None, "lists are not compared");
    assert_eq!(asked(&format!("{{name: envoy.filters.http.lua}}, {router}"), ""), None);
}

/// Words that Envoy does not know, or that need a list, are part of the story; statuses of the list count.
#[test]
fn conditions_of_retries() {
    let of = |policy: &str| {
        routes(&[&format!("{{match: {{prefix: /}}, route: {{cluster: a, retry_policy: {{{policy}}}}}}}")])
    };
    let model =
        of("retry_on: 'connect-failure, server-error,retriable-status-codes', retriable_status_codes: [500, 503]");
    let on = model.forwarding("a").retry_on;
    assert!(on.is(&Conditions::CONNECT.with(Conditions::STATUS_500).with(Conditions::STATUS_503)));
    let unread = |model: &Model| -> Vec<String> {
        let steps = model.unit().stories.of(model.forwarding("a").retry_on.origin).to_vec();
        let at = steps.iter().filter_map(|step| if let Step::Unread(at) = step { Some(*at) } else { None });
        at.map(|at| model.written(at).to_owned()).collect()
    };
    assert_eq!(unread(&model), ["server-error"]);
    assert_eq!(unread(&of("retry_on: \"5XX,retriable-status-codes\"")), ["5XX", "retriable-status-codes"]);
    assert!(unread(&of("retry_on: 5xx")).is_empty());
    let no_limit = of("retry_on: 5xx, per_try_timeout: 0s");
    assert!(no_limit.forwarding("a").per_try.is(&Timeout::Never), "0 is no limit");
}

#[test]
fn methods_that_may_be_repeated() {
    let of = |condition: &str| {
        let model = routes(&[&format!("{{match: {{prefix: /, {condition}}}, route: {{cluster: a}}}}")]);
        model.forwarding("a").repeatable.get().copied()
    };
    assert_eq!(of("headers: [{name: ':method', string_match: {exact: GET}}]"), Some(true));
    assert_eq!(of("headers: [{name: ':method', string_match: {safe_regex: {regex: 'GET|POST'}}}]"), Some(false));
    assert_eq!(of("headers: [{name: ':method', string_match: {exact: GET}, invert_match: true}]"), Some(false));
    assert_eq!([of("headers: [{name: x, exact_match: GET}]"), of("grpc: {}")], [Some(false), None]);
}

#[test]
fn posts_that_an_earlier_route_takes_do_not_reach_a_later_one() {
    let of = |condition: &str| {
        let model = routes(&[
            &format!("{{match: {{{condition}}}, route: {{cluster: b}}}}"),
            "{match: {prefix: /shop}, route: {cluster: a}}",
        ]);
        model.forwarding("a").repeatable.get().copied()
    };
    let post = "headers: [{name: ':method', string_match: {exact: POST}}]";
    assert_eq!(of(&format!("prefix: /, {post}")), None);
    assert_eq!(of("prefix: /shop, headers: [{name: ':method', value: POST}]"), None, "as the second version wrote it");
    assert_eq!(of("prefix: /, headers: [{name: ':method', string_match: {safe_regex: {regex: 'PUT|POST'}}}]"), None);
    assert_eq!(of(&format!("prefix: /shop/basket, {post}")), Some(false), "of others, too");
    assert_eq!(of("prefix: /, headers: [{name: ':method', string_match: {exact: PUT}}]"), Some(false));
    let other = "headers: [{name: ':method', exact_match: POST}, {name: x, present_match: true}]";
    assert_eq!(of(&format!("prefix: /, {other}")), Some(false), "not all of them");
    assert_eq!(of(&format!("prefix: /, {post}, runtime_fraction: {{default_value: {{numerator: 5}}}}")), Some(false));
}

/// What nothing reads, as written, in the order of the text.
fn idle(model: &Model) -> Vec<&str> {
    model.unit().idle.iter().map(|one| model.written(one.at)).collect()
}

/// 1.40, an upstream that answers 503: one attempt without `retry_on`, and one without the word for the codes.
#[test]
fn a_retry_policy_needs_conditions_and_lists_need_their_words() {
    let with = |policy: &str| {
        let model = routes(&[&format!("{{match: {{prefix: /}}, route: {{cluster: a, retry_policy: {{{policy}}}}}}}")]);
        idle(&model).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(with("num_retries: 3"), ["num_retries"]);
    assert!(with("num_retries: 3, retry_on: 5xx").is_empty());
    assert_eq!(with("retry_on: 5xx, retriable_status_codes: [404]"), ["retriable_status_codes"]);
    assert!(with("retry_on: 'reset, retriable-status-codes', retriable_status_codes: [404]").is_empty());
    assert_eq!(with("retry_on: 5xx, host_selection_retry_max_attempts: 5"), ["host_selection_retry_max_attempts"]);
}

#[test]
fn a_key_needs_a_cluster_that_hashes() {
    let with = |cluster: &str| {
        let key = "hash_policy: [{header: {header_name: x}}]";
        idle(&routes(&[&format!("{{match: {{prefix: /}}, route: {{cluster: {cluster}, {key}}}}}")])).len()
    };
    assert_eq!((with("a"), with("c")), (1, 0));
}
