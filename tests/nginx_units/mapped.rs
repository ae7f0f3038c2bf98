//! Which files become units, fragments or orphans.

use super::{analysed, files, map, reported, roots, unread};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader};

const MAIN: &str = "events {}\nhttp {\n include conf.d/*.conf;\n}\n";
const SITE: &str = "server {\n listen 80;\n location / { proxy_pass http://x; }\n}\n";

#[test]
fn a_main_file_and_what_it_loads_are_one_unit() {
    let reader = map(&[("n/nginx.conf", MAIN), ("n/conf.d/b.conf", SITE), ("n/conf.d/a.conf", SITE)]);
    let analysis = analysed(&reader, &["n"]);
    assert_eq!(roots(&analysis), ["n/nginx.conf"]);
    assert_eq!(files(&analysis, &analysis.units[0]), ["n/nginx.conf", "n/conf.d/a.conf", "n/conf.d/b.conf"]);
    assert!(!analysis.units[0].unit.fragment && analysis.orphans.is_empty());
    assert_eq!(analysis.units[0].unit.dialect, Dialect::Nginx);
}

#[test]
fn every_main_file_is_a_unit_but_one_that_another_loads() {
    let reader = map(&[("a/nginx.conf", MAIN), ("b/nginx.conf", MAIN)]);
    assert_eq!(roots(&analysed(&reader, &["."])), ["a/nginx.conf", "b/nginx.conf"]);
    let stream = "stream {\n server { listen 1; proxy_pass x; }\n}\n";
    let reader = map(&[("nginx.conf", "events {}\ninclude stream.conf;\n"), ("stream.conf", stream)]);
    assert_eq!(roots(&analysed(&reader, &["."])), ["nginx.conf"]);
    let reader = map(&[("a.conf", "events {}\ninclude b.conf;\n"), ("b.conf", "stream {}\ninclude a.conf;\n")]);
    assert_eq!(roots(&analysed(&reader, &["."])), ["a.conf"], "of two that load each other the first");
}

#[test]
fn a_file_that_no_main_file_loads_is_a_fragment() {
    let reader = map(&[("sites/a", SITE), ("sites/b", SITE)]);
    let analysis = analysed(&reader, &["."]);
    assert_eq!(roots(&analysis), ["sites/a", "sites/b"]);
    assert!(analysis.units.iter().all(|unit| unit.unit.fragment && unit.diagnostics.is_empty()));
}

#[test]
fn a_fragment_brings_what_it_includes() {
    let site = "server {\n listen 80;\n include snippets/proxy.conf;\n include snippets/none.conf;\n}\n";
    let proxy = "proxy_set_header Host $host;\nproxy_http_version 1.1;\n";
    let reader = map(&[("n/conf.d/a.conf", site), ("n/snippets/proxy.conf", proxy)]);
    let analysis = analysed(&reader, &["n"]);
    assert_eq!(roots(&analysis), ["n/conf.d/a.conf"]);
    assert_eq!(files(&analysis, &analysis.units[0]), ["n/conf.d/a.conf", "n/snippets/proxy.conf"]);
    assert!(analysis.units[0].diagnostics.is_empty(), "where its main file lies is not known");
    assert_eq!(unread(&analysis, &analysis.units[0]).len(), 1);
}

#[test]
fn a_file_that_is_named_is_read_in_the_unit_of_its_main_file() {
    let reader = map(&[("n/nginx.conf", MAIN), ("n/conf.d/b.conf", SITE), ("n/conf.d/a.conf", SITE)]);
    for argument in ["n/conf.d/a.conf", "./n/conf.d/a.conf"] {
        let analysis = analysed(&reader, &[argument]);
        assert_eq!(roots(&analysis), ["n/nginx.conf"]);
        assert_eq!(files(&analysis, &analysis.units[0]).len(), 3);
        assert_eq!(reported(&analysis, &analysis.units[0]), ["n/conf.d/a.conf"]);
    }
    let both = analysed(&reader, &["n/conf.d/a.conf", "n/conf.d/b.conf"]);
    assert_eq!(roots(&both), ["n/nginx.conf"]);
    assert_eq!(reported(&both, &both.units[0]), ["n/conf.d/a.conf", "n/conf.d/b.conf"]);
    let whole = analysed(&reader, &["n/nginx.conf"]);
    assert_eq!(reported(&whole, &whole.units[0]).len(), 3, "who names the main file asks for all that it loads");
}

#[test]
fn main_files_of_other_names_and_places_are_found() {
    let reader =
        map(&[("r/etc/nginx/edge.conf", "events {}\nhttp { include /etc/nginx/a/*; }\n"), ("r/etc/nginx/a/x", SITE)]);
    assert_eq!(roots(&analysed(&reader, &["r/etc/nginx/a/x"])), ["r/etc/nginx/edge.conf"]);
    let reader = map(&[("nginx/nginx.conf", "events {}\nhttp { include /etc/nginx/conf.d/*; }\n"), ("conf.d/x", SITE)]);
    assert_eq!(roots(&analysed(&reader, &["conf.d/x"])), ["nginx/nginx.conf"]);
    let reader = map(&[("nginx.conf", MAIN), ("other/x.conf", SITE)]);
    let alone = analysed(&reader, &["other/x.conf"]);
    assert_eq!(roots(&alone), ["other/x.conf"], "no main file loads it");
    assert!(alone.units[0].unit.fragment);
}

#[test]
fn what_is_switched_off_or_left_behind_is_an_orphan_unless_it_is_named() {
    let reader = map(&[
        ("nginx.conf", "events {}\nhttp { include conf.d/*.conf; include sites-enabled/*; }\n"),
        ("conf.d/a.conf", SITE),
        ("conf.d/a.conf.bak", SITE),
        ("conf.d/b.conf.disabled", SITE),
        ("sites-available/b", SITE),
        ("sites-enabled/d", SITE),
        ("snippets/c.conf", SITE),
    ]);
    let analysis = analysed(&reader, &["."]);
    assert_eq!(roots(&analysis), ["nginx.conf", "snippets/c.conf"]);
    assert_eq!(analysis.orphans, ["conf.d/a.conf.bak", "conf.d/b.conf.disabled", "sites-available/b"]);
    for orphan in &analysis.orphans {
        assert_eq!(roots(&analysed(&reader, &[orphan])), [orphan.as_str()], "who names it wants it judged");
    }
}

#[test]
fn a_copy_that_the_main_file_loads_is_no_orphan() {
    let main = "events {}\nhttp { include sites-enabled/*; }\n";
    let reader = map(&[("nginx.conf", main), ("sites-enabled/a", SITE), ("sites-enabled/a.bak", SITE)]);
    let analysis = analysed(&reader, &["."]);
    assert_eq!(files(&analysis, &analysis.units[0]), ["nginx.conf", "sites-enabled/a", "sites-enabled/a.bak"]);
    assert!(analysis.orphans.is_empty());
}

#[test]
fn sites_alone_are_fragments() {
    let reader = map(&[("sites-available/a", SITE)]);
    let analysis = analysed(&reader, &["."]);
    assert_eq!(roots(&analysis), ["sites-available/a"], "nothing tells which ones are enabled");
}

/// The links are made where it is installed.
#[test]
fn sites_are_read_where_the_directory_of_links_is_not_there() {
    let orphans = |include: &str, more: &[(&str, &str)]| {
        let main = format!("events {{}}\nhttp {{ include {include}; }}\n");
        let mut files = vec![("etc/nginx/nginx.conf", main.as_str()), ("etc/nginx/sites-available/a", SITE)];
        files.extend(more);
        analysed(&map(&files), &["."]).orphans
    };
    let none: [&str; 0] = [];
    assert_eq!(orphans("/etc/nginx/sites-enabled/*", &[]), none);
    assert_eq!(orphans("sites-enabled/*.conf", &[]), none);
    let site = ["etc/nginx/sites-available/a"];
    assert_eq!(orphans("sites-enabled/*", &[("etc/nginx/sites-enabled/b", SITE)]), site);
    assert_eq!(orphans("conf.d/*.conf", &[]), site, "nothing loads links");
    assert_eq!(
        orphans("sites-enabled/*", &[("etc/nginx/sites-available/a.bak", SITE)]),
        ["etc/nginx/sites-available/a.bak"]
    );
}

/// Situation 11.
#[test]
fn a_link_counts_once_at_its_real_path() {
    let reader = map(&[
        ("nginx.conf", "events {}\nhttp { include sites-enabled/*; }\n"),
        ("sites-available/a", SITE),
        ("sites-available/b", SITE),
        ("sites-available/a.bak", SITE),
    ])
    .link("sites-enabled/a", "sites-available/a");
    let analysis = analysed(&reader, &["."]);
    assert_eq!(roots(&analysis), ["nginx.conf"]);
    assert_eq!(files(&analysis, &analysis.units[0]), ["nginx.conf", "sites-available/a"]);
    assert_eq!(analysis.orphans, ["sites-available/a.bak", "sites-available/b"]);
    let enabled = analysed(&reader, &["sites-enabled"]);
    assert_eq!(roots(&enabled), ["nginx.conf"]);
    assert_eq!(reported(&enabled, &enabled.units[0]), ["sites-available/a"]);
    assert!(enabled.orphans.is_empty());
}

#[test]
fn a_dump_is_a_unit_in_one_file() {
    let dump = "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n\
        nginx: configuration file /etc/nginx/nginx.conf test is successful\n\
        # configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n include mime.types;\n \
        include /etc/nginx/conf.d/*.conf;\n}\n\n\
        # configuration file /etc/nginx/mime.types:\ntypes {\n text/html html;\n}\n\n\
        # configuration file /etc/nginx/conf.d/a.conf:\nserver {\n listen 80\n}\n\n";
    for reader in [map(&[("dump.txt", dump)]), MapReader::alone("dump.txt", dump)] {
        let analysis = analysed(&reader, &["dump.txt"]);
        assert_eq!(files(&analysis, &analysis.units[0]), ["dump.txt"]);
        assert!(unread(&analysis, &analysis.units[0]).is_empty());
        assert!(!analysis.units[0].unit.fragment);
        let defects: Vec<u32> =
            analysis.units[0].diagnostics.iter().map(|one| analysis.sources.location(one.span).line).collect();
        assert_eq!(defects, [18], "places are those of the dump");
        assert_eq!(analysis.units[0].coverage.statements(), 8);
    }
}

#[test]
fn standard_input_knows_nothing_beside_it() {
    let text = "events {}\nhttp {\n include a.conf;\n include /etc/nginx/b.conf;\n include conf.d/*.conf;\n}\n";
    let analysis = analysed(&MapReader::alone("<stdin>", text), &["<stdin>"]);
    assert!(analysis.units[0].diagnostics.is_empty());
    assert_eq!(unread(&analysis, &analysis.units[0]).len(), 3);
    assert!(analysis.units[0].unit.fragment, "what is not read may define what is missing");
}

#[test]
fn a_name_or_the_dialect_makes_up_for_evidence() {
    let reader = map(&[("nginx.conf", "pid x;\n"), ("y.conf", "pid x;\n")]);
    assert_eq!(roots(&analysed(&reader, &["nginx.conf"])), ["nginx.conf"]);
    assert_eq!(analysed(&reader, &["y.conf"]).unrecognised, ["y.conf"]);
    let settings = Settings { dialect: Some(Dialect::Nginx), ..Settings::default() };
    let forced = lblint::analyze(&reader, &["y.conf".to_owned()], &settings);
    assert_eq!(roots(&forced), ["y.conf"]);
    assert!(analysed(&reader, &["."]).units.is_empty(), "a name is no evidence");
}

#[test]
fn units_of_two_dialects_stand_side_by_side() {
    let haproxy = "defaults\n mode http\nbackend web\n server w1 10.0.0.1:80 check\n";
    let analysis = analysed(&map(&[("lb/haproxy.cfg", haproxy), ("lb/nginx.conf", MAIN)]), &["lb"]);
    assert_eq!(roots(&analysis), ["lb/haproxy.cfg", "lb/nginx.conf"]);
    assert_eq!(analysis.units[0].unit.dialect, Dialect::Haproxy);
}
