//! What lies on the disk: ignored files, links, stores of version control.

use std::path::{Path, PathBuf};

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::DiskReader;

const HAPROXY: &str = "backend web\n  server a 10.0.0.1:80 check\n  server b 10.0.0.2:80 check\n";
const NGINX: &str = "upstream web { server 10.0.0.1:80; server 10.0.0.2:80; }\n";

struct Tree(PathBuf);

impl Tree {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("lblint-{name}-{}", std::process::id()));
        let tree = Self(root);
        for (path, text) in files {
            let path = tree.0.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        tree
    }

    fn path(&self, path: &str) -> String {
        self.0.join(path).to_string_lossy().into_owned()
    }

    fn analysis(&self, argument: &str, with_ignored: bool) -> Analysis {
        let arguments = [self.path(argument)];
        let reader = DiskReader::for_arguments(&arguments).with_ignored(with_ignored);
        analyze(&reader, &arguments, &Settings::default())
    }

    /// The roots of the units, from the tree's own.
    fn roots(&self, argument: &str, with_ignored: bool) -> Vec<String> {
        let analysis = self.analysis(argument, with_ignored);
        let relative =
            |path: &str| Path::new(path).strip_prefix(&self.0).unwrap_or(Path::new(path)).display().to_string();
        analysis.units.iter().map(|unit| relative(&unit.root)).collect()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn ignored_files_are_read_when_somebody_says_so() {
    let files = [
        (".git/HEAD", ""),
        (".git/x.cfg", HAPROXY),
        (".gitignore", "build/\n"),
        ("build/lb.cfg", HAPROXY),
        (".config/lb.cfg", HAPROXY),
        ("lb.cfg", HAPROXY),
    ];
    let tree = Tree::new("ignored", &files);
    assert_eq!(tree.roots("", false), [".config/lb.cfg", "lb.cfg"]);
    assert_eq!(tree.roots("", true), [".config/lb.cfg", "build/lb.cfg", "lb.cfg"]);
    assert_eq!(tree.roots("build/lb.cfg", false), ["build/lb.cfg"], "it is named");
}

#[cfg(unix)]
#[test]
fn a_file_counts_once_however_many_links_lead_to_it() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new(
        "links",
        &[
            ("r/shared/lb.cfg", HAPROXY),
            ("r/shared/a.conf", NGINX),
            ("r/shared/part.cfg", HAPROXY),
            ("r/etc/haproxy.cfg", "defaults\n  timeout connect 5s\n"),
            ("r/etc/conf.d/own.cfg", "backend own\n  server a 10.0.0.9:80 check\n"),
            ("outside/secret.cfg", HAPROXY),
        ],
    );
    symlink("shared", tree.path("r/current")).unwrap();
    symlink("..", tree.path("r/shared/up")).unwrap();
    symlink("shared/lb.cfg", tree.path("r/lb-link.cfg")).unwrap();
    symlink("../../shared/part.cfg", tree.path("r/etc/conf.d/part.cfg")).unwrap();
    symlink(tree.path("outside"), tree.path("r/out")).unwrap();
    symlink(tree.path("outside/secret.cfg"), tree.path("r/secret.cfg")).unwrap();
    assert_eq!(tree.roots("r", false), ["r/etc/haproxy.cfg", "r/shared/a.conf", "r/shared/lb.cfg"]);
    let analysis = tree.analysis("r", false);
    assert_eq!(analysis.units[0].unit.files.len(), 3, "a link in a directory that HAProxy loads is loaded there");
}

#[test]
fn a_generated_file_says_so() {
    let tree = Tree::new("generated", &[("lb.cfg", &format!("# Ansible managed\n{HAPROXY}")), ("own.cfg", HAPROXY)]);
    let analysis = tree.analysis("", false);
    let generated: Vec<&str> = analysis
        .sources
        .iter()
        .filter_map(|(_, source)| source.generated())
        .map(|mark| analysis.sources.slice(mark))
        .collect();
    assert_eq!(generated, ["# Ansible managed"]);
}
