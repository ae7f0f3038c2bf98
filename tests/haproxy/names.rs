//! Names: what is defined, what is referred to, what is found nowhere.

use lblint::model::{Namespace, Whereabouts};

use crate::model::model;

fn undefined(text: &str) -> Vec<(Namespace, String)> {
    let model = model(text);
    let references = model.unit().names.references.iter();
    let nowhere = references.filter(|reference| reference.whereabouts == Whereabouts::Nowhere);
    nowhere.map(|reference| (reference.namespace, model.text(reference.name).to_owned())).collect()
}

#[test]
fn references_that_nothing_defines() {
    let text = "frontend f from d\n bind :80\n use_backend nowhere if missing !is_api { path /x }\n acl is_api path /\n\
                backend p\n use-server gone if TRUE\n server a 10.0.0.1:80 check resolvers r track q/a\n";
    let expected = [
        (Namespace::Defaults, "d"),
        (Namespace::Condition, "is_api"), // defined, but only below
        (Namespace::Condition, "missing"),
        (Namespace::Pool, "nowhere"),
        (Namespace::Target, "gone"),
        (Namespace::Resolvers, "r"),
        (Namespace::Pool, "q"),
    ];
    let mut found = undefined(text);
    found.sort();
    let mut expected: Vec<_> = expected.map(|(namespace, name)| (namespace, name.to_owned())).into();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn names_of_targets_and_conditions_are_valid_in_their_section() {
    let text = "frontend f\n bind :80\n acl x path /\n default_backend p\nbackend p\n use-server a if x\n server a 10.0.0.1:80\n";
    assert_eq!(undefined(text), [(Namespace::Condition, "x".to_owned())]);
}

#[test]
fn sections_that_statements_name_must_exist() {
    let text = "frontend f\n bind :80\n http-request cache-use c\n errorfiles e\n email-alert mailers m\n\
                stick-table type ip size 1m peers p\nbackend b\n server s 10.0.0.1:80\n";
    let mut found = undefined(text);
    found.sort();
    let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["p", "m", "c", "e"], "{found:?}");
    let defined = format!("{text}cache c\nhttp-errors e\nmailers m\npeers p\n");
    assert!(undefined(&defined).is_empty());
}

#[test]
fn a_fragment_complains_of_nothing() {
    assert!(undefined("backend p\n server a 10.0.0.1:80 resolvers r\n").is_empty());
}

/// `frontends/*.cfg` beside `backends/*.cfg`: what stands in files of settings, entrances and pools is one configuration.
#[test]
fn entrances_alone_are_a_fragment() {
    let entrance = "frontend f\n bind :80\n default_backend web\n http-request cache-use c\n";
    assert!(undefined(entrance).is_empty());
    for whole in
        [format!("defaults\n mode http\n{entrance}"), format!("{entrance}backend api\n server a 10.0.0.1:80\n")]
    {
        assert_eq!(undefined(&whole).len(), 2, "{whole}");
    }
}
