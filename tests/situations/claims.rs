//! What a finding claims must be what happens.

use lblint::finding::Severity;

use crate::Situation;

const HEAD: &str = "\
global
    maxconn 1000

defaults
    option redispatch 1
    timeout connect 4s
    timeout client 30s
    timeout server 30s

";

/// The messages of a check about these sections.
fn said(check: &str, sections: &str) -> Vec<String> {
    let findings = Situation::new(&format!("{HEAD}{sections}")).findings(Severity::Info);
    findings.into_iter().filter(|line| line.contains(&format!(": {check}: "))).collect()
}

#[test]
fn without_http_nobody_is_answered_with_503() {
    let tcp = said("no-eligible-target", "listen cache\n    bind 10.0.0.5:81\n");
    assert_eq!(tcp, ["10: no-eligible-target: every connection to `cache` is closed at once: it has no server"]);
    let http = said("no-eligible-target", "listen cache\n    mode http\n    bind 10.0.0.5:81\n");
    assert_eq!(http, ["10: no-eligible-target: every request to `cache` is answered with 503: it has no server"]);
    let disabled = said(
        "drill-left-in",
        "frontend fe\n    bind 10.0.0.5:81\n    default_backend off\n\nbackend off\n    disabled\n    server a 10.0.1.1:81 check\n",
    );
    assert_eq!(disabled, ["14: drill-left-in: every connection to `off` is closed at once: the section is `disabled`"]);
}

#[test]
fn only_the_answers_that_are_repeated_are_named() {
    for (words, answers) in [("503 504", "504"), ("502 503", "502"), ("502 504", "502 or 504"), ("500 504", "500")] {
        let sections = format!(
            "listen a\n    mode http\n    bind 10.0.0.5:81\n    retry-on {words}\n    server a1 10.0.1.1:81 check\n    server a2 10.0.1.2:81 check\n"
        );
        let said = said("unsafe-retry", &sections);
        let begin = format!("13: unsafe-retry: a POST to `a` that is answered with {answers} is sent again");
        assert!(said.len() == 1 && said.iter().all(|line| line.starts_with(&begin)), "{words}: {said:?}");
    }
}
