//! Settings that nothing reads, and settings that stand below what they were meant for.

use lblint::diagnostic::Kind;

use crate::model::{Model, model};

/// What nothing reads, as written, sorted.
fn idle(model: &Model) -> Vec<String> {
    let mut idle: Vec<String> = model.unit().idle.iter().map(|one| model.written(one.at).trim().to_owned()).collect();
    idle.sort_unstable();
    idle
}

fn idle_in(defaults: &str, backend: &str) -> Vec<String> {
    idle(&model(&format!(
        "global\n  maxconn 9\ndefaults\n  mode http\n{defaults}frontend f\n  bind :80\n  default_backend b\nbackend b\n{backend}"
    )))
}

#[test]
fn settings_of_a_check_need_a_check() {
    assert_eq!(idle_in("", "  server a 10.0.0.1:80 inter 2s fall 3 weight 5\n"), ["fall 3", "inter 2s"]);
    assert!(idle_in("", "  server a 10.0.0.1:80 check inter 2s fall 3\n").is_empty());
    assert!(idle_in("", "  default-server check\n  server a 10.0.0.1:80 inter 2s\n").is_empty());
    assert!(idle_in("", "  server a 10.0.0.1:80 agent-check agent-port 1 inter 2s\n").is_empty());
}

/// 2.6.12: `observe` without `check` leaves a dead server in.
#[test]
fn watching_traffic_needs_a_check_and_its_limits_need_watching() {
    assert_eq!(idle_in("", "  server a 10.0.0.1:80 observe layer4\n"), ["observe layer4"]);
    assert_eq!(idle_in("", "  server a 10.0.0.1:80 check error-limit 5\n"), ["error-limit 5"]);
}

#[test]
fn what_defaults_say_is_read_if_one_section_reads_it() {
    let one = "  server a 10.0.0.1:80\n";
    assert_eq!(idle_in("  default-server fall 5\n", one), ["fall 5"]);
    let two = "  server a 10.0.0.1:80\nbackend c\n  server a 10.0.0.1:80 check\n";
    assert!(idle_in("  default-server fall 5\n", two).is_empty());
    assert!(idle_in("  default-server fall 5\n", "").is_empty(), "servers are still to come");
}

#[test]
fn tls_words_need_tls() {
    assert_eq!(idle_in("", "  server a 10.0.0.1:443 verify none\n"), ["verify none"]);
    assert!(idle_in("", "  server a 10.0.0.1:443 ssl verify none\n").is_empty());
    assert!(idle_in("", "  server a 10.0.0.1:443 check check-ssl verify none\n").is_empty());
}

#[test]
fn statements_need_what_the_table_says() {
    let with = |lines: &str| idle_in("", &format!("{lines}  server a 10.0.0.1:80 check\n"));
    assert_eq!(with("  mode tcp\n  retry-on 503\n"), ["retry-on 503"]);
    assert!(with("  retry-on 503\n").is_empty());
    assert_eq!(with("  fullconn 10\n"), ["fullconn 10"]);
    assert!(idle_in("", "  fullconn 10\n  server a 10.0.0.1:80 check minconn 5 maxconn 9\n").is_empty());
    assert_eq!(with("  retries 0\n  option redispatch\n"), ["option redispatch"]);
    assert!(with("  option redispatch\n").is_empty());
    assert!(with("  retries 0\n  no option redispatch\n").is_empty());
    assert_eq!(with("  balance leastconn\n  hash-type consistent\n"), ["hash-type consistent"]);
    assert!(with("  balance source\n  hash-type consistent\n").is_empty());
}

/// Manual 5.2: it acts on weights and on `maxconn`.
#[test]
fn slow_start_needs_weights_that_change_or_a_limit() {
    let with = |balance: &str, words: &str| {
        idle_in("", &format!("  balance {balance}\n  server a 10.0.0.1:80 check slowstart 9s {words}\n"))
    };
    assert_eq!(with("static-rr", ""), ["slowstart 9s"]);
    assert!(with("static-rr", "maxconn 5").is_empty());
    assert!(with("roundrobin", "").is_empty());
}

#[test]
fn resolvers_need_a_server_that_names_them() {
    let with = |server: &str| {
        let text = format!(
            "global\n  maxconn 9\nresolvers dns\n  nameserver a 10.0.0.9:53\ndefaults\n  mode http\nlisten l\n  bind :80\n  {server}\n"
        );
        idle(&model(&text)).len()
    };
    assert_eq!(with("server a app:80"), 1);
    assert_eq!(with("server a app:80 resolvers dns"), 0);
    assert_eq!(with("http-request do-resolve(txn.ip,dns) hdr(host)\n  server a 0.0.0.0:0"), 0);
    assert_eq!(with("option http-server-close"), 0, "servers are still to come");
}

#[test]
fn without_defaults_that_are_known_nothing_is_said() {
    assert!(idle(&model("backend b\n  server a 10.0.0.1:80 inter 2s\n")).is_empty());
}

fn kinds(text: &str) -> Vec<Kind> {
    model(text).0.units[0].diagnostics.iter().map(|one| one.kind.clone()).collect()
}

#[test]
fn default_server_is_for_what_follows() {
    let with = |lines: &[&str]| kinds(&format!("defaults\n  mode http\nlisten l\n  bind :80\n{}", lines.concat()));
    let late = |kinds: &[Kind]| kinds.iter().any(|kind| matches!(kind, Kind::TooLate(_)));
    let idle = |kinds: &[Kind]| kinds.iter().any(|kind| matches!(kind, Kind::ForNothing(_)));
    let (a, b, shared) = ("  server a 10.0.0.1:80\n", "  server b 10.0.0.2:80\n", "  default-server maxconn 5\n");
    assert!(late(&with(&[a, shared, b])));
    assert!(idle(&with(&[a, b, shared])));
    let fine = with(&[shared, a, shared, b]);
    assert!(!late(&fine) && !idle(&fine), "each has its servers");
}

#[test]
fn unset_variables_of_addresses_are_noted() {
    let with = |global: &str, address: &str| {
        let text = format!("global\n  {global}\ndefaults\n  mode http\nlisten l\n  bind :80\n  server a {address}\n");
        kinds(&text).into_iter().find_map(|kind| match kind {
            Kind::UnsetVariable { name, suggestion } => Some(format!("{name} {}", suggestion.unwrap_or_default())),
            _ => None,
        })
    };
    assert_eq!(with("unsetenv HOST", "\"${HOST}:80\"").as_deref(), Some("HOST "));
    assert_eq!(with("setenv APP_HOST 10.0.0.1", "\"${APP_HSOT}:80\"").as_deref(), Some("APP_HSOT APP_HOST"));
    assert_eq!(with("setenv HOST1 10.0.0.1", "\"${HOST2}:80\""), None);
    assert_eq!(with("unsetenv HOST", "\"${HOST-10.0.0.1}:80\""), None);
}

/// Without a unit a number is milliseconds.
#[test]
fn short_times_without_a_unit_are_noted() {
    let with = |line: &str| {
        kinds(&format!("defaults\n  {line}\n")).into_iter().find_map(|kind| match kind {
            Kind::Unitless { setting, milliseconds } => Some(format!("{setting} {milliseconds}")),
            _ => None,
        })
    };
    assert_eq!(with("timeout server 30").as_deref(), Some("timeout server 30"));
    assert_eq!(with("default-server inter 2").as_deref(), Some("inter 2"));
    assert_eq!(with("timeout server 30s"), None);
    assert_eq!(with("timeout server 30000"), None);
}

/// What nothing reads of a frontend and a backend with these lines.
fn idle_of(frontend: &str, backend: &str) -> Vec<String> {
    idle(&model(&format!(
        "global\n  maxconn 9\ndefaults\n  mode http\nfrontend f\n  bind :80\n{frontend}  default_backend b\nbackend b\n{backend}  server a 10.0.0.1:80 check\n"
    )))
}

#[test]
fn a_condition_needs_a_rule_of_its_section_that_asks_for_it() {
    let unasked = |lines: &str| idle_of(lines, "");
    assert_eq!(unasked("  acl api path_beg /api\n"), ["api"]);
    assert_eq!(unasked("  acl api path_beg /api\n  acl api path_beg /v2\n"), ["api"], "one name");
    assert!(unasked("  acl api path_beg /api\n  http-request deny if !api\n").is_empty());
    assert!(unasked("  acl api path_beg /api\n  http-request deny unless { src 10.0.0.1 } || api\n").is_empty());
    assert!(unasked("  acl api path_beg /api\n  acl both acl(api,other)\n  http-request deny if both\n").is_empty());
    assert!(unasked("  acl api path_beg /api\n.if defined(X)\n  http-request deny if api\n.endif\n").is_empty());
    assert!(unasked("  acl api path_beg /api\n  http-request deny if \"$WHOM\"\n").is_empty(), "whom it asks for");
    assert_eq!(idle_of("  acl api path_beg /api\n", "  http-request deny if api\n"), ["api"], "of another section");
}

#[test]
fn a_table_needs_a_rule_that_uses_it() {
    const TABLE: &str = "  stick-table type ip size 1m expire 5m store http_req_rate(10s)\n";
    let unused = |frontend: &str, backend: &str| !idle_of(frontend, &format!("{TABLE}{backend}")).is_empty();
    assert!(unused("", ""));
    assert!(unused("  http-request track-sc0 src table c\n", ""));
    for rule in ["http-request track-sc0 src table b", "http-request deny if { src,table_http_req_rate(b) gt 9 }"] {
        assert!(!unused(&format!("  {rule}\n"), ""), "{rule}");
    }
    let own = ["stick on src", "http-request track-sc1 src", "http-request deny if { src_http_req_rate gt 9 }"];
    for rule in own {
        assert!(!unused("", &format!("  {rule}\n")), "{rule}");
    }
    assert!(!unused("  http-request track-sc0 src table \"$TABLE\"\n", ""), "whichever it is");
    let text = format!("backend b\n{TABLE}  server a 10.0.0.1:80\n");
    assert!(idle(&model(&text)).is_empty(), "rules may stand in another file");
    let shared = "  stick-table type ip size 1m peers p\n";
    assert!(idle_of("", shared).is_empty(), "others fill and read it");
}

/// What stands in other files cannot change the policy that the section writes itself.
#[test]
fn what_a_section_decides_itself_is_judged_without_defaults() {
    let with = |lines: &str| idle(&model(&format!("backend b\n{lines}  server a 10.0.0.1:80\n")));
    assert_eq!(with("  balance roundrobin\n  hash-type consistent\n"), ["hash-type consistent"]);
    assert!(with("  hash-type consistent\n").is_empty());
    assert!(with("  timeout check 5s\n").is_empty());
    assert!(with("  balance source\n  default-server slowstart 9s\n").is_empty());
}
