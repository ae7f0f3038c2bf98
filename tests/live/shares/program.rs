//! A real program that runs on a file, and what it says of targets that it leaves out.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a program may take until it listens.
const START: Duration = Duration::from_secs(15);

/// Envoy repeats the whole configuration in some errors.
const MOST_SAID: usize = 2000;

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Haproxy,
    Nginx,
    Envoy,
}

impl Program {
    /// Its word for `--proxy-version`, with the version that is installed; `None` after saying that it is not.
    pub(crate) fn version(self) -> Option<String> {
        let output = self.command().arg(if self == Self::Envoy { "--version" } else { "-v" }).output();
        let output = output.ok().filter(|output| output.status.success());
        let text = output.map(|output| [output.stdout, output.stderr].concat());
        let text = text.map(|text| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default();
        let number = text.split(['/', ' ', '-', '\n']).find(|word| word.split('.').count() == 3);
        if number.is_none() {
            eprintln!("skipped: {} is not installed", self.name());
        }
        Some(format!("{}={}", self.name(), number?))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Haproxy => "haproxy",
            Self::Nginx => "nginx",
            Self::Envoy => "envoy",
        }
    }

    fn command(self) -> Command {
        let mut command = match self {
            Self::Envoy => Command::new(crate::envoy::program()),
            _ => Command::new(self.name()),
        };
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin:/sbin")).stdin(Stdio::null());
        command
    }

    /// The name of its main file.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Haproxy => "haproxy.cfg",
            Self::Nginx => "nginx.conf",
            Self::Envoy => "envoy.yaml",
        }
    }
}

/// A running program; it ends with this value.
pub(crate) struct Running {
    program: Program,
    child: Child,
    socket: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        // nginx hands on to its workers only what it can catch.
        let id = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(1) && self.child.try_wait().is_ok_and(|status| status.is_none()) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts it on a file and waits until it listens at `front`. Its administration socket is `admin.sock` beside the file.
    pub(crate) fn start(program: Program, file: &Path, front: SocketAddr) -> Self {
        let folder = file.parent().unwrap();
        let mut command = program.command();
        match program {
            Program::Haproxy => command.args(["-db", "-q", "-f"]).arg(file),
            Program::Nginx => command.args(["-e", "stderr", "-p"]).arg(folder).arg("-c").arg(file),
            Program::Envoy => {
                command.args(["--concurrency", "1", "--disable-hot-restart", "-l", "error", "-c"]).arg(file)
            }
        };
        let log = folder.join("log");
        command.current_dir(folder).stdout(Stdio::null()).stderr(std::fs::File::create(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let begin = Instant::now();
        while TcpStream::connect(front).is_err() {
            let ended = child.try_wait().unwrap();
            let said = || std::fs::read_to_string(&log).unwrap_or_default().chars().take(MOST_SAID).collect::<String>();
            assert!(ended.is_none() && begin.elapsed() < START, "{} does not start: {}", program.name(), said());
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { program, child, socket: folder.join("admin.sock") }
    }

    /// The targets that the program has taken out: the names of their pools, and their own. nginx does not say.
    pub(crate) fn out(&self) -> Vec<(String, String)> {
        match self.program {
            Program::Haproxy => self.down_servers(),
            Program::Nginx => Vec::new(),
            Program::Envoy => self.unhealthy_hosts().unwrap_or_default(),
        }
    }

    fn ask(&self, text: &str) -> Option<String> {
        let mut stream = UnixStream::connect(&self.socket).ok()?;
        stream.set_read_timeout(Some(START)).ok()?;
        stream.write_all(text.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    /// The columns of `show stat`: the names of proxy and server, then numbers, and the status as the 18th.
    fn down_servers(&self) -> Vec<(String, String)> {
        let answer = self.ask("show stat -1 4 -1\n").unwrap_or_default();
        let down = |line: &str| {
            let columns: Vec<&str> = line.split(',').collect();
            let down = columns.get(17)?.starts_with("DOWN");
            down.then(|| (columns[0].to_owned(), columns[1].to_owned()))
        };
        answer.lines().filter_map(down).collect()
    }

    fn unhealthy_hosts(&self) -> Option<Vec<(String, String)>> {
        let answer = crate::envoy::ask(&self.socket, "/clusters?format=json")?;
        let body: Value = serde_json::from_str(&answer).ok()?;
        let mut out = Vec::new();
        for cluster in body["cluster_statuses"].as_array()? {
            for host in cluster["host_statuses"].as_array().into_iter().flatten() {
                let status = &host["health_status"];
                if ["failed_active_health_check", "failed_outlier_check"].iter().any(|flag| status[flag] == true) {
                    let address = &host["address"]["socket_address"];
                    let name = format!("{}:{}", address["address"].as_str()?, address["port_value"]);
                    out.push((cluster["name"].as_str()?.to_owned(), name));
                }
            }
        }
        Some(out)
    }
}
