//! Which files belong together, and what a text by itself is.

use lblint::analysis::analyze;
use lblint::model::{Completeness, Membership, Whereabouts, Why};
use lblint::settings::Settings;
use lblint::source::MapReader;

use crate::model::{Model, endpoint, files, model};

const SOURCE: &str = "resource_api_version: V3, path_config_source";

/// A main file whose clusters, endpoints, listeners and routes stand in files of their own.
fn tree() -> Vec<(&'static str, String)> {
    let typed = |kind: &str| format!("resources:\n- '@type': type.googleapis.com/envoy.config.{kind}\n");
    let main = format!(
        "node: {{id: n1, cluster: c1}}\ndynamic_resources:\n  cds_config: {{{SOURCE}: {{path: /etc/envoy/cds.yaml}}}}\n  \
         lds_config: {{{SOURCE}: {{path: /etc/envoy/lds.yaml}}}}\n"
    );
    let cds = format!(
        "{}  name: web\n  type: EDS\n  eds_cluster_config: {{service_name: web-v2, eds_config: {{{SOURCE}: {{path: /etc/envoy/eds.yaml}}}}}}\n",
        typed("cluster.v3.Cluster")
    );
    let eds = format!(
        "{}  cluster_name: web-v2\n  endpoints: [{{lb_endpoints: [{}, {}]}}]\n",
        typed("endpoint.v3.ClusterLoadAssignment"),
        endpoint("10.0.0.1"),
        endpoint("10.0.0.2")
    );
    let lds = format!(
        "{}  name: l\n  address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n  filter_chains: [{{filters: [{{name: h, typed_config: {{'@type': \
         type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: h, rds: {{route_config_name: r, \
         config_source: {{{SOURCE}: {{path: /etc/envoy/rds.yaml}}}}}}, http_filters: [{{name: r, typed_config: {{'@type': \
         type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}}}]}}}}]}}]\n",
        typed("listener.v3.Listener")
    );
    let rds = format!(
        "{}  name: r\n  virtual_hosts: [{{name: v, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {{cluster: web}}}}]}}]\n",
        typed("route.v3.RouteConfiguration")
    );
    vec![
        ("envoy/envoy.yaml", main),
        ("envoy/cds.yaml", cds),
        ("envoy/eds.yaml", eds),
        ("envoy/lds.yaml", lds),
        ("envoy/rds.yaml", rds),
    ]
}

fn read(tree: &[(&'static str, String)], named: &str) -> Model {
    files(&tree.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>(), named)
}

fn paths(model: &Model) -> Vec<&str> {
    let sources = model.unit().files.iter().filter_map(|file| model.0.sources.get(file.source));
    sources.map(|source| source.path.as_str()).collect()
}

#[test]
fn a_main_file_brings_the_files_that_it_names() {
    let model = read(&tree(), "envoy/envoy.yaml");
    let mut paths = paths(&model);
    paths.sort_unstable();
    assert_eq!(paths, ["envoy/cds.yaml", "envoy/eds.yaml", "envoy/envoy.yaml", "envoy/lds.yaml", "envoy/rds.yaml"]);
    assert!(!model.unit().fragment && !model.unit().computed_routes);
    assert_eq!(model.names("web"), ["10.0.0.1:80", "10.0.0.2:80"]);
    assert_eq!(model.pool("web").completeness, Completeness::Complete);
    assert_eq!(model.pool("web").membership, Membership::Discovered);
    assert_eq!(model.text(model.unit().listeners[0].name), "l");
    assert_eq!(model.written(model.route_to("web").at), "{prefix: /}");
}

#[test]
fn a_file_that_is_named_alone_finds_the_main_file_beside_it() {
    let model = read(&tree(), "envoy/cds.yaml");
    assert_eq!(model.0.units[0].root, "envoy/envoy.yaml");
    assert_eq!(model.unit().files.len(), 5);
    let reported: Vec<bool> = model.unit().files.iter().map(|file| file.reported).collect();
    assert_eq!(
        reported.iter().filter(|reported| **reported).count(),
        1,
        "findings are shown in the file that was named"
    );
    let files: Vec<String> = model.findings().into_iter().map(|(_, place)| place).collect();
    assert!(files.iter().all(|place| place.starts_with("envoy/cds.yaml:")), "{files:?}");
}

#[test]
fn a_file_that_is_missing_leaves_the_unit_open() {
    let mut tree = tree();
    tree.retain(|(path, _)| *path != "envoy/eds.yaml" && *path != "envoy/rds.yaml");
    let model = read(&tree, "envoy/envoy.yaml");
    assert!(model.unit().fragment && model.unit().computed_routes);
    assert!(matches!(model.pool("web").completeness, Completeness::Incomplete(Why::OtherFile, _)));
}

/// Measured with 1.40: "Unexpected EDS resource length".
#[test]
fn of_an_eds_file_for_two_clusters_none_is_taken() {
    let mut tree = tree();
    let second =
        "- '@type': type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment\n  cluster_name: other\n";
    tree.iter_mut().filter(|(path, _)| *path == "envoy/eds.yaml").for_each(|(_, text)| text.push_str(second));
    let model = read(&tree, "envoy/envoy.yaml");
    assert_eq!(model.names("web"), [""; 0]);
    let [diagnostic] = model.0.units[0].diagnostics.as_slice() else { panic!("{:?}", model.0.units[0].diagnostics) };
    assert!(model.written(diagnostic.span).contains("ClusterLoadAssignment"));
    assert_eq!(model.0.sources.location(diagnostic.span).file, "envoy/eds.yaml");
}

/// Measured with 1.40: the first of two equal addresses counts, whatever its priority; STATIC clusters keep both.
#[test]
fn discovered_endpoints_count_once() {
    let (one, two) = (endpoint("10.0.0.1"), endpoint("10.0.0.2"));
    let groups =
        format!("endpoints: [{{lb_endpoints: [{one}, {one}, {two}]}}, {{priority: 1, lb_endpoints: [{one}]}}]");
    let mut tree = tree();
    for (path, text) in &mut tree {
        if *path == "envoy/eds.yaml" {
            let (head, _) = text.split_once("endpoints: [").unwrap();
            *text = format!("{head}{groups}\n");
        }
    }
    let model = read(&tree, "envoy/envoy.yaml");
    let targets = model.targets("web").iter().map(|target| (model.text(target.name), target.tier, target.number));
    assert_eq!(targets.collect::<Vec<_>>(), [("10.0.0.1:80", 0, 1), ("10.0.0.2:80", 0, 2)]);
    let text = format!("static_resources: {{clusters: [{{name: a, load_assignment: {{cluster_name: a, {groups}}}}}]}}");
    assert_eq!(self::model(&text).targets("a").len(), 4);
}

#[test]
fn what_a_control_plane_tells_is_not_known() {
    let model = model(
        "node: {id: n1, cluster: c1}\ndynamic_resources: {ads_config: {api_type: GRPC, grpc_services: [{envoy_grpc: {cluster_name: xds}}]}, \
         cds_config: {ads: {}, resource_api_version: V3}}\nstatic_resources: {clusters: [{name: xds, load_assignment: {cluster_name: xds}}]}\n",
    );
    assert!(model.unit().fragment);
    let definition = model.unit().names.definitions[0];
    assert_eq!((model.text(definition.name), definition.references), ("xds", 1), "the control plane uses it");
}

const ROUTES: &str = "name: r\nvirtual_hosts:\n- {name: v, domains: ['*'], routes: [{match: {prefix: /}, route: {cluster: elsewhere}}]}\n";

#[test]
fn a_fragment_by_itself_complains_of_nothing() {
    let model = files(&[("rds.yaml", ROUTES)], "rds.yaml");
    assert!(model.unit().fragment);
    let [reference] = model.unit().names.references.as_slice() else { panic!() };
    assert_eq!(reference.whereabouts, Whereabouts::OtherFile);
    assert_eq!(model.findings(), []);
}

#[test]
fn lists_of_resources_and_single_ones() {
    let cluster = format!(
        "- name: a\n  connect_timeout: 1s\n  load_assignment: {{cluster_name: a, endpoints: [{{lb_endpoints: [{}]}}]}}\n",
        endpoint("10.0.0.1")
    );
    let model = files(&[("clusters.yaml", &cluster)], "clusters.yaml");
    assert_eq!(model.names("a"), ["10.0.0.1:80"]);
    assert!(model.unit().fragment);
    let resources = cluster.replace("- name", "clusters:\n- name");
    assert_eq!(files(&[("static.yaml", &resources)], "static.yaml").names("a"), ["10.0.0.1:80"]);
}

/// What `/config_dump?include_eds` answers: wrappers with versions around the resources.
#[test]
fn the_dump_of_a_running_program_is_a_whole_configuration() {
    let endpoint = r#"{"endpoint": {"address": {"socket_address": {"address": "10.0.0.1", "port_value": 80}}}, "load_balancing_weight": 3}"#;
    let dump = format!(
        r#"{{"configs": [
        {{"@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", "version_info": "1",
          "static_clusters": [{{"cluster": {{"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "s"}}}}],
          "dynamic_active_clusters": [{{"version_info": "1", "cluster": {{"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "d",
            "type": "EDS", "eds_cluster_config": {{"eds_config": {{"ads": {{}}}}}}}}}}]}},
        {{"@type": "type.googleapis.com/envoy.admin.v3.EndpointsConfigDump",
          "dynamic_endpoint_configs": [{{"endpoint_config": {{"@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
            "cluster_name": "d", "endpoints": [{{"locality": {{}}, "lb_endpoints": [{endpoint}]}}]}}}}]}},
        {{"@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
          "dynamic_listeners": [{{"name": "l", "active_state": {{"listener": {{"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "l"}}}}}}]}}]}}"#
    );
    let model = files(&[("dump.json", &dump)], "dump.json");
    assert!(!model.unit().fragment);
    assert_eq!(model.names("d"), ["10.0.0.1:80"]);
    assert!(model.targets("d")[0].weight.is(&3));
    assert_eq!(model.text(model.unit().listeners[0].name), "l");
    assert_eq!(model.names("s"), [""; 0]);
}

/// What the program itself uses is told by the bootstrap in its dump.
#[test]
fn a_dump_knows_what_its_control_plane_uses() {
    let model = files(
        &[(
            "dump.yaml",
            &format!(
                "{{\"configs\": [
                {{\"@type\": \"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump\", \"bootstrap\": {{\"dynamic_resources\":
                    {{\"ads_config\": {{\"api_type\": \"GRPC\", \"grpc_services\": [{{\"envoy_grpc\": {{\"cluster_name\": \"ads\"}}}}]}}}}}}}},
                {{\"@type\": \"type.googleapis.com/envoy.admin.v3.ClustersConfigDump\", \"static_clusters\": [
                    {{\"cluster\": {{\"@type\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\", \"name\": \"ads\",
                        \"load_assignment\": {{\"cluster_name\": \"ads\", \"endpoints\": [{{\"lb_endpoints\": [{}]}}]}}}}}}]}}]}}",
                endpoint("10.0.0.1")
            ),
        )],
        "dump.yaml",
    );
    let definition = &model.unit().names.definitions[0];
    assert_eq!((model.text(definition.name), definition.references), ("ads", 1));
}

#[test]
fn a_file_that_is_named_stands_in_all_main_files_that_name_it() {
    let mut tree = tree();
    let main = tree[0].1.clone();
    tree.push(("envoy/second.yaml", main));
    let reader = MapReader::new(tree);
    let roots = |arguments: &[&str]| {
        let arguments: Vec<String> = arguments.iter().map(|path| (*path).to_owned()).collect();
        let analysis = analyze(&reader, &arguments, &Settings::default());
        analysis.units.into_iter().map(|unit| unit.root).collect::<Vec<_>>()
    };
    let both = ["envoy/envoy.yaml", "envoy/second.yaml"];
    assert_eq!(roots(&["envoy/cds.yaml"]), both);
    assert_eq!(roots(&["envoy/envoy.yaml", "envoy/lds.yaml"]), both);
    assert_eq!(roots(&["envoy/envoy.yaml"]), ["envoy/envoy.yaml"]);
}

/// A whole configuration with clusters `web`, `used` and `idle`, of which a route names the first.
fn with(bootstrap: &str, manager: &str, route: &str, filters: &str) -> Model {
    let of = "type.googleapis.com/envoy.extensions.filters.network";
    model(&format!(
        "{bootstrap}\nstatic_resources:\n  clusters:\n  - {{name: web}}\n  - {{name: used}}\n  - {{name: idle}}\n  listeners:\n  - name: l\n    \
         address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}\n    filter_chains: [{{filters: [{{name: h, typed_config: \
         {{'@type': {of}.http_connection_manager.v3.HttpConnectionManager, stat_prefix: idle, {manager} http_filters: [{filters}], route_config: \
         {{virtual_hosts: [{{name: idle, domains: ['*'], routes: [{{match: {{prefix: /}}, route: {{cluster: web{route}}}}}]}}]}}}}}}]}}]\n"
    ))
}

const GRPC: &str = "{api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: used}}]}";
const METRICS: &str = "type.googleapis.com/envoy.config.metrics.v3";

#[test]
fn a_cluster_that_the_program_itself_names_is_used() {
    let runtime = format!("{{name: a, rtds_layer: {{name: a, rtds_config: {{api_config_source: {GRPC}}}}}}}");
    for bootstrap in [
        format!("stats_sinks: [{{name: s, typed_config: {{'@type': {METRICS}.StatsdSink, tcp_cluster_name: used}}}}]"),
        format!("layered_runtime: {{layers: [{runtime}]}}"),
        "admin: {access_log: [{name: a, typed_config: {common_config: {grpc_service: {envoy_grpc: {clusterName: used}}}}}]}".to_owned(),
    ] {
        let model = with(&bootstrap, "", "", "");
        let references = |name: &str| {
            let mut definitions = model.unit().names.definitions.iter();
            definitions.find(|definition| model.text(definition.name) == name).unwrap().references
        };
        assert_eq!((references("used"), references("idle")), (1, 0), "{bootstrap}");
    }
}

#[test]
fn a_cluster_that_a_filter_names_in_code_or_settings_is_used() {
    let of = "typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http";
    for filter in [
        format!("{of}.lua.v3.Lua, default_source_code: {{inline_string: 'h:httpCall(\"used\", {{}}, \"\", 5000)'}}}}"),
        format!("{of}.lua.v3.Lua, default_source_code: {{inline_string: 'local used_by, c = 1, [[used]]'}}}}"),
        format!("{of}.wasm.v3.Wasm, config: {{configuration: {{value: '{{\"upstream\":\"used\"}}'}}}}}}"),
        format!("{of}.golang.v3alpha.Config, plugin_config: {{value: {{targets: [used]}}}}}}"),
    ] {
        let model = with("", "", "", &format!("{{name: idle, {filter}}}"));
        let unused: Vec<_> =
            model.unit().names.definitions.iter().filter(|definition| definition.references == 0).collect();
        let unused: Vec<_> = unused.into_iter().map(|definition| model.text(definition.name)).collect();
        assert!(unused.contains(&"idle") && !unused.contains(&"used"), "{filter}: {unused:?}");
    }
}

/// Code in a file is not read: it may call any cluster.
#[test]
fn code_in_a_file_may_name_any_cluster() {
    let of = "typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http";
    let is_open = |config: &str| with("", "", "", &format!("{{name: f, {of}.{config}}}}}")).unit().computed_routes;
    assert!(is_open("lua.v3.Lua, default_source_code: {filename: /etc/envoy/a.lua}"));
    assert!(!is_open("basic_auth.v3.BasicAuth, users: {filename: /etc/envoy/users}"));
}

#[test]
fn a_mirror_that_the_request_names_may_be_any_cluster() {
    let mirrored =
        |policy: &str| with("", "", &format!(", request_mirror_policies: [{{{policy}}}]"), "").unit().computed_routes;
    assert!(mirrored("cluster_header: x-mirror") && !mirrored("cluster: used"));
}

/// A filter before `tcp_proxy` can note another cluster for it: then its own is the one for lack of that.
#[test]
fn a_connection_may_carry_the_name_of_its_cluster() {
    let of = "type.googleapis.com/envoy.extensions.filters.network";
    let noted = |key: &str| {
        let value = format!("{{object_key: {key}, format_string: {{text_format_source: {{inline_string: used}}}}}}");
        let text = format!(
            "static_resources:\n  clusters: [{{name: used}}]\n  listeners:\n  - {{name: l, address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}, \
             filter_chains: [{{filters: [{{name: s, typed_config: {{'@type': {of}.set_filter_state.v3.Config, on_new_connection: [{value}]}}}}, \
             {{name: t, typed_config: {{'@type': {of}.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: none}}}}]}}]}}\n"
        );
        let model = model(&text);
        (model.unit().computed_routes, model.unit().names.references[0].whereabouts)
    };
    assert_eq!(noted("envoy.tcp_proxy.cluster"), (true, Whereabouts::OtherFile));
    assert_eq!(noted("envoy.upstream.sni"), (false, Whereabouts::Nowhere));
}

/// Each measured with `envoy --mode validate` (1.40.0), `lds_config` at start.
#[test]
fn what_the_program_does_not_start_without() {
    let grpc = &GRPC.replace("used", "none");
    let source = &format!("{{resource_api_version: V3, api_config_source: {grpc}}}");
    let rest = &source
        .replace("GRPC", "REST")
        .replace("grpc_services: [{envoy_grpc: {cluster_name: none}}]", "cluster_names: [none]");
    let sink = |kind: &str| format!("stats_sinks: [{{name: s, typed_config: {{'@type': {METRICS}.{kind}}}}}]");
    let refused = |bootstrap: &str, manager: &str, filters: &str| {
        let model = with(bootstrap, manager, "", filters);
        let nowhere = |reference: &&lblint::model::Reference| reference.whereabouts == Whereabouts::Nowhere;
        model
            .unit()
            .names
            .references
            .iter()
            .filter(nowhere)
            .map(|one| model.text(one.name) == "none")
            .collect::<Vec<_>>()
    };
    for bootstrap in [
        format!("dynamic_resources: {{ads_config: {grpc}}}"),
        format!("dynamic_resources: {{cds_config: {source}}}"),
        format!("dynamic_resources: {{lds_config: {rest}}}"),
        format!("layered_runtime: {{layers: [{{name: a, rtds_layer: {{name: a, rtds_config: {source}}}}}]}}"),
        "cluster_manager: {local_cluster_name: none}".to_owned(),
        sink("StatsdSink, tcp_cluster_name: none"),
        sink("MetricsServiceConfig, grpc_service: {envoy_grpc: {cluster_name: none}}"),
    ] {
        assert_eq!(refused(&bootstrap, "", ""), [true], "{bootstrap}");
    }
    for bootstrap in [format!("hds_config: {grpc}"), format!("cluster_manager: {{load_stats_config: {grpc}}}")] {
        assert!(refused(&bootstrap, "", "").is_empty(), "{bootstrap}");
    }
    let tracer = |kind: &str| {
        format!(
            "tracing: {{provider: {{name: t, typed_config: {{'@type': type.googleapis.com/envoy.config.trace.v3.{kind}}}}}}},"
        )
    };
    assert_eq!(refused("", &tracer("ZipkinConfig, collector_cluster: none"), ""), [true]);
    assert_eq!(refused("", &tracer("DatadogConfig, collector_cluster: none"), ""), [true]);
    assert!(refused("", &tracer("SkyWalkingConfig, grpc_service: {envoy_grpc: {cluster_name: none}}"), "").is_empty());
    let ask = "{name: a, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz, \
               grpc_service: {envoy_grpc: {cluster_name: none}}}}";
    assert!(refused("", "", ask).is_empty());
}

/// Go programs print their structures with what protobuf's JSON leaves out.
#[test]
fn a_dump_of_structures_is_no_resource() {
    let endpoint = endpoint("10.0.0.1");
    let units = |group: &str| {
        let text = format!("{{cluster_name: a, endpoints: [{{lb_endpoints: [{group}]}}]}}\n");
        files(&[("cla.yaml", &text)], "cla.yaml").0.units.len()
    };
    assert_eq!(units(&endpoint), 1);
    assert_eq!(units(&format!("{{HostIdentifier: {{Endpoint: {endpoint}}}}}")), 0);
    assert_eq!(units(&endpoint.replacen('{', "{metadata: {filter_metadata: {Team: {Name: a}}}, ", 1)), 1);
}
