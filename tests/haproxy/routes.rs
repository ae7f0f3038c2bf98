//! Rules that send traffic to pools, and how traffic reaches a pool.

use lblint::model::{Clients, Destination, Guard, PoolKind, RouteKind, Why};
use lblint::traffic::{Reach, Reached};

use crate::model::{Model, model};

fn reached(model: &Model, pool: &str) -> Reached {
    let reach = Reach::new(model.unit());
    let (id, _) = model.unit().pools().find(|(_, candidate)| model.text(candidate.name) == pool).unwrap();
    reach.of(id)
}

#[test]
fn rules_in_order_then_the_default() {
    let model = model(
        "frontend f\n bind :80\n acl api path_beg /api\n use_backend a if api\n default_backend b\n\
                       backend a\n server s 10.0.0.1:80\nbackend b\n server s 10.0.0.2:80\nbackend c\n server s 10.0.0.3:80\n",
    );
    let kinds: Vec<RouteKind> = model.unit().routes.iter().map(|route| route.kind).collect();
    assert_eq!(kinds, [RouteKind::Rule, RouteKind::Default]);
    let Guard::When { at, fallback: false } = model.unit().routes[0].guard else { panic!() };
    assert_eq!(model.written(at), "if api");
    assert_eq!(
        [reached(&model, "a"), reached(&model, "b"), reached(&model, "c")],
        [Reached::Yes, Reached::Yes, Reached::No]
    );
}

#[test]
fn conditions_that_always_or_never_hold() {
    let model = model(
        "frontend f\n bind :80\n use_backend a if TRUE\n use_backend a unless TRUE\n \
                       use_backend a if { always_false }\n use_backend a\nbackend a\n server s 10.0.0.1:80\n",
    );
    let guards: Vec<&Guard> = model.unit().routes.iter().map(|route| &route.guard).collect();
    assert_eq!(guards, [&Guard::Always, &Guard::Never, &Guard::Never, &Guard::Always]);
}

#[test]
fn a_computed_pool_may_be_any() {
    let model = model("frontend f\n bind :80\n use_backend %[req.hdr(host),lower]\nbackend a\n server s 10.0.0.1:80\n");
    assert!(matches!(model.unit().routes[0].to, Destination::Computed(Why::Variable, _)));
    assert_eq!(reached(&model, "a"), Reached::Perhaps);
}

#[test]
fn a_listen_section_is_listener_and_pool() {
    let model = model("listen l\n bind :80\n server s 10.0.0.1:80\n");
    assert_eq!(model.pool("l").kind, PoolKind::Listen);
    assert_eq!(model.unit().routes[0].kind, RouteKind::Own);
    assert_eq!(reached(&model, "l"), Reached::Yes);
}

#[test]
fn a_rule_that_asks_for_survivors_is_a_fallback() {
    let model = model(
        "frontend f\n bind :80\n use_backend sorry if { nbsrv(web) lt 1 }\n default_backend web\n\
                       backend web\n server s 10.0.0.1:80\nbackend sorry\n server s 127.0.0.1:81\n",
    );
    assert_eq!(reached(&model, "sorry"), Reached::AsFallback);
    assert_eq!(reached(&model, "web"), Reached::Yes);
}

#[test]
fn a_section_that_answers_itself() {
    let answers = |line: &str| model(&format!("backend a\n {line}\n")).pool("a").answers_itself;
    for line in [
        "errorfile 503 /e",
        "http-request return status 200",
        "redirect location /",
        "stats enable",
        "stick-table type ip size 1m",
    ] {
        assert!(answers(line), "{line}");
    }
    for line in ["mode http", "http-request set-header X y", "option httpchk"] {
        assert!(!answers(line), "{line}");
    }
}

#[test]
fn listeners_and_pools_know_who_connects() {
    let told = |bind: &str, line: &str| {
        let model = model(&format!(
            "frontend f\n bind :80 {bind}\n {line}\n default_backend b\nbackend b\n server a 10.0.0.1:80\n"
        ));
        match model.unit().listeners[0].clients {
            Clients::Untold => "untold",
            Clients::BehindProxy(_) => "behind",
            Clients::RestoredFrom(_) => "restored for some",
            Clients::Restored(_) => "restored",
        }
    };
    assert_eq!(told("", "mode http"), "untold");
    assert_eq!(told("", "acl tls hdr(X-Forwarded-Proto) https"), "behind");
    assert_eq!(told("", "http-request set-header X-Ip %[req.hdr(CF-Connecting-IP)]"), "behind");
    assert_eq!(told("accept-proxy", "acl tls hdr(X-Forwarded-Proto) https"), "restored");
    assert_eq!(told("", "http-request set-src req.hdr(x-forwarded-for,-1)"), "restored");
    assert_eq!(told("", "tcp-request connection expect-proxy layer4"), "restored");
    let from = "restored for some";
    assert_eq!(told("", "tcp-request connection expect-proxy layer4 if { src 10.0.0.0/8 10.1.2.3 }"), from);
    assert_eq!(told("", "acl a src 10.0.0.0/8\n acl a src 10.1.2.3\n http-request set-src hdr(x) if a"), from);
    for open in
        ["if { src -f /etc/cdn }", "if !a", "unless { src 10.0.0.0/8 }", "if { src 10.0.0.0/8 } || HTTP", "if b"]
    {
        let rule = format!(
            "acl a src 10.0.0.0/8\n acl b src 10.0.0.0/8\n acl b dst 10.0.0.1\n http-request set-src hdr(x) {open}"
        );
        assert_eq!(told("", &rule), "restored", "{open}");
    }
    assert_eq!(told("", "capture request header X-Forwarded-For len 64"), "untold");
    assert_eq!(told("", "http-request del-header X-Forwarded-For"), "untold");
    assert_eq!(told("", "option forwardfor if-none"), "untold");
    let own = model("backend b\n http-request set-src req.hdr(x-real-ip)\n server a 10.0.0.1:80\n");
    assert!(matches!(own.pool("b").clients, Clients::Restored(_)));
}

/// `METH_GET` holds for `HEAD`, too; two conditions of one name are one or the other.
#[test]
fn rules_that_only_repeatable_methods_meet() {
    let model = model(
        "frontend f\n bind :80\n acl reading method GET HEAD\n acl any method GET\n acl any path_beg /\n \
         use_backend a if reading\n use_backend a if METH_GET { path_beg /a }\n use_backend a if { method PUT }\n \
         use_backend a if METH_POST\n use_backend a if any\n use_backend a if reading or { path /b }\n \
         use_backend a unless METH_GET\nbackend a\n server s 10.0.0.1:80\n",
    );
    let rules: Vec<&str> = model.unit().repeatable_rules.iter().map(|at| model.written(*at).trim()).collect();
    assert_eq!(
        rules,
        ["use_backend a if reading", "use_backend a if METH_GET { path_beg /a }", "use_backend a if { method PUT }"]
    );
}
