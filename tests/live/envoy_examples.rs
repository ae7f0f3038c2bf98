//! Envoy loads the examples of the pages without a word: what they show is not what it refuses.

use lblint::checks::all;
use lblint::finding::Group;

use crate::envoy::{available, judge};

/// The texts of a page that are complete configurations.
fn examples(page: &str) -> impl Iterator<Item = &str> {
    let blocks = page.split("\n```envoy ").skip(1).filter_map(|block| block.split_once('\n'));
    let texts = blocks.filter_map(|(_, rest)| rest.split("```").next());
    texts.filter(|text| text.starts_with("static_resources:"))
}

#[test]
fn envoy_accepts_the_examples() {
    if !available() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("lblint-envoy-examples-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("envoy.yaml");
    // Those of these groups show what is refused, too.
    let loads = |group: Group| !matches!(group, Group::Validity | Group::Routing);
    let metas = all().iter().map(|check| check.meta()).filter(|meta| loads(meta.group));
    let all: Vec<(&str, &str)> =
        metas.flat_map(|meta| examples(meta.page).map(move |text| (meta.name, text))).collect();
    assert!(!all.is_empty(), "no page has an example");
    for (name, text) in all {
        std::fs::write(&file, text).unwrap();
        assert_eq!(judge(&file).err(), None, "an example of {name}:\n{text}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
