//! `lblint baseline create|update|prune` and `check --baseline`.

use super::repository::{HEAD, Repository, config, pool};

const FILE: &str = "lblint-baseline.txt";

/// A repository whose findings are all known.
fn adopted(files: &[(&str, &str)]) -> Repository {
    let repository = Repository::new(files);
    let said = repository.lblint(&["baseline", "create"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    repository
}

fn new(repository: &Repository) -> Vec<String> {
    repository.found(&["--baseline", FILE])
}

#[test]
fn what_is_known_is_not_shown_and_does_not_fail() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    let said = repository.lblint(&["check", "--baseline", FILE]);
    assert_eq!(said.status, 0);
    assert!(said.out.contains("no findings") && said.out.contains("baseline: 4 known"), "{}", said.out);
    assert_eq!(repository.lblint(&["check"]).status, 1);
}

#[test]
fn every_format_leaves_it_out_with_the_same_status() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api"]))]);
    for format in ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "markdown"] {
        let said = repository.lblint(&["check", "--baseline", FILE, "--format", format]);
        assert_eq!(said.status, 0, "{format}");
        assert!(!said.out.contains("nothing notices"), "{format}: {}", said.out);
    }
}

#[test]
fn the_file_is_sorted_and_one_line_a_subject() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["web", "api"]))]);
    let text = repository.read(FILE);
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(text.starts_with("# lblint/baseline/1\t"));
    assert!(lines.is_sorted());
    for line in &mut lines {
        *line = line.split_once('\t').unwrap().1;
    }
    lines.sort_unstable();
    let expected = ["no-health-check", "no-redispatch"];
    let expected: Vec<String> = expected
        .iter()
        .flat_map(|check| ["api", "web"].map(|pool| format!("{check}\tlb/haproxy.cfg\t{pool}")))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn a_new_pool_of_a_known_cause_is_shown_alone() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    repository.write("lb/haproxy.cfg", &config(&["api", "img", "web"]));
    assert_eq!(new(&repository), ["no-health-check img", "no-redispatch img"]);
    let said = repository.lblint(&["check", "--baseline", FILE]);
    assert_eq!(said.status, 1);
    assert!(said.out.contains("`img`") && !said.out.contains("pool api"), "{}", said.out);
}

#[test]
fn a_swapped_pool_is_shown() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    repository.write("lb/haproxy.cfg", &config(&["img", "web"]));
    assert_eq!(new(&repository), ["no-health-check img", "no-redispatch img"]);
}

#[test]
fn edits_moves_and_line_ends_change_nothing() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    let moved = format!("# one\n# two\n\n{}", config(&["web", "api"])).replace('\n', "\r\n");
    repository.write("lb/haproxy.cfg", &moved.replace("timeout client 30s", "timeout client  40s # longer"));
    assert!(new(&repository).is_empty());
    let elsewhere =
        HEAD.replace("defaults\n", "defaults other\n    mode http\n\ndefaults\n") + &pool("web") + &pool("api");
    repository.write("lb/haproxy.cfg", &elsewhere);
    assert!(new(&repository).is_empty());
}

#[test]
fn it_does_not_matter_where_lblint_is_started() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api"]))]);
    let below = repository.directory.join("lb");
    let said = super::repository::lblint(&below, &["check", "haproxy.cfg", "--baseline", "../lblint-baseline.txt"]);
    assert_eq!(said.status, 0, "{}", said.out);
}

#[test]
fn a_stricter_profile_or_another_selection_shows_what_it_adds() {
    let repository = Repository::new(&[("lb/haproxy.cfg", &config(&["api"]))]);
    repository.lblint(&["baseline", "create", "--select", "no-redispatch"]);
    assert_eq!(new(&repository), ["no-health-check api"]);
    let strict = repository.found(&["--baseline", FILE, "--profile", "strict"]);
    assert!(strict.len() > 1 && !strict.contains(&"no-redispatch api".to_owned()), "{strict:?}");
    // Nothing was found wrong with the entry, although its check is not asked for.
    let said = repository.lblint(&["check", "--baseline", FILE, "--select", "no-health-check"]);
    assert!(!said.out.contains("stale"), "{}", said.out);
}

#[test]
fn another_cause_of_a_known_subject_is_shown() {
    let wrong = |number: &str| format!("{HEAD}{}    balnce {number}\n", pool("api"));
    let repository = adopted(&[("lb/haproxy.cfg", &wrong("x"))]);
    assert!(new(&repository).is_empty());
    repository.write("lb/haproxy.cfg", &(wrong("x") + "    balnce x\n"));
    let shown = new(&repository);
    assert_eq!(shown.len(), 1, "{shown:?}");
    repository.lblint(&["baseline", "update"]);
    assert!(repository.read(FILE).contains("#2\tunknown-directive"), "{}", repository.read(FILE));
    assert!(new(&repository).is_empty());
    repository.write("lb/haproxy.cfg", &wrong("x"));
    repository.lblint(&["baseline", "prune"]);
    assert!(!repository.read(FILE).contains("#2"));
    assert!(new(&repository).is_empty());
}

#[test]
fn stale_entries_are_told_and_pruned() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api", "web"])), ("other/haproxy.cfg", &config(&["web"]))]);
    repository.write("lb/haproxy.cfg", &config(&["web"]));
    let said = repository.lblint(&["check", "--baseline", FILE]);
    assert_eq!(said.status, 0);
    assert!(said.out.contains("stale: 2 entries (no-health-check api, no-redispatch api)"), "{}", said.out);
    let json: serde_json::Value =
        serde_json::from_str(&repository.lblint(&["check", "--baseline", FILE, "--format", "json"]).out).unwrap();
    let used = &json["summary"]["baseline"];
    assert_eq!((used["entries"].as_u64(), used["baselined"].as_u64()), (Some(6), Some(4)));
    assert_eq!(used["stale"].as_array().unwrap().len(), 2);
    assert_eq!(used["stale"][0]["pool"], "api");
    // Of what was not analysed nothing is said.
    assert!(!repository.lblint(&["check", "--baseline", FILE, "other"]).out.contains("stale"));
    let pruned = repository.lblint(&["baseline", "prune"]);
    assert_eq!(pruned.out, "lblint-baseline.txt: 4 entries, 0 added, 2 dropped\n");
    assert!(!repository.read(FILE).contains("api"));
    assert!(new(&repository).is_empty());
}

#[test]
fn prune_adds_nothing_and_update_does() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    repository.write("lb/haproxy.cfg", &config(&["img", "web"]));
    repository.lblint(&["baseline", "prune"]);
    assert_eq!(new(&repository), ["no-health-check img", "no-redispatch img"]);
    let updated = repository.lblint(&["baseline", "update"]);
    assert_eq!(updated.out, "lblint-baseline.txt: 4 entries, 2 added, 0 dropped\n");
    assert!(new(&repository).is_empty());
    let before = repository.read(FILE);
    assert_eq!(repository.lblint(&["baseline", "update"]).out, "lblint-baseline.txt: 4 entries, 0 added, 0 dropped\n");
    assert_eq!(repository.read(FILE), before);
}

#[test]
fn an_update_of_one_file_keeps_what_is_known_of_others() {
    let repository = adopted(&[("eu/haproxy.cfg", &config(&["web"])), ("us/haproxy.cfg", &config(&["web"]))]);
    repository.write("eu/haproxy.cfg", &config(&["img"]));
    repository.write("us/haproxy.cfg", &config(&["img"]));
    let said = repository.lblint(&["baseline", "update", "eu/haproxy.cfg"]);
    assert_eq!(said.out, "lblint-baseline.txt: 4 entries, 2 added, 2 dropped\n");
    assert_eq!(repository.read(FILE).matches("us/haproxy.cfg\tweb").count(), 2);
}

#[test]
fn a_deleted_file_leaves_stale_entries() {
    let repository = adopted(&[("eu/haproxy.cfg", &config(&["web"])), ("us/haproxy.cfg", &config(&["web"]))]);
    std::fs::remove_dir_all(repository.directory.join("us")).unwrap();
    assert!(repository.lblint(&["check", "--baseline", FILE]).out.contains("stale: 2 entries"));
    assert!(!repository.lblint(&["check", "--baseline", FILE, "eu"]).out.contains("stale"));
    let said = repository.lblint(&["baseline", "prune"]);
    assert_eq!(said.out, "lblint-baseline.txt: 2 entries, 0 added, 2 dropped\n");
}

#[test]
fn a_renamed_file_is_new_until_the_baseline_is_updated() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["web"]))]);
    repository.git(&["mv", "lb/haproxy.cfg", "lb/edge.cfg"]);
    assert_eq!(new(&repository), ["no-health-check web", "no-redispatch web"]);
    let said = repository.lblint(&["baseline", "update"]);
    assert_eq!(said.out, "lblint-baseline.txt: 2 entries, 2 added, 2 dropped\n");
    assert!(new(&repository).is_empty());
}

#[test]
fn the_settings_name_it_from_their_directory() {
    let repository =
        adopted(&[("lb/haproxy.cfg", &config(&["web"])), ("lblint.toml", &format!("baseline = '{FILE}'\n"))]);
    assert!(repository.found(&[]).is_empty());
    assert_eq!(repository.found(&["--no-baseline"]).len(), 2);
    let below = repository.directory.join("lb");
    assert_eq!(super::repository::lblint(&below, &["check"]).status, 0);
    repository.write("lb/haproxy.cfg", &config(&["img"]));
    let said = super::repository::lblint(&below, &["baseline", "update"]);
    assert_eq!(said.out, "../lblint-baseline.txt: 2 entries, 2 added, 2 dropped\n");
}

#[test]
fn nothing_is_written_when_something_could_not_be_read() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["web"]))]);
    let before = repository.read(FILE);
    let said = repository.lblint(&["baseline", "update", "lb", "missing.cfg"]);
    assert_eq!(said.status, 2);
    assert_eq!(repository.read(FILE), before);
    let again = repository.lblint(&["baseline", "create"]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("is there already; `lblint baseline update`"), "{}", again.err);
    std::fs::create_dir(repository.directory.join("empty")).unwrap();
    assert_eq!(repository.lblint(&["baseline", "create", "empty", "--file", "b.txt"]).status, 3);
    assert!(!repository.directory.join("b.txt").exists());
}

#[test]
fn a_broken_baseline_says_where() {
    let repository = adopted(&[("lb/haproxy.cfg", &config(&["web"]))]);
    let broken = repository.read(FILE).replacen("\n1:", "\n<<<<<<< HEAD\n1:", 1);
    repository.write(FILE, &broken);
    for command in [vec!["check", "--baseline", FILE], vec!["baseline", "update"], vec!["baseline", "prune"]] {
        let said = repository.lblint(&command);
        assert_eq!(said.status, 2, "{command:?}");
        assert_eq!(said.err, "lblint: lblint-baseline.txt:2: no fingerprint at its beginning\n");
    }
    assert_eq!(repository.read(FILE), broken);
    let missing = repository.lblint(&["check", "--baseline", "no.txt"]);
    assert_eq!(missing.status, 2);
    assert_eq!(missing.err, "lblint: no.txt: no such file or directory; `lblint baseline create` writes one\n");
}
