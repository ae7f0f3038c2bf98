//! Shapes that the programs accept without a word, each with the check that has to speak of it and the line.
//!
//! `*.shapes` hold one small configuration for each: `#= WHAT: CHECK, ...` begins it; one of the checks must fire at one of
//! the lines that end in `# <- here`. `-` stands for a shape that is right as it is: nothing worse than a remark may be said
//! at these lines. Where one cause has two names, the check of the cause may speak for the setting that goes with it:
//! parameters of a check that nobody asked for are told of by the check of the missing check. What does not begin a
//! configuration is put into the frame of its dialect. HAProxy: what 2.6.12 is silent about; nginx 1.22.1: traps of order
//! and combination; Envoy 1.40: what `--mode validate` lets pass.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "tests")]

#[path = "../incidents/programs.rs"]
mod programs;

use lblint::analysis::analyze;
use lblint::finding::{Profile, Severity};
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::{Dialect, MapReader};

/// Where a configuration for HAProxy begins that is complete by itself; all others have a pool `web` that a frontend uses.
const HAPROXY: Frame = Frame {
    complete: &["global\n", "defaults\n", "frontend "],
    before: "defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
    option redispatch 1
frontend public
    bind 127.0.0.1:18080
    default_backend web
",
    behind: "",
};

const NGINX: Frame = Frame {
    complete: &["events {}\n"],
    before: "events {}
http {
    server {
        listen 127.0.0.1:18080;
        location / {
            proxy_pass http://shop;
        }
    }
",
    behind: "}\n",
};

const ENVOY: Frame = Frame {
    complete: &["static_resources:\n"],
    before: r#"static_resources:
  listeners:
  - name: edge
    address: {socket_address: {address: 127.0.0.1, port_value: 18080}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: edge
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: "/"}
                route: {cluster: shop}
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
"#,
    behind: "",
};

/// What stands around a shape.
struct Frame {
    /// How shapes begin that need none.
    complete: &'static [&'static str],
    before: &'static str,
    behind: &'static str,
}

/// One shape.
struct Shape {
    what: &'static str,
    /// One of them must fire; none for a shape that is right.
    checks: Vec<&'static str>,
    text: String,
}

impl Shape {
    /// The 1-based lines one of which the finding must name.
    fn marked(&self) -> Vec<u32> {
        let marked = self.text.lines().zip(1..).filter(|(line, _)| line.ends_with("# <- here"));
        marked.map(|(_, number)| number).collect()
    }

    /// What is wrong with what is said of it, if something is.
    fn problem(&self, dialect: Dialect) -> Option<String> {
        let file = ["haproxy.cfg", "nginx.conf", "envoy.yaml"][dialect as usize];
        let settings =
            Settings { dialect: Some(dialect), profile: ProfileChoice(Profile::Audit), ..Settings::default() };
        let analysis = analyze(&MapReader::new([(file, self.text.clone())]), &[file.to_owned()], &settings);
        let line = |span| analysis.sources.location(span).line;
        let marked = self.marked();
        let mut here = analysis.findings.shown.iter().filter(|one| marked.contains(&line(one.primary.span)));
        let right = if self.checks.is_empty() {
            here.all(|finding| finding.severity == Severity::Info)
        } else {
            here.any(|finding| self.checks.contains(&finding.meta.name))
        };
        let said = analysis.findings.shown.iter().map(|one| format!("{} at {}", one.meta.name, line(one.primary.span)));
        let said = || said.collect::<Vec<_>>().join(", ");
        (!right).then(|| format!("{}: expected {:?} at {marked:?}, said {}", self.what, self.checks, said()))
    }
}

fn shapes(text: &'static str, frame: &Frame) -> Vec<Shape> {
    let parts = text.split("#= ").filter(|part| !part.is_empty());
    let shapes: Vec<Shape> = parts.map(|part| shape(part, frame)).collect();
    assert!(shapes.iter().all(|shape| !shape.marked().is_empty()), "a shape without a marked line");
    shapes
}

fn shape(part: &'static str, frame: &Frame) -> Shape {
    let (head, body) = part.split_once('\n').unwrap();
    let (what, checks) = head.rsplit_once(": ").unwrap();
    let is_complete = frame.complete.iter().any(|start| body.starts_with(start));
    let text = match (is_complete, body.starts_with("frontend ")) {
        (true, true) => frame.before.split_inclusive("redispatch 1\n").next().unwrap().to_owned() + body,
        (true, false) => body.to_owned(),
        (false, _) => format!("{}{body}{}", frame.before, frame.behind),
    };
    Shape { what, checks: checks.split(", ").filter(|name| *name != "-").collect(), text }
}

fn judged(dialect: Dialect, shapes: &[Shape]) {
    let problems: Vec<String> = shapes.iter().filter_map(|shape| shape.problem(dialect)).collect();
    assert!(problems.is_empty(), "{} of {} shapes:\n{}", problems.len(), shapes.len(), problems.join("\n"));
}

/// The program takes every shape.
fn accepted(dialect: &str, extension: &str, shapes: &[Shape]) {
    let folder = std::env::temp_dir().join(format!("lblint-shapes-{dialect}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("shape.{extension}"));
    let mut refused = Vec::new();
    for shape in shapes {
        std::fs::write(&file, &shape.text).unwrap();
        match programs::judge(dialect, &file) {
            None => {
                eprintln!("skipped: {dialect} is not installed");
                break;
            }
            Some(Err(message)) => refused.push(format!("{}: {message}", shape.what)),
            Some(Ok(())) => {}
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(refused.is_empty(), "refused:\n{}", refused.join("\n"));
}

#[test]
fn haproxy_shapes_are_reported() {
    judged(Dialect::Haproxy, &shapes(include_str!("haproxy.shapes"), &HAPROXY));
}

#[test]
fn haproxy_accepts_them() {
    accepted("haproxy", "cfg", &shapes(include_str!("haproxy.shapes"), &HAPROXY));
}

#[test]
fn nginx_shapes_are_reported() {
    judged(Dialect::Nginx, &shapes(include_str!("nginx.shapes"), &NGINX));
}

#[test]
fn nginx_accepts_them() {
    accepted("nginx", "conf", &shapes(include_str!("nginx.shapes"), &NGINX));
}

#[test]
fn envoy_shapes_are_reported() {
    judged(Dialect::Envoy, &shapes(include_str!("envoy.shapes"), &ENVOY));
}

#[test]
fn envoy_accepts_them() {
    accepted("envoy", "yaml", &shapes(include_str!("envoy.shapes"), &ENVOY));
}
