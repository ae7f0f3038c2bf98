//! Where defects can be planted in a bootstrap for Envoy: found by the indentation of its lines, without the reader under test.

use std::ops::Range;

use super::draft::Draft;
use super::{Plant, Seed};

/// A cluster with its fields on lines of their own, that some route leads to.
pub(super) struct Pool<'a> {
    pub(super) lines: &'a [&'a str],
    pub(super) name: &'a str,
    /// The line of its name, the first of its fields.
    pub(super) header: usize,
    /// Its fields stand this far to the right.
    indentation: usize,
    fields: Vec<(&'a str, Range<usize>)>,
    /// The first route to it: the line `cluster: NAME`.
    pub(super) route: usize,
    /// Another cluster.
    pub(super) other: Option<&'a str>,
}

/// A check that is as it should be.
const CHECK: &str = "health_checks: [{timeout: 1s, interval: 2s, unhealthy_threshold: 2, healthy_threshold: 2, http_health_check: {path: /health}}]";

/// What is replaced when a cluster gets other members.
const REPLACED: [&str; 12] = [
    "type",
    "lb_policy",
    "load_assignment",
    "health_checks",
    "outlier_detection",
    "common_lb_config",
    "circuit_breakers",
    "ring_hash_lb_config",
    "lb_subset_config",
    "load_balancing_policy",
    "dns_refresh_rate",
    "dns_lookup_family",
];

impl Pool<'_> {
    pub(super) fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, range)| range.start)
    }

    /// Fields of the cluster.
    pub(super) fn insert(&self, draft: &mut Draft, fields: &str) {
        let indented = |line: &str| format!("{:1$}{line}\n", "", self.indentation);
        draft.insert(self.header, &fields.lines().map(indented).collect::<String>());
    }

    /// Fields of the route.
    pub(super) fn insert_into_route(&self, draft: &mut Draft, fields: &str) {
        let indentation = self.lines[self.route].find("cluster").unwrap_or_default();
        let indented = |line: &str| format!("{:indentation$}{line}\n", "");
        draft.insert(self.route, &fields.lines().map(indented).collect::<String>());
    }

    /// Other members, one a line, in place of what stands there; without anything that watches them.
    pub(super) fn unwatched(&self, draft: &mut Draft, endpoints: &str) {
        let replaced = self.fields.iter().filter(|(field, _)| REPLACED.contains(field));
        replaced.flat_map(|(_, range)| range.clone()).for_each(|at| draft.remove(at));
        let assignment =
            format!("type: STATIC\nload_assignment:\n  cluster_name: {}\n  endpoints:\n{endpoints}", self.name);
        self.insert(draft, &assignment);
    }

    /// The same, with a health check.
    pub(super) fn members(&self, draft: &mut Draft, endpoints: &str) {
        self.unwatched(draft, endpoints);
        self.insert(draft, CHECK);
    }

    /// So many members without anything special, with a health check.
    pub(super) fn grown(&self, draft: &mut Draft, count: usize) {
        self.members(draft, &plain(count));
    }
}

/// So many endpoints in one group.
pub(super) fn plain(count: usize) -> String {
    let one = |number| format!("    - {}\n", endpoint(number, ""));
    format!("  - lb_endpoints:\n{}", (1..=count).map(one).collect::<String>())
}

/// One endpoint with further fields.
pub(super) fn endpoint(number: usize, further: &str) -> String {
    format!("{{endpoint: {{address: {{socket_address: {{address: 192.0.2.{number}, port_value: 8080}}}}}}{further}}}")
}

/// A seed for clusters.
pub(super) fn pool(
    checks: &'static [&'static str],
    what: &'static str,
    fits: fn(&Pool<'_>) -> bool,
    plant: fn(&mut Draft, &Pool<'_>),
) -> Seed {
    let plant: Plant = Box::new(move |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        // An anchor would carry the defect elsewhere.
        if text.contains(" &") || text.contains(" *") {
            return Vec::new();
        }
        let pools = pools(&lines).into_iter().filter(|pool| fits(pool));
        let planted = pools.map(|pool| {
            let mut draft = Draft::new(text);
            draft.mark(pool.header);
            draft.mark(pool.route);
            plant(&mut draft, &pool);
            draft
        });
        planted.collect()
    });
    Seed { checks, what, plant }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn unquoted(text: &str) -> &str {
    text.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\''])
}

fn pools<'a>(lines: &'a [&'a str]) -> Vec<Pool<'a>> {
    let list = lines.iter().position(|line| line.trim_end() == "  clusters:");
    let Some(list) = list else { return Vec::new() };
    let items = (list + 1..lines.len()).take_while(|at| is_blank(lines[*at]) || indentation(lines[*at]) >= 2);
    let dash = lines.get(list + 1).map_or(0, |line| indentation(line));
    let headers: Vec<usize> =
        items.filter(|at| indentation(lines[*at]) == dash && lines[*at].trim_start().starts_with("- name:")).collect();
    let name = |at: usize| unquoted(lines[at].trim_start().trim_start_matches("- name:"));
    let names: Vec<&str> = headers.iter().map(|at| name(*at)).collect();
    let mut pools = Vec::new();
    for (header, name) in headers.into_iter().zip(&names) {
        let other = names.iter().find(|one| *one != name).copied();
        pools.extend(cluster(lines, header, name, dash + 2, other));
    }
    pools
}

fn cluster<'a>(
    lines: &'a [&'a str],
    header: usize,
    name: &'a str,
    at: usize,
    other: Option<&'a str>,
) -> Option<Pool<'a>> {
    let end = (header + 1..lines.len()).find(|line| !is_blank(lines[*line]) && indentation(lines[*line]) < at);
    let end = end.unwrap_or(lines.len());
    let is_field = |line: &usize| {
        !is_blank(lines[*line]) && indentation(lines[*line]) == at && !lines[*line].trim_start().starts_with('-')
    };
    let starts: Vec<usize> = (header + 1..end).filter(is_field).collect();
    let ends = starts.iter().skip(1).copied().chain([end]);
    let field = |start: usize| lines[start].trim_start().split(':').next().unwrap_or_default();
    let fields = starts.iter().copied().zip(ends).map(|(start, end)| (field(start), start..end)).collect();
    let leads = |line: &&str| line.trim_start().strip_prefix("cluster:").is_some_and(|value| unquoted(value) == name);
    let is_route = |at: &usize| ["route:", "stat_prefix:"].iter().any(|word| lines[at - 1].trim().starts_with(word));
    let route = (1..lines.len()).filter(|at| leads(&lines[*at])).find(is_route)?;
    Some(Pool { lines, name, header, indentation: at, fields, route, other })
}
