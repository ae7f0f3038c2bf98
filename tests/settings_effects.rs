//! What settings do to an analysis: names with known addresses, files with settings of their own, modules, catalogues.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use lblint::finding::Severity;
use lblint::model::PoolId;
use lblint::settings::{Settings, SettingsFile};
use lblint::traffic::{PoolView, Scenario, predict};
use lblint::{Analysis, MapReader, analyze};

fn analysis(settings: &str, files: &[(&str, &str)]) -> Analysis {
    let reader = MapReader::new(files.iter().copied());
    let arguments: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    analyze(&reader, &arguments, &SettingsFile::parse("lblint.toml", settings).unwrap().settings())
}

/// The shares of all targets of the first pool, in percent; a statement that makes several is one number.
fn shares(settings: &str, file: &str, text: &str) -> Vec<f64> {
    let analysis = analysis(settings, &[(file, text)]);
    let view = PoolView::new(&analysis.units[0].unit, &analysis.sources, PoolId(0)).unwrap();
    let prediction = predict(&view, Scenario::default());
    prediction.shares.iter().map(|share| (share.share * 1000.0).round() / 10.0).collect()
}

fn names(analysis: &Analysis) -> Vec<(&'static str, Severity)> {
    analysis.findings.shown.iter().map(|finding| (finding.meta.name, finding.severity)).collect()
}

const NGINX: &str = "events {}\nhttp {\n upstream app { server app.internal:80; server 10.0.0.9:80; }\n server { listen 80; location / { proxy_pass http://app; } }\n}\n";

#[test]
fn an_nginx_server_is_as_many_targets_as_its_name_has_addresses() {
    assert_eq!(shares("", "nginx.conf", NGINX), [50.0, 50.0]);
    assert_eq!(shares("[dns]\n'App.Internal' = 3\n", "nginx.conf", NGINX), [75.0, 25.0]);
    assert_eq!(shares("[dns]\n'app.internal' = ['10.0.0.1', '10.0.0.2']\n", "nginx.conf", NGINX), [66.7, 33.3]);
}

/// What the addresses of a name get together is no share of a target: nothing is uneven here, and nobody takes all.
#[test]
fn addresses_of_a_name_are_judged_one_by_one() {
    let found = |number: u32, servers: &str| {
        let text = format!(
            "events {{}}\nhttp {{ upstream app {{ {servers} }} server {{ listen 80; location / {{ proxy_pass http://app; }} }} }}\n"
        );
        let settings = format!(
            "select = ['skewed-weights', 'one-target-takes-all', 'no-failover-headroom']\n[dns]\n'app.internal' = {number}\n"
        );
        let analysis = analysis(&settings, &[("nginx.conf", &text)]);
        analysis.findings.shown.iter().map(|finding| finding.meta.name).collect::<Vec<_>>()
    };
    let heavy = "server app.internal:80 weight=10; server 10.0.0.1:80; server 10.0.0.2:80;";
    assert_eq!(found(1, heavy), ["skewed-weights"]);
    // Ten times the weight of the others is skewed, however many have it; but nobody gets 97.6 %.
    assert_eq!(found(8, heavy), ["skewed-weights"]);
    assert!(found(40, "server app.internal:80; server 10.0.0.1:80; server 10.0.0.2:80;").is_empty());
    assert_eq!(found(3, "server app.internal:80; server 10.0.0.1:80 down;"), [""; 0]);
}

#[test]
fn an_envoy_cluster_of_strict_dns_has_a_target_for_each_address() {
    let endpoint = |address: &str| {
        format!("      - endpoint: {{ address: {{ socket_address: {{ address: {address}, port_value: 80 }} }} }}\n")
    };
    let cluster = |kind: &str| {
        format!(
            "static_resources:\n  clusters:\n  - name: app\n    type: {kind}\n    connect_timeout: 1s\n    load_assignment:\n      \
             cluster_name: app\n      endpoints:\n      - lb_endpoints:\n  {}  {}",
            endpoint("app.internal"),
            endpoint("10.0.0.9")
        )
    };
    let listed = "[dns]\n'app.internal' = ['10.0.0.1', '10.0.0.2', '10.0.0.3']\n";
    assert_eq!(shares(listed, "envoy.yaml", &cluster("STRICT_DNS")), [25.0; 4]);
    assert_eq!(shares("[dns]\n'app.internal' = 3\n", "envoy.yaml", &cluster("STRICT_DNS")), [75.0, 25.0]);
}

#[test]
fn a_server_template_of_haproxy_fills_as_many_slots_as_there_are_addresses() {
    let text = "resolvers r\n nameserver n 10.0.0.53:53\nfrontend f\n mode http\n bind :80\n default_backend app\nbackend app\n mode http\n server-template app 1-20 app.internal:80 resolvers r\n";
    let declared = |settings: &str| {
        let analysis = analysis(settings, &[("haproxy.cfg", text)]);
        let view = PoolView::new(&analysis.units[0].unit, &analysis.sources, PoolId(0)).unwrap();
        (view.declared(), view.pool.completeness.is_complete())
    };
    assert_eq!(declared(""), (None, false));
    assert_eq!(declared("[dns]\n'app.internal' = 3\n"), (Some(3), true));
    assert_eq!(declared("[dns]\n'app.internal' = 30\n"), (Some(20), true));
}

const HAPROXY: &str = "global\n daemon\ndefaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\nfrontend f\n bind :80\n default_backend one\nbackend one\n server s1 10.0.0.1:80 check\n";

#[test]
fn files_can_have_settings_of_their_own() {
    let settings = "select = ['slow-connect-timeout']\noptions = { slow-connect-single = 4000 }\n\
                    [[path]]\nfiles = ['staging/']\nignore = ['retries']\n\
                    [[path]]\nfiles = ['prod/*.cfg']\nseverity = { slow-connect-timeout = 'error' }\n";
    let files = [("staging/a.cfg", HAPROXY), ("prod/a.cfg", HAPROXY)];
    let analysis = analysis(settings, &files);
    assert_eq!(names(&analysis), [("slow-connect-timeout", Severity::Error)]);
    let at = analysis.sources.location(analysis.findings.shown[0].primary.span);
    assert_eq!(at.file, "prod/a.cfg");
}

#[test]
fn options_of_a_path_hold_for_its_units() {
    let settings = "select = ['slow-connect-timeout']\noptions = { slow-connect-single = 4000 }\n\
                    [[path]]\nfiles = ['old.cfg']\noptions = { slow-connect-single = 60000 }\n";
    let analysis = analysis(settings, &[("new.cfg", HAPROXY), ("old.cfg", HAPROXY)]);
    let finding = &analysis.findings.shown[0];
    assert_eq!((analysis.findings.shown.len(), finding.copies.len()), (1, 0));
    assert_eq!(analysis.sources.location(finding.primary.span).file, "new.cfg");
}

#[test]
fn statements_of_own_modules_are_not_unknown() {
    let text = NGINX.replace("server 10.0.0.9:80;", "server 10.0.0.9:80; our_balancer fast;");
    let found = |settings: &str| {
        let analysis = analysis(settings, &[("nginx.conf", &text)]);
        let unknown = names(&analysis).iter().any(|(name, _)| *name == "unknown-directive");
        let coverage = &analysis.units[0].coverage;
        (unknown, coverage.statements() - coverage.recognised())
    };
    assert_eq!(found(""), (true, 1));
    assert_eq!(found("known-directives = { nginx = ['our_balancer'] }"), (false, 0));
    assert_eq!(found("known-directives = { haproxy = ['our_balancer'] }"), (true, 1));
}

#[test]
fn findings_of_checks_newer_than_the_catalogue_are_counted() {
    let settings = "select = ['slow-connect-timeout']\noptions = { slow-connect-single = 4000 }\n";
    let with = |catalogue: &str| analysis(&format!("{catalogue}{settings}"), &[("a.cfg", HAPROXY)]);
    // Every check is newer than a version before the first release.
    let then = with("catalogue = '0.0'\n");
    assert!(names(&then).is_empty());
    assert_eq!(then.findings.newer, [("slow-connect-timeout", 1)].into());
    assert_eq!(names(&with("")).len(), 1);
    assert_eq!(names(&with("catalogue = '2026-11'\n")).len(), 1);
}

#[test]
fn what_is_added_to_the_selection_is_shown_besides_the_profile() {
    let shown = |settings: &str| {
        let settings = format!("options = {{ slow-connect-single = 4000 }}\n{settings}");
        names(&analysis(&settings, &[("a.cfg", HAPROXY)])).iter().map(|(name, _)| *name).collect::<Vec<_>>()
    };
    let usual = shown("");
    assert!(usual.contains(&"slow-connect-timeout") && !usual.contains(&"no-connection-limit"));
    let more = shown("extend-select = ['no-connection-limit']");
    assert_eq!((more.len(), more.contains(&"no-connection-limit")), (usual.len() + 1, true));
    assert_eq!(shown("extend-ignore = ['slow-connect-timeout']").len() + 1, usual.len());
    assert_eq!(shown("severity = { slow-connect-timeout = 'off' }").len() + 1, usual.len());
}

/// A pool of four servers behind one listener, with lines of its own.
fn hashed(lines: &str, weights: [u32; 4]) -> String {
    let server = |(at, weight)| format!(" server web{at} 10.0.1.{at}:80 weight {weight}\n");
    let servers: String = (1..).zip(weights).map(server).collect();
    format!("{TIMES}listen shop\n bind *:80\n balance source\n{lines}{servers}")
}

const TIMES: &str = "defaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n";

/// The same as `shares`, as far as it is known who connects.
fn called(settings: &str, files: &[(&str, &str)], unit: usize) -> Vec<f64> {
    let analysis = chained(settings, files);
    let view = PoolView::new(&analysis.units[unit].unit, &analysis.sources, PoolId(0)).unwrap().as_called();
    let prediction = predict(&view, Scenario::default());
    prediction.shares.iter().map(|share| (share.share * 1000.0).round() / 10.0).collect()
}

/// An analysis with units that the settings declare.
fn chained(settings: &str, files: &[(&str, &str)]) -> Analysis {
    let reader = MapReader::new(files.iter().copied());
    let arguments: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut settings = Settings {
        texts: vec![("lblint.toml".to_owned(), settings.to_owned())],
        ..SettingsFile::parse("lblint.toml", settings).unwrap().settings()
    };
    settings.scope = settings.files.scope(&reader, ".").unwrap();
    analyze(&reader, &arguments, &settings)
}

/// Measured on haproxy 2.6.12, ten requests from each address to one of four servers on loopback addresses.
#[test]
fn proxies_in_front_are_the_only_keys_of_haproxy() {
    let two = "[networks]\nproxies = ['127.0.0.20', '127.0.0.21']\n";
    let four = "proxy-version = { haproxy = '2.6' }\n[networks]\nproxies = ['127.0.0.20', '127.0.0.21', '127.0.0.22', '127.0.0.24']\n";
    for (settings, lines, weights, expected) in [
        (two, "", [1; 4], [50.0, 50.0, 0.0, 0.0]),
        (four, "", [1; 4], [50.0, 25.0, 25.0, 0.0]),
        (four, " hash-type consistent\n", [1; 4], [75.0, 0.0, 0.0, 25.0]),
        (four, " hash-type map-based sdbm avalanche\n", [1; 4], [0.0, 25.0, 25.0, 50.0]),
        (four, "", [4, 2, 1, 1], [50.0, 25.0, 25.0, 0.0]),
        ("", "", [1; 4], [25.0; 4]),
    ] {
        let text = hashed(lines, weights);
        assert_eq!(called(settings, &[("haproxy.cfg", &text)], 0), expected, "{lines} {weights:?}");
    }
}

const ADDRESS_HASH: &str = "events {}\nhttp {\n upstream shop { ip_hash; server 10.0.1.1; server 10.0.1.2; server 10.0.1.3; server 10.0.1.4; }\n server { listen 80; location / { proxy_pass http://shop; } }\n}\n";

/// Measured on nginx 1.22.1 in the same way: two proxies of one /24 are one key.
#[test]
fn proxies_in_front_are_the_only_keys_of_nginx() {
    let settings = "[networks]\nproxies = ['127.0.0.20', '127.0.0.21', '127.0.1.20', '127.0.3.20']\n";
    assert_eq!(called(settings, &[("nginx.conf", ADDRESS_HASH)], 0), [50.0, 25.0, 0.0, 25.0]);
    let replaced = ADDRESS_HASH.replace("http {", "http { set_real_ip_from 127.0.0.0/8;");
    assert_eq!(called(settings, &[("nginx.conf", &replaced)], 0), [25.0; 4]);
}

/// What the check says: message, and the file and line of each label besides the first.
fn behind(analysis: &Analysis) -> Vec<(String, Vec<String>)> {
    let shown = analysis.findings.shown.iter();
    let shown = shown.filter(|finding| finding.meta.name == "client-address-hash-behind-proxy");
    let place = |span| {
        let location = analysis.sources.location(span);
        format!("{}:{}", location.file, location.line)
    };
    shown.map(|one| (one.message.clone(), one.related.iter().map(|label| place(label.span)).collect())).collect()
}

const EDGE: &str = "events {}\nhttp {\n server { listen 80; location / { proxy_pass http://10.0.0.30:80; } }\n}\n";
const CHAIN: &str = "[[unit]]\nmain = 'edge.conf'\nat = ['127.0.0.20', '127.0.0.21']\n[[unit]]\nmain = 'inner.cfg'\nat = ['10.0.0.30']\n";

/// Situation 15: two nginx in front of HAProxy with `balance source` over four servers.
#[test]
fn a_unit_behind_another_one_has_its_addresses_as_keys() {
    let inner = hashed("", [1; 4]);
    let files = [("edge.conf", EDGE), ("inner.cfg", inner.as_str())];
    assert_eq!(called(CHAIN, &files, 1), [50.0, 50.0, 0.0, 0.0]);
    let said = "`shop` hashes the address of the connection, which is that of one of 2 proxies in front: `web1` and `web2` get everything, `web3` and `web4` nothing";
    assert_eq!(behind(&chained(CHAIN, &files)), [(said.to_owned(), vec!["edge.conf:3".to_owned()])]);
    let nowhere = CHAIN.replace("at = ['127.0.0.20', '127.0.0.21']\n", "");
    let said = behind(&chained(&nowhere, &files));
    assert!(said[0].0.ends_with("with a few proxies most of the 4 servers get nothing"), "{said:?}");
}

#[test]
fn a_chain_ends_where_addresses_of_clients_come_through() {
    let inner = hashed("", [1; 4]);
    for (edge, inner) in [
        (EDGE.to_owned(), inner.replace("bind *:80", "bind *:80 accept-proxy")),
        (EDGE.to_owned(), inner.replace("bind *:80", "bind *:81")),
        (EDGE.replace("location / {", "location / { proxy_bind $remote_addr transparent;"), inner.clone()),
        (EDGE.to_owned(), inner.replace(" balance", " http-request set-src hdr(x) if { src 127.0.0.0/8 }\n balance")),
    ] {
        let analysis = chained(CHAIN, &[("edge.conf", &edge), ("inner.cfg", &inner)]);
        assert_eq!(behind(&analysis), [], "{edge}{inner}");
    }
}

#[test]
fn a_name_whose_addresses_are_declared_leads_there_as_well() {
    let edge = EDGE.replace("10.0.0.30:80", "inner.internal:80");
    let inner = hashed("", [1; 4]);
    let settings = format!("[dns]\n'inner.internal' = ['10.0.0.30']\n{CHAIN}");
    assert_eq!(called(&settings, &[("edge.conf", &edge), ("inner.cfg", &inner)], 1), [50.0, 50.0, 0.0, 0.0]);
}

#[test]
fn what_is_declared_for_all_leaves_out_who_cannot_be_meant() {
    let inner = hashed("", [1; 4]);
    let settings = "[networks]\nproxies = ['10.0.0.20', '10.0.0.21']\n";
    let said = |settings: &str, bind: &str| {
        let text = inner.replace("*:80", bind);
        behind(&chained(settings, &[("haproxy.cfg", &text)])).len()
    };
    assert_eq!(said(settings, "*:80"), 1);
    assert_eq!(said(settings, "10.0.0.5:80"), 1);
    assert_eq!(said(settings, "192.0.2.5:80"), 0, "no private address connects there");
    assert_eq!(said("[networks]\ncdn = ['198.51.100.0/24']\n", "192.0.2.5:80"), 1);
    let own = |more: &str| format!("{settings}[[unit]]\nmain = 'haproxy.cfg'\n{more}\n");
    assert_eq!(said(&own("behind = []"), "*:80"), 0);
    assert_eq!(said(&own("behind = ['10.3.0.0/24']"), "*:80"), 1);
    // It is itself one of the two: the other one is left, one key.
    assert_eq!(said(&own("at = ['10.0.0.20']"), "*:80"), 1);
    assert_eq!(said(&own("at = ['10.0.0.20', '10.0.0.21']"), "*:80"), 0);
}

#[test]
fn labels_point_into_the_settings() {
    let inner = hashed(" http-request set-src hdr(x) if { src 10.9.0.0/16 }\n", [1; 4]);
    let settings = "[networks]\nproxies = ['10.0.0.0/24']\n";
    let said = behind(&chained(settings, &[("haproxy.cfg", &inner)]));
    assert_eq!(said[0].1, ["lblint.toml:2", "haproxy.cfg:9"]);
}

#[test]
fn a_map_of_a_unit_that_is_haproxys_is_told() {
    let text = hashed("", [1; 4]);
    let settings = "[[unit]]\nmain = 'conf/haproxy.cfg'\nmap = { '/etc/haproxy' = 'conf' }\n";
    let analysis = chained(settings, &[("conf/haproxy.cfg", &text)]);
    let errors: Vec<String> = analysis.errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("lblint.toml:3:26: `map` does nothing for HAProxy"), "{errors:?}");
}
