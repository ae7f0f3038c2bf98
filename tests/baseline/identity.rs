//! What tells findings apart: targets, names, statements, and the root that paths count from.

use super::repository::{HEAD, Repository, config, lblint, pool};

const FILE: &str = "lblint-baseline.txt";

/// A pool whose servers are checked, but for those that are named.
fn servers(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("    server {line}\n")).collect();
    let lines = lines.concat();
    format!("{HEAD}    default_backend web\n\nbackend web\n    balance roundrobin\n    option redispatch\n{lines}")
}

/// The targets of a check's findings that neither a baseline nor the first commit knows; both say the same.
fn new_targets(repository: &Repository, check: &str) -> Vec<String> {
    let of = |arguments: &[&str]| {
        let said = repository.lblint(&[&["check", "--format", "json", "--select", check], arguments].concat());
        let document: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
        let findings = document["findings"].as_array().unwrap().iter();
        let subjects = findings.flat_map(|finding| finding["subjects"].as_array().unwrap());
        subjects.map(|subject| subject["target"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    let new = of(&["--baseline", FILE]);
    assert_eq!(new, of(&["--new-since", "main"]));
    new
}

/// A repository whose findings are all known, with a branch checked out.
fn adopted(files: &[(&str, &str)]) -> Repository {
    let repository = Repository::new(files);
    assert_eq!(repository.lblint(&["baseline", "create"]).status, 0);
    repository.commit();
    repository.git(&["checkout", "-q", "-b", "change"]);
    repository
}

#[test]
fn another_target_with_the_same_defect_is_new() {
    let three = ["w1 10.0.0.1:80 check", "w2 10.0.0.2:80 check", "w3 10.0.0.3:80"];
    let repository = adopted(&[("haproxy.cfg", &servers(&three))]);
    assert!(new_targets(&repository, "partial-health-check").is_empty());
    let joined = [three.as_slice(), &["w4 10.0.0.4:80"]].concat();
    repository.write("haproxy.cfg", &servers(&joined));
    assert_eq!(new_targets(&repository, "partial-health-check"), ["w4"]);
    repository.write("haproxy.cfg", &servers(&["w1 10.0.0.1:80", "w2 10.0.0.2:80 check", "w3 10.0.0.3:80 check"]));
    assert_eq!(new_targets(&repository, "partial-health-check"), ["w1"]);
}

#[test]
fn another_number_is_nothing_new() {
    let weights = |weight: u32| {
        servers(&[&format!("w1 10.0.0.1:80 check weight {weight}"), "w2 10.0.0.2:80 check", "w3 10.0.0.3:80 check"])
    };
    let repository = adopted(&[("haproxy.cfg", &weights(100))]);
    repository.write("haproxy.cfg", &weights(90));
    assert_eq!(repository.lblint(&["check", "--select", "skewed-weights,one-target-takes-all"]).status, 1);
    for check in ["skewed-weights", "one-target-takes-all"] {
        assert!(new_targets(&repository, check).is_empty());
    }
}

#[test]
fn an_allowance_names_a_target() {
    let text = servers(&["w1 10.0.0.1:80 check", "w2 10.0.0.2:80", "w3 10.0.0.3:80"]);
    let repository = Repository::new(&[("haproxy.cfg", &text)]);
    let allow = |subject: &str| {
        let text = format!("[[allow]]\ncheck = 'partial-health-check'\nsubject = '{subject}'\nreason = 'x'\n");
        repository.write("lblint.toml", &text);
        new_names(&repository)
    };
    assert_eq!(allow("haproxy.cfg/web/w3"), ["partial-health-check w2"]);
    assert!(allow("haproxy.cfg/web").is_empty());
    let lines = text.replace("10.0.0.2:80\n", "10.0.0.2:80 # lblint: allow(partial-health-check) x\n");
    repository.write("haproxy.cfg", &lines);
    repository.write("lblint.toml", "");
    assert!(new_names(&repository).is_empty(), "the comment stands at the cause");
}

/// Check and target of what is found, suppressions included.
fn new_names(repository: &Repository) -> Vec<String> {
    let said = repository.lblint(&["check", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.err));
    let mut names = Vec::new();
    for finding in document["findings"].as_array().unwrap() {
        for subject in finding["subjects"].as_array().unwrap() {
            let target = subject["target"].as_str().unwrap_or("-");
            names.push(format!("{} {target}", finding["check"].as_str().unwrap()));
        }
    }
    names
}

#[test]
fn another_removed_statement_is_new() {
    let repository = adopted(&[("haproxy.cfg", &format!("global\n    nbproc 4\n{}", config(&["web"])))]);
    for statements in ["    nbproc 4\n    nbthread 2\n    tune.chksize 8\n", "    tune.chksize 8\n"] {
        repository.write("haproxy.cfg", &format!("global\n{statements}{}", config(&["web"])));
        assert_eq!(new_targets(&repository, "removed-api"), ["-"], "{statements}");
    }
    repository.write("haproxy.cfg", &format!("global\n    nbproc 2\n{}", config(&["web"])));
    assert!(new_targets(&repository, "removed-api").is_empty());
}

#[test]
fn a_frontend_and_a_pool_of_one_name_are_two() {
    let text = |client: &str, server: &str| {
        format!(
            "defaults\n    mode http\n\nfrontend web\n    bind *:80\n{client}    default_backend web\n\n\
             backend web\n    option redispatch\n{server}    server a 10.0.0.1:80 check\n    server b 10.0.0.2:80 check\n"
        )
    };
    let times = "    timeout connect 5s\n    timeout server 30s\n";
    let repository = adopted(&[("haproxy.cfg", &text("", times))]);
    repository.write("haproxy.cfg", &text("    timeout client 30s\n", ""));
    assert_eq!(new_targets(&repository, "missing-timeout"), ["-", "-"]);
}

#[test]
fn sub_projects_are_told_apart() {
    let files = [("a/lblint.toml", ""), ("b/lblint.toml", ""), ("a/haproxy.cfg", HEAD), ("b/haproxy.cfg", HEAD)];
    let repository = Repository::new(&files);
    repository.write("a/haproxy.cfg", &config(&["web"]));
    assert_eq!(repository.lblint(&["baseline", "create"]).status, 0);
    let own = lblint(&repository.directory.join("a"), &["check", "--baseline", "../lblint-baseline.txt"]);
    assert_eq!((own.status, own.err.as_str()), (0, ""));
    repository.write("b/haproxy.cfg", &config(&["web"]));
    assert_eq!(repository.found(&["--baseline", FILE]), ["no-health-check web", "no-redispatch web"]);
    repository.write("b/haproxy.cfg", HEAD);
    std::fs::remove_file(repository.directory.join("a/lblint.toml")).unwrap();
    assert!(repository.found(&["--baseline", FILE]).is_empty(), "an empty settings file says nothing");
}

#[test]
fn baseline_and_revision_together_hide_no_more_than_each_alone() {
    let text = |lines: &str| config(&["web"]) + lines;
    let repository = Repository::new(&[("haproxy.cfg", &text("    srver w3 10.0.0.3:80\n"))]);
    assert_eq!(repository.lblint(&["baseline", "create"]).status, 0);
    repository.commit();
    repository.write("haproxy.cfg", &text("    srver w3 10.0.0.3:80\n    srver w4 10.0.0.4:80\n"));
    for arguments in [&["--baseline", FILE][..], &["--new-since", "HEAD"], &["--baseline", FILE, "--new-since", "HEAD"]]
    {
        assert_eq!(repository.found(arguments), ["unknown-directive web"], "{arguments:?}");
    }
}

#[test]
fn what_is_allowed_no_longer_is_new() {
    let text = |lines: &str| config(&["web"]) + lines;
    let allowed = "    srver w3 10.0.0.3:80 # lblint: allow(unknown-directive) patch\n";
    let repository = Repository::new(&[("haproxy.cfg", &text(allowed))]);
    let since = ["--new-since", "HEAD"];
    assert!(repository.found(&since).is_empty());
    repository.write("haproxy.cfg", &text(&format!("{allowed}    srver w9 10.0.0.9:80\n")));
    assert_eq!(repository.found(&since), ["unknown-directive web"]);
    repository.write("haproxy.cfg", &text("    srver w3 10.0.0.3:80\n"));
    assert_eq!(repository.found(&since), ["unknown-directive web"]);
    assert!(repository.found(&[&since[..], &["--profile", "strict"]].concat()).len() < 3, "what settings hid is known");
}

#[test]
fn a_new_file_of_an_old_unit_has_nothing_new() {
    let main = "events {}\nhttp {\n  include conf.d/*.conf;\n  server { listen 80; location / { proxy_pass http://web; } }\n}\n";
    let web = "upstream web {\n  least_conn;\n  server 10.0.0.1:80;\n}\n";
    let repository = Repository::new(&[("nginx.conf", main), ("conf.d/web.conf", web)]);
    repository.git(&["mv", "conf.d/web.conf", "conf.d/shop.conf"]);
    assert_eq!(repository.found(&["conf.d/shop.conf"]), ["single-target web"]);
    assert!(repository.found(&["--new-since", "HEAD", "conf.d/shop.conf"]).is_empty());
}

#[test]
fn standard_input_is_the_file_that_it_is_named_after() {
    let repository = Repository::new(&[("s/haproxy.cfg", &(HEAD.to_owned() + &pool("web")))]);
    assert_eq!(repository.lblint(&["baseline", "create"]).status, 0);
    let absolute = repository.directory.join("s/haproxy.cfg").to_string_lossy().into_owned();
    let names = [("", "s/haproxy.cfg"), ("", "./s//haproxy.cfg"), ("s", "haproxy.cfg"), ("s", absolute.as_str())];
    for (directory, name) in names {
        let file = std::fs::File::open(&absolute).unwrap();
        let baseline = repository.directory.join(FILE);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_lblint"))
            .args(["check", "-", "--stdin-filename", name, "--baseline", &baseline.to_string_lossy()])
            .current_dir(repository.directory.join(directory))
            .stdin(file)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn what_was_found_of_the_settings_becomes_stale() {
    let repository = Repository::new(&[("haproxy.cfg", HEAD)]);
    repository.write("lblint.toml", "[[expect]]\npool = 'payments'\neven = '10%'\n");
    assert_eq!(repository.lblint(&["baseline", "create"]).status, 0);
    assert!(repository.read(FILE).contains("ineffective-expectation\tlblint.toml"), "{}", repository.read(FILE));
    repository.write("lblint.toml", "");
    let said = repository.lblint(&["baseline", "prune", "--file", FILE]);
    assert!(said.out.contains("1 dropped"), "{said:?}");
    assert!(!repository.read(FILE).contains("lblint.toml"));
}

#[test]
fn settings_named_for_a_subdirectory_count_from_their_own() {
    let repository = Repository::new(&[("legacy/haproxy.cfg", &config(&["web"]))]);
    assert_eq!(repository.lblint(&["baseline", "create", "--file", "known.txt"]).status, 0);
    let legacy = repository.directory.join("legacy");
    let arguments = ["check", "--config", "../lblint.toml", "haproxy.cfg"];
    repository.write("lblint.toml", "baseline = 'known.txt'\n");
    assert_eq!(lblint(&legacy, &arguments).status, 0, "{:?}", lblint(&legacy, &arguments));
    let allow = |check: &str| format!("[[allow]]\ncheck = '{check}'\nfiles = ['legacy/**']\nreason = 'x'\n");
    repository.write("lblint.toml", &(allow("no-health-check") + &allow("no-redispatch") + &allow("single-target")));
    let said = lblint(&legacy, &arguments);
    assert_eq!(said.status, 0, "{said:?}");
}
