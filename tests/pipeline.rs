//! The whole pipeline on anything at all: no panic, the same bytes each time, fingerprints that survive edits.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use lblint::analysis::{Analysis, analyze};
use lblint::finding::Profile;
use lblint::report::{Detail, Filter, Format, Options, Subject, render};
use lblint::settings::{ProfileChoice, Settings};
use lblint::source::{Dialect, MapReader};
use proptest::prelude::*;

/// Words that make statements of all kinds, valid and not.
const WORDS: [&str; 58] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "server",
    "default-server",
    "server-template",
    "bind",
    "mode",
    "http",
    "tcp",
    "balance",
    "roundrobin",
    "source",
    "uri",
    "first",
    "random(3)",
    "check",
    "weight",
    "0",
    "256",
    "abc",
    "-1",
    "backup",
    "disabled",
    "use_backend",
    "default_backend",
    "web",
    "if",
    "unless",
    "{",
    "}",
    "TRUE",
    "nbsrv(web)",
    "acl",
    "10.0.0.1:80",
    "[::1]:80",
    "*:80",
    ":80",
    "timeout",
    "connect",
    "5s",
    "5sec",
    "option",
    "redispatch",
    "httpchk",
    "no",
    "from",
    "\"\"",
    "\"$X\"",
    "'q w'",
    "a\\ b",
    "#c",
    ".if",
    ".endif",
    "cookie",
    "resolvers",
];

fn settings() -> Settings {
    Settings { dialect: Some(Dialect::Haproxy), profile: ProfileChoice(Profile::Audit), ..Settings::default() }
}

fn analysed(text: &[u8]) -> Analysis {
    analyze(&MapReader::new([("haproxy.cfg", text)]), &["haproxy.cfg".to_owned()], &settings())
}

/// Everything that is said about a text, in every format.
fn said(text: &[u8]) -> Vec<String> {
    let (analysis, settings) = (analysed(text), settings());
    let options = Options { detail: Detail::Verbose, ..Options::new(&settings) };
    let formats = [Format::Human, Format::Concise, Format::Json];
    let filter = Filter::default();
    let subjects = [Subject::Findings, Subject::Pools(&filter), Subject::Coverage];
    let all = formats.into_iter().flat_map(|format| subjects.map(|subject| (subject, format)));
    all.map(|(subject, format)| render(&analysis, subject, format, &options)).collect()
}

fn fingerprints(text: &str) -> Vec<String> {
    let analysis = analysed(text.as_bytes());
    let mut all: Vec<String> =
        analysis.findings.shown.iter().flat_map(lblint::finding::Finding::fingerprints).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn random_statements(lines in prop::collection::vec(prop::collection::vec(prop::sample::select(&WORDS[..]), 0..9), 0..30)) {
        let text: String = lines.iter().map(|words| words.join(" ") + "\n").collect();
        prop_assert_eq!(said(text.as_bytes()), said(text.as_bytes()));
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        said(&bytes);
    }
}

const CONFIGURATION: &str = "\
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend fe
    bind 10.0.0.1:80
    default_backend web

backend web
    balance source
    server w1 10.0.1.1:80 weight 100
    server w2 10.0.1.2:80 weight 1
    server w3 10.0.1.3:80 weight 1
    server w4 10.0.1.3:80 wieght 1
";

#[test]
fn line_ends_comments_and_blank_lines_change_no_fingerprint() {
    let original = fingerprints(CONFIGURATION);
    assert!(original.len() >= 5, "{original:?}");
    assert_eq!(fingerprints(&CONFIGURATION.replace('\n', "\r\n")), original);
    assert_eq!(fingerprints(&CONFIGURATION.replace('\n', "\n\n# a remark\n")), original);
    assert_eq!(fingerprints(&CONFIGURATION.replace("    ", "\t")), original);
}

#[test]
fn a_renamed_pool_has_other_fingerprints_and_the_same_findings() {
    let renamed = CONFIGURATION.replace("web", "shop");
    let names =
        |text: &str| -> Vec<&str> { analysed(text.as_bytes()).findings.shown.iter().map(|f| f.meta.name).collect() };
    assert_eq!(names(&renamed), names(CONFIGURATION));
    assert_ne!(fingerprints(&renamed), fingerprints(CONFIGURATION));
}

#[test]
fn the_same_file_in_three_places_is_one_finding_with_copies() {
    let files = ["eu", "us", "ap"].map(|region| (format!("{region}/haproxy.cfg"), CONFIGURATION));
    let analysis = analyze(&MapReader::new(files), &[".".to_owned()], &settings());
    assert_eq!(analysis.units.len(), 3);
    let takes_all = analysis.findings.shown.iter().filter(|finding| finding.meta.name == "one-target-takes-all");
    let copies: Vec<usize> = takes_all.map(|finding| finding.copies.len()).collect();
    assert_eq!(copies, [2]);
}

#[test]
fn a_directory_of_drop_ins_is_one_unit_with_the_file_beside_it() {
    let (head, pool) = CONFIGURATION.split_at(CONFIGURATION.find("\nbackend web").unwrap() + 1);
    let files = [("lb/haproxy.cfg", head), ("lb/conf.d/web.cfg", pool)];
    let analysis = analyze(&MapReader::new(files), &["lb/conf.d/web.cfg".to_owned()], &settings());
    assert_eq!(analysis.units.len(), 1);
    assert_eq!(analysis.units[0].unit.pools.len(), 1);
    let in_argument = |finding: &lblint::finding::Finding| {
        analysis.sources.location(finding.primary.span).file == "lb/conf.d/web.cfg"
    };
    assert!(!analysis.findings.shown.is_empty());
    assert!(analysis.findings.shown.iter().all(in_argument), "only what was asked for is reported");
}

#[test]
fn copies_that_were_left_behind_are_listed_and_templates_are_read() {
    let template = CONFIGURATION.replace("10.0.1.1", "{{ web1 }}");
    let files =
        [("lb/haproxy.cfg", CONFIGURATION), ("lb/haproxy.cfg.bak", CONFIGURATION), ("lb/haproxy.cfg.j2", &template)];
    let analysis = analyze(&MapReader::new(files), &["lb".to_owned()], &settings());
    assert_eq!(analysis.units.len(), 2);
    assert_eq!(analysis.orphans, ["lb/haproxy.cfg.bak"]);
    assert_eq!(analysis.templates().collect::<Vec<_>>(), ["lb/haproxy.cfg.j2"]);
    let named = analyze(&MapReader::new(files), &["lb/haproxy.cfg.bak".to_owned()], &settings());
    assert_eq!(named.units.len(), 1, "who names a copy wants it judged");
}
