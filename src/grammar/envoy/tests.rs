//! The tables are whole and sorted, and look-ups find what Envoy 1.40 knows.

use super::*;
use crate::grammar::{Support, table};

/// What the generator counted when it wrote the tables.
const MESSAGES: usize = 1558;

const CLUSTER: &str = "envoy.config.cluster.v3.Cluster";
const RING_HASH: &str = "envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash";

const TABLES: [(&str, &str); 6] = [
    ("fields", FIELDS),
    ("enums", ENUMS),
    ("previous", include_str!("../../../grammars/envoy/previous.tsv")),
    ("legacy_names", include_str!("../../../grammars/envoy/legacy_names.tsv")),
    ("replacements", include_str!("../../../grammars/envoy/replacements.tsv")),
    ("support", include_str!("../../../grammars/envoy/support.tsv")),
];

fn field<'g>(grammar: &'g Grammar, message: &str, key: &str) -> &'g Field {
    let id = grammar.message(message).unwrap_or_else(|| panic!("{message}"));
    grammar.field(id, key).unwrap_or_else(|| panic!("{message}.{key}"))
}

#[test]
fn every_table_is_sorted_plain_and_rectangular() {
    for (name, table) in TABLES {
        let rows: Vec<&str> = table.lines().collect();
        assert!(rows[0].starts_with('#') && rows.is_sorted(), "{name}");
        let width = rows[0].split('\t').count();
        let is_plain = |row: &&str| row.is_ascii() && row.split('\t').count() == width && !row.contains("\t\t");
        assert_eq!(rows.iter().find(|row| !is_plain(row)), None, "{name}");
        assert!(rows.windows(2).all(|pair| pair[0] != pair[1]), "{name}");
    }
}

#[test]
fn every_message_is_there_and_every_type_is_known() {
    let grammar = Grammar::load();
    assert_eq!(grammar.messages().count(), MESSAGES);
    for id in grammar.messages() {
        assert_eq!(grammar.message(grammar.name(id)), Some(id));
        for field in grammar.fields(id) {
            let is_known = field.kind != FieldType::Unknown && field.label != Label::Map(FieldType::Unknown);
            assert_eq!(is_known, field.state != State::Removed, "{} {}", grammar.name(id), field.name);
        }
    }
}

#[test]
fn every_field_is_found_by_both_names() {
    let grammar = Grammar::load();
    for id in grammar.messages() {
        for field in grammar.fields(id) {
            for key in [field.name, &field.json_name] {
                assert_eq!(grammar.field(id, key).map(|found| found.name), Some(field.name), "{}", grammar.name(id));
            }
        }
        assert!(grammar.field(id, "no_such_field").is_none());
    }
}

#[test]
fn hand_kept_tables_name_messages_and_fields_that_exist() {
    let grammar = Grammar::load();
    let message = |name: &str| grammar.message(name).unwrap_or_else(|| panic!("{name}"));
    for [previous, name] in table::rows(TABLES[2].1) {
        assert_eq!(grammar.previous(previous), Some(message(name)));
    }
    for [legacy, kind, name, config] in table::rows(TABLES[3].1) {
        let found = grammar.legacy_extensions(legacy).find(|extension| extension.kind == kind).unwrap();
        assert_eq!((found.name, found.message.is_some()), (name, !config.is_empty()), "{legacy}");
    }
    for [name, _, _] in table::rows(TABLES[4].1).filter(|[name, _, _]| *name != "v1") {
        message(name);
    }
    for [name, key, support] in table::rows(TABLES[5].1) {
        assert!(key == "*" || grammar.field(message(name), key).is_some(), "{name} {key}");
        assert!(["modelled", "irrelevant", "unsupported"].contains(&support), "{name} {key}");
    }
}

#[test]
fn every_field_of_version_2_that_is_gone_has_a_replacement() {
    // In messages that no configuration has, and a field that no release had.
    const NOTHING: [&str; 5] =
        ["async_mode", "bootstrap_version", "max_obj_name_len", "max_stats", "on_demand_configuration"];
    let grammar = Grammar::load();
    for id in grammar.messages() {
        for field in grammar.fields(id).iter().filter(|field| field.state == State::Removed) {
            let is_replaced = grammar.replacement(id, field.name).is_some();
            assert!(is_replaced || NOTHING.contains(&field.name), "{} {}", grammar.name(id), field.name);
        }
    }
}

#[test]
fn a_type_url_is_its_last_part() {
    let grammar = Grammar::load();
    for prefix in ["", "type.googleapis.com/", "example.com/a/"] {
        assert_eq!(grammar.message_of_url(&format!("{prefix}{CLUSTER}")), grammar.message(CLUSTER));
    }
    assert_eq!(grammar.message_of_url("type.googleapis.com/envoy.config.cluster.v3.Clusterr"), None);
}

#[test]
fn enumerations_are_found_by_name_in_any_case_and_by_number() {
    let grammar = Grammar::load();
    let FieldType::Enum(policy) = field(&grammar, CLUSTER, "lbPolicy").kind else { panic!() };
    assert_eq!(grammar.enum_name(policy), "envoy.config.cluster.v3.Cluster.LbPolicy");
    assert_eq!(grammar.enum_value(policy, "ring_Hash").map(|value| value.number), Some(2));
    assert_eq!(grammar.enum_value_by_number(policy, 5).map(|value| value.name), Some("MAGLEV"));
    assert_eq!(grammar.enum_value(policy, "round-robin"), None);
    assert_eq!(grammar.enum_value_by_number(policy, 99), None);
}

#[test]
fn a_oneof_says_whether_one_of_it_is_required() {
    let grammar = Grammar::load();
    let address = grammar.message("envoy.config.core.v3.Address").unwrap();
    assert_eq!(grammar.oneofs(address), [Oneof { name: "address", is_required: true }]);
    let cluster = grammar.message(CLUSTER).unwrap();
    let discovery = usize::from(grammar.field(cluster, "cluster_type").unwrap().oneof.unwrap());
    assert_eq!(grammar.oneofs(cluster)[discovery], Oneof { name: "cluster_discovery_type", is_required: false });
}

#[test]
fn rules_are_those_of_the_program() {
    // Each was tried: Envoy 1.40 refuses 0s, 0, 8388609 and 100.5, each one step outside.
    let grammar = Grammar::load();
    assert_eq!(*field(&grammar, CLUSTER, "connect_timeout").rules, [Rule::More(0.0)]);
    let weight = field(&grammar, "envoy.config.endpoint.v3.LbEndpoint", "load_balancing_weight");
    assert_eq!(*weight.rules, [Rule::AtLeast(1.0)]);
    let size = field(&grammar, RING_HASH, "minimum_ring_size");
    assert!(size.rules.contains(&Rule::AtMost(8_388_608.0)));
    let threshold = field(&grammar, "envoy.config.cluster.v3.Cluster.CommonLbConfig", "healthy_panic_threshold");
    let FieldType::Message(percent) = threshold.kind else { panic!() };
    let value = grammar.field(percent, "value").unwrap();
    assert_eq!(*value.rules, [Rule::AtMost(100.0), Rule::AtLeast(0.0)]);
}

#[test]
fn types_that_files_write_in_a_form_of_their_own() {
    let grammar = Grammar::load();
    let well_known = |name: &str| grammar.well_known(grammar.message(name).unwrap());
    assert_eq!(well_known("google.protobuf.Any"), Some(WellKnown::Any));
    assert_eq!(well_known("google.protobuf.Value"), Some(WellKnown::Value));
    assert_eq!(well_known("google.protobuf.UInt32Value"), Some(WellKnown::Wrapper(FieldType::Uint32)));
    assert_eq!(well_known("google.protobuf.BoolValue"), Some(WellKnown::Wrapper(FieldType::Bool)));
    assert_eq!(well_known("google.protobuf.StringValue"), Some(WellKnown::Wrapper(FieldType::String)));
    assert_eq!(well_known("udpa.type.v1.TypedStruct"), Some(WellKnown::TypedStruct));
    assert_eq!(well_known("google.rpc.Status"), None);
    assert_eq!(well_known(CLUSTER), None);
}

#[test]
fn labels_states_secrets_and_support() {
    let grammar = Grammar::load();
    let options = field(&grammar, CLUSTER, "typed_extension_protocol_options");
    assert_eq!(options.label, Label::Map(FieldType::String));
    assert_eq!(field(&grammar, CLUSTER, "health_checks").label, Label::Repeated);
    assert_eq!(field(&grammar, CLUSTER, "hosts").state, State::Removed);
    assert_eq!(field(&grammar, CLUSTER, "dns_resolvers").state, State::Deprecated);
    let certificate = "envoy.extensions.transport_sockets.tls.v3.TlsCertificate";
    assert!(field(&grammar, certificate, "private_key").is_secret);
    assert!(!field(&grammar, certificate, "certificate_chain").is_secret);
    // Not marked by Envoy's own files.
    let credentials = "envoy.config.core.v3.GrpcService.GoogleGrpc.CallCredentials";
    assert!(field(&grammar, credentials, "access_token").is_secret);
    assert_eq!(field(&grammar, CLUSTER, "lb_policy").support, Support::Modelled);
    assert_eq!(field(&grammar, CLUSTER, "alt_stat_name").support, Support::Irrelevant);
}

#[test]
fn earlier_names_lead_to_todays() {
    let grammar = Grammar::load();
    let manager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    let earlier = "envoy.config.filter.network.http_connection_manager.v2.HttpConnectionManager";
    assert_eq!(grammar.previous("envoy.api.v2.Cluster"), grammar.message(CLUSTER));
    assert_eq!(grammar.previous(earlier), grammar.message(manager));
    for name in ["envoy.http_connection_manager", "http_connection_manager"] {
        let extension = grammar.legacy_extensions(name).next().unwrap();
        assert_eq!(extension.name, "envoy.filters.network.http_connection_manager");
        assert_eq!(extension.message, grammar.message(manager));
    }
    assert_eq!(grammar.legacy_extensions("envoy.ext_authz").count(), 2);
    let cluster = grammar.message(CLUSTER).unwrap();
    assert!(grammar.replacement(cluster, "hosts").unwrap().contains("load_assignment"));
    assert!(grammar.first_version_replacement("connect_timeout_ms").unwrap().contains("connect_timeout"));
}
