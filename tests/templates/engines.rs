//! Templates of single engines, as files of a repository.

use lblint::source::Dialect;

use super::read;

/// The findings of a validity check in a file, with the text that they point at, and what each pool's targets are.
fn said(name: &str, text: &str, dialect: Option<Dialect>) -> Vec<String> {
    let analysis = read(name, text, dialect);
    let shown = analysis.findings.shown.iter().filter(|one| one.meta.group == lblint::finding::Group::Validity);
    shown.map(|one| format!("{}: {}", one.meta.name, analysis.sources.slice(one.primary.span))).collect()
}

const SETTINGS: &str = "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\nfrontend fe\n  bind :80\n  default_backend web\n";

#[test]
fn terraform_fills_in_files_of_its_own() {
    let text = format!(
        "{SETTINGS}backend web\n%{{ for n in nodes ~}}\n  server ${{n.name}} ${{n.ip}}:80 check\n%{{ endfor ~}}\n"
    );
    for name in ["haproxy.cfg.tpl", "haproxy.cfg.tftpl"] {
        let analysis = read(name, &text, None);
        let unit = &analysis.units[0].unit;
        assert!(!unit.pools[0].completeness.is_complete() && unit.targets_of(&unit.pools[0]).len() == 1, "{name}");
        assert_eq!(said(name, &text, None), Vec::<String>::new(), "{name}");
    }
    let text = "upstream u {\n  server ${ip_a}:8080;\n  server ${ip_b}:8080;\n}\nserver { listen 80; location / { proxy_pass http://u; } }\n";
    assert_eq!(said("a.conf.tftpl", text, None), Vec::<String>::new());
    let clusters = "static_resources:\n  clusters:\n%{ for c in clusters ~}\n  - name: ${c.name}\n    connect_timeout: ${c.timeout}\n    type: STATIC\n%{ endfor ~}\n";
    assert_eq!(said("envoy.yaml.tpl", clusters, None), Vec::<String>::new());
    assert_eq!(read("envoy.yaml.tpl", clusters, None).units[0].unit.pools.len(), 1);
}

#[test]
fn small_names_are_filled_in_where_nginx_knows_none() {
    let site = "upstream u {\n  server ${ip}:8080;\n}\nserver {\n  listen ${port};\n  client_max_body_size ${size};\n  location / { proxy_pass http://u; }\n}\n";
    for name in ["a.conf.tpl", "a.conf.template"] {
        assert_eq!(said(name, site, None), Vec::<String>::new(), "{name}");
    }
    assert_eq!(said("a.conf", site, None).len(), 2);
    // A variable that nobody makes is filled in, one with a letter amiss is not.
    let host = "events {}\nhttp {\n  server { listen 80; location / { proxy_pass http://${app_ip}:80; } }\n}\n";
    assert_eq!(said("nginx.conf.tpl", host, None), Vec::<String>::new());
    let amiss = host.replace("listen", "set $app_ips 10.0.0.1; listen");
    let bare = host.replace("${app_ip}", "$app_ip");
    for (name, text) in [("nginx.conf", host), ("nginx.conf.tpl", &amiss), ("nginx.conf.tpl", &bare)] {
        assert_eq!(said(name, text, None).len(), 1, "{name} {text}");
    }
}

#[test]
fn variables_of_haproxy_alone_leave_it_haproxy() {
    let text =
        format!("{SETTINGS}backend web\n  server a \"${{HOST}}:80\" check\n  server b \"${{b}}:80\" check # a; b\n");
    let reader = lblint::source::MapReader::new([("r/haproxy.cfg.tpl", text)]);
    let settings = lblint::settings::Settings::default();
    let analysis = lblint::analysis::analyze(&reader, &["r".to_owned()], &settings);
    assert_eq!(analysis.units.len(), 1);
    assert_eq!(analysis.units[0].unit.dialect, Dialect::Haproxy);
}

#[test]
fn a_byte_order_mark_of_a_template_may_be_dropped() {
    let text = "\u{feff}# {{ managed }}\nserver { listen 80; location / { proxy_pass http://127.0.0.1:81; } }\n";
    assert_eq!(said("a.conf.hbs", text, None), Vec::<String>::new());
    assert_eq!(said("a.conf.hbs", &text.replace("{{ managed }}", ""), None), Vec::<String>::new());
    assert_eq!(said("a.conf", &text.replace("{{ managed }}", ""), None).len(), 1);
}

#[test]
fn marks_of_autoconf() {
    let text =
        format!("{SETTINGS}backend web\n  server a @HOST@:@PORT@ check\n  server b %%H2%%:80 check\n  @SERVERS@\n");
    assert_eq!(said("haproxy.cfg.in", &text, None), Vec::<String>::new());
    let unit = &read("haproxy.cfg.in", &text, None).units[0].unit;
    assert!(!unit.pools[0].completeness.is_complete() && unit.targets_of(&unit.pools[0]).len() == 2);
}

#[test]
fn names_in_braces_stand_for_statements() {
    let text = format!(
        "{SETTINGS}  use_backend old if legacy\n{{acls}}\n\n{{backends}}\n\nbackend old\n  server a 10.0.0.1:80 check\n"
    );
    let complaints = said("haproxy.cfg", &text, None);
    assert!(complaints.iter().any(|one| one == "unknown-directive: {acls}"), "{complaints:?}");
    assert_eq!(said("haproxy.cfg.tpl", &text, None), Vec::<String>::new());
}

#[test]
fn a_container_fills_in_entries_named_as_templates() {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  default.conf.template: |\n    upstream u {\n      server ${BACKEND}:80;\n      server ${OTHER}:80;\n    }\n    server { listen 80; location / { proxy_pass http://u; } }\n";
    assert_eq!(said("web.yaml", text, None), Vec::<String>::new());
    assert!(!said("web.yaml", &text.replace(".template", ""), None).is_empty());
}

#[test]
fn the_end_of_a_file_named_as_a_template_is_not_spoken_of() {
    let text = format!("{SETTINGS}backend web\n  server a 10.0.0.1:80 check");
    assert_eq!(said("haproxy.cfg.template", &text, None), Vec::<String>::new());
    assert_eq!(said("haproxy.cfg", &text, None).len(), 1);
}

#[test]
fn a_value_silences_its_statement() {
    let text = "upstream u { server {{ a }}:80; least_con; server 10.0.0.2:80 weight=x; }\nserver { listen 80; location / { proxy_pass http://u; } }\n";
    let found = said("a.conf.j2", text, Some(Dialect::Nginx));
    assert_eq!(found, ["unknown-directive: least_con", "invalid-value: x"]);
    let text = text.replace("upstream u", "{{ x }} upstream u");
    assert_eq!(said("a.conf.j2", &text, Some(Dialect::Nginx)), Vec::<String>::new());
    let server = |words: &str| format!("{SETTINGS}backend web\n  server b {words}\n  server c 10.0.0.1:80 check\n");
    assert_eq!(said("haproxy.cfg.j2", &server("{{ b }}:80 check weight 300"), None), ["invalid-value: 300"]);
    assert_eq!(said("haproxy.cfg.j2", &server("{{ b }}:80 check weight 3{{ x }}0"), None), Vec::<String>::new());
}

/// The names of the pools of an Envoy file with these entries in its list of clusters, and whether others may be defined.
fn clusters(entries: &str) -> (Vec<String>, bool) {
    let rest = "\n  - name: a\n    connect_timeout: 1s\n    type: STATIC\n    load_assignment: { cluster_name: a }\n";
    let text = format!("static_resources:\n  clusters:\n{entries}{rest}");
    let analysis = read("envoy.yaml.j2", &text, Some(Dialect::Envoy));
    let unit = &analysis.units[0].unit;
    let name = |pool: &lblint::model::Pool| unit.texts.get(pool.name, &analysis.sources).to_owned();
    (unit.pools.iter().map(name).collect(), unit.fragment)
}

#[test]
fn clusters_that_are_filled_in_are_no_pools() {
    for entry in [
        "  {{ x }}",
        "  {{- toYaml .Values.x | nindent 2 }}",
        "{{ toYaml .Values.x | indent 2 }}",
        "  - {{ x | to_json }}",
        "  {% for x in y %}\n  - {{ x | to_json }}\n  {% endfor %}",
    ] {
        assert_eq!(clusters(entry), (vec!["a".to_owned()], true), "{entry}");
    }
    assert_eq!(clusters("  - name: \"x{{ y }}\"\n    connect_timeout: 1s").0, ["x{{ y }}", "a"]);
    let text = "static_resources:\n  clusters: {{ x | to_json }}\n";
    assert!(read("envoy.yaml.j2", text, Some(Dialect::Envoy)).units[0].unit.pools.is_empty());
}
