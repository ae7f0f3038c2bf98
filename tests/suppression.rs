//! Suppression through the whole pipeline: what a comment hides in each language, and what it does not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics fails, as it should")]

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::MapReader;

const DEFAULTS: &str = "global\n    maxconn 4000\ndefaults\n    mode http\n    option redispatch\n    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\nfrontend fe\n    bind 10.0.0.5:80\n    use_backend b if { path /b }\n    default_backend a\n";

fn look(files: &[(&str, String)], arguments: &[&str], settings: &Settings) -> Analysis {
    let reader = MapReader::new(files.iter().map(|(path, text)| (*path, text.as_str())));
    let arguments: Vec<String> = arguments.iter().map(|path| (*path).to_owned()).collect();
    analyze(&reader, &arguments, settings)
}

/// The checks that find something, each with the pools of its subjects.
fn shown(analysis: &Analysis) -> Vec<String> {
    let line = |finding: &lblint::Finding| {
        let pools: Vec<&str> = finding.subjects.iter().filter_map(|subject| subject.pool.as_deref()).collect();
        format!("{} {}", finding.meta.name, pools.join(" "))
    };
    analysis.findings.shown.iter().map(line).collect()
}

fn haproxy(before_b: &str) -> Analysis {
    let pool = |name: &str| {
        format!("backend {name}\n    balance roundrobin\n    server x 10.0.0.1:80\n    server y 10.0.0.2:80\n")
    };
    let text = format!("{DEFAULTS}{}{before_b}{}", pool("a"), pool("b"));
    look(&[("haproxy.cfg", text)], &["haproxy.cfg"], &Settings::default())
}

#[test]
fn on_a_header_a_comment_hides_that_pool_only() {
    assert_eq!(shown(&haproxy("")), ["no-health-check a b"]);
    let analysis = haproxy("# lblint: allow(health) asked by hand\n");
    assert_eq!(shown(&analysis), ["no-health-check a"]);
    assert_eq!(analysis.findings.suppressed.len(), 1);
}

#[test]
fn at_the_cause_a_comment_hides_all_subjects() {
    let text = DEFAULTS.replace("defaults\n", "defaults # lblint: allow(no-health-check) asked by hand\n");
    let pools = "backend a\n    balance roundrobin\n    server x 10.0.0.1:80\n    server y 10.0.0.2:80\nbackend b\n    balance roundrobin\n    server z 10.0.0.3:80\n    server w 10.0.0.4:80\n";
    let analysis = look(&[("haproxy.cfg", text + pools)], &["haproxy.cfg"], &Settings::default());
    assert!(shown(&analysis).is_empty(), "{:?}", shown(&analysis));
}

#[test]
fn what_settings_forbid_is_not_hidden_and_told() {
    let settings = Settings { unsuppressible: vec!["health".parse().unwrap()], ..Settings::default() };
    let text = format!(
        "{DEFAULTS}# lblint: allow(no-health-check) x\nbackend a\n    balance roundrobin\n    server x 10.0.0.1:80\n    server y 10.0.0.2:80\nbackend b\n    server z 127.0.0.1:80 check\n"
    );
    let analysis = look(&[("haproxy.cfg", text)], &["haproxy.cfg"], &settings);
    let names: Vec<&str> = analysis.findings.shown.iter().map(|finding| finding.meta.name).collect();
    assert_eq!(names, ["no-health-check", "unused-suppression"]);
    assert!(analysis.findings.shown[1].message.contains("settings do not let"));
}

#[test]
fn a_comment_is_of_use_although_the_cause_stands_in_a_file_that_was_not_asked_about() {
    let pools = "# lblint: allow(no-health-check) asked by hand\nbackend a\n    balance roundrobin\n    server x 10.0.0.1:80\n    server y 10.0.0.2:80\nbackend b\n    server z 127.0.0.1:80 check\n";
    let files = [("lb.d/10-defaults.cfg", DEFAULTS.to_owned()), ("lb.d/20-pools.cfg", pools.to_owned())];
    let analysis = look(&files, &["lb.d/20-pools.cfg"], &Settings::default());
    assert!(shown(&analysis).is_empty(), "{:?}", shown(&analysis));
}

fn nginx(header: &str, target: &str) -> Analysis {
    let text = format!(
        "events {{}}\nhttp {{\n    {header}upstream shop {{\n        least_conn;\n        server 10.0.1.11:8080; {target}\n        # server 10.0.1.12:8080;\n    }}\n    server {{\n        listen 10.0.0.5:80;\n        location / {{\n            proxy_pass http://shop;\n        }}\n    }}\n}}\n"
    );
    look(&[("nginx.conf", text)], &["nginx.conf"], &Settings::default())
}

#[test]
fn in_nginx_a_block_or_a_statement_is_covered() {
    assert_eq!(shown(&nginx("", "")), ["single-target shop"]);
    assert!(shown(&nginx("# lblint: allow(single-target) x\n    ", "")).is_empty());
    assert!(shown(&nginx("", "# lblint: allow(single-target) x")).is_empty());
    assert!(shown(&nginx("", "\n# lblint: allow-file(single-target) x")).contains(&"single-target shop".to_owned()));
}

#[test]
fn a_comment_at_the_top_covers_the_file() {
    let text = "# lblint: allow-file(single-target) x\nevents {}\nhttp {\n    upstream shop {\n        least_conn;\n        server 10.0.1.11:8080;\n        # server 10.0.1.12:8080;\n    }\n    server {\n        listen 10.0.0.5:80;\n        location / {\n            proxy_pass http://shop;\n        }\n    }\n}\n";
    let analysis = look(&[("nginx.conf", text.to_owned())], &["nginx.conf"], &Settings::default());
    assert!(shown(&analysis).is_empty(), "{:?}", shown(&analysis));
    assert_eq!(analysis.findings.suppressed[0].finding.meta.name, "single-target");
}

#[test]
fn without_suppressions_everything_is_shown() {
    let settings = Settings { no_suppressions: true, ..Settings::default() };
    let text = format!(
        "{DEFAULTS}# lblint: allow(no-health-check) x\nbackend a\n    balance roundrobin\n    server x 10.0.0.1:80\n    server y 10.0.0.2:80\nbackend b\n    server z 127.0.0.1:80 check # lblint: alow(x)\n"
    );
    let analysis = look(&[("haproxy.cfg", text)], &["haproxy.cfg"], &settings);
    assert_eq!(shown(&analysis), ["no-health-check a"]);
}

/// A pool of one target that two main files load; only the second one sends anything there.
fn shared(remark: &str) -> Vec<(&'static str, String)> {
    let main = |location: &str| {
        format!(
            "events {{}}\nhttp {{\n    include shared/up.conf;\n    server {{\n        listen 10.0.0.5:80;\n        location / {{ {location} }}\n    }}\n}}\n"
        )
    };
    vec![
        ("a.conf", main("return 200;")),
        ("b.conf", main("proxy_pass http://shop;")),
        (
            "shared/up.conf",
            format!(
                "{remark}upstream shop {{\n    least_conn;\n    server 10.0.1.11:8080;\n    # server 10.0.1.12:8080;\n}}\n"
            ),
        ),
    ]
}

#[test]
fn a_file_that_is_named_is_judged_in_all_main_files_that_load_it() {
    let checked = |arguments: &[&str], remark: &str| {
        let analysis = look(&shared(remark), arguments, &Settings::default());
        shown(&analysis).into_iter().filter(|line| !line.starts_with("unused-pool")).collect::<Vec<_>>()
    };
    for arguments in [["."].as_slice(), &["shared/up.conf"], &["a.conf", "shared/up.conf"], &["b.conf"]] {
        assert_eq!(checked(arguments, ""), ["single-target shop"], "{arguments:?}");
        assert!(checked(arguments, "# lblint: allow(single-target) x\n").is_empty(), "{arguments:?}");
        assert!(!checked(arguments, "# lblint: allow(no-such-check) x\n").is_empty(), "{arguments:?}");
    }
    // Whether the comment is of use is decided in the other main file.
    assert!(checked(&["a.conf"], "# lblint: allow(single-target) x\n").is_empty());
}

#[test]
fn in_a_part_of_a_configuration_nothing_is_called_unused() {
    let told = |path: &str, text: &str| {
        let analysis = look(&[(path, text.to_owned())], &[path], &Settings::default());
        shown(&analysis).iter().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect::<Vec<_>>()
    };
    let nginx = "# lblint: allow(single-target) x\nupstream shop {\n    least_conn;\n    server 10.0.1.11:8080;\n}\n";
    assert!(!told("conf.d/up.conf", nginx).contains(&"unused-suppression".to_owned()));
    let pool = "backend a\n    balance roundrobin\n    server x 10.0.0.1:80 check\n";
    let haproxy = format!("# lblint: allow(single-target, no-redispatch) x\n{pool}");
    assert!(!told("backends.cfg", &haproxy).contains(&"unused-suppression".to_owned()));
    // What follows from the comment alone is told all the same.
    let misplaced = format!("{pool}# lblint: allow-file(single-target) x\n");
    assert!(told("backends.cfg", &misplaced).contains(&"unused-suppression".to_owned()));
}

#[test]
fn what_settings_allow_is_not_called_unused_where_only_a_part_was_read() {
    let settings = |subject: &str| {
        let text = format!("[[allow]]\ncheck = 'single-target'\nsubject = '{subject}'\nreason = 'x'\n");
        let settings = lblint::settings::SettingsFile::parse("lblint.toml", &text).unwrap().settings();
        Settings { directory: Some("/r".into()), texts: vec![("lblint.toml".into(), text)], ..settings }
    };
    let part = "upstream shop {\n    least_conn;\n    server 10.0.1.11:8080;\n}\n";
    let told = |subject: &str| {
        let analysis = look(&[("/r/conf.d/up.conf", part.to_owned())], &["/r"], &settings(subject));
        analysis.findings.shown.iter().filter(|finding| finding.meta.name == "unused-suppression").count()
    };
    assert_eq!((told("*/shop"), told("*/other")), (0, 1));
}

#[test]
fn the_name_may_be_written_in_any_way_that_is_plain() {
    for remark in
        ["# LBLINT: allow(health) x", "#lblint : Allow( health ) x", "## lblint:expect(targets=2), allow(health) y"]
    {
        assert_eq!(shown(&haproxy(&format!("{remark}\n"))), ["no-health-check a"], "{remark}");
    }
    for remark in
        ["# lblint allow(health) x", "# lblint: off", "# Lblint disable", "# lblint: allow(health, owner = ) x"]
    {
        let shown = shown(&haproxy(&format!("{remark}\n")));
        assert!(shown.iter().any(|line| line.starts_with("unknown-suppression")), "{remark}: {shown:?}");
    }
    for prose in ["# lblint is run each night", "# lblint.toml allows it", "# lblint: runs each night"] {
        assert_eq!(shown(&haproxy(&format!("{prose}\n"))), ["no-health-check a b"], "{prose}");
    }
}

/// A manifest with a text that is a part of it and one that is decoded; each holds a pool of one target.
fn manifest(top: &str, above_data: &str, above_entry: &str) -> Vec<String> {
    let pool = "least_conn; server 10.0.1.11:8080;";
    let entry = |name: &str| {
        format!(
            "events {{}} http {{ upstream {name} {{ {pool} }} server {{ listen 10.0.0.5:80; location / {{ proxy_pass http://{name}; }} }} }}"
        )
    };
    let text = format!(
        "{top}apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: x }}\n{above_data}data:\n  {above_entry}nginx.conf: |\n    {}\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: y }}\ndata:\n  nginx.conf: \"{}\"\n",
        entry("kept"),
        entry("decoded")
    );
    let mut shown = shown(&look(&[("cm.yaml", text)], &["cm.yaml"], &Settings::default()));
    shown.retain(|line| {
        ["single-target", "unused-", "unknown-", "ineffective-"].iter().any(|begin| line.starts_with(begin))
    });
    shown
}

#[test]
fn a_comment_around_an_embedded_text_covers_it() {
    const ALLOW: &str = "# lblint: allow(single-target) x\n";
    assert_eq!(manifest("", "", ""), ["single-target kept", "single-target decoded"]);
    assert_eq!(manifest("", "", &format!("{ALLOW}  ")), ["single-target decoded"]);
    assert_eq!(manifest("", ALLOW, ""), ["single-target decoded"]);
    assert!(manifest(&ALLOW.replace("allow", "allow-file"), "", "").is_empty());
    assert_eq!(manifest("", "", "# lblint: allow-file(single-target) x\n  "), ["single-target decoded"]);
    assert_eq!(manifest("{{/* lblint: allow-file(single-target) x */}}\n", "", "").len(), 0);
}

#[test]
fn a_comment_around_embedded_texts_that_does_nothing_is_told() {
    let told = |top: &str, entry: &str| {
        let mut lines = manifest(top, "", entry);
        lines.retain(|line| !line.starts_with("single-target"));
        lines.iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("# lblint: allow(single-target) x\n", ""), ["unused-suppression"]);
    assert_eq!(told("", "# lblint: allow(duplicate-target) x\n  "), ["unused-suppression"]);
    assert_eq!(told("# lblint: allow-file(no-such-check) x\n", ""), ["unknown-suppression"]);
    assert_eq!(told("", "# lblint: expect(targets = 2)\n  "), ["ineffective-expectation"]);
}

#[test]
fn what_is_said_about_the_end_of_a_file_belongs_to_its_last_statement() {
    let told = |remark: &str| {
        let text = format!(
            "{DEFAULTS}backend a\n    server x 127.0.0.1:80 check\nbackend b\n{remark}    server y 127.0.0.1:81 check"
        );
        shown(&look(&[("haproxy.cfg", text)], &["haproxy.cfg"], &Settings::default()))
    };
    assert!(told("").iter().any(|line| line.starts_with("missing-final-newline")), "{:?}", told(""));
    let with = told("    # lblint: allow(missing-final-newline) x\n");
    assert!(!with.iter().any(|line| line.contains("newline") || line.contains("unused-suppression")), "{with:?}");
}

#[test]
fn a_finding_that_several_comments_cover_is_hidden_once() {
    let text = format!(
        "# lblint: allow-file(health) x\n{DEFAULTS}# lblint: allow(no-health-check) y\nbackend a\n    server x 10.0.0.1:80\n    server y 10.0.0.2:80\nbackend b\n    server z 127.0.0.1:80 check\n"
    );
    let settings = Settings::default();
    let analysis = look(&[("haproxy.cfg", text)], &["haproxy.cfg"], &settings);
    let listed = lblint::report::render(
        &analysis,
        lblint::report::Subject::Allows,
        lblint::report::Format::Human,
        &lblint::report::Options::new(&settings),
    );
    assert!(listed.ends_with("2 allowances, 1 finding hidden\n"), "{listed}");
}

#[test]
fn a_comment_that_says_more_is_not_deleted() {
    let fixes = |remark: &str| {
        let analysis = haproxy(remark);
        let unused = analysis.findings.shown.iter().find(|finding| finding.meta.name == "unused-suppression");
        unused.map(|finding| finding.fixes.len())
    };
    assert_eq!(fixes("# lblint: allow(duplicate-target) x\n"), Some(1));
    assert_eq!(fixes("# lblint: allow(duplicate-target) x # lblint: expect(targets = 2)\n"), Some(0));
    assert_eq!(fixes("# lblint: expect(targets = 2), allow(duplicate-target) x\n"), Some(0));
}
