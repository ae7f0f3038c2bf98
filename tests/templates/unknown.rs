//! Settings, rules and addresses of which a part is filled in: what they may be makes no finding.

use lblint::source::Dialect;

use super::read;

fn checks(name: &str, dialect: Dialect, text: &str) -> Vec<&'static str> {
    read(name, text, Some(dialect)).findings.shown.iter().map(|finding| finding.meta.name).collect()
}

/// The findings of a HAProxy file with these lines in its `defaults` and in its backend.
fn haproxy(defaults: &str, backend: &str) -> Vec<&'static str> {
    let text = format!(
        "defaults\n  mode http\n{defaults}frontend fe\n  bind :80\n  default_backend web\nbackend web\n{backend}  server a 10.0.0.1:80 check maxconn 9\n  server b 10.0.0.2:80 check maxconn 9\n"
    );
    checks("haproxy.cfg.j2", Dialect::Haproxy, &text)
}

#[test]
fn a_loop_over_timeouts_or_options_may_set_each_of_them() {
    let timeouts = "{% for t in timeouts %}\n  timeout {{ t.name }} {{ t.value }}\n{% endfor %}\n";
    let options = "{% for o in options %}\n  option {{ o }}\n{% endfor %}\n";
    let (none, both) = (haproxy("", ""), haproxy(&format!("  log global\n{timeouts}{options}"), ""));
    for check in ["missing-timeout", "no-redispatch", "limit-without-queue", "shallow-health-check"] {
        assert!(none.contains(&check), "{check}: {none:?}");
        assert!(!both.contains(&check), "{check}: {both:?}");
    }
    // What is written is known all the same.
    let written = haproxy(&format!("{timeouts}{options}  no option redispatch\n"), "");
    assert!(written.contains(&"no-redispatch"), "{written:?}");
}

#[test]
fn a_rule_that_is_filled_in_may_answer() {
    let empty = |rule: &str| {
        let text = format!("listen web\n  mode http\n  bind :80\n{rule}");
        checks("haproxy.cfg.j2", Dialect::Haproxy, &text).contains(&"no-eligible-target")
    };
    assert!(empty(""));
    assert!(!empty("{% for r in rules %}\n  http-request {{ r }}\n{% endfor %}\n"));
}

/// The findings of an nginx file with these statements in its upstream and in its location.
fn nginx(upstream: &str, location: &str) -> Vec<&'static str> {
    let text = format!(
        "events {{}}\nhttp {{\n  upstream web {{\n{upstream}  }}\n  server {{\n    listen 80;\n    location / {{\n      proxy_pass http://web;\n{location}    }}\n  }}\n}}\n"
    );
    checks("nginx.conf.j2", Dialect::Nginx, &text)
}

const FAR: &str = "    server 10.0.0.1:80;\n    server 10.0.0.2:80;\n";

#[test]
fn a_word_behind_the_key_may_be_consistent() {
    let is_known = |key: &str| {
        let text = format!("events {{}}\nhttp {{\n  upstream web {{\n    hash {key};\n{FAR}  }}\n}}\n");
        let analysis = read("nginx.conf.j2", &text, Some(Dialect::Nginx));
        let unit = &analysis.units[0].unit;
        unit.settings(unit.pools[0].settings).unwrap().hash_type.get().is_some()
    };
    assert_eq!(["$request_uri", "{{ key }}", "$request_uri {{ how }}"].map(is_known), [true, true, false]);
}

#[test]
fn a_header_that_is_filled_in_may_be_connection() {
    let kept = format!("{FAR}    keepalive 8;\n");
    let headers =
        "      proxy_http_version 1.1;\n{% for h in headers %}\n      proxy_set_header {{ h }};\n{% endfor %}\n";
    assert!(nginx(&kept, "      proxy_http_version 1.1;\n").contains(&"keepalive-defeated"));
    assert!(!nginx(&kept, headers).contains(&"keepalive-defeated"));
}

#[test]
fn an_address_that_is_filled_in_may_be_where_the_others_are() {
    let beside = |first: &str| nginx(&format!("    server {first};\n    server {{{{ other }}}};\n"), "");
    for check in ["slow-connect-timeout", "no-upstream-keepalive", "no-connection-limit"] {
        assert!(beside("10.0.0.1:80").contains(&check), "{check}");
        assert!(!beside("127.0.0.1:80").contains(&check), "{check}");
    }
    // A socket is beside it, wherever; and of what is wholly filled in nothing is known.
    for (servers, wanted) in [
        ("server unix:{{ root }}/a.sock;", false),
        ("server {{ app }};", false),
        ("server {{ app }}:80;", false),
        ("server unix:{{ root }}/a.sock; server 10.0.0.1:80;", true),
        ("server 10.0.0.1:{{ port }};", true),
    ] {
        assert_eq!(nginx(servers, "").contains(&"no-upstream-keepalive"), wanted, "{servers}");
    }
    let harm = |other: &str| {
        let text = format!(
            "events {{}}\nhttp {{\n  upstream web {{ server localhost:81; server {other}; }}\n  server {{ listen 80; location / {{ proxy_pass http://web; }} }}\n}}\n"
        );
        let analysis = read("nginx.conf.j2", &text, Some(Dialect::Nginx));
        analysis
            .findings
            .shown
            .iter()
            .any(|one| one.meta.name == "dns-multiplies-share" && one.message.contains("two shares"))
    };
    assert_eq!(["10.0.0.1:80", "{{ other }}"].map(harm), [true, false]);
}

/// What a check says of the backend of a HAProxy template with these lines.
fn said(check: &str, lines: &str) -> Vec<String> {
    let text = format!(
        "defaults\n  mode http\n  timeout connect 5s\nfrontend fe\n  bind :80\n  default_backend web\nbackend web\n  balance hdr(x)\n  option httpchk\n{lines}"
    );
    let analysis = read("haproxy.cfg.j2", &text, Some(Dialect::Haproxy));
    let findings = analysis.findings.shown.iter().filter(|finding| finding.meta.name == check);
    findings.map(|finding| finding.message.clone()).collect()
}

#[test]
fn one_line_of_a_loop_is_not_the_pool() {
    let looped = "{% for h in hosts %}\n  server {{ h }} {{ h }}:80 check maxconn 250\n{% endfor %}\n";
    let guarded =
        "  server a 10.0.0.1:80 check maxconn 100\n{% if b %}\n  server b 10.0.0.2:80 check maxconn 100\n{% endif %}\n";
    for (lines, full) in [(looped, false), (guarded, false), ("  server a 10.0.0.1:80 check maxconn 100\n", true)] {
        let said = said("limit-without-queue", lines);
        assert_eq!(said.len(), 1, "{lines}");
        assert_eq!(said[0].contains("100 requests, which is its limit"), full, "{}", said[0]);
        assert!(said[0].contains("another one waits 5.0 s for a place"), "{}", said[0]);
    }
    let said = said("broken-health-check", &looped.replace("{% for", "  option httpchk OPTIONS /\n{% for"));
    assert!(!said.iter().any(|message| message.contains("its only server")), "{said:?}");
}

#[test]
fn what_an_outage_costs_has_the_bounds_of_the_arms() {
    let servers = "  default-server check inter 30s fall 3\n  server a 10.0.0.1:80\n{% if production %}\n  server b 10.0.0.2:80\n{% endif %}\n";
    let said = said("slow-failure-detection", servers);
    assert_eq!(said.len(), 1);
    assert!(said[0].ends_with("until then 50.0 % to 100.0 % of the requests fail"), "{}", said[0]);
}

#[test]
fn a_return_in_a_condition_answers_some_files_only() {
    let dead = |text: &str| checks("nginx.conf.j2", Dialect::Nginx, text).contains(&"unreachable-route");
    let server =
        |answer: &str| format!("server {{\n  listen 80;\n{answer}  location / {{ proxy_pass http://10.0.0.1; }}\n}}\n");
    assert!(dead(&server("  return 404;\n")));
    assert!(!dead(&server("{% if closed %}\n  return 404;\n{% endif %}\n")));
    assert!(dead(&format!("server {{ listen 81; }}\n{{% if closed %}}\n{}{{% endif %}}\n", server("  return 404;\n"))));
}
