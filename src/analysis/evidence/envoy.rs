//! What tells Envoy's configurations from other YAML and JSON: the shape of the whole text.

use memchr::memmem;

use crate::source::View;
use crate::syntax::envoy::{Format, parse, shape};

/// Words of which at least one stands in every configuration: most texts are dismissed without being read.
const TELLING: [&str; 12] = [
    "static_resources",
    "staticResources",
    "dynamic_resources",
    "dynamicResources",
    "googleapis.com/envoy",
    "load_assignment",
    "connect_timeout",
    "virtual_hosts",
    "loadAssignment",
    "connectTimeout",
    "virtualHosts",
    "endpoints",
];

/// Whether a text is a whole configuration, or resources of one.
pub(super) fn is_envoy(text: &str) -> bool {
    if !TELLING.iter().any(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some()) {
        return false;
    }
    let view = View::new(text, 1);
    let tree = parse(view, format_of_text(text), &mut Vec::new());
    shape(&tree, view).is_some()
}

/// JSON begins with a bracket; a YAML text that does is read alike by both.
fn format_of_text(text: &str) -> Format {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '[']) { Format::Json } else { Format::Yaml }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_and_resources() {
        for text in [
            "static_resources:\n  clusters: []\n",
            "{\"static_resources\": {\"listeners\": []}}",
            "resources:\n- \"@type\": type.googleapis.com/envoy.config.cluster.v3.Cluster\n  name: a\n",
            "- name: a\n  type: EDS\n  connect_timeout: 1s\n",
            "name: r\nvirtual_hosts:\n- name: v\n  domains: ['*']\n",
            "cluster_name: a\nendpoints:\n- lb_endpoints: []\n",
        ] {
            assert!(is_envoy(text), "{text}");
        }
    }

    #[test]
    fn other_yaml_and_json() {
        for text in [
            "apiVersion: v1\nkind: ConfigMap\ndata:\n  envoy.yaml: |\n    static_resources: {}\n",
            "static_resources: true\n",
            "services:\n  web:\n    connect_timeout: 5\n",
            "endpoints:\n- name: a\n  port: 80\n",
            "name: x\nvirtual_hosts: [a, b]\n",
            "{\"dependencies\": {}}",
            "- name: install\n  connect_timeout: 5\n",
            "",
        ] {
            assert!(!is_envoy(text), "{text}");
        }
    }
}
