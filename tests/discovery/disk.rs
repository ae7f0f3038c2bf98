//! What lies on the disk: ignored files, links, stores of version control.

use std::path::{Path, PathBuf};

use lblint::analysis::{Analysis, analyze};
use lblint::settings::{Settings, SettingsFile};
use lblint::source::{DiskReader, MapReader, Unread};

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

/// A file that is named may include what lies in its project, and nothing beyond.
#[test]
fn settings_mark_a_project() {
    let main = "events {}\nhttp {\n  include ../shared/pools.conf;\n}\n";
    for (name, mark, pools) in
        [("marked", "lblint.toml", 1), ("config", ".config/lblint.toml", 1), ("bare", "README", 0)]
    {
        let tree = Tree::new(name, &[(mark, ""), ("lb/nginx.conf", main), ("shared/pools.conf", NGINX)]);
        let analysis = tree.analysis("lb/nginx.conf", false);
        assert_eq!(analysis.units[0].unit.pools.len(), pools, "{mark}");
    }
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

fn problems(analysis: &Analysis) -> Vec<String> {
    analysis.errors.iter().map(ToString::to_string).collect()
}

#[test]
fn what_cannot_be_read_is_named_whatever_it_is_called() {
    let files = [
        ("lb.cfg", HAPROXY),
        ("secret", HAPROXY),
        ("n/nginx.conf", "events {}\nhttp { include conf.d/*.conf; }\n"),
        ("n/conf.d/a.conf", NGINX),
        ("n/conf.d/b.conf", NGINX),
    ];
    let reader = MapReader::new(files).bar("secret").bar("n/conf.d/b.conf");
    let analyse = |path: &str| analyze(&reader, &[path.to_owned()], &Settings::default());
    let all = ["n/conf.d/b.conf: permission denied", "secret: permission denied"];
    assert_eq!(problems(&analyse(".")), all);
    assert_eq!(problems(&analyse("n/nginx.conf")), all[..1], "an include names it");
    let analysis = analyse("n/nginx.conf");
    assert_eq!(analysis.units[0].coverage.unread[0].why, Unread::Barred);
}

#[test]
fn what_is_left_out_need_not_be_readable() {
    let file = SettingsFile::parse("lblint.toml", "exclude = ['secret/']\n").unwrap().settings();
    let reader = MapReader::new([("/r/lb.cfg", HAPROXY), ("/r/secret/key", "x"), ("/r/shadow", "x")]);
    let reader = reader.bar("/r/secret/key").bar("/r/shadow");
    let settings = Settings { scope: file.files.scope(&reader, "/r").unwrap(), ..file };
    let analysis = analyze(&reader, &["/r".to_owned()], &settings);
    assert_eq!(problems(&analysis), ["/r/shadow: permission denied"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf8_is_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let tree = Tree::new("names", &[("lb.cfg", HAPROXY)]);
    let name = |bytes: &'static [u8]| tree.0.join(OsStr::from_bytes(bytes));
    std::fs::write(name(b"bad\xff.cfg"), HAPROXY).unwrap();
    std::fs::create_dir(name(b"dir\xfe")).unwrap();
    std::fs::write(name(b"dir\xfe/lb.cfg"), HAPROXY).unwrap();
    let mut problems = problems(&tree.analysis("", false));
    problems.sort_unstable();
    let names = ["bad\u{fffd}.cfg", "dir\u{fffd}"];
    assert_eq!(problems, names.map(|name| format!("{}: the name is not UTF-8; rename it", tree.path(name))));
}

/// nginx 1.22.1: `[emerg] open() "...gone" failed (2: No such file or directory)`.
#[cfg(unix)]
#[test]
fn a_pattern_that_matches_a_link_to_nothing_is_a_missing_include() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new(
        "dangling",
        &[
            ("r/.git/HEAD", ""),
            ("r/nginx.conf", "events {}\nhttp {\n  include sites-enabled/*;\n  include machine/*;\n}\n"),
            ("r/sites-enabled/a", NGINX),
            ("r/sites-available/b", ""),
            ("r/machine/a", ""),
        ],
    );
    symlink("../sites-available/gone", tree.path("r/sites-enabled/gone")).unwrap();
    symlink("/etc/nginx-of-another-machine/shop", tree.path("r/machine/shop")).unwrap();
    let analysis = tree.analysis("r/nginx.conf", false);
    let shown: Vec<&str> = analysis.findings.shown.iter().map(|finding| finding.message.as_str()).collect();
    let [message] = shown.as_slice() else { panic!("{shown:?}") };
    assert!(message.contains("sites-enabled/gone`, a link that leads nowhere: nginx refuses to start"), "{message}");
    let unread: Vec<Unread> = analysis.units[0].coverage.unread.iter().map(|include| include.why).collect();
    assert_eq!(unread, [Unread::Dangling, Unread::Outside]);
    assert!(problems(&analysis).is_empty());
}
