//! Where expectations stand, which pools they are about, and those that are about nothing.

use lblint::finding::Finding;
use lblint::settings::{Settings, SettingsFile};
use lblint::source::{Dialect, MapReader};

use super::{analysis, fired, haproxy, nginx, only, said, said_under, settings};

const PAIR: &str = "    server a 10.0.1.1:80 check\n    server b 10.0.1.2:80 check\n";

/// The findings of one check under settings, as `file:line: message`.
fn found(check: &str, text: &str, settings: &Settings) -> Vec<String> {
    let analysis = analysis("haproxy.cfg", text, settings);
    let told = |finding: &Finding| {
        let at = analysis.sources.location(finding.primary.span);
        format!("{}:{}: {}", at.file, at.line, finding.message)
    };
    analysis.findings.shown.iter().filter(|finding| finding.meta.name == check).map(told).collect()
}

#[test]
fn a_comment_stands_at_the_pool_or_above_it() {
    assert_eq!(said(&format!("backend shop # why not lblint: expect(targets = 2)\n{PAIR}")), "held: 2 in service");
    assert_eq!(said(&format!("# lblint: expect(targets = 2)\n# because\nbackend shop\n{PAIR}")), "held: 2 in service");
    let two = format!("# lblint: expect(targets = 2)\nbackend shop # lblint: expect(even = '1%')\n{PAIR}");
    assert_eq!(said_under(Dialect::Haproxy, &haproxy(&two), "").len(), 2);
    let upstream = nginx("# lblint: expect(targets = 2)\nupstream app {\nserver 10.0.1.1; server 10.0.1.2; }", "app");
    assert_eq!(only(said_under(Dialect::Nginx, &upstream, "")), "held: 2 in service");
    let cluster = "static_resources:\n  clusters:\n    # lblint: expect(targets = 1)\n    - type: STATIC\n      name: shop\n      \
                   load_assignment:\n        cluster_name: shop\n        endpoints:\n        - lb_endpoints:\n          \
                   - endpoint: { address: { socket_address: { address: 10.0.1.1, port_value: 80 } } }\n";
    assert_eq!(only(said_under(Dialect::Envoy, cluster, "")), "held: 1 in service");
    let at_its_name = cluster.replace("    # lblint: expect(targets = 1)\n", "");
    let at_its_name =
        at_its_name.replace("name: shop\n      load", "name: shop # lblint: expect(targets = 1)\n      load");
    assert_eq!(only(said_under(Dialect::Envoy, &at_its_name, "")), "held: 1 in service");
}

#[test]
fn settings_are_about_pools_by_pattern() {
    let text = haproxy(&format!("backend shop\n{PAIR}"));
    let said =
        |pattern: &str| said_under(Dialect::Haproxy, &text, &format!("[[expect]]\npool = '{pattern}'\ntargets = 2\n"));
    assert_eq!(said("shop"), ["held: 2 in service"]);
    assert_eq!(said("haproxy.cfg/sh*"), ["held: 2 in service"]);
    assert!(said("nginx.conf/shop").is_empty());
}

#[test]
fn a_finding_points_at_the_settings() {
    let text = haproxy(&format!("backend shop\n{PAIR}"));
    let settings = settings("[[expect]]\npool = 'shop'\nowner = '@shop'\ntargets = '3..'\n");
    let found = found("unmet-expectation", &text, &settings);
    assert_eq!(found, ["lblint.toml:4: 2 targets are in service in `shop`; expected: at least 3"]);
    let analysis = analysis("haproxy.cfg", &text, &settings);
    let finding = analysis.findings.shown.iter().find(|finding| finding.meta.name == "unmet-expectation").unwrap();
    assert_eq!(analysis.sources.slice(finding.primary.span), "targets = '3..'");
    assert_eq!(analysis.sources.location(finding.related[0].span).file, "haproxy.cfg");
    assert!(finding.notes.contains(&"wanted by @shop".to_owned()), "{:?}", finding.notes);
}

#[test]
fn one_that_has_ended_is_a_finding_and_counts_no_more() {
    let text = haproxy(&format!("backend shop\n{PAIR}"));
    let until = |day: &str| settings(&format!("[[expect]]\npool = 'shop'\ntargets = '3..'\nuntil = {day}\n"));
    assert!(found("ineffective-expectation", &text, &until("2026-11-21")).is_empty());
    assert_eq!(found("unmet-expectation", &text, &until("2026-11-21")).len(), 1);
    assert!(found("unmet-expectation", &text, &until("2026-11-20")).is_empty());
    assert_eq!(
        found("ineffective-expectation", &text, &until("2026-11-20")),
        ["lblint.toml:4: the expectation for `shop` ended on 2026-11-20; it is not verified any more"]
    );
    let text = haproxy(&format!("backend shop # lblint: expect(targets = '3..', until = '2026-11-20')\n{PAIR}"));
    let found = found("ineffective-expectation", &text, &settings(""));
    assert_eq!(found, ["haproxy.cfg:13: the expectation ended on 2026-11-20; it is not verified any more"]);
}

#[test]
fn one_that_wants_nothing_is_a_finding() {
    let text = haproxy(&format!("backend shop\n{PAIR}"));
    let idle = |keys: &str| {
        found("ineffective-expectation", &text, &settings(&format!("[[expect]]\npool = 'shop'\n{keys}\n")))
    };
    let told = |why: &str| [format!("lblint.toml:2: the expectation for `shop` is not verified: {why}")];
    assert_eq!(idle("owner = '@shop'"), told("it wants nothing; write for example even = \"10%\""));
    // Beside others, too: a key that is held against nothing is not met by silence.
    for others in ["", "targets = 2\n"] {
        let rate = idle(&format!("{others}rps = 100"));
        assert_eq!(rate, told("`rps` is held against `capacity-rps`, which is missing"));
        let capacity = idle(&format!("{others}capacity-rps = 100"));
        assert_eq!(capacity, told("`capacity-rps` is held against `rps`, which is missing"));
    }
    let modes = idle("targets = 2\nmodes = ['hang']");
    assert_eq!(modes, told("`modes` is for `survives` and `noticed-within`, which are missing"));
}

#[test]
fn mistakes_in_settings_are_told_where_they_stand() {
    let mistake = |text: &str| SettingsFile::parse("lblint.toml", text).unwrap_err().to_string();
    let missing = mistake("[[expect]]\ntargets = 99\n");
    assert!(missing.contains("`pool` is missing; as in `pool = \"payments\"`"), "{missing}");
    let expect = |key: &str| mistake(&format!("[[expect]]\npool = 'shop'\n{key}\n"));
    assert!(expect("survives = 'host'\nmodes = []").contains("names no way to fail"));
    assert!(expect("share = { a = '500%' }").contains("`500%` is more than all of it"));
    assert!(expect("canary = { pool = 'a', at-most = '101%' }").contains("`101%` is more than all of it"));
    for rate in ["rps = nan", "capacity-rps = inf", "capacity-rps = -inf"] {
        assert!(expect(rate).contains("is a finite number"), "{}", expect(rate));
    }
    assert!(expect("rps = -1").contains("`rps` is at least 0"));
}

#[test]
fn a_comment_that_declares_nothing_is_a_finding() {
    let message = |comment: &str| {
        let text = haproxy(&format!("{comment}\nbackend shop\n{PAIR}"));
        only(found("ineffective-expectation", &text, &settings("")))
    };
    let prefix = "haproxy.cfg:13: this expectation verifies nothing: ";
    assert_eq!(message("# lblint: expect(evn = '1%')"), format!("{prefix}unknown key `evn`; did you mean `even`?"));
    assert_eq!(
        message("# lblint: expect(targets = 2)\nuserlist people"),
        format!("{prefix}it stands at no pool; write it on the line that opens one, or above")
    );
    assert_eq!(
        message("# lblint: expect(owner = '@shop')"),
        format!("{prefix}it wants nothing; write for example even = \"10%\"")
    );
}

/// As a suppression does, an expectation on a line of its own speaks of the next statement.
#[test]
fn remarks_and_empty_lines_may_stand_between() {
    let text = haproxy(&format!("# lblint: expect(targets = 3)\n\n# the shop\nbackend shop\n{PAIR}"));
    let unmet = found("unmet-expectation", &text, &settings(""));
    assert!(unmet.len() == 1 && unmet.iter().all(|one| one.starts_with("haproxy.cfg:13: ")), "{unmet:?}");
}

#[test]
fn a_pattern_that_matches_nothing_is_a_finding_once_all_was_read() {
    let reader = MapReader::new([("/r/haproxy.cfg".to_owned(), haproxy(&format!("backend shop\n{PAIR}")))]);
    let settings =
        Settings { directory: Some("/r".to_owned()), ..settings("[[expect]]\npool = 'shpo'\ntargets = 2\n") };
    let messages = |argument: &str| {
        let analysis = lblint::analysis::analyze(&reader, &[argument.to_owned()], &settings);
        let found = analysis.findings.shown.iter().filter(|finding| finding.meta.name == "ineffective-expectation");
        found.map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(messages("/r"), ["no pool is called `shpo`; did you mean `shop`?"]);
    assert!(messages("/r/haproxy.cfg").is_empty(), "one file is not all");
}

#[test]
fn a_declared_number_speaks_for_itself() {
    let one = |header: &str| {
        haproxy(&format!("backend shop{header}\n    balance roundrobin\n    server a 10.0.1.1:80 check\n"))
    };
    let names = |header: &str| fired("haproxy.cfg", &one(header), &settings(""));
    assert!(names("").contains(&"single-target"));
    assert!(!names(" # lblint: expect(targets = 1)").contains(&"single-target"));
    let few = names(" # lblint: expect(targets = '2..')");
    assert!(!few.contains(&"single-target") && few.contains(&"unmet-expectation"));
}

#[test]
fn the_guide_shows_the_files_that_its_examples_run_on() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let read = |path: &str| std::fs::read_to_string(directory.join(path)).unwrap();
    let guide = read("intent.md");
    assert!(guide.contains(&read("intent.in/lblint.toml")));
    let configuration = read("intent.in/haproxy.cfg");
    let from = configuration.find("# lblint: expect(targets").unwrap();
    assert!(guide.contains(&configuration[from..configuration.find("\nresolvers").unwrap()]));
}

#[test]
fn a_comment_may_be_written_in_any_way_that_is_plain() {
    assert_eq!(said(&format!("backend shop #lblint:expect(targets=2)\n{PAIR}")), "held: 2 in service");
    assert_eq!(said(&format!("# LBLINT : Expect (targets = 2)\nbackend shop\n{PAIR}")), "held: 2 in service");
    let two = haproxy(&format!("# lblint: expect(targets = 2), expect(even = '1%')\nbackend shop\n{PAIR}"));
    assert_eq!(said_under(Dialect::Haproxy, &two, "").len(), 2);
}
