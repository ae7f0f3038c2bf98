//! `check --new-since`: what was not there where a revision and HEAD part.

use std::fs;

use super::repository::{HEAD, Repository, config, lblint, pool, subjects};

const SINCE: [&str; 2] = ["--new-since", "main"];

/// A repository with a branch of its own checked out.
fn branched(files: &[(&str, &str)]) -> Repository {
    let repository = Repository::new(files);
    repository.git(&["checkout", "-q", "-b", "change"]);
    repository
}

#[test]
fn an_unchanged_file_has_nothing_new() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    let said = repository.lblint(&["check", "--new-since", "main"]);
    assert_eq!(said.status, 0, "{}", said.out);
    assert!(said.out.contains("): 4 known from there"), "{}", said.out);
    assert_eq!(repository.lblint(&["check"]).status, 1);
}

#[test]
fn a_new_pool_is_shown_alone_committed_or_not() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    repository.write("lb/haproxy.cfg", &config(&["img", "api", "web"]));
    let expected = ["no-health-check img", "no-redispatch img"];
    assert_eq!(repository.found(&SINCE), expected);
    repository.commit();
    assert_eq!(repository.found(&SINCE), expected);
    assert_eq!(repository.lblint(&["check", "--new-since", "main"]).status, 1);
    assert!(repository.found(&["--new-since", "HEAD"]).is_empty());
}

#[test]
fn it_compares_with_where_the_branches_part() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api"]))]);
    repository.write("lb/haproxy.cfg", &config(&["api", "web"]));
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.write("lb/haproxy.cfg", &config(&["api", "other"]));
    repository.commit();
    repository.git(&["checkout", "-q", "change"]);
    assert_eq!(repository.found(&SINCE), ["no-health-check web", "no-redispatch web"]);
}

#[test]
fn moved_lines_and_line_ends_are_nothing_new() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api", "web"]))]);
    let moved = format!("# one\n\n{}", config(&["web", "api"])).replace('\n', "\r\n");
    repository.write("lb/haproxy.cfg", &moved);
    assert!(repository.found(&SINCE).is_empty());
}

#[test]
fn a_renamed_file_is_new_and_a_deleted_one_is_gone() {
    let repository = branched(&[("eu/haproxy.cfg", &config(&["web"])), ("us/haproxy.cfg", &config(&["web"]))]);
    fs::remove_dir_all(repository.directory.join("us")).unwrap();
    assert!(repository.found(&SINCE).is_empty());
    repository.git(&["mv", "eu/haproxy.cfg", "eu/edge.cfg"]);
    assert_eq!(repository.found(&SINCE), ["no-health-check web", "no-redispatch web"]);
}

#[test]
fn arguments_mean_the_same_in_both_states() {
    let repository = branched(&[("eu/haproxy.cfg", &config(&["web"])), ("us/haproxy.cfg", &config(&["web"]))]);
    repository.write("eu/haproxy.cfg", &config(&["web", "api"]));
    repository.write("new/haproxy.cfg", &config(&["img"]));
    let api = ["no-health-check api", "no-redispatch api"];
    assert_eq!(repository.found(&["eu", "--new-since", "main"]), api);
    assert_eq!(repository.found(&["./eu/haproxy.cfg", "--new-since", "main"]), api);
    let absolute = repository.directory.join("eu/haproxy.cfg");
    assert_eq!(repository.found(&[&absolute.to_string_lossy(), "--new-since", "main"]), api);
    assert!(repository.found(&["us", "--new-since", "main"]).is_empty());
    assert_eq!(repository.found(&["new", "--new-since", "main"]).len(), 2);
    let below = repository.directory.join("us");
    let json = ["check", "--format", "json", "--new-since", "main"];
    assert!(subjects(&lblint(&below, &json)).is_empty());
    assert_eq!(subjects(&lblint(&below, &[&json[..], &["../eu"]].concat())), api);
}

#[test]
fn includes_are_followed_in_both_states() {
    let main = "events {}\nhttp {\n    include conf.d/*.conf;\n    include sites-enabled/*;\n}\n";
    let site = |name: &str| {
        format!(
            "upstream {name} {{\n    server 10.0.0.1;\n    server 10.0.0.2 down;\n}}\nserver {{\n    listen 80;\n    location / {{ proxy_pass http://{name}; }}\n}}\n"
        )
    };
    let repository = Repository::new(&[("nginx/nginx.conf", main), ("nginx/conf.d/a.conf", &site("a"))]);
    repository.write("nginx/sites-available/b", &site("b"));
    fs::create_dir(repository.directory.join("nginx/sites-enabled")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../sites-available/b", repository.directory.join("nginx/sites-enabled/b")).unwrap();
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "change"]);
    let all = repository.found(&[]);
    assert!(all.iter().any(|one| one.ends_with(" a")) && all.iter().any(|one| one.ends_with(" b")), "{all:?}");
    assert!(repository.found(&SINCE).is_empty());
    assert!(repository.found(&["nginx/conf.d/a.conf", "--new-since", "main"]).is_empty());
    repository.write("nginx/conf.d/c.conf", &site("c"));
    let new = repository.found(&SINCE);
    assert!(!new.is_empty() && new.iter().all(|one| one.ends_with(" c")), "{new:?}");
}

#[test]
fn a_swapped_subject_is_new_and_a_second_cause_too() {
    let repository = branched(&[("lb/haproxy.cfg", &format!("{HEAD}{}    balnce x\n", pool("api")))]);
    repository.write("lb/haproxy.cfg", &format!("{HEAD}{}    balnce x\n    balnce x\n", pool("api")));
    assert_eq!(repository.found(&SINCE).len(), 1);
    repository.write("lb/haproxy.cfg", &config(&["web"]));
    assert_eq!(repository.found(&SINCE), ["no-health-check web", "no-redispatch web"]);
}

#[test]
fn what_is_hidden_counts_only_what_is_new() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api"]))]);
    let hidden = |arguments: &[&str]| {
        let said = repository.lblint(&[&["check", "--format", "json"], arguments].concat());
        serde_json::from_str::<serde_json::Value>(&said.out).unwrap()["summary"]["hidden"].as_u64().unwrap()
    };
    assert!(hidden(&[]) > 0);
    assert_eq!(hidden(&SINCE), 0);
}

#[test]
fn a_baseline_and_a_revision_go_together() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api"]))]);
    repository.write("lb/haproxy.cfg", &config(&["api", "web"]));
    repository.lblint(&["baseline", "create", "--select", "no-redispatch"]);
    let both = ["--new-since", "main", "--baseline", "lblint-baseline.txt"];
    assert_eq!(repository.found(&both), ["no-health-check web"]);
}

#[test]
fn submodules_are_compared_at_their_commits() {
    let inner = Repository::new(&[("haproxy.cfg", &config(&["api"]))]);
    let repository = Repository::new(&[("README", "")]);
    let url = format!("file://{}", inner.directory.display());
    repository.git(&["submodule", "--quiet", "add", &url, "shared"]);
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "change"]);
    assert_eq!(repository.found(&[]).len(), 2);
    assert!(repository.found(&SINCE).is_empty());
    repository.write("shared/haproxy.cfg", &config(&["api", "web"]));
    assert_eq!(repository.found(&SINCE), ["no-health-check web", "no-redispatch web"]);
}

#[test]
fn nothing_is_written() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api"]))]);
    let state = || {
        let mut files: Vec<_> = walkdir::WalkDir::new(&repository.directory)
            .into_iter()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.path().to_path_buf(), entry.metadata().unwrap().modified().unwrap()))
            .collect();
        files.sort();
        files
    };
    let before = state();
    repository.lblint(&["check", "--new-since", "main"]);
    assert_eq!(state(), before);
}

#[test]
fn a_clone_that_is_cut_too_short_says_what_to_do() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api"]))]);
    for _ in 0..3 {
        repository.commit();
    }
    let one_branch = repository.clone(&["--depth", "1"]);
    let said = lblint(&one_branch, &["check", "--new-since", "origin/main"]);
    assert_eq!((said.status, said.out.as_str()), (2, ""));
    assert!(said.err.contains("`origin/main` is no revision") && said.err.contains("fetch-depth: 0"), "{}", said.err);
    let both = repository.clone(&["--depth", "1", "--no-single-branch"]);
    let said = lblint(&both, &["check", "--new-since", "origin/main"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("ends before") && said.err.contains("git fetch --unshallow"), "{}", said.err);
    let whole = repository.clone(&[]);
    assert_eq!(lblint(&whole, &["check", "--new-since", "origin/main"]).status, 0);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let repository = branched(&[("lb/haproxy.cfg", &config(&["api"]))]);
    let error = |arguments: &[&str]| {
        let said = repository.lblint(&[&["check"], arguments].concat());
        assert_eq!((said.status, said.out.as_str()), (2, ""), "{arguments:?}");
        said.err
    };
    assert_eq!(error(&["--new-since", "nowhere"]), "lblint: `nowhere` is no revision of this repository\n");
    assert_eq!(error(&["--new-since=--all"]), "lblint: `--all` is no revision of this repository\n");
    assert!(error(&["-", "--new-since", "main"]).contains("standard input has no history"));
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    // Without it the commit could be the same as the first one of main.
    repository.write("README", "other");
    repository.commit();
    assert_eq!(error(&["--new-since", "main"]), "lblint: `main` and HEAD have no commit in common\n");
    fs::remove_dir_all(repository.directory.join(".git")).unwrap();
    assert!(
        error(&["lb", "--new-since", "main"]).starts_with("lblint: lb: not in the working tree of a git repository")
    );
}
