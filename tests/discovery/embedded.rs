//! Configurations in ConfigMaps, in what Helm prints, in dumps.

use lblint::analysis::analyze;
use lblint::settings::Settings;
use lblint::source::MapReader;

use crate::{all, findings, units};

const HAPROXY: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: lb
data:
  haproxy.cfg: |
    defaults
        mode http
        timeout connect 5s
        timeout client 5s
        timeout server 5s

    backend web
        option httpchk
        default-server check
        server a 10.0.0.1:80 chekc
        server b 10.0.0.2:80
";

#[test]
fn a_block_is_read_where_it_stands() {
    let analysis = all(&[("k8s/lb.yaml", HAPROXY)]);
    assert_eq!(units(&analysis), ["haproxy k8s/lb.yaml#lb/haproxy.cfg: web@k8s/lb.yaml:13:5"]);
    assert_eq!(findings(&analysis)[..1], ["k8s/lb.yaml:16:30 unknown-directive"]);
}

#[test]
fn a_block_may_begin_with_tags() {
    for tag in [
        "    {{- if .Values.a }}",
        "{{ with .Values.lb }}",
        "    {{/* the edge */}}",
        "      {{- $x := .Values.a }}",
        "    {%- if a %}",
        "    {# the\n       edge #}",
    ] {
        let text = HAPROXY.replace("cfg: |\n", &format!("cfg: |\n{tag}\n"));
        let analysis = all(&[("k8s/lb.yaml", &text)]);
        let line = 13 + tag.lines().count();
        assert_eq!(
            units(&analysis),
            [format!("haproxy k8s/lb.yaml#lb/haproxy.cfg: web@k8s/lb.yaml:{line}:5")],
            "{tag}"
        );
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = format!("\u{feff}{}", HAPROXY.replace('\n', "\r\n"));
    let analysis = all(&[("lb.yaml", &text)]);
    assert_eq!(units(&analysis), ["haproxy lb.yaml#lb/haproxy.cfg: web@lb.yaml:13:5"]);
    assert_eq!(findings(&analysis), findings(&all(&[("lb.yaml", HAPROXY)])));
}

#[test]
fn bytes_that_are_not_utf8_are_masked() {
    let before = HAPROXY.split("    backend").next().unwrap();
    let mut bytes = format!("# caf\u{e9}\n{before}").chars().map(|letter| letter as u8).collect::<Vec<u8>>();
    bytes.extend(&HAPROXY.as_bytes()[before.len()..]);
    let analysis = analyze(&MapReader::new([("lb.yaml", bytes)]), &[".".to_owned()], &Settings::default());
    assert_eq!(units(&analysis), ["haproxy lb.yaml#lb/haproxy.cfg: web@lb.yaml:14:5"]);
}

#[test]
fn a_decoded_scalar_is_one_place() {
    let quoted = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: lb, namespace: edge }\ndata:\n  lb.cfg: \"backend web\\n  server a 10.0.0.1:80 chekc\\n\"\n";
    let analysis = all(&[("lb.yaml", quoted)]);
    assert_eq!(units(&analysis), ["haproxy lb.yaml#edge/lb/lb.cfg: web@lb.yaml:5:11"]);
    assert_eq!(findings(&analysis)[..1], ["lb.yaml:5:11 unknown-directive"]);
}

const EDGE: &str = "\
# Source: shop/templates/edge.yaml
kind: ConfigMap
apiVersion: v1
metadata:
  name: edge
data:
  nginx.conf: |
    events {}
    stream { include /etc/nginx/conf.d/*; }
    http {
        include /etc/nginx/mime.types;
        include conf.d/*.conf;
        include /etc/nginx/conf.d/server.inc;
    }
  server.inc: |
    server { location / { proxy_pass http://shop; } }
  shop.conf: |
    upstream shop {
        server 10.0.0.1:80;
        server 10.0.0.2:80;
        keepalive 8;
    }
    log_format x '$host';
";

#[test]
fn entries_of_one_map_include_each_other() {
    let analysis = all(&[("all.yaml", EDGE)]);
    assert_eq!(units(&analysis), ["nginx shop/templates/edge.yaml#edge/nginx.conf: shop@all.yaml:18:5"]);
    let unit = &analysis.units[0];
    assert_eq!(unit.unit.routes.len(), 1);
    let unread: Vec<&str> = unit.coverage.unread.iter().map(|one| analysis.sources.slice(one.at)).collect();
    assert_eq!(unread, ["/etc/nginx/mime.types"]);
}

#[test]
fn maps_of_one_stream_do_not_mix() {
    let other = EDGE.replace("edge", "other").replace("shop", "cart");
    let stream = format!("---\n{EDGE}---\nkind: Deployment\n---\n{other}");
    let reader = MapReader::alone("<stdin>", stream);
    let analysis = analyze(&reader, &["<stdin>".to_owned()], &Settings::default());
    assert_eq!(
        units(&analysis),
        [
            "nginx cart/templates/other.yaml#other/nginx.conf: cart@<stdin>:45:5",
            "nginx shop/templates/edge.yaml#edge/nginx.conf: shop@<stdin>:19:5"
        ]
    );
}

#[test]
fn maps_of_one_name_are_two_units() {
    let analysis = all(&[("a.yaml", &format!("{HAPROXY}---\n{HAPROXY}"))]);
    let roots: Vec<&str> = analysis.units.iter().map(|unit| unit.root.as_str()).collect();
    assert_eq!(roots, ["a.yaml#lb/haproxy.cfg", "a.yaml#lb/haproxy.cfg~2"]);
}

const ENVOY: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: edge
data:
  envoy.yaml: |
    node: { id: a, cluster: b }
    dynamic_resources:
      cds_config: { path_config_source: { path: /etc/envoy/cds.yaml } }
    static_resources:
      clusters:
      - name: first
        connect_timeout: 1s
        type: STATIC
        load_assignment:
          cluster_name: first
          endpoints:
          - lb_endpoints:
            - endpoint: { address: { socket_address: { address: 10.0.0.1, port_value: 80 } } }
            - endpoint: { address: { socket_address: { address: 10.0.0.2, port_value: 80 } } }
  cds.yaml: |
    resources:
    - \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster
      name: second
      connect_timeout: 1s
      type: EDS
      eds_cluster_config: { eds_config: { api_config_source: { api_type: GRPC, transport_api_version: V3, grpc_services: [{ envoy_grpc: { cluster_name: first } }] } } }
";

#[test]
fn a_bootstrap_and_what_it_names_are_one_unit() {
    let analysis = all(&[("e.yaml", ENVOY)]);
    assert_eq!(units(&analysis), ["envoy e.yaml#edge/envoy.yaml: first@e.yaml:12:9 second@e.yaml:24:7"]);
    let late: Vec<bool> = analysis.units[0].unit.files.iter().map(|file| file.at_run_time).collect();
    assert_eq!(late, [false, true], "the program reads the second while it runs");
}

#[test]
fn what_nginx_prints_is_a_tree_of_files() {
    let dump = "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n    include sites/*;\n}\n\n\
        # configuration file /etc/nginx/sites/a:\nupstream a { server 10.0.0.1:80; server 10.0.0.2:80; }\nserver { location / { proxy_pass http://a; } }\n\n";
    for dump in [dump.to_owned(), dump.replace('\n', "\r\n")] {
        let reader = MapReader::alone("<stdin>", dump);
        let analysis = analyze(&reader, &["<stdin>".to_owned()], &Settings::default());
        assert_eq!(units(&analysis), ["nginx <stdin>: a@<stdin>:9:1"]);
    }
}

/// Written by Envoy 1.40 for a static cluster, and a cluster of a file with endpoints of a file; much is left out.
const DUMP: &str = r#"{"configs": [
 {"@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump", "bootstrap": {"static_resources": {"clusters": [
   {"name": "web", "type": "STATIC", "connect_timeout": "1s"}]}, "dynamic_resources": {"cds_config": {"path_config_source": {"path": "/etc/envoy/cds.yaml"}}}}},
 {"@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", "static_clusters": [
   {"cluster": {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "web", "type": "STATIC", "connect_timeout": "1s",
    "load_assignment": {"cluster_name": "web", "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address": {"address": "10.0.0.1", "port_value": 80}}}}]}]}}}],
  "dynamic_active_clusters": [
   {"cluster": {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "dyn", "type": "EDS", "connect_timeout": "1s",
    "eds_cluster_config": {"eds_config": {"path_config_source": {"path": "/etc/envoy/eds.yaml"}}}}}]}
]}"#;

#[test]
fn what_a_running_envoy_prints_is_all_there_is() {
    let other = "resources:\n- \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster\n  name: elsewhere\n  connect_timeout: 1s\n  type: EDS\n";
    let reader = MapReader::new([("dump.json", DUMP), ("cds.yaml", other)]);
    let analysis = analyze(&reader, &["dump.json".to_owned()], &Settings::default());
    assert_eq!(units(&analysis), ["envoy dump.json: web@dump.json:5:81 dyn@dump.json:8:81"]);
    let undecided: Vec<&str> = analysis.units[0]
        .verdict
        .undecided
        .iter()
        .map(|one| analysis.units[0].unit.texts.get(one.pool, &analysis.sources))
        .collect();
    assert_eq!(undecided, ["dyn"]);
}

/// What `/config_dump?resource=static_listeners` and `?resource=static_clusters` print (1.40.0): the entries alone.
#[test]
fn a_part_of_what_a_running_envoy_prints_is_a_part() {
    let listener = r#"{"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump.StaticListener", "listener":
 {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "l",
  "address": {"socket_address": {"address": "127.0.0.1", "port_value": 80}},
  "filter_chains": [{"filters": [{"name": "tcp", "typed_config":
   {"@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", "stat_prefix": "t", "cluster": "c"}}]}]}}]}"#;
    let analysis = all(&[("listeners.json", listener)]);
    assert_eq!(findings(&analysis), [""; 0]);
    assert_eq!(analysis.units[0].unit.routes.len(), 1);
    let cluster = r#"{"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump.StaticCluster", "cluster":
 {"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "c", "connect_timeout": "1s"}}]}"#;
    let analysis = all(&[("clusters.json", cluster)]);
    assert_eq!(units(&analysis), ["envoy clusters.json: c@clusters.json:2:67"]);
    assert_eq!(findings(&analysis), [""; 0]);
    let lists = r#"{"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump", "static_listeners": [LISTENER]}]}"#;
    let entry = listener.trim_start_matches(r#"{"configs": ["#).trim_end_matches("]}").replacen(
        r#""@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump.StaticListener", "#,
        "",
        1,
    );
    let analysis = all(&[("listeners.json", &lists.replace("LISTENER", &entry))]);
    assert_eq!((analysis.units[0].unit.routes.len(), findings(&analysis).len()), (1, 0));
}

/// 1.40.0 prints a weight of 0 for a locality that has none, and would not take it.
#[test]
fn what_a_running_envoy_prints_is_never_refused() {
    let endpoints = r#"{"@type": "type.googleapis.com/envoy.admin.v3.EndpointsConfigDump", "static_endpoint_configs": [
 {"endpoint_config": {"@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name": "web",
  "endpoints": [{"locality": {}, "load_balancing_weight": 0, "lb_endpoints": []}]}}]}"#;
    let dump = DUMP.trim_end().trim_end_matches("]}").to_owned() + ",\n" + endpoints + "]}";
    let analysis = all(&[("dump.json", &dump)]);
    assert!(!findings(&analysis).iter().any(|finding| finding.ends_with("invalid-value")), "{:?}", findings(&analysis));
}

#[test]
fn a_template_in_a_map_is_read_like_the_others() {
    let template = "  other.cfg: |\n    backend api\n      server a {{ .Values.host }}:80 check\n  alerts.yaml: |\n    text: '{{ $labels.x }}'\n";
    let analysis = all(&[("lb.yaml", &format!("{HAPROXY}{template}"))]);
    assert_eq!(
        units(&analysis),
        ["haproxy lb.yaml#lb/haproxy.cfg: web@lb.yaml:13:5", "haproxy lb.yaml#lb/other.cfg: api@lb.yaml:19:5"]
    );
    assert_eq!(analysis.templates().collect::<Vec<_>>(), ["lb.yaml"]);
}

#[test]
fn what_is_filled_in_beside_configurations_does_not_count() {
    let alerts = "  alerts.yaml: |\n    text: '{{ $labels.x }}'\n";
    let analysis = all(&[("lb.yaml", &format!("{HAPROXY}{alerts}"))]);
    assert_eq!(units(&analysis), ["haproxy lb.yaml#lb/haproxy.cfg: web@lb.yaml:13:5"]);
    assert_eq!(analysis.templates().count(), 0);
    assert_eq!(findings(&analysis), findings(&all(&[("lb.yaml", HAPROXY)])));
}

#[test]
fn a_condition_around_a_map_and_a_name_that_is_filled_in() {
    let named = HAPROXY.replace("name: lb", "name: {{ .Release.Name }}-lb");
    let analysis = all(&[("lb.yaml", &format!("{{{{- if .Values.lb }}}}\n{named}{{{{- end }}}}\n"))]);
    assert_eq!(units(&analysis), ["haproxy lb.yaml#?-lb/haproxy.cfg: web@lb.yaml:14:5"]);
    assert!(findings(&analysis).contains(&"lb.yaml:17:30 unknown-directive".to_owned()));
}

#[test]
fn lines_of_nginx_that_are_filled_in_swallow_no_statement() {
    let text = format!(
        "{}  nginx.conf: |\n    events {{}}\n    http {{\n      {{{{ .Values.log }}}}\n      upstream shop {{ server 10.0.0.1:80; server 10.0.0.2:80; }}\n    }}\n",
        HAPROXY.split("  haproxy.cfg").next().unwrap()
    );
    let analysis = all(&[("lb.yaml", &text)]);
    assert_eq!(units(&analysis), ["nginx lb.yaml#lb/nginx.conf: shop@lb.yaml:10:7"]);
}

#[test]
fn a_template_that_must_be_decoded_is_named_and_not_read() {
    let quoted = "  other.cfg: \"backend api\\n  server a {{ .Values.host }}:80 check\\n\"\n";
    let analysis = all(&[("lb.yaml", &format!("{HAPROXY}{quoted}"))]);
    assert_eq!(units(&analysis), ["haproxy lb.yaml#lb/haproxy.cfg: web@lb.yaml:13:5"]);
    let skipped: Vec<String> = analysis.skipped.iter().map(|one| format!("{}: {}", one.path, one.why)).collect();
    assert_eq!(skipped, ["lb.yaml: a template in a scalar that is no literal block: render it"]);
}

#[test]
fn a_condition_around_a_file_of_a_map_hides_nothing_of_it() {
    let envoy = "    static_resources:\n      clusters:\n      - name: web\n        lb_policy: RANDOM\n";
    let head = HAPROXY.split("  haproxy.cfg").next().unwrap();
    let otherwise = "{{ else }}{{ toYaml .Values.data | indent 2 }}{{ end }}\n";
    let analysis =
        all(&[("lb.yaml", &format!("{head}{{{{ if (empty .Values.data) }}}}\n  envoy.yaml: |\n{envoy}{otherwise}"))]);
    assert_eq!(units(&analysis), ["envoy lb.yaml#lb/envoy.yaml: web@lb.yaml:10:9"]);
    assert_eq!(analysis.units[0].coverage.statements(), 4);
    let unit = &analysis.units[0].unit;
    let policy = unit.settings(unit.pools[0].settings).unwrap().policy.get().map(|policy| policy.word);
    assert_eq!(policy, Some("RANDOM"));
}

#[test]
fn sections_in_another_entry_complete_haproxys() {
    let text = "\
apiVersion: v1
kind: ConfigMap
metadata: { name: lb }
data:
  haproxy.cfg: |
    defaults
        mode http
        timeout connect 5s
        timeout client 5s
        timeout server 5s
    frontend fe
        bind *:80
        http-request auth unless { http_auth(admins) }
        http-request return status 200
  more.cfg: |
    userlist admins
        user joe insecure-password x
";
    let undefined = |text: &str| {
        findings(&all(&[("cm.yaml", text)])).into_iter().filter(|one| one.ends_with("undefined-reference")).count()
    };
    assert_eq!(undefined(text), 0);
    assert_eq!(undefined(&text.replace("userlist admins", "userlist others")), 1);
    assert_eq!(units(&all(&[("cm.yaml", text)])), ["haproxy cm.yaml#lb/haproxy.cfg:"]);
    // Alone it is nothing.
    let (head, part) = (&text[..text.find("  haproxy.cfg").unwrap()], &text[text.find("  more.cfg").unwrap()..]);
    assert_eq!(units(&all(&[("cm.yaml", &format!("{head}{part}"))])), Vec::<String>::new());
}
