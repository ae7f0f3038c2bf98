//! Where includes lead, and what is said of those that lead nowhere.

use super::{analysed, files, map, unread, wrong};
use lblint::diagnostic::Kind;
use lblint::source::{MapReader, Unread};

/// Situation 10.
#[test]
fn a_repository_that_is_not_etc_is_mapped_or_undecided() {
    let main = "events {}\nhttp {\n include /etc/nginx/mime.types;\n include /etc/nginx/conf.d/*.conf;\n \
        include /etc/nginx/tuning.conf;\n include /usr/share/nginx/modules/*.conf;\n}\n";
    let site = "upstream u { server 10.0.0.1:80; }\nserver { listen 80; include /etc/nginx/snippets/real_ip.conf; }\n";
    let reader = map(&[
        ("roles/web/files/nginx.conf", main),
        ("roles/web/files/conf.d/a.conf", site),
        ("roles/web/files/snippets/real_ip.conf", "set_real_ip_from 10.0.0.0/8;\n"),
    ]);
    let analysis = analysed(&reader, &["."]);
    let unit = &analysis.units[0];
    assert_eq!(files(&analysis, unit).len(), 3);
    assert!(unit.diagnostics.is_empty(), "no missing include: {:?}", unit.diagnostics);
    assert_eq!(
        unread(&analysis, unit),
        [
            ("/etc/nginx/mime.types", Unread::Shipped),
            ("/etc/nginx/tuning.conf", Unread::Outside),
            ("/usr/share/nginx/modules/*.conf", Unread::Shipped)
        ]
    );
    assert!(unit.unit.fragment, "what is not read may define what is missing");
}

#[test]
fn what_packages_ship_leaves_nothing_open() {
    let main = "events {}\nhttp {\n include mime.types;\n server { location / { include fastcgi_params; } }\n}\n";
    let analysis = analysed(&map(&[("nginx.conf", main)]), &["nginx.conf"]);
    assert!(!analysis.units[0].unit.fragment && analysis.units[0].diagnostics.is_empty());
}

#[test]
fn a_file_that_should_be_there_is_missing() {
    let main = "events {}\nhttp {\n include conf.d/none.conf;\n include conf.d/*.none;\n include conf.d;\n}\n";
    let analysis = analysed(&map(&[("nginx.conf", main), ("conf.d/a.conf", "")]), &["nginx.conf"]);
    assert_eq!(
        wrong(&analysis, &analysis.units[0]),
        [("conf.d/none.conf", Kind::MissingInclude), ("conf.d", Kind::DirectoryIncluded)]
    );
}

#[test]
fn includes_begin_at_the_main_file_in_any_depth() {
    let reader = map(&[
        ("n/nginx.conf", "events {}\nhttp { include a/x.conf; }\n"),
        ("n/a/x.conf", "include b/y.conf;\n"),
        ("n/b/y.conf", "gzip on;\n"),
        ("n/a/b/y.conf", "gzip off;\n"),
    ]);
    let analysis = analysed(&reader, &["n/nginx.conf"]);
    assert_eq!(files(&analysis, &analysis.units[0]), ["n/nginx.conf", "n/a/x.conf", "n/b/y.conf"]);
}

#[test]
fn files_among_entries_hold_entries() {
    let main = "events {}\nhttp {\n map $uri $x {\n  include x.map;\n }\n types { include m.types; }\n \
        split_clients $uri $y { 50% a; include b; }\n}\n";
    let reader = map(&[("nginx.conf", main), ("x.map", "~^/a b;\nserver c;\n"), ("m.types", "text/html html;\n")]);
    let analysis = analysed(&reader, &["nginx.conf"]);
    let unit = &analysis.units[0];
    assert_eq!(files(&analysis, unit), ["nginx.conf", "x.map", "m.types"]);
    assert!(unit.diagnostics.is_empty() && unread(&analysis, unit).is_empty(), "a key named include is no include");
    assert!(unit.coverage.files.iter().all(|file| file.unrecognised.is_empty()));
}

#[test]
fn one_file_in_many_places_is_read_once() {
    let main = "events {}\nhttp {\n server { include p; }\n server { include p; location / { include p; } }\n}\n";
    let reader = map(&[("nginx.conf", main), ("p", "proxy_set_header A \"x;\n")]);
    let analysis = analysed(&reader, &["nginx.conf"]);
    assert_eq!(files(&analysis, &analysis.units[0]), ["nginx.conf", "p"]);
    assert_eq!(analysis.units[0].diagnostics.len(), 1, "{:?}", analysis.units[0].diagnostics);
}

/// Blocks of all files together are as deep as those of one file may be: who walks them must come to an end, too.
#[test]
fn deep_blocks_over_many_files_end() {
    let nested = |from: usize, inside: &str| {
        let open: String = (from..from + 100).map(|n| "location /".to_owned() + &"a".repeat(n) + " { ").collect();
        format!("{open}{inside}{}", " }".repeat(100))
    };
    let main = format!("events {{}}\nhttp {{ server {{ listen 80; {} }} }}\n", nested(1, "include f1.conf;"));
    let files: Vec<(String, String)> = (1..40)
        .map(|n| (format!("f{n}.conf"), nested(n * 100 + 1, &format!("include f{}.conf;", n + 1))))
        .chain([("nginx.conf".to_owned(), main)])
        .collect();
    let analysis = analysed(&MapReader::new(files), &["nginx.conf"]);
    assert!(wrong(&analysis, &analysis.units[0]).contains(&("f3.conf", Kind::TooManyIncludes)));
}

#[test]
fn circles_end() {
    let main = "events {}\nhttp { include a.conf; }\n";
    let reader = map(&[("nginx.conf", main), ("a.conf", "include b.conf;\n"), ("b.conf", "include a.conf;\n")]);
    let analysis = analysed(&reader, &["nginx.conf"]);
    assert_eq!(wrong(&analysis, &analysis.units[0]), [("a.conf", Kind::IncludeCycle)]);
    let itself = analysed(&map(&[("nginx.conf", "events {}\nhttp { include *.conf; }\n")]), &["nginx.conf"]);
    assert_eq!(wrong(&itself, &itself.units[0]), [("*.conf", Kind::IncludeCycle)]);
}

#[test]
fn fan_out_is_bounded() {
    let mut files = vec![("nginx.conf".to_owned(), "events {}\nhttp { include 0; }\n".to_owned())];
    files.extend((0..40).map(|level| (level.to_string(), format!("include {0};\ninclude {0};\n", level + 1))));
    files.push(("40".to_owned(), "gzip on;\n".to_owned()));
    let analysis = analysed(&MapReader::new(files), &["nginx.conf"]);
    let kinds: Vec<Kind> = wrong(&analysis, &analysis.units[0]).into_iter().map(|(_, kind)| kind).collect();
    assert!(kinds.contains(&Kind::TooManyIncludes));
    let chain = (0..5000).map(|level| (level.to_string(), format!("include {};\n", level + 1)));
    let main = ("nginx.conf".to_owned(), "events {}\nhttp { include 0; }\n".to_owned());
    let deep = analysed(&MapReader::new(chain.chain([main])), &["nginx.conf"]);
    assert_eq!(wrong(&deep, &deep.units[0]).len(), 1);
}
