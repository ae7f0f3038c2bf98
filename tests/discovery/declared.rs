//! Units that the settings declare, and situations 10 and 11.

use lblint::analysis::{Analysis, analyze};
use lblint::settings::{Settings, SettingsFile};
use lblint::source::MapReader;

use crate::{findings, units};

fn analysed(reader: &MapReader, settings: &str, argument: &str) -> Analysis {
    let file = SettingsFile::parse("lblint.toml", settings).unwrap();
    let scope = file.clone().settings().files.scope(reader, "/r").unwrap();
    analyze(reader, &[argument.to_owned()], &Settings { scope, ..file.settings() })
}

/// Situation 10: the repository is not `/etc`.
const ROLE: [(&str, &str); 4] = [
    (
        "/r/roles/edge/files/main.conf",
        "events {}\nhttp {\n    include /etc/nginx/http.d/*.conf;\n    include /srv/sites/shop;\n    include /etc/nginx/lost.conf;\n}\n",
    ),
    (
        "/r/roles/edge/files/http.d/pools.conf",
        "upstream shop { ip_hash; server 10.0.0.1:80; server 10.0.0.2:80; keepalive 8; }\n",
    ),
    ("/r/roles/edge/files/http.d/real.conf", "set_real_ip_from 10.1.0.0/16;\nreal_ip_header X-Forwarded-For;\n"),
    (
        "/r/sites/shop",
        "server { listen 80; location / { proxy_pass http://shop; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_connect_timeout 2s; } }\n",
    ),
];

const DECLARED: &str = "[[unit]]\nname = 'edge-eu'\nmain = 'roles/edge/files/main.conf'\nproxy-version = 'nginx=1.26'\nat = ['10.0.0.20']\n\
    map = { '/etc/nginx' = 'roles/edge/files', '/srv' = '.' }\n";

#[test]
fn a_map_says_where_the_directories_of_the_machine_stand() {
    let reader = MapReader::new(ROLE);
    let analysis = analysed(&reader, DECLARED, "/r");
    assert_eq!(
        units(&analysis),
        ["nginx /r/roles/edge/files/main.conf: shop@/r/roles/edge/files/http.d/pools.conf:1:1"]
    );
    // The hash is fair: the file with `real_ip_header` belongs to it.
    assert_eq!(
        findings(&analysis),
        [
            "/r/roles/edge/files/http.d/pools.conf:1:17 round-robin-disabled",
            "/r/roles/edge/files/main.conf:5:13 missing-include"
        ]
    );
    let unit = &analysis.units[0];
    assert_eq!(unit.unit.version, "1.26".parse().unwrap());
    let declared = unit.declared.as_ref().unwrap();
    assert_eq!((declared.name.as_deref(), declared.at.as_slice()), (Some("edge-eu"), &["10.0.0.20".to_owned()][..]));
}

#[test]
fn without_a_map_what_is_elsewhere_is_undecided() {
    let analysis = analysed(&MapReader::new(ROLE), "", "/r");
    assert!(
        findings(&analysis).iter().all(|finding| !finding.contains("undefined") && !finding.contains("behind-proxy"))
    );
    assert!(analysis.units.iter().any(|unit| !unit.coverage.unread.is_empty()));
}

#[test]
fn one_file_of_a_declared_unit_brings_the_others() {
    let reader = MapReader::new(ROLE);
    let analysis = analysed(&reader, DECLARED, "/r/sites/shop");
    let [unit] = analysis.units.as_slice() else { panic!("{:?}", units(&analysis)) };
    assert_eq!(unit.root, "/r/roles/edge/files/main.conf");
    assert!(findings(&analysis).is_empty(), "the other files were not asked for");
}

#[test]
fn files_of_any_name_are_one_unit() {
    let files = [
        ("/r/lb/a.conf", "backend web\n    server a 10.0.0.1:80 check\n    server b 10.0.0.2:80 check\n"),
        (
            "/r/lb/base.conf",
            "global\n    maxconn 100\ndefaults\n    timeout connect 2s\n    timeout client 9s\n    timeout server 9s\n    option redispatch\n",
        ),
        ("/r/lb/z.conf", "frontend fe\n    bind :80\n    default_backend web\n"),
        ("/r/other/y.cfg", "backend other\n    server a 10.0.0.1:80 check\n"),
    ];
    let settings = "[[unit]]\nmain = 'lb/base.conf'\nfiles = ['lb/*.conf']\ndialect = 'haproxy'\n";
    let analysis = analysed(&MapReader::new(files), settings, "/r/lb/z.conf");
    assert_eq!(units(&analysis), ["haproxy /r/lb/base.conf: web@/r/lb/a.conf:1:1"]);
    let sources: Vec<&str> =
        analysis.units[0].unit.files.iter().map(|file| analysis.sources.file_of(file.source)).collect();
    assert_eq!(sources, ["/r/lb/base.conf", "/r/lb/a.conf", "/r/lb/z.conf"]);
}

#[test]
fn what_is_excluded_is_read_only_if_it_is_named() {
    let files = [
        ("/r/old/a.cfg", "backend a\n    server a 10.0.0.1:80 check\n"),
        ("/r/b.cfg", "backend b\n    server a 10.0.0.1:80 check\n"),
        ("/r/out/c.cfg", "backend c\n    server a 10.0.0.1:80 check\n"),
    ];
    let settings = "exclude = ['old/']\n[[generated]]\nfiles = ['/out/*']\n";
    let reader = MapReader::new(files);
    let analysis = analysed(&reader, settings, "/r");
    assert_eq!(units(&analysis), ["haproxy /r/b.cfg: b@/r/b.cfg:1:1", "haproxy /r/out/c.cfg: c@/r/out/c.cfg:1:1"]);
    let generated = analysis.sources.iter().filter(|(_, source)| source.generated().is_some());
    assert_eq!(generated.map(|(_, source)| source.path.as_str()).collect::<Vec<_>>(), ["/r/out/c.cfg"]);
    assert_eq!(units(&analysed(&reader, settings, "/r/old/a.cfg")), ["haproxy /r/old/a.cfg: a@/r/old/a.cfg:1:1"]);
}

#[test]
fn a_main_file_that_is_declared_is_not_left_out() {
    let file = ("/r/old/a.cfg", "backend a\n    server a 10.0.0.1:80 check\n");
    let settings = "exclude = ['old/']\n[[unit]]\nmain = 'old/a.cfg'\n";
    let reader = MapReader::new([file, ("/r/other/b.cfg", "")]);
    assert_eq!(units(&analysed(&reader, settings, "/r")), ["haproxy /r/old/a.cfg: a@/r/old/a.cfg:1:1"]);
    assert!(units(&analysed(&reader, settings, "/r/other")).is_empty(), "it was not asked for");
}

/// Situation 11: a Debian tree.
#[test]
fn sites_count_once_and_others_are_orphans() {
    let site =
        "upstream a { server 10.0.0.1:80; server 10.0.0.2:80; }\nserver { location / { proxy_pass http://a; } }\n";
    let reader = MapReader::new([
        ("etc/nginx/nginx.conf", "events {}\nhttp { include /etc/nginx/sites-enabled/*; }\n"),
        ("etc/nginx/sites-available/a", site),
        ("etc/nginx/sites-available/b", site),
        ("etc/nginx/sites-available/a.bak", site),
    ]);
    let reader = reader.link("etc/nginx/sites-enabled/a", "etc/nginx/sites-available/a");
    for argument in [".", "etc/nginx/sites-enabled"] {
        let analysis = analyze(&reader, &[argument.to_owned()], &Settings::default());
        assert_eq!(units(&analysis), ["nginx etc/nginx/nginx.conf: a@etc/nginx/sites-available/a:1:1"], "{argument}");
    }
    let analysis = analyze(&reader, &[".".to_owned()], &Settings::default());
    assert_eq!(analysis.orphans, ["etc/nginx/sites-available/a.bak", "etc/nginx/sites-available/b"]);
}
