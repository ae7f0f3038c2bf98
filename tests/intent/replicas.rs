//! Copies that are declared as such.

use lblint::analysis::analyze;
use lblint::settings::Settings;
use lblint::source::MapReader;

use super::{haproxy, settings};

const PAIR: &str = "    server a 10.0.1.1:80 check\n    server b 10.0.1.2:80 check\n";

/// What `replicas-disagree` says of two files.
fn messages(files: [(&str, &str); 2], declared: &str) -> Vec<String> {
    let reader = MapReader::new(files.map(|(file, pools)| (file.to_owned(), haproxy(pools))));
    let arguments = files.map(|(file, _)| file.to_owned());
    let analysis = analyze(&reader, &arguments, &settings(declared));
    let found = analysis.findings.shown.iter().filter(|finding| finding.meta.name == "replicas-disagree");
    found.map(|finding| finding.message.clone()).collect()
}

#[test]
fn declared_copies_are_compared_whatever_they_are_called() {
    let (one, other) = (format!("backend shop\n{PAIR}"), "backend shop\n    server a 10.0.1.1:80 check\n");
    let files = [("eu/left.cfg", one.as_str()), ("eu/right.cfg", other)];
    assert!(messages(files, "").is_empty());
    let declared = "[[replicas]]\nfiles = ['eu/*.cfg']\n";
    let found = messages(files, declared);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("`shop` of right.cfg differs from left.cfg: `b` is missing"), "{found:?}");
    for allowed in ["shop", "shop/b", "*/b", "shop/*"] {
        assert!(messages(files, &format!("{declared}differ-only-in = ['{allowed}']\n")).is_empty(), "{allowed}");
    }
    assert_eq!(messages(files, &format!("{declared}differ-only-in = ['shop/a', 'shop/policy']\n")).len(), 1);
}

#[test]
fn a_pool_that_only_one_copy_has_is_missing_in_the_other() {
    let one = format!("backend shop\n{PAIR}backend api\n    server x 10.0.2.1:80 check\n");
    let other = format!("backend shop\n{PAIR}");
    let files = [("lb1.cfg", one.as_str()), ("lb2.cfg", other.as_str())];
    let declared = "[[replicas]]\nfiles = ['lb*.cfg']\n";
    assert_eq!(messages(files, declared), ["`api` is missing in lb2.cfg, which other copies of the proxy have"]);
    assert!(messages(files, &format!("{declared}differ-only-in = ['api']\n")).is_empty());
}

/// A declaration that compares nothing says so, once everything was read.
#[test]
fn copies_without_a_copy_are_told() {
    let pool = haproxy(&format!("backend shop\n{PAIR}"));
    let reader = MapReader::new([("/r/eu/lb1.cfg".to_owned(), pool.clone()), ("/r/us/lb2.cfg".to_owned(), pool)]);
    let told = |files: &str, argument: &str| {
        let settings = settings(&format!("[[replicas]]\nfiles = [{files}]\n"));
        let settings = Settings { directory: Some("/r".to_owned()), ..settings };
        let analysis = analyze(&reader, &[argument.to_owned()], &settings);
        let found = analysis.findings.shown.iter().filter(|finding| finding.meta.name == "ineffective-expectation");
        found
            .map(|finding| (analysis.sources.slice(finding.primary.span).to_owned(), finding.message.clone()))
            .collect::<Vec<_>>()
    };
    let nobody = |pattern: &str| {
        let message = format!(
            "no main file of a configuration is called `{pattern}`; declared as a copy, it is compared with nothing"
        );
        (format!("'{pattern}'"), message)
    };
    assert!(told("'eu/*.cfg', 'us/*.cfg'", "/r").is_empty());
    assert_eq!(told("'ue/*.cfg'", "/r"), [nobody("ue/*.cfg")]);
    assert_eq!(told("'eu/lb1.cfg', 'us/lb2.cfg', 'us/nope.cfg'", "/r"), [nobody("us/nope.cfg")]);
    let alone = told("'eu/lb1.cfg', 'us/nope.cfg'", "/r");
    assert_eq!(alone.len(), 2, "{alone:?}");
    assert!(
        alone.iter().any(|(_, message)| message.contains("lb1.cfg is declared as a copy, and there is no other one"))
    );
    assert!(told("'ue/*.cfg'", "/r/eu/lb1.cfg").is_empty(), "one file is not all");
}

#[test]
fn declared_copies_are_not_guessed_at() {
    let (one, other) = (format!("backend shop\n{PAIR}"), "backend shop\n    server a 10.0.1.1:80 check\n");
    let files = [("lb1.cfg", one.as_str()), ("lb2.cfg", other)];
    assert_eq!(messages(files, "").len(), 1, "their names say that they are copies");
    let declared = "[[replicas]]\nfiles = ['lb*.cfg']\ndiffer-only-in = ['shop/b']\n";
    assert!(messages(files, declared).is_empty());
}
