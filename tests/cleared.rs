//! What a clean run is worth: which checks looked at how many pools, and where they could not decide.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use lblint::analysis::analyze;
use lblint::report::{self, Detail, Format, Options, Subject};
use lblint::settings::{Selector, Settings};
use lblint::source::MapReader;

/// One pool that is written out, one that discovery fills, one of which a server weighs nobody knows what.
const POOLS: &str = "\
global
\tmaxconn 1000
defaults
\tmode http
\toption redispatch
\ttimeout connect 3s
\ttimeout client 30s
\ttimeout server 30s
resolvers dns
\tnameserver local 10.0.0.53:53
frontend fe
\tbind 10.0.0.5:80
\tuse_backend found if { path_beg /found }
\tuse_backend weighed if { path_beg /weighed }
\tdefault_backend written
backend written
\tbalance roundrobin
\toption httpchk GET /health
\tserver a 10.0.0.1:80 check
\tserver b 10.0.0.2:80 check
backend found
\tbalance roundrobin
\toption httpchk GET /health
\tserver-template app 1-9 _app._tcp.service.consul resolvers dns check
backend weighed
\tbalance roundrobin
\toption httpchk GET /health
\tserver a 10.0.1.1:80 check weight \"${HEAVY}\"
\tserver b 10.0.1.2:80 check
";

fn rendered(select: &[&str], format: Format) -> String {
    let select = select.iter().map(|name| name.parse::<Selector>().unwrap()).collect();
    let settings = Settings { select, ..Settings::default() };
    let analysis = analyze(&MapReader::new([("haproxy.cfg", POOLS)]), &["haproxy.cfg".to_owned()], &settings);
    let options = Options { detail: Detail::Verbose, ..Options::new(&settings) };
    report::render(&analysis, Subject::Findings, format, &options)
}

fn checks(select: &[&str]) -> Vec<serde_json::Value> {
    let document: serde_json::Value = serde_json::from_str(&rendered(select, Format::Json)).unwrap();
    document["checks"].as_array().unwrap().clone()
}

#[test]
fn a_check_that_knows_what_it_reads_clears() {
    let expected = serde_json::json!({
        "check": "missing-timeout", "pools": 3, "findings": 0, "cleared": true, "undecided": []
    });
    assert_eq!(checks(&["missing-timeout"]), [expected]);
}

#[test]
fn silence_about_what_is_not_known_clears_nothing() {
    let expected = serde_json::json!({
        "check": "skewed-weights", "pools": 3, "findings": 0, "cleared": false, "undecided": [
            { "why": "an environment variable", "pools": 1 },
            { "why": "discovery at run time", "pools": 1 },
        ]
    });
    assert_eq!(checks(&["skewed-weights"]), [expected]);
}

#[test]
fn a_check_that_was_not_asked_for_or_speaks_of_another_proxy_says_nothing() {
    let names: Vec<_> = checks(&[]).iter().map(|check| check["check"].as_str().unwrap().to_owned()).collect();
    assert!(names.contains(&"no-redispatch".to_owned()));
    assert!(!names.contains(&"modulo-hash".to_owned()), "only from the profile strict on");
    assert!(!names.contains(&"inverted-weights".to_owned()), "of nginx only");
}

#[test]
fn people_read_both() {
    let text = rendered(&["missing-timeout", "skewed-weights", "no-redispatch"], Format::Human);
    assert!(text.contains("\ncleared: 1 check found nothing: missing-timeout\n"), "{text}");
    let open = "left open on 2 of 3 pools (1 an environment variable, 1 discovery at run time): skewed-weights";
    assert!(text.contains(open), "{text}");
    assert!(text.contains("left open on 1 of 3 pools (1 discovery at run time): no-redispatch"), "{text}");
}
