//! The files that are loaded, compared with those that the real nginx prints with `-T`.

use super::disk::Tree;
use super::{files, wrong};
use lblint::diagnostic::Kind;
use std::process::Command;

/// The files that the program loads, in order; `None` if it refuses to. `Err` if the program is not there.
fn dumped(tree: &Tree, main: &str) -> Result<Option<Vec<String>>, ()> {
    let path = tree.path(main);
    // Bounded: the program follows circles until it can open no more files.
    let output = Command::new("timeout")
        .args(["10", "nginx", "-T", "-e", "/dev/null", "-p", &tree.path(""), "-c", &path])
        .output()
        .map_err(|_| ())?;
    if output.status.code() == Some(127) {
        return Err(());
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let marked = text.lines().filter_map(|line| line.strip_prefix("# configuration file ")?.strip_suffix(':'));
    Ok(output.status.success().then(|| marked.map(str::to_owned).collect()))
}

/// Whether lblint loads what the program loads. Both name files by the paths with which they were opened, so the trees
/// of these tests hold no links but for the main file.
fn agrees(tree: &Tree, main: &str) {
    let Ok(expected) = dumped(tree, main) else {
        eprintln!("nginx is not there: skipped");
        return;
    };
    let analysis = tree.analysed(main);
    let unit = &analysis.units[0];
    match expected {
        Some(expected) => {
            let expected = tree.all(expected.iter().map(String::as_str));
            assert_eq!(tree.all(files(&analysis, unit))[1..], expected[1..]);
            assert!(unit.diagnostics.is_empty(), "{:?}", wrong(&analysis, unit));
        }
        None => assert!(!unit.diagnostics.is_empty(), "the program refuses it"),
    }
}

fn http(body: &str) -> String {
    format!("pid nginx.pid;\nevents {{}}\nhttp {{\n access_log off;\n{body}\n}}\n")
}

#[test]
fn patterns() {
    let names = ["10-a", "9-b", "A", "Z", "_u", "a", "é", ".hidden", "a.conf", "b.conf", "{a,b}"];
    for pattern in
        ["c/*", "c/?", "c/[0-9]*", "c/*.conf", "c/[!a]*", "c/{a,b}", "*/a", "c/none*", "c/.h*", "c/[a-b].*", "c/{a,b}*"]
    {
        let tree = Tree::new("patterns", &[]);
        for name in names {
            tree.write(&format!("c/{name}"), "");
        }
        tree.write("nginx.conf", &http(&format!(" include {pattern};")));
        agrees(&tree, "nginx.conf");
    }
}

#[test]
fn nested_includes() {
    let tree = Tree::new("nested", &[("a/x.conf", "include b/*.conf;\n"), ("b/y.conf", "gzip on;\n")]);
    tree.write("a/b/z.conf", "gzip off;\n");
    tree.write("nginx.conf", &http(" include a/x.conf;\n include \"b/y.con\";\n").replace("b/y.con\"", "b/none*\""));
    agrees(&tree, "nginx.conf");
}

#[test]
fn includes_in_all_kinds_of_blocks() {
    let tree = Tree::new(
        "blocks",
        &[
            ("servers", "server 127.0.0.1:1;\n"),
            ("x.map", "~^/a b;\n"),
            ("m.types", "text/html html;\n"),
            ("g.geo", "10.0.0.0/8 1;\n"),
            ("if.conf", "return 404;\n"),
            ("deny.conf", "deny all;\n"),
        ],
    );
    let body = " upstream u { include servers; }\n map $uri $x { include x.map; }\n types { include m.types; }\n \
        geo $g { include g.geo; }\n split_clients $uri $s { 50% a; include b; }\n \
        server { listen 127.0.0.1:18123; if ($x) { include if.conf; } location / { limit_except GET { include deny.conf; } } }";
    tree.write("nginx.conf", &http(body).replace("; include b;", "; * b;"));
    agrees(&tree, "nginx.conf");
}

#[test]
fn what_the_program_refuses() {
    for include in ["none.conf", "d", "d/*", "nginx.conf", "d/e/unbalanced"] {
        let tree = Tree::new("refused", &[("d/e/unbalanced", "}\n")]);
        tree.write("nginx.conf", &http(&format!(" include {include};")));
        agrees(&tree, "nginx.conf");
    }
    let tree = Tree::new("circle", &[("a", "include b;\n"), ("b", "include a;\n")]);
    tree.write("nginx.conf", &http(" include a;"));
    agrees(&tree, "nginx.conf");
    let analysis = tree.analysed("nginx.conf");
    assert_eq!(wrong(&analysis, &analysis.units[0]), [("a", Kind::IncludeCycle)]);
}

#[test]
fn a_link_as_main_file() {
    let tree =
        Tree::new("main-link", &[("lblint.toml", ""), ("shared/main", &http(" include x.conf;")), ("n/x.conf", "")]);
    tree.link("n/nginx.conf", "../shared/main");
    agrees(&tree, "n/nginx.conf");
}
