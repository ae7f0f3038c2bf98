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
