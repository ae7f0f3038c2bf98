//! Pools and targets of which a template fills in a part.

use lblint::analysis::{AnalysedUnit, Analysis};
use lblint::model::{Address, Completeness, Count, Destination, Port};
use lblint::source::Dialect;

use super::read;

/// Each pool of the only unit: its name, its kind, and whether it is complete.
fn pools(analysis: &Analysis) -> Vec<(String, bool, usize)> {
    let AnalysedUnit { unit, .. } = &analysis.units[0];
    let name = |text| unit.texts.get(text, &analysis.sources).to_owned();
    let row = |pool: &lblint::model::Pool| (name(pool.name), pool.completeness.is_complete(), pool.targets.len());
    unit.pools.iter().map(row).collect()
}

fn nginx(locations: &str) -> Analysis {
    let text = format!("events {{ }}\nhttp {{\n  server {{\n    listen 80;\n{locations}\n  }}\n}}\n");
    read("nginx.conf.j2", &text, Some(Dialect::Nginx))
}

fn haproxy(section: &str) -> Analysis {
    let text = format!("frontend fe\n  bind :80\n  default_backend web\nbackend web\n{section}");
    read("haproxy.cfg.j2", &text, Some(Dialect::Haproxy))
}

fn checks(analysis: &Analysis) -> Vec<&str> {
    analysis.findings.shown.iter().map(|finding| finding.meta.name).collect()
}

#[test]
fn a_pass_directive_that_is_filled_in_makes_a_pool() {
    for (pass, pool, is_complete) in [
        ("proxy_pass http://{{ host }}:8080;", "{{ host }}:8080", true),
        ("proxy_pass http://{{ host }}:{{ port }}/a/{{ b }};", "{{ host }}:{{ port }}", true),
        ("proxy_pass http://127.0.0.1:{{ port }}/;", "127.0.0.1:{{ port }}", true),
        ("proxy_pass {{ proto }}://app.example.com:8443;", "app.example.com:8443", true),
        ("proxy_pass \"http://unix:{{ socket }}:/\";", "unix:{{ socket }}", true),
        ("proxy_pass http://{{ host | default(\"a/b\") }};", "{{ host | default(\"a/b\") }}", false),
        ("fastcgi_pass {{ H }}:9002;", "{{ H }}:9002", true),
        ("grpc_pass grpc://{{ g }};", "{{ g }}", false),
        ("proxy_pass {{ url }};", "{{ url }}", false),
    ] {
        let analysis = nginx(&format!("    location / {{ {pass} }}"));
        assert_eq!(pools(&analysis), [(pool.to_owned(), is_complete, 1)], "{pass}");
        let unit = &analysis.units[0].unit;
        assert!(matches!(unit.routes[0].to, Destination::Pool(_, Some(_))), "{pass}");
        assert_eq!(unit.computed_routes, !is_complete, "{pass}");
    }
}

#[test]
fn a_pass_directive_with_a_variable_for_a_host_makes_none() {
    let analysis = nginx("    location / { proxy_pass {{ scheme }}://$http_host{{ path }}; }");
    assert_eq!(pools(&analysis), []);
}

#[test]
fn a_filled_in_name_is_the_upstream_of_the_same_text() {
    let pass =
        "    location / { proxy_pass http://{{ name }}; }\n  }\n  upstream {{ name }} {\n    server 10.0.0.1:80;";
    let analysis = nginx(pass);
    assert_eq!(pools(&analysis), [("{{ name }}".to_owned(), true, 1)]);
}

#[test]
fn nothing_is_said_of_a_pool_that_an_upstream_may_be() {
    let analysis = nginx("    location / { proxy_pass http://{{ name }}; }");
    assert!(!checks(&analysis).iter().any(|check| ["single-target", "no-upstream-keepalive"].contains(check)));
}

#[test]
fn a_server_line_may_hold_more_than_a_name_in_one_word() {
    for line in ["server {{ s }}", "server {{ s }} check", "server {{ s }} weight 10"] {
        let analysis = haproxy(&format!("  {line}\n"));
        let unit = &analysis.units[0].unit;
        let [target] = unit.targets.as_slice() else { panic!("{line}: {:?}", unit.targets) };
        assert!(matches!(target.address, Address::Unknown(_)), "{line}");
        assert_eq!(target.count, Count::One);
    }
    let analysis = haproxy("{% for s in all %}\n  server {{ s }}\n{% endfor %}\n");
    assert!(matches!(analysis.units[0].unit.pools[0].completeness, Completeness::Incomplete(..)));
    assert!(!checks(&analysis).contains(&"no-eligible-target"));
}

#[test]
fn a_server_that_is_filled_in_may_be_the_one_that_is_named() {
    let undefined = |section: &str| checks(&haproxy(section)).contains(&"undefined-reference");
    let rule = "  use-server web2 if { src 10.0.0.1 }\n";
    assert!(undefined(&format!("  server a 10.0.0.1:80\n{rule}")));
    assert!(undefined(&format!("  server app{{{{ n }}}} 10.0.0.1:80\n{rule}")));
    assert!(!undefined(&format!("  server web{{{{ n }}}} 10.0.0.1:80\n{rule}")));
    assert!(!undefined(&format!("  server {{{{ n }}}} {{{{ a }}}}:80\n{rule}")));
    assert!(!undefined(&format!("{{% if a %}}\n  server web2 10.0.0.1:80\n{{% endif %}}\n{rule}")));
    // The names of one section are not those of another.
    let elsewhere = format!("  server a 10.0.0.1:80\n{rule}backend other\n  server {{{{ n }}}} {{{{ a }}}}:80\n");
    assert!(undefined(&elsewhere));
}

#[test]
fn a_guarded_route_to_a_pool_that_is_defined_nowhere_is_wrong_whenever_it_is_there() {
    let guarded = |backend: &str| {
        let text = format!(
            "frontend fe\n  bind :80\n{{% if api %}}\n  use_backend api if {{ path /api }}\n{{% endif %}}\n  default_backend web\nbackend web\n  server a 10.0.0.1:80\n{backend}"
        );
        read("haproxy.cfg.j2", &text, Some(Dialect::Haproxy))
    };
    let found = guarded("");
    let said = found.findings.shown.iter().find(|finding| finding.meta.name == "undefined-pool").unwrap();
    assert!(said.message.ends_with("whenever this line is there"), "{}", said.message);
    for backend in [
        "{% if api %}\nbackend api\n  server a 10.0.0.2:80\n{% endif %}\n",
        "{% for one in all %}\nbackend {{ one }}\n  server a 10.0.0.2:80\n{% endfor %}\n",
        "{% include 'api.cfg' %}\n",
        "{{ backends }}\n",
    ] {
        assert!(!checks(&guarded(backend)).contains(&"undefined-pool"), "{backend}");
    }
}

#[test]
fn locations_alone_are_of_the_server_that_includes_them() {
    let analysis = read("a.conf.j2", "location / { proxy_pass http://{{ host }}:80; }\n", Some(Dialect::Nginx));
    let AnalysedUnit { unit, .. } = &analysis.units[0];
    assert_eq!(unit.texts.get(unit.listeners[0].name, &analysis.sources), "(including server)");
}

#[test]
fn the_host_before_a_filled_in_port_is_known() {
    let hosts = |analysis: &Analysis| -> Vec<String> {
        let AnalysedUnit { unit, .. } = &analysis.units[0];
        let shown = |address: &Address| match address {
            Address::Ip(ip, Port::Unknown(_)) => ip.to_string(),
            Address::Host(name, Port::Unknown(_)) => unit.texts.get(*name, &analysis.sources).to_owned(),
            other => format!("{other:?}"),
        };
        unit.targets.iter().map(|target| shown(&target.address)).collect()
    };
    let servers = "  server a 10.0.0.1:{{ p }}\n  server b web.example.com:{{ p }} check\n  server c [::1]:{{ p }}\n";
    assert_eq!(hosts(&haproxy(servers)), ["10.0.0.1", "web.example.com", "::1"]);
    let pass = "    location / { proxy_pass http://localhost:{{ port }}/a; }\n    location /b { proxy_pass http://10.0.0.1:{{ port }}; }";
    assert_eq!(hosts(&nginx(pass)), ["localhost", "10.0.0.1"]);
    for open in ["10.0.0.{{ n }}:80", "10.0.0.1{{ port }}", "{{ h }}:{{ p }}", "::{{ p }}"] {
        let shown = hosts(&haproxy(&format!("  server a {open}\n")));
        assert_eq!(shown, ["Unknown(Template)"], "{open}");
    }
}

#[test]
fn no_host_of_the_same_machine_is_gone() {
    let pass = "    proxy_connect_timeout 1800;\n    location / { proxy_pass http://localhost:{{ port }}; }";
    assert!(!checks(&nginx(pass)).contains(&"slow-connect-timeout"));
    assert!(checks(&nginx(&pass.replace("localhost", "web.example.com"))).contains(&"slow-connect-timeout"));
}
