//! What happens when a target fails, predicted and then counted on a running nginx (research 3.1 and 3.2).

use std::path::Path;

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Version};
use lblint::traffic::{Detection, PoolView, Scenario, detection, gives_up, predict};

use crate::nginx_running::{Answer, Nginx, TEMPORARY};

/// How many requests a case sends.
const REQUESTS: usize = 10;

/// A pool with a target that fails, and how requests are handed to it.
struct Case {
    name: &'static str,
    /// Statements of the pool; `DEAD`, `LIVE` and `BUSY` (answers 503) stand for sockets.
    pool: &'static str,
    /// Statements of the location.
    location: &'static str,
    method: &'static str,
    /// How many of the requests were handed to the target that fails.
    tried: usize,
    /// How many of the requests failed.
    failed: usize,
}

const fn get(name: &'static str, pool: &'static str, location: &'static str, (tried, failed): (usize, usize)) -> Case {
    Case { name, pool, location, method: "GET", tried, failed }
}

const CASES: &[Case] = &[
    get("one failure takes it out", "server DEAD; server LIVE;", "", (1, 0)),
    get("so many failures take it out", "server DEAD max_fails=2; server LIVE;", "", (2, 0)),
    get("nothing takes it out", "server DEAD max_fails=0; server LIVE;", "", (5, 0)),
    get("a lone target stays, whatever is written", "server DEAD max_fails=1;", "", (10, 10)),
    get("nobody is left: no live upstreams", "server DEAD; server LIVE down;", "", (1, 10)),
    get("the last one that is not down may stay", "server DEAD max_fails=0; server LIVE down;", "", (10, 10)),
    get("without retries failures count all the same", "server DEAD; server LIVE;", "proxy_next_upstream off;", (1, 1)),
    get("one try", "server DEAD; server LIVE;", "proxy_next_upstream_tries 1;", (1, 1)),
    get(
        "failed connections are not among the conditions",
        "server DEAD; server LIVE;",
        "proxy_next_upstream timeout;",
        (1, 1),
    ),
    get("an answer that is an error counts for nothing", "server BUSY; server LIVE;", "", (5, 5)),
    get(
        "unless it is among the conditions",
        "server BUSY; server LIVE;",
        "proxy_next_upstream error http_503;",
        (1, 0),
    ),
    Case {
        method: "POST",
        ..get(
            "POST is not repeated once it was sent",
            "server BUSY; server LIVE;",
            "proxy_next_upstream error http_503;",
            (5, 5),
        )
    },
    Case {
        method: "POST",
        ..get(
            "unless that is allowed",
            "server BUSY; server LIVE;",
            "proxy_next_upstream error http_503 non_idempotent;",
            (1, 0),
        )
    },
    get("a backup takes over", "server DEAD; server LIVE backup;", "", (1, 0)),
    get("also with a method that stands behind it", "server DEAD; server LIVE backup; ip_hash;", "", (1, 0)),
];

#[test]
fn failures_are_noticed_as_predicted() {
    let mut wrong = Vec::new();
    for case in CASES {
        let Some(nginx) = Nginx::start(case.name, |folder| configuration(case, folder)) else { return };
        let answers: Vec<Answer> = (0..REQUESTS).map(|_| nginx.ask(case.method, "/", "")).collect();
        let tried = answers.iter().filter(|answer| answer.tried.contains("fails.sock")).count();
        let failed = answers.iter().filter(|answer| answer.status != 200).count();
        if (tried, failed) != (case.tried, case.failed) {
            wrong.push(format!("{}: {tried} tried, {failed} failed: {answers:?}", case.name));
        }
        if let Some(predicted) = predicted(case)
            && predicted != (tried, failed)
        {
            wrong.push(format!("{}: predicted {predicted:?}, counted {:?}", case.name, (tried, failed)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many requests are tried on the target that fails, and how many fail, from the model alone. Nothing is predicted
/// for answers that are errors: they are failures only under some conditions.
fn predicted(case: &Case) -> Option<(usize, usize)> {
    if case.pool.contains("BUSY") {
        return None;
    }
    let analysis = model(case);
    let unit = &analysis.units[0].unit;
    let (id, _) = unit.pools().next().unwrap();
    let view = PoolView::new(unit, &analysis.sources, id).unwrap();
    let others = predict(&view, Scenario::down(&[0])).failed < 1.0;
    let rotated = predict(&view, Scenario::default()).shares.len();
    let tried = match detection(&view, &view.targets[0]) {
        Detection::ByTraffic { failures, .. } => failures as usize,
        Detection::Never => REQUESTS / rotated,
        other => panic!("{other:?}"),
    };
    let gives_up = gives_up(unit.forwarding(&unit.routes[0]).unwrap()).unwrap();
    let failed = match (others, gives_up) {
        (false, _) => REQUESTS,
        (true, true) => tried,
        (true, false) => 0,
    };
    Some((tried, failed))
}

fn model(case: &Case) -> Analysis {
    let mut settings = Settings { dialect: Some(Dialect::Nginx), ..Settings::default() };
    settings.versions.insert(Dialect::Nginx, Version::release(1, 22, 1));
    let text = format!(
        "events {{}}\nhttp {{ upstream pool {{ {} }} server {{ location / {{ {} proxy_pass http://pool; }} }} }}",
        case.pool.replace("DEAD", "unix:fails.sock").replace("LIVE", "unix:live.sock"),
        case.location
    );
    analyze(&MapReader::new([("nginx.conf", text)]), &["nginx.conf".to_owned()], &settings)
}

fn configuration(case: &Case, folder: &Path) -> String {
    let folder = folder.display();
    let failing = format!("unix:{folder}/fails.sock");
    let pool = case
        .pool
        .replace("DEAD", &failing)
        .replace("BUSY", &failing)
        .replace("LIVE", &format!("unix:{folder}/live.sock"));
    let busy =
        if case.pool.contains("BUSY") { format!("server {{ listen {failing}; return 503; }}") } else { String::new() };
    let location = case.location;
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{TEMPORARY}\
         upstream pool {{ {pool} }}\n\
         server {{ listen unix:{folder}/live.sock; return 200 live; }}\n{busy}\n\
         server {{ listen unix:{folder}/front.sock; location / {{ add_header X-Tried $upstream_addr always; {location} \
         proxy_pass http://pool; }} }}\n}}\n"
    )
}
