//! Targets in conditions: what is wrong whenever a line is there is said.

use lblint::source::Dialect;

use super::read;

/// What a check says of a HAProxy backend with these lines.
fn said(check: &str, lines: &str) -> Vec<String> {
    let text = format!(
        "defaults\n  mode http\n  option redispatch\nfrontend fe\n  bind :80\n  default_backend web\nbackend web\n  option httpchk\n  cookie S insert\n  default-server check\n{lines}"
    );
    let analysis = read("haproxy.cfg.j2", &text, Some(Dialect::Haproxy));
    let findings = analysis.findings.shown.iter().filter(|finding| finding.meta.name == check);
    findings.map(|finding| finding.message.clone()).collect()
}

const FIRST: &str = "  server a 10.0.0.1:80 cookie a\n  server b 10.0.0.2:80 cookie b\n";

fn guarded(condition: &str, line: &str) -> String {
    format!("{{% if {condition} %}}\n  {line}\n{{% endif %}}\n")
}

#[test]
fn a_line_in_a_condition_repeats_one_outside() {
    for (check, line, message) in [
        ("duplicate-target", "server c 10.0.0.1:80 cookie c", "10.0.0.1:80 is in `web` 2 times, as `a` and `c`"),
        ("failover-to-itself", "server c 10.0.0.1:80 cookie c backup", "traffic goes to `c`, which is one of them"),
        ("duplicate-cookie-value", "server c 10.0.0.3:80 cookie a", "all returning clients with it go to `a`"),
    ] {
        for text in [format!("{FIRST}{}", guarded("x", line)), guarded("x", line) + FIRST] {
            let said = said(check, &text);
            assert_eq!(said.len(), 1, "{check} {text}");
            if text.starts_with(FIRST) {
                assert!(said[0].contains(message), "{}", said[0]);
                assert!(said[0].ends_with(" whenever this line is there"), "{}", said[0]);
            }
        }
    }
}

#[test]
fn two_lines_of_one_condition_stand_together() {
    let both = guarded("x", "server c 10.0.0.3:80 cookie c\n  server d 10.0.0.3:80 cookie c");
    assert_eq!(said("duplicate-target", &format!("{FIRST}{both}")).len(), 1);
    assert_eq!(said("duplicate-cookie-value", &format!("{FIRST}{both}")).len(), 1);
}

#[test]
fn two_conditions_may_be_each_others_contrary() {
    let one = guarded("x", "server c 10.0.0.3:80 cookie c");
    let other = guarded("not x", "server d 10.0.0.3:80 cookie c backup");
    for check in ["duplicate-target", "duplicate-cookie-value", "failover-to-itself"] {
        assert_eq!(said(check, &format!("{FIRST}{one}{other}")), [""; 0], "{check}");
    }
}

#[test]
fn a_line_that_contradicts_itself_does_so_wherever_it_is() {
    let line = guarded("x", "server c 10.0.0.3:80 cookie c maxconn 100 minconn 200");
    assert_eq!(said("contradictory-limits", &format!("{FIRST}{line}")).len(), 1);
}

#[test]
fn what_is_certain_needs_no_condition() {
    let twice = "  server a 10.0.0.1:80 cookie a\n  server b 10.0.0.1:80 cookie b\n  server z 10.0.0.2:80 cookie z\n";
    let said = said("duplicate-target", &format!("{twice}{}", guarded("x", "server c 10.0.0.1:80 cookie c")));
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("10.0.0.1:80 is in `web` 2 times, as `a` and `b`"), "{}", said[0]);
    assert!(!said[0].contains("whenever"), "{}", said[0]);
}
