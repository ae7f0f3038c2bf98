//! Links, roots of trust and paths on a real disk.

use super::{analysed, files, reported, roots};
use lblint::analysis::Analysis;
use lblint::source::DiskReader;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// A directory that is removed at the end of its test.
pub(crate) struct Tree(pub(crate) PathBuf);

impl Tree {
    pub(crate) fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("lblint-units-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        let tree = Self(root.canonicalize().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn link(&self, path: &str, target: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> String {
        self.0.join(path).to_string_lossy().into_owned()
    }

    pub(crate) fn analysed(&self, argument: &str) -> Analysis {
        let argument = self.path(argument).trim_end_matches('/').to_owned();
        analysed(&DiskReader::for_arguments(std::slice::from_ref(&argument)), &[&argument])
    }

    /// A path as seen from the tree's root.
    pub(crate) fn short<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(&*self.0.to_string_lossy()).map_or(path, |path| path.trim_start_matches('/'))
    }

    pub(crate) fn all<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Vec<&'p str> {
        paths.into_iter().map(|path| self.short(path)).collect()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const MAIN: &str = "events {}\nhttp { include sites-enabled/*; }\n";
const SITE: &str = "server {\n listen 80;\n root /srv;\n}\n";

fn debian(name: &str) -> Tree {
    let sites = ["sites-available/a", "sites-available/b", "sites-available/a.bak"].map(|path| (path, SITE));
    let tree = Tree::new(name, &sites);
    tree.write("nginx.conf", MAIN);
    tree.link("sites-enabled/a", "../sites-available/a");
    tree
}

/// Situation 11.
#[test]
fn a_debian_tree() {
    let tree = debian("debian");
    for argument in ["", "nginx.conf"] {
        let analysis = tree.analysed(argument);
        assert_eq!(tree.all(roots(&analysis)), ["nginx.conf"]);
        assert_eq!(tree.all(files(&analysis, &analysis.units[0])), ["nginx.conf", "sites-available/a"]);
        assert!(analysis.units[0].diagnostics.is_empty() && analysis.errors.is_empty());
    }
    let orphans = tree.analysed("").orphans;
    assert_eq!(tree.all(orphans.iter().map(String::as_str)), ["sites-available/a.bak", "sites-available/b"]);
}

#[test]
fn the_enabled_sites_of_a_debian_tree() {
    let tree = debian("enabled");
    for argument in ["sites-enabled", "sites-enabled/a", "sites-available/a"] {
        let analysis = tree.analysed(argument);
        assert_eq!(tree.all(roots(&analysis)), ["nginx.conf"], "{argument}");
        assert_eq!(tree.all(reported(&analysis, &analysis.units[0])), ["sites-available/a"], "{argument}");
        assert!(analysis.orphans.is_empty() && analysis.errors.is_empty());
    }
}

#[test]
fn a_link_is_the_main_file_where_the_link_lies() {
    let tree = Tree::new("link", &[("shared/main", "events {}\nhttp { include x.conf; }\n"), ("n/x.conf", SITE)]);
    tree.write("lblint.toml", "");
    tree.link("n/nginx.conf", "../shared/main");
    for argument in ["", "n", "n/nginx.conf"] {
        if argument == "n" {
            continue; // A directory is its own root, and the link leads out of it.
        }
        let analysis = tree.analysed(argument);
        assert_eq!(tree.all(roots(&analysis)), ["shared/main"], "{argument}");
        assert_eq!(tree.all(files(&analysis, &analysis.units[0])), ["shared/main", "n/x.conf"]);
        assert!(analysis.units[0].diagnostics.is_empty());
    }
}

#[test]
fn nothing_outside_the_roots_is_read() {
    let main = "events {}\nhttp {\n include ../outside.conf;\n include conf.d/*;\n}\n";
    let tree = Tree::new("outside", &[("n/nginx.conf", main), ("outside.conf", SITE)]);
    tree.link("n/conf.d/a.conf", "../../outside.conf");
    let analysis = tree.analysed("n");
    assert_eq!(tree.all(files(&analysis, &analysis.units[0])), ["n/nginx.conf"]);
    assert_eq!(analysis.units[0].coverage.unread.len(), 2);
    assert!(analysis.units[0].diagnostics.is_empty() && analysis.units[0].unit.fragment);
}

#[test]
fn a_project_is_searched_for_the_main_file() {
    let tree = Tree::new("project", &[("lblint.toml", ""), ("lb/nginx.conf", MAIN), ("lb/sites-enabled/a", SITE)]);
    let analysis = tree.analysed("lb/sites-enabled/a");
    assert_eq!(tree.all(roots(&analysis)), ["lb/nginx.conf"]);
    assert_eq!(tree.all(reported(&analysis, &analysis.units[0])), ["lb/sites-enabled/a"]);
}

#[test]
fn modules_that_are_linked_from_elsewhere_leave_nothing_open() {
    let main = "include modules-enabled/*.conf;\nevents {}\nhttp {}\n";
    let tree = Tree::new("modules", &[("n/nginx.conf", main), ("modules/geo.conf", "load_module x.so;\n")]);
    tree.link("n/modules-enabled/50-geo.conf", "../../modules/geo.conf");
    let analysis = tree.analysed("n");
    assert!(!analysis.units[0].unit.fragment && analysis.units[0].diagnostics.is_empty());
}
