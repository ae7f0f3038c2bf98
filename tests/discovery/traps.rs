//! Files of other programs that look like configurations of a load balancer.

use crate::{all, dialects};

/// Names and texts, each of another program.
const OTHERS: [(&str, &str); 21] = [
    (
        "kubeconfig.yaml",
        "apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n    server: https://10.0.0.1:6443\nusers: []\n",
    ),
    (
        "kafka.yaml",
        "listeners:\n- name: plain\n  port: 9092\n  type: internal\nclusters:\n- name: a\n  endpoints: [a:1]\n",
    ),
    (
        "istio.yaml",
        "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nspec:\n  host: a\n  trafficPolicy:\n    loadBalancer: { simple: ROUND_ROBIN }\n    connectionPool: { tcp: { connectTimeout: 1s } }\n",
    ),
    (
        "envoyfilter.yaml",
        "apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nspec:\n  configPatches:\n  - applyTo: CLUSTER\n    patch:\n      value:\n        name: a\n        type: STRICT_DNS\n        connect_timeout: 1s\n",
    ),
    (
        "traefik.yaml",
        "http:\n  routers:\n    a: { rule: Host(`a`), service: a }\n  services:\n    a:\n      loadBalancer:\n        servers:\n        - url: http://10.0.0.1\n",
    ),
    (
        "openapi.json",
        "{\"openapi\": \"3.0.0\", \"paths\": {\"/endpoints\": {\"get\": {}}}, \"endpoints\": [{\"priority\": 1}]}",
    ),
    (
        "package.json",
        "{\"name\": \"server\", \"dependencies\": {\"http\": \"1\"}, \"endpoints\": [], \"resources\": [{\"type\": \"a\"}]}",
    ),
    (
        "database.yml",
        "default: &default\n  connect_timeout: 5\n  type: mysql\nproduction:\n  name: a\n  connect_timeout: 2\n",
    ),
    ("clusters.json", "[{\"name\": \"a\", \"type\": \"shared\", \"connect_timeout\": 3}]"),
    (
        "apache.conf",
        "Listen 80\n<VirtualHost *:80>\n  ServerName a\n  ProxyPass / balancer://web/\n  <Proxy balancer://web>\n    BalancerMember http://10.0.0.1\n  </Proxy>\n</VirtualHost>\n",
    ),
    (
        "web.service",
        "[Unit]\nDescription=server\n[Service]\nUser=www-data\nExecStart=/usr/bin/server\n[Install]\nWantedBy=multi-user.target\n",
    ),
    ("setup.cfg", "[metadata]\nname = server\n[options]\npackages = find:\n[options.extras_require]\ntest = pytest\n"),
    ("my.cfg", "[mysqld]\nport=3306\nbind-address=0.0.0.0\nmaxconn 100\n"),
    (
        "nagios.cfg",
        "define host {\n  host_name web1\n  address 10.0.0.1\n  check_command check-host-alive\n}\ndefine service {\n  use generic-service\n}\n",
    ),
    (
        "default.vcl",
        "vcl 4.1;\nbackend web {\n  .host = \"10.0.0.1\";\n  .port = \"80\";\n}\nsub vcl_recv {\n  set req.backend_hint = web;\n  return (pass);\n}\n",
    ),
    (
        "balancer.lua",
        "local server = require('server')\nlocal function listen(port)\n  return server.listen(port)\nend\nreturn { listen = listen }\n",
    ),
    ("Caddyfile", "example.org {\n  reverse_proxy 10.0.0.1:80 10.0.0.2:80 {\n    lb_policy round_robin\n  }\n}\n"),
    (
        "keepalived.conf",
        "global_defs {\n  router_id lb1\n}\nvirtual_server 10.0.0.9 80 {\n  lb_algo rr\n  real_server 10.0.0.1 80 {\n    weight 1\n  }\n}\n",
    ),
    (
        "named.conf",
        "options {\n  listen-on port 53 { any; };\n  allow-query { any; };\n};\nserver 10.0.0.1 {\n  keys { a; };\n};\n",
    ),
    (
        "prometheus.yml",
        "global:\n  scrape_interval: 15s\nscrape_configs:\n- job_name: haproxy\n  static_configs:\n  - targets: ['10.0.0.1:9101']\n",
    ),
    (
        "main.tf",
        "resource \"aws_lb_target_group\" \"web\" {\n  port = 80\n  health_check {\n    path = \"/\"\n  }\n}\n",
    ),
];

#[test]
fn files_of_other_programs_are_left_alone() {
    for other in OTHERS {
        assert_eq!(dialects(&all(&[other])), [], "{}", other.0);
    }
}

#[test]
fn what_other_programs_keep_in_maps_is_left_alone() {
    for (name, text) in OTHERS {
        let lines = text.lines().collect::<Vec<_>>().join("\n    ");
        let map =
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: a }}\ndata:\n  {name}: |\n    {lines}\n");
        assert_eq!(dialects(&all(&[("map.yaml", &map)])), [], "{name}");
    }
}

/// The text of a ConfigMap is mostly HAProxy, and so a reader that looks at lines alone would take the whole for it.
#[test]
fn a_manifest_is_no_configuration_itself() {
    let secret = "apiVersion: v1\nkind: Secret\nstringData:\n  haproxy.cfg: |\n    global\n      maxconn 100\n    backend a\n      balance source\n      server a 10.0.0.1:80 check\n      server b 10.0.0.2:80 check\n";
    assert_eq!(dialects(&all(&[("secret.yaml", secret)])), []);
}

const EMBEDDED: &str = "global\n  maxconn 100\nbackend a\n  balance source\n  server a 10.0.0.1:80 check\n";

#[test]
fn programs_that_write_a_configuration_are_none() {
    let terraform = format!("resource \"local_file\" \"a\" {{\n  content = <<EOT\n{EMBEDDED}EOT\n}}\n");
    let script = format!("#!/bin/sh\ncat <<EOF >/etc/haproxy/haproxy.cfg\n{EMBEDDED}EOF\n");
    let string = format!("const base = `\n{EMBEDDED}`;\n");
    for (name, text) in [("main.tf", &terraform), ("install", &script), ("base.ts", &string), ("base", &string)] {
        assert_eq!(dialects(&all(&[(name, text)])), [], "{name}");
    }
    // The name of a source is enough, unless somebody names the file.
    for name in ["x.py", "x.sh.j2", "docs/x.md", "x.tf.tmpl"] {
        assert_eq!(dialects(&all(&[(name, EMBEDDED)])), [], "{name}");
        let reader = lblint::source::MapReader::new([(name, EMBEDDED)]);
        let named = lblint::analysis::analyze(&reader, &[name.to_owned()], &lblint::settings::Settings::default());
        assert_eq!(dialects(&named), [lblint::source::Dialect::Haproxy], "{name}");
    }
}
