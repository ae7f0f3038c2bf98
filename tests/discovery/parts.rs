//! Files of HAProxy that hold only sections which others name: they count where the program loads them.

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::MapReader;

use crate::{all, findings};

const MAIN: &str = "\
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s

frontend fe
  bind :80
  http-request auth unless { http_auth(u) }
  http-request cache-use c
  default_backend be

backend be
  option httpchk
  option redispatch
  stick-table type ip size 1m peers p
  server a a.example.org:80 check resolvers dns
";
const PEERS: &str = "# the cluster\npeers p\n  bind :50000\n  server agt-1 10.0.0.1:50000\n";
const USERS: &str = "userlist u\n  user a insecure-password b\n";
const NAMES: &str = "resolvers dns\n  nameserver a 10.0.0.1:53\n";
const CACHE: &str = "cache c\n  total-max-size 4\n";

fn files() -> [(&'static str, &'static str); 5] {
    [
        ("conf.d/10-peers.cfg", PEERS),
        ("conf.d/20-users.cfg", USERS),
        ("conf.d/30-names.cfg", NAMES),
        ("conf.d/40-cache.cfg", CACHE),
        ("haproxy.cfg", MAIN),
    ]
}

fn undefined(analysis: &Analysis) -> Vec<String> {
    findings(analysis).into_iter().filter(|one| one.ends_with(" undefined-reference")).collect()
}

#[test]
fn they_define_what_others_name() {
    assert_eq!(undefined(&all(&files())), Vec::<String>::new());
    for (index, (path, _)) in files().iter().enumerate().take(4) {
        let fewer: Vec<_> =
            files().into_iter().enumerate().filter(|(at, _)| *at != index).map(|(_, file)| file).collect();
        assert!(!undefined(&all(&fewer)).is_empty(), "{path}");
    }
}

#[test]
fn what_is_wrong_in_them_is_reported_where_they_were_asked_for() {
    let mut files: Vec<_> =
        files().into_iter().chain([("conf.d/50-more.cfg", "backend more\n  server a 10.0.0.1:80\n")]).collect();
    files[0].1 = "peers p\n  pear agt-1 10.0.0.1:50000\n  peer agt-2 10.0.0.2:50000\n";
    let wrong = "conf.d/10-peers.cfg:2:3 unknown-directive";
    let of = |arguments: &[&str]| {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        findings(&analyze(&MapReader::new(files.iter().copied()), &arguments, &Settings::default()))
    };
    assert!(of(&["."]).iter().any(|one| one == wrong));
    assert!(of(&["conf.d"]).iter().any(|one| one == wrong));
    assert!(of(&["conf.d/10-peers.cfg"]).iter().any(|one| one == wrong));
    assert!(!of(&["haproxy.cfg"]).iter().any(|one| one == wrong));
}

#[test]
fn elsewhere_they_are_no_evidence() {
    for (path, text) in files().into_iter().take(4) {
        assert!(all(&[(path, text)]).units.is_empty(), "{path}");
    }
    let other = ("conf.d/setup.cfg", "[metadata]\nname = cache\ncache c\n  max-age 60\n");
    let analysis = all(&[other, ("conf.d/a.cfg", MAIN)]);
    assert_eq!(analysis.units[0].unit.files.len(), 1);
}
