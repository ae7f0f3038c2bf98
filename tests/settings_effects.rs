//! What settings do to an analysis: names with known addresses, files with settings of their own, modules, catalogues.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use lblint::finding::Severity;
use lblint::model::PoolId;
use lblint::settings::SettingsFile;
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
