//! Anything at all in Envoy files: no panic, no end that is not reached, the same result each time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr, reason = "tests")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use lblint::analysis::{Analysis, analyze};
use lblint::finding::Profile;
use lblint::report::{Detail, Filter, Format, Options, Subject, render};
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::{Dialect, MapReader};
use proptest::prelude::*;

/// Real enough to reach every part of the reading; mutations are made of it.
const BOOTSTRAP: &str = r#"node: {id: a, cluster: b}
dynamic_resources:
  cds_config: {path_config_source: {path: b.yaml}}
static_resources:
  listeners:
  - name: main
    address: {socket_address: {address: 127.0.0.1, port_value: 8080}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: x
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {prefix: /a}
                route:
                  weighted_clusters: {clusters: [{name: web, weight: 90}, {name: canary, weight: 10}]}
                  retry_policy: {retry_on: "5xx,reset", num_retries: 2}
              - match: {prefix: /}
                route: {cluster: web, timeout: 3s, hash_policy: [{cookie: {name: s}}]}
  clusters:
  - &web
    name: web
    type: STATIC
    connect_timeout: 0.25s
    lb_policy: RING_HASH
    common_lb_config: {healthy_panic_threshold: {value: 40}, locality_weighted_lb_config: {}}
    health_checks:
    - {timeout: 1s, interval: 5s, unhealthy_threshold: 2, healthy_threshold: 2, http_health_check: {path: /ready}}
    outlier_detection: {max_ejection_percent: 50}
    circuit_breakers: {thresholds: [{max_requests: 0}]}
    load_assignment:
      cluster_name: web
      endpoints:
      - locality: {zone: a}
        load_balancing_weight: 3
        lb_endpoints: &eps
        - endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}
          load_balancing_weight: 5
          health_status: DEGRADED
      - priority: 1
        lb_endpoints: *eps
  - <<: *web
    name: canary
"#;

fn settings() -> Settings {
    Settings { dialect: Some(Dialect::Envoy), profile: ProfileChoice(Profile::Audit), ..Settings::default() }
}

fn analysed(texts: [&[u8]; 2]) -> Analysis {
    let files = ["a.yaml", "b.yaml"].into_iter().zip(texts.map(<[u8]>::to_vec));
    analyze(&MapReader::new(files), &["a.yaml".to_owned()], &settings())
}

/// Everything that is said about a bootstrap and the file that it names.
fn said(texts: [&[u8]; 2]) -> Vec<String> {
    let analysis = analysed(texts);
    let (settings, filter) = (settings(), Filter::default());
    let options = Options { detail: Detail::Verbose, ..Options::new(&settings) };
    let subjects = [Subject::Findings, Subject::Pools(&filter), Subject::Coverage];
    let all = [Format::Human, Format::Json].into_iter().flat_map(|format| subjects.map(|subject| (subject, format)));
    all.map(|(subject, format)| render(&analysis, subject, format, &options)).collect()
}

/// A text with some lines taken out, put twice, cut, or given other words.
fn changed() -> impl Strategy<Value = String> {
    let edit = (0..BOOTSTRAP.lines().count(), 0..8_usize, prop::sample::select(&WORDS[..]));
    prop::collection::vec(edit, 1..6).prop_map(|edits| {
        let mut lines: Vec<String> = BOOTSTRAP.lines().map(str::to_owned).collect();
        for (at, how, word) in edits {
            let at = at % lines.len();
            let line = lines[at].clone();
            match how {
                0 => lines[at].clear(),
                1 => lines.insert(at, line),
                2 => lines[at] = line.chars().take(line.len() / 2).collect(),
                3 => lines[at] = format!("  {line}"),
                4 => lines[at] = line.trim_start().into(),
                5 => lines[at] = line.split(':').next().unwrap().to_owned() + ": " + word,
                6 => lines[at] = line.replace(['{', '['], word),
                _ => lines[at] = line + word,
            }
        }
        lines.join("\n")
    })
}

const WORDS: [&str; 20] = [
    "null",
    "*web",
    "&web",
    "[",
    "]",
    "{",
    "}",
    "- ",
    "010",
    "yes",
    "\"",
    "'",
    "|",
    ">",
    "5ms",
    "-1",
    "99999999999",
    "!ignore x",
    "{a: b}",
    "[*eps, *eps]",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn changed_configurations(text in changed()) {
        let texts = [text.as_bytes(), text.as_bytes()];
        prop_assert_eq!(said(texts), said(texts));
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        said([&bytes, &bytes]);
        said([BOOTSTRAP.as_bytes(), &bytes]);
    }
}

/// A list that names a list that names a list: a few lines that stand for billions of endpoints.
#[test]
fn aliases_that_multiply_are_bounded() {
    let mut text =
        String::from("x0: &x0 [{endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}]\n");
    for level in 1..30 {
        let before = level - 1;
        writeln!(text, "x{level}: &x{level} [*x{before}, *x{before}, *x{before}, *x{before}]").unwrap();
    }
    text += "static_resources:\n  clusters:\n";
    text +=
        "  - name: a\n    load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: *x29}, {lb_endpoints: *x0}]}\n";
    text += "  - &b\n    name: b\n    load_assignment: {cluster_name: b, endpoints: [{lb_endpoints: *x0}]}\n";
    let begin = Instant::now();
    said([text.as_bytes(), b""]);
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[test]
fn deep_nesting_and_cycles_end() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(10_000),
        "static_resources: &a\n  clusters: [*a, *a]\n".to_owned(),
        "static_resources:\n  clusters: &a\n  - *a\n".to_owned(),
        "a: &a\n".repeat(10_000),
    ] {
        let begin = Instant::now();
        said([text.as_bytes(), text.as_bytes()]);
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    }
}

/// Bad shapes of which there can be thousands in a generated file cost in proportion to their number.
#[test]
fn cost_grows_with_the_text() {
    let shapes: [(&str, &str, &str); 5] = [
        ("static_resources:\n  clusters:\n", "  - name: c{n}\n    lb_polcy: x\n", ""),
        ("static_resources:\n  clusters:\n", "  - {name: same, type: EDS}\n", ""),
        (
            "static_resources:\n  clusters:\n",
            "  - {name: c{n}, hosts: [{socket_address: {address: a, port_value: 1}}]}\n",
            "",
        ),
        (
            "name: r\nvirtual_hosts:\n- name: v\n  domains: ['*']\n  routes:\n",
            "  - {match: {prefix: /a{n}}, route: {cluster: c{n}}}\n",
            "",
        ),
        (
            "static_resources:\n  clusters:\n  - name: a\n    load_assignment:\n      cluster_name: a\n      endpoints:\n",
            "      - {priority: 1, locality: {zone: z{n}}, load_balancing_weight: 1, lb_endpoints: [{endpoint: {address: {socket_address: {address: 10.0.0.1, port_value: 80}}}}]}\n",
            "",
        ),
    ];
    for (head, body, tail) in shapes {
        let text = |count: usize| {
            let lines = (0..count).map(|n| body.replace("{n}", &n.to_string()));
            format!("{head}{}{tail}", lines.collect::<String>())
        };
        let time = |count: usize| {
            let text = text(count);
            let best = (0..3).map(|_| {
                let begin = Instant::now();
                let _ = analysed([text.as_bytes(), b""]);
                begin.elapsed()
            });
            best.min().unwrap()
        };
        let (small, large) = (time(1000), time(8000));
        assert!(large < small * 24 + Duration::from_millis(100), "{body}: {small:?} for 1000, {large:?} for 8000");
    }
}
