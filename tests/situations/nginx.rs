//! nginx: situations 8 to 12.

use lblint::finding::{Profile, Severity};
use lblint::model::{Destination, Why};
use lblint::source::MapReader;
use lblint::traffic::Certainty;

use crate::{Situation, close};

fn nginx(configuration: &str) -> Situation {
    Situation::of(&MapReader::new([("nginx.conf", configuration)]), "nginx.conf", Profile::Default)
}

/// 8: the server that is listed is a placeholder; Lua picks the real one.
const BALANCER: &str = "\
events {}
http {
    upstream backend {
        server 0.0.0.1;
        balancer_by_lua_block {
            local balancer = require \"ngx.balancer\"
            balancer.set_current_peer(ngx.ctx.host, ngx.ctx.port)
        }
    }
    server {
        listen 80;
        location / {
            proxy_pass http://backend;
        }
    }
}
";

#[test]
fn a_balancer_in_lua_is_not_one_server() {
    let situation = nginx(BALANCER);
    situation.is_silent();
    let prediction = situation.predict("backend", &[]);
    assert_eq!(prediction.certainty, Certainty::Unknown);
    assert_eq!(prediction.because.map(|(why, _)| why), Some(Why::Remote));
    assert_eq!(situation.analysis.units[0].verdict.undecided.len(), 1);
}

/// 9: a canary by `split_clients`, with pools that only a variable names.
fn canary() -> String {
    let stable: String = (1..=10).map(|n| "        server 10.0.1.N:8080;\n".replace('N', &n.to_string())).collect();
    format!(
        "events {{}}\nhttp {{\n    split_clients $request_id $app {{\n        5% canary;\n        * stable;\n    }}\n\
         upstream canary {{\n        server 10.0.2.1:8080;\n    }}\n    upstream stable {{\n{stable}    }}\n\
         server {{\n        listen 80;\n        location / {{\n            proxy_pass http://$app;\n        }}\n    }}\n}}\n"
    )
}

#[test]
fn a_canary_is_no_defect() {
    let situation = nginx(&canary());
    assert_eq!(situation.findings(Severity::Warning), Vec::<String>::new());
    let strict = Situation::of(&MapReader::new([("nginx.conf", canary())]), "nginx.conf", Profile::Strict);
    let said = strict.findings(Severity::Info).join("\n");
    assert!(!said.contains("unused-pool") && !said.contains("unresolvable-route"), "{said}");
}

#[test]
fn a_canary_has_its_share_and_no_fallback() {
    let situation = nginx(&canary());
    let Destination::Split(branches) = &situation.unit().routes[0].to else { panic!("a split") };
    let part = |pool: &str| {
        let id = situation.pool(pool);
        let branch = branches.iter().find(|branch| branch.pool == Some(id)).unwrap();
        f64::from(branch.weight.unwrap()) / 10_000.0
    };
    let share = |pool: &str| situation.predict(pool, &[]).share_of(0).map(|share| share * part(pool));
    close(share("canary"), 0.05);
    close(share("stable"), 0.095);
    // The split has no fallback: without its only target the canary's part of the requests fails, and nothing ejects it.
    close(Some(situation.predict("canary", &[0]).failed * part("canary")), 0.05);
    let view = situation.view("canary");
    assert_eq!(lblint::traffic::detection(&view, &view.targets[0]), lblint::traffic::Detection::Never);
}

/// 10: a repository that is not /etc, with absolute includes.
const MAIN: &str = "\
events {}
http {
    include /etc/nginx/conf.d/*.conf;
    upstream sticky {
        ip_hash;
        server 10.0.0.1:8080;
        server 10.0.0.2:8080;
    }
    server {
        listen 80;
        location / {
            proxy_pass http://sticky;
        }
        location /api {
            proxy_pass http://api;
        }
    }
}
";

#[test]
fn absolute_includes_are_found_in_the_repository() {
    let reader = MapReader::new([
        ("deploy/web/nginx.conf", MAIN),
        ("deploy/web/conf.d/realip.conf", "set_real_ip_from 10.0.0.0/8;\nreal_ip_header X-Forwarded-For;\n"),
        ("deploy/web/conf.d/api.conf", "upstream api {\n    server 10.0.0.3:80;\n    server 10.0.0.4:80;\n}\n"),
    ]);
    let situation = Situation::of(&reader, "deploy/web", Profile::Default);
    let said = situation.findings(Severity::Info).join("\n");
    assert!(!said.contains("missing-include") && !said.contains("undefined-pool"), "{said}");
    assert_eq!(situation.unit().files.len(), 3);
    assert!(!situation.unit().fragment, "everything is there");
    assert_eq!(situation.unit().pools.len(), 2, "`api` is the pool of the other file");
}

#[test]
fn what_cannot_be_found_is_undecided() {
    let situation = Situation::of(&MapReader::new([("deploy/web/nginx.conf", MAIN)]), "deploy/web", Profile::Strict);
    let said = situation.findings(Severity::Info).join("\n");
    for check in ["missing-include", "undefined-pool", "unresolvable-route", "unused-pool"] {
        assert!(!said.contains(check), "{said}");
    }
    let undecided = &situation.analysis.units[0].verdict.undecided;
    assert_eq!(undecided.iter().map(|one| one.why).collect::<Vec<_>>(), [Why::OtherFile], "where `api` leads");
}

/// Servers in a file that is not there: nobody knows how many there are.
#[test]
fn a_pool_with_an_unread_include_is_incomplete() {
    let text = MAIN.replace("server 10.0.0.2:8080;", "include /srv/generated/servers;");
    let situation = Situation::of(&MapReader::new([("nginx.conf", text)]), "nginx.conf", Profile::Strict);
    assert_eq!(situation.predict("sticky", &[]).certainty, Certainty::Unknown);
    let only = "events {}\nhttp {\n upstream a {\n  include /srv/generated/servers;\n }\n}\n";
    let situation = Situation::of(&MapReader::new([("nginx.conf", only)]), "nginx.conf", Profile::Default);
    situation.is_silent();
}

/// The pace of checks of nginx Plus is a parameter of theirs.
#[test]
fn slow_checks_are_told_how_to_be_faster() {
    let help = |check: &str| {
        let text = format!(
            "events {{}}\nhttp {{\n upstream a {{\n  zone a 64k;\n  server 10.0.0.1:80 max_fails=0;\n  server 10.0.0.2:80 max_fails=0;\n }}\n server {{\n  listen 80;\n  location / {{ proxy_pass http://a; health_check {check}; }}\n }}\n}}\n"
        );
        let situation = nginx(&text);
        let mut shown = situation.analysis.findings.shown.iter();
        shown.find(|one| one.meta.name == "slow-failure-detection").unwrap().help.concat()
    };
    for check in ["interval=20 fails=5", "fails=30"] {
        assert_eq!(help(check), "write a shorter `interval`, or fewer failures that count", "{check}");
    }
}

/// 11: Debian's tree, where `sites-enabled/a` is a link.
fn debian() -> MapReader {
    let site = |port: u16| {
        format!(
            "upstream app{port} {{\n    server 10.0.0.1:80;\n    # server 10.0.0.2:80;\n}}\nserver {{\n    listen {port};\n    \
                 location / {{\n        proxy_pass http://app{port};\n    }}\n}}\n"
        )
    };
    MapReader::new([
        ("etc/nginx/nginx.conf", "events {}\nhttp {\n    include /etc/nginx/sites-enabled/*;\n}\n".to_owned()),
        ("etc/nginx/sites-available/a", site(8001)),
        ("etc/nginx/sites-available/b", site(8002)),
        ("etc/nginx/sites-available/a.bak", site(8003)),
    ])
    .link("etc/nginx/sites-enabled/a", "etc/nginx/sites-available/a")
}

#[test]
fn a_site_counts_once_and_only_if_it_is_enabled() {
    for argument in ["etc/nginx", "etc/nginx/sites-enabled", "etc/nginx/sites-enabled/a"] {
        let situation = Situation::of(&debian(), argument, Profile::Default);
        let locations: Vec<_> = situation
            .analysis
            .findings
            .shown
            .iter()
            .map(|finding| {
                let location = situation.analysis.sources.location(finding.primary.span);
                (finding.meta.name, location.file, location.line)
            })
            .collect();
        assert_eq!(locations, [("single-target", "etc/nginx/sites-available/a".to_owned(), 2)], "{argument}");
        assert_eq!(situation.unit().pools.len(), 1, "{argument}");
    }
    let orphans = Situation::of(&debian(), "etc/nginx", Profile::Default).analysis.orphans;
    assert_eq!(orphans, ["etc/nginx/sites-available/a.bak", "etc/nginx/sites-available/b"]);
}

/// 12: a port behind a pool's name.
#[test]
fn a_port_behind_a_pools_name_is_refused_and_makes_no_pool() {
    let situation = nginx(
        "events {}\nhttp {\n    upstream backend {\n        server 10.0.0.1:8080;\n        server 10.0.0.2:8080;\n    }\n    server {\n        \
         listen 80;\n        location / {\n            proxy_pass http://backend:8080;\n        }\n    }\n}\n",
    );
    let said = situation.findings(Severity::Error);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("10: invalid-value: "), "{said:?}");
    assert_eq!(situation.unit().pools.len(), 1, "no pool by DNS");
}
