//! What happens when a target fails, predicted and then counted on a running nginx (research 3.1 and 3.2).

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lblint::analysis::{Analysis, analyze};
use lblint::settings::Settings;
use lblint::source::{Dialect, MapReader, Version};
use lblint::traffic::{Detection, PoolView, Scenario, detection, gives_up, predict};

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
        let Some(nginx) = Nginx::start(case) else { return };
        let answers: Vec<Answer> = (0..REQUESTS).map(|_| nginx.ask(case.method)).collect();
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
    let view = PoolView::new(unit, id).unwrap();
    let others = predict(&view, Scenario { down: &[0] }).failed < 1.0;
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

/// What a request was answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    /// The targets that it was handed to.
    tried: String,
}

/// A running nginx that serves and balances over sockets in a folder of its own; it has no network.
struct Nginx {
    child: Child,
    folder: PathBuf,
}

impl Nginx {
    /// `None` after saying that the program is not installed.
    fn start(case: &Case) -> Option<Self> {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lblint-failures-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("nginx.conf"), configuration(case, &folder)).unwrap();
        let mut command = Command::new("timeout");
        command.args(["20", "nginx", "-e", "stderr", "-p"]).arg(&folder).arg("-c").arg(folder.join("nginx.conf"));
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").stderr(Stdio::null()).stdin(Stdio::null());
        let Ok(mut child) = command.spawn() else {
            eprintln!("skipped: `timeout` is not there");
            return None;
        };
        let deadline = Instant::now() + Duration::from_secs(5);
        while !folder.join("front.sock").exists() {
            let ended = child.try_wait().unwrap();
            if ended.is_some_and(|status| status.code() == Some(127)) {
                std::fs::remove_dir_all(&folder).unwrap();
                eprintln!("skipped: nginx is not installed");
                return None;
            }
            assert!(ended.is_none() && Instant::now() < deadline, "nginx did not start: {}", case.name);
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(Self { child, folder })
    }

    fn ask(&self, method: &str) -> Answer {
        let mut stream = UnixStream::connect(self.folder.join("front.sock")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        write!(stream, "{method} / HTTP/1.0\r\nHost: x\r\nContent-Length: 0\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        let tried = text.lines().find_map(|line| line.strip_prefix("X-Tried: ")).unwrap_or_default().to_owned();
        Answer { status, tried }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // `timeout` hands the signal on to the program that it started.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
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
    let paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {name};\n"));
    let location = case.location;
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{}\
         upstream pool {{ {pool} }}\n\
         server {{ listen unix:{folder}/live.sock; return 200 live; }}\n{busy}\n\
         server {{ listen unix:{folder}/front.sock; location / {{ add_header X-Tried $upstream_addr always; {location} \
         proxy_pass http://pool; }} }}\n}}\n",
        paths.concat()
    )
}
