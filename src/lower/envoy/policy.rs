//! `lb_policy` and `load_balancing_policy`: which one is in force, and what it does.

use super::cluster::{Draft, unsupported};
use super::facts::Facts;
use super::forwarding;
use super::settings::{DEFAULT_TABLE, RING, ROUND_ROBIN};
use crate::model::{
    Fact, HashFunction, HashType, Key, Limit, Method, Origin, Policy, RingSize, Subsets, Timeout, Value, ZoneRouting,
};
use crate::source::Span;
use crate::syntax::envoy::Message;

/// What a cluster says about its policy.
#[derive(Debug, Default)]
pub(super) struct Written {
    policy: Option<Fact<Policy>>,
    hash_type: Option<Fact<HashType>>,
    hash_balance: Option<Fact<Limit>>,
    subsets: Option<Fact<Subsets>>,
    locality_weights: Option<Fact<bool>>,
    slow_start: Option<Fact<Timeout>>,
    ring: Option<Fact<RingSize>>,
    table: Option<Fact<u32>>,
    zones: Option<ZoneRouting>,
    /// The new field stands beside the old one, which is not read then.
    pub(super) replaces: bool,
}

/// How deep policies may stand in one another.
const DEPTH: usize = 4;

/// Reads what a cluster says. Envoy 1.40 (research 3.2): the first policy of `load_balancing_policy` whose type it knows,
/// else `lb_policy`, wrapped in subsets if there is a selector.
pub(super) fn read(cluster: &Message<'_>) -> Written {
    let mut written = Written::default();
    if let Some(new) = cluster.field("load_balancing_policy") {
        let at = cluster.entry("load_balancing_policy").map_or(new.span(), |(key, _)| key);
        extension(&new, at, &mut written, 0);
        written.replaces = cluster.field("lb_policy").is_some();
        return written;
    }
    legacy(cluster, &mut written);
    written
}

/// Whether the old field says the same as the policy in force, or only that the new field says it.
pub(super) fn is_called(policy: Option<&Policy>, old: Option<&str>) -> bool {
    let (Some(policy), Some(old)) = (policy, old) else { return true };
    let says_nothing = old.eq_ignore_ascii_case("LOAD_BALANCING_POLICY_CONFIG") || old == "7";
    says_nothing || legacy_policy(old).is_none_or(|old| old.word.eq_ignore_ascii_case(policy.word))
}

/// The settings of other policies than the one in force: a oneof that is not read then (research 3.2).
pub(super) fn unread(cluster: &Message<'_>, policy: Option<&Policy>) -> Vec<Span> {
    const CONFIGS: [(&str, &str); 5] = [
        ("round_robin_lb_config", "ROUND_ROBIN"),
        ("least_request_lb_config", "LEAST_REQUEST"),
        ("ring_hash_lb_config", "RING_HASH"),
        ("maglev_lb_config", "MAGLEV"),
        ("original_dst_lb_config", "CLUSTER_PROVIDED"),
    ];
    let Some(policy) = policy else { return Vec::new() };
    let others = CONFIGS.iter().filter(|(_, word)| *word != policy.word);
    others.filter_map(|(config, _)| cluster.entry(config)).map(|(key, _)| key).collect()
}

/// Puts what was read in force.
pub(super) fn apply(written: &Written, draft: &mut Draft) {
    let settings = &mut draft.settings;
    settings.policy = written.policy.unwrap_or(settings.policy);
    settings.hash_type = written.hash_type.unwrap_or(settings.hash_type);
    settings.hash_balance = written.hash_balance.unwrap_or(settings.hash_balance);
    draft.spread.subsets = written.subsets.unwrap_or(draft.spread.subsets);
    draft.spread.locality_weights = written.locality_weights.unwrap_or(draft.spread.locality_weights);
    draft.spread.ring = written.ring.unwrap_or(draft.spread.ring);
    draft.spread.table = written.table.unwrap_or(draft.spread.table);
    draft.spread.zones = written.zones;
    draft.target.slow_start = written.slow_start.unwrap_or(draft.target.slow_start);
}

fn legacy(cluster: &Message<'_>, written: &mut Written) {
    // The first API calls it `lb_type`.
    if let Some(name) = ["lb_policy", "lb_type"].into_iter().find(|name| cluster.field(name).is_some()) {
        let at = cluster.place(name);
        let policy = cluster.word(name).as_deref().map(legacy_policy);
        written.policy = Some(match policy {
            Some(Some(policy)) => Fact::known(policy, Origin::written(at)),
            Some(None) => unsupported(at),
            None => Fact::unknown(crate::model::Why::Template, Origin::written(at)),
        });
    }
    hash(cluster, written);
    subsets(cluster, written);
    let slow_start = ["round_robin_lb_config", "least_request_lb_config"];
    if let Some(config) = cluster.any(&slow_start) {
        written.slow_start = window(&config);
    }
}

fn legacy_policy(text: &str) -> Option<Policy> {
    let (word, method) = match text {
        "ROUND_ROBIN" | "0" => return Some(ROUND_ROBIN),
        "LEAST_REQUEST" | "1" => ("LEAST_REQUEST", Method::LeastConnections),
        "RING_HASH" | "2" => ("RING_HASH", Method::Hash(Key::Missing)),
        "RANDOM" | "3" => ("RANDOM", Method::Uniform),
        "MAGLEV" | "5" => ("MAGLEV", Method::Hash(Key::Missing)),
        "CLUSTER_PROVIDED" | "6" => ("CLUSTER_PROVIDED", Method::Elsewhere),
        "ORIGINAL_DST_LB" | "4" => ("ORIGINAL_DST_LB", Method::Elsewhere),
        _ => return None,
    };
    Some(Policy { word, method })
}

/// How the table of a hashing policy is built; the settings of another policy are not read.
fn hash(cluster: &Message<'_>, written: &mut Written) {
    let word = written.policy.as_ref().and_then(|policy| policy.get()).map_or("", |policy| policy.word);
    match word {
        "RING_HASH" => ring(cluster.field("ring_hash_lb_config").as_ref(), "1", written),
        "MAGLEV" => maglev(cluster.field("maglev_lb_config").as_ref(), written),
        _ => return,
    }
    let balance = cluster.path(&["common_lb_config", "consistent_hashing_lb_config"]);
    if let Some(policy) = written.policy.filter(|_| balance.is_some_and(|one| one.has("use_hostname_for_hashing"))) {
        written.ring = Some(unsupported(policy.origin.at));
    }
    written.hash_balance = balance.as_ref().and_then(bounded);
}

/// `murmur`: the number of that function in the enumeration, which is another one in the newer field.
fn ring(config: Option<&Message<'_>>, murmur: &str, written: &mut Written) {
    let Some(policy) = written.policy else { return };
    let function = config.and_then(|config| config.word("hash_function"));
    let murmur = function.is_some_and(|function| function == "MURMUR_HASH_2" || function == murmur);
    let function = if murmur { HashFunction::EnvoyMurmurRing } else { HashFunction::EnvoyRing };
    written.hash_type = Some(Fact::known(HashType { function, ..RING }, policy.origin));
    written.ring = config.map(|config| ring_size(config, policy.origin));
}

/// `minimum_ring_size` and `maximum_ring_size`; where names are hashed in place of addresses, the model does not hold them.
fn ring_size(config: &Message<'_>, origin: Origin) -> Fact<RingSize> {
    let of_names = config.field("consistent_hashing_lb_config").is_some_and(|one| one.has("use_hostname_for_hashing"));
    let size = |name: &str, default: u32| config.number(name, Fact::known(default, origin)).get().copied();
    match (size("minimum_ring_size", 1024), size("maximum_ring_size", 8_388_608)) {
        (Some(least), Some(most)) if !of_names => Fact::known(RingSize { least, most }, origin),
        _ => unsupported(origin.at),
    }
}

/// The table of `MAGLEV` and its `table_size`; where names are hashed in place of addresses, the model does not hold them.
fn maglev(config: Option<&Message<'_>>, written: &mut Written) {
    let Some(policy) = written.policy else { return };
    written.hash_type = Some(Fact::known(HashType { function: HashFunction::EnvoyMaglev, ..RING }, policy.origin));
    let default = Fact::known(DEFAULT_TABLE, policy.origin);
    written.table = config.map(|config| config.number("table_size", default));
    let consistent = config.and_then(|config| config.field("consistent_hashing_lb_config"));
    if consistent.is_some_and(|one| one.has("use_hostname_for_hashing")) {
        written.ring = Some(unsupported(policy.origin.at));
    }
}

/// `hash_balance_factor`: 0 is off.
fn bounded(config: &Message<'_>) -> Option<Fact<Limit>> {
    config.field("hash_balance_factor")?;
    let origin = Origin::written(config.place("hash_balance_factor"));
    let factor = config.number("hash_balance_factor", Fact::known(0, origin));
    Some(match factor.get() {
        Some(0) => Fact::known(Limit::Unlimited, origin),
        Some(percent) => Fact::known(Limit::AtMost(u64::from(*percent)), origin),
        None => unsupported(origin.at),
    })
}

/// Without a selector there are no subsets (research 3.2).
fn subsets(cluster: &Message<'_>, written: &mut Written) {
    let Some(config) = cluster.field("lb_subset_config") else { return };
    if config.list("subset_selectors").next().is_none() {
        return;
    }
    written.subsets = Some(fallback(&config, cluster.place("lb_subset_config")));
}

fn fallback(config: &Message<'_>, at: Span) -> Fact<Subsets> {
    let word = config.word("fallback_policy");
    let value = match word.as_deref() {
        None | Some("NO_FALLBACK" | "0") => Subsets::Refuse,
        Some("ANY_ENDPOINT" | "1") => Subsets::AnyTarget,
        Some("DEFAULT_SUBSET" | "2") => Subsets::Default,
        Some(_) => return unsupported(at),
    };
    Fact::known(value, Origin::written(at))
}

fn window(config: &Message<'_>) -> Option<Fact<Timeout>> {
    let slow_start = config.field("slow_start_config")?;
    let never = Fact::known(Timeout::After(0), Origin::written(slow_start.first_line()));
    Some(slow_start.duration("slow_start_window", never))
}

/// `policies: [{typed_extension_config: {typed_config}}]`: the first that is known.
fn extension(policies: &Message<'_>, at: Span, written: &mut Written, depth: usize) {
    let mut configs = policies.list("policies").filter_map(|policy| policy.field("typed_extension_config"));
    let known = configs.find_map(|config| {
        let (name, inner) = config.extension()?;
        Some((known_extension(&name)?, inner, config))
    });
    let Some(((word, method), config, wrapper)) = known else {
        written.policy = Some(unsupported(at));
        return;
    };
    let at = wrapper.path(&["typed_config", "@type"]).map_or(at, |url| url.span());
    written.policy = Some(Fact::known(Policy { word, method }, Origin::written(at)));
    let localities = config.path(&["locality_lb_config", "locality_weighted_lb_config"]);
    if let Some(localities) = localities {
        written.locality_weights = Some(Fact::known(true, Origin::written(localities.first_line())));
    }
    if let Some(zones) = config.path(&["locality_lb_config", "zone_aware_lb_config"]) {
        written.zones = super::spread::zone_routing(&zones, zones.first_line()).or(written.zones);
    }
    written.slow_start = window(&config).or(written.slow_start);
    match word {
        "ring_hash" => ring(Some(&config), "2", written),
        "maglev" => maglev(Some(&config), written),
        "wrr_locality" => {
            written.locality_weights = Some(Fact::known(true, Origin::written(at)));
            within(&config, "endpoint_picking_policy", at, written, depth);
        }
        "subset" => {
            written.subsets = Some(fallback(&config, at));
            within(&config, "subset_lb_policy", at, written, depth);
        }
        "override_host" => within(&config, "fallback_policy", at, written, depth),
        _ => {}
    }
    let consistent = config.field("consistent_hashing_lb_config");
    let policies = consistent.and_then(|consistent| consistent.field("hash_policy"));
    if let Some(key) = policies.and_then(|policies| forwarding::key(&policies)) {
        set_key(written, key);
    }
    written.hash_balance = consistent.as_ref().and_then(bounded).or(written.hash_balance);
}

/// A hashing policy that says itself what it hashes.
fn set_key(written: &mut Written, key: Key) {
    if let Some(policy) = written.policy.as_mut()
        && let Value::Known(known) = &mut policy.value
        && matches!(known.method, Method::Hash(_))
    {
        known.method = Method::Hash(key);
    }
}

/// The policy in a policy.
fn within(config: &Message<'_>, field: &str, at: Span, written: &mut Written, depth: usize) {
    match config.field(field) {
        Some(inner) if depth < DEPTH => extension(&inner, at, written, depth + 1),
        _ => written.policy = Some(unsupported(at)),
    }
}

/// The policies of Envoy 1.40, by the name of their configuration's type.
fn known_extension(name: &str) -> Option<(&'static str, Method)> {
    Some(match name {
        "RoundRobin" => ("round_robin", Method::RoundRobin { fixed: false }),
        "LeastRequest" => ("least_request", Method::LeastConnections),
        "Random" => ("random", Method::Uniform),
        "RingHash" => ("ring_hash", Method::Hash(Key::Missing)),
        "Maglev" => ("maglev", Method::Hash(Key::Missing)),
        "Subset" => ("subset", Method::Elsewhere),
        "PickFirst" => ("pick_first", Method::Sticky),
        "WrrLocality" => ("wrr_locality", Method::Elsewhere),
        "OverrideHost" => ("override_host", Method::Elsewhere),
        "ClientSideWeightedRoundRobin" => ("client_side_weighted_round_robin", Method::Elsewhere),
        "ClusterProvided" => ("cluster_provided", Method::Elsewhere),
        "RandomSubsetting" => ("random_subsetting", Method::Elsewhere),
        "LoadAwareLocality" => ("load_aware_locality", Method::Elsewhere),
        _ => return None,
    })
}
