//! HAProxy: situations 1 to 7.

use lblint::finding::{Profile, Severity};
use lblint::model::Why;
use lblint::traffic::{Certainty, Reached};

use crate::{Situation, close};

/// 1: a check that asks for a role elects one of the targets.
const ELECTED: &str = "\
global
    maxconn 1000
    log 10.0.0.9:514 local0

defaults
    log global
    mode tcp
    retries 2
    timeout connect 4s
    timeout client 30m
    timeout server 30m
    timeout check 5s

listen stats
    mode http
    bind 10.0.0.5:7000
    stats enable
    stats uri /

listen pg_primary
    bind 10.0.0.5:5000
    option httpchk OPTIONS /primary
    http-check expect status 200
    default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions
    server pg1 10.0.2.11:5432 maxconn 100 check port 8008
    server pg2 10.0.2.12:5432 maxconn 100 check port 8008
    server pg3 10.0.2.13:5432 maxconn 100 check port 8008
";

#[test]
fn an_elected_target_gets_everything_and_nobody_knows_which() {
    let situation = Situation::new(ELECTED);
    situation.is_silent();
    let prediction = situation.predict("pg_primary", &[]);
    assert_eq!(prediction.certainty, Certainty::Unknown);
    assert!(prediction.because.is_some());
    assert!(prediction.shares.is_empty(), "33 % each would be a lie: {:?}", prediction.shares);
}

#[test]
fn losing_a_replica_of_an_elected_pool_costs_nothing() {
    let situation = Situation::new(ELECTED);
    for replica in 0..3 {
        let prediction = situation.predict("pg_primary", &[replica]);
        assert_eq!(prediction.certainty, Certainty::Unknown);
        close(Some(prediction.failed), 0.0);
    }
}

/// 2: weights of an earlier process are taken over at start.
const SAVED_STATE: &str = "\
global
    maxconn 4000
    stats socket /run/haproxy/admin.sock mode 660 level admin
    server-state-file /var/lib/haproxy/server-state

defaults
    mode http
    option redispatch
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    load-server-state-from-file global

frontend fe_web
    bind 10.0.0.5:80
    default_backend web

backend web
    balance roundrobin
    option httpchk GET /health
    server web1 10.0.1.11:8080 check weight 10
    server web2 10.0.1.12:8080 check weight 10
";

#[test]
fn saved_state_makes_shares_assumed() {
    let situation = Situation::new(SAVED_STATE);
    situation.is_silent();
    let prediction = situation.predict("web", &[]);
    assert_eq!(prediction.certainty, Certainty::Assumed);
    assert!(prediction.assumptions.contains(&"no saved state"), "{:?}", prediction.assumptions);
    close(prediction.share_of(0), 0.5);
}

/// 3: service discovery fills the slots of a template.
const DISCOVERY: &str = "\
global
    maxconn 4000

defaults
    mode http
    option redispatch
    timeout connect 5s
    timeout client 30s
    timeout server 30s

resolvers consul
    nameserver consul 127.0.0.1:8600
    accepted_payload_size 8192
    hold valid 5s

frontend fe_app
    bind 10.0.0.5:80
    default_backend app

backend app
    balance roundrobin
    option httpchk GET /health
    server-template app 1-20 _app._tcp.service.consul resolvers consul resolve-prefer ipv4 init-addr none check
";

#[test]
fn discovered_targets_are_not_twenty_targets() {
    let situation = Situation::new(DISCOVERY);
    situation.is_silent();
    let view = situation.view("app");
    assert!(!view.pool.completeness.is_complete());
    assert_eq!(view.declared(), None);
    let prediction = situation.predict("app", &[]);
    assert_eq!(prediction.certainty, Certainty::Unknown);
    assert_eq!(prediction.because.map(|(why, _)| why), Some(Why::Remote));
    assert!(prediction.shares.is_empty(), "5 % each would be a lie: {:?}", prediction.shares);
}

/// 4: the least busy server gets the next request, and one that fails at once is never busy.
const FAILS_FAST: &str = "\
global
    maxconn 4000

defaults
    mode http
    option redispatch
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend fe_web
    bind 10.0.0.5:80
    default_backend web

backend web
    balance leastconn
    server web1 10.0.1.11:8080 check
    server web2 10.0.1.12:8080 check
";

#[test]
fn a_server_that_fails_fast_costs_more_than_its_share() {
    Situation::new(FAILS_FAST).is_silent();
    let said = Situation::under(Profile::Strict, FAILS_FAST).findings(Severity::Info);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("shallow-health-check"), "{said:?}");
    assert!(said[0].ends_with("50.0 % to 100.0 % of the requests fail for good"), "{said:?}");
}

/// 15: a private address in front of a hash of addresses. Whether clients or two proxies connect is not told.
#[test]
fn a_hash_behind_a_private_address_promises_no_even_shares() {
    let hashed = FAILS_FAST.replace("balance leastconn", "balance source");
    let said = Situation::under(Profile::Audit, &hashed).findings(Severity::Warning);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("round-robin-disabled"), "{said:?}");
    assert!(!said[0].contains('%'), "nobody knows the shares: {said:?}");
}

/// 5: a sorry server takes over when a pool has no targets left.
const SORRY: &str = "\
global
    maxconn 4000

defaults
    mode http
    option redispatch
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend fe_web
    bind 10.0.0.5:80
    use_backend sorry if { nbsrv(web) lt 1 }
    default_backend web

backend web
    balance roundrobin
    option httpchk GET /health
    server web1 10.0.1.11:8080 check
    server web2 10.0.1.12:8080 check

backend sorry
    server page 10.0.9.9:8080
";

#[test]
fn a_sorry_pool_is_neither_unused_nor_too_small() {
    Situation::new(SORRY).is_silent();
    Situation::under(Profile::Strict, SORRY).is_silent();
}

#[test]
fn a_sorry_pool_gets_traffic_only_when_the_other_has_nobody_left() {
    let situation = Situation::new(SORRY);
    assert_eq!(situation.reached("web"), Reached::Yes);
    assert_eq!(situation.reached("sorry"), Reached::AsFallback);
    close(Some(situation.predict("web", &[0]).failed), 0.0);
    close(Some(situation.predict("web", &[0, 1]).failed), 1.0);
    close(situation.predict("sorry", &[]).share_of(0), 1.0);
}

#[test]
fn a_named_condition_makes_a_sorry_pool_as_well() {
    let rule = "use_backend sorry if { nbsrv(web) lt 1 }";
    let named = SORRY.replace(rule, "acl web_dead nbsrv(web) eq 0\n    use_backend sorry if web_dead");
    let situation = Situation::new(&named);
    situation.is_silent();
    assert_eq!(situation.reached("sorry"), Reached::AsFallback);
}

/// 6: a drained server still serves the clients that its cookie ties to it.
const DRAINED: &str = "\
global
    maxconn 4000

defaults
    mode http
    option redispatch
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend fe_shop
    bind 10.0.0.5:80
    default_backend shop

backend shop
    balance roundrobin
    cookie SRV insert indirect nocache
    option httpchk GET /health
    server w1 10.0.1.11:8080 cookie w1 check
    server w2 10.0.1.12:8080 cookie w2 check
    server w3 10.0.1.13:8080 weight 0 cookie w3 check
";

#[test]
fn a_drained_server_gets_no_new_clients() {
    let situation = Situation::new(DRAINED);
    assert_eq!(situation.findings(Severity::Warning), Vec::<String>::new());
    let prediction = situation.predict("shop", &[]);
    close(prediction.share_of(2), 0.0);
    close(prediction.share_of(0), 0.5);
    close(prediction.share_of(1), 0.5);
    assert_eq!(prediction.certainty, Certainty::Assumed, "tied clients go elsewhere");
}

/// A drain of the second of two servers leaves one on purpose.
#[test]
fn a_drain_that_leaves_one_server_is_no_defect() {
    let two = DRAINED.replace("    server w2 10.0.1.12:8080 cookie w2 check\n", "");
    let situation = Situation::new(&two);
    assert_eq!(situation.findings(Severity::Warning), Vec::<String>::new());
    close(situation.predict("shop", &[]).share_of(0), 1.0);
}

/// 7: two listeners on one port.
const TWO_BINDS: &str = "\
global
    maxconn 4000

defaults
    mode tcp
    option redispatch
    timeout connect 5s
    timeout client 1m
    timeout server 1m

frontend fe_public
    bind *:443
    default_backend web

frontend fe_admin
    bind 10.0.0.5:443
    default_backend admin

backend web
    balance roundrobin
    server web1 10.0.1.11:443 check
    server web2 10.0.1.12:443 check

backend admin
    balance roundrobin
    server adm1 10.0.1.21:443 check
    server adm2 10.0.1.22:443 check
";

#[test]
fn the_specific_address_beside_a_wildcard_is_deterministic() {
    Situation::new(TWO_BINDS).is_silent();
}

#[test]
fn the_identical_address_in_two_listeners_is_an_error() {
    for (one, other) in [("10.0.0.5:443", "10.0.0.5:443"), ("*:443", ":443"), ("0.0.0.0:443", "*:443")] {
        let text = TWO_BINDS.replace("bind *:443", &format!("bind {one}"));
        let text = text.replace("fe_admin\n    bind 10.0.0.5:443", &format!("fe_admin\n    bind {other}"));
        let situation = Situation::new(&text);
        let findings = situation.findings(Severity::Info);
        let [finding] = findings.as_slice() else { panic!("{one} and {other}: {findings:?}") };
        assert!(finding.starts_with("16: shared-bind-address: "), "{finding}");
        assert_eq!(situation.findings(Severity::Error).len(), 1);
    }
}
