//! A running haproxy in a network name space without interfaces: whatever it tries to reach, nothing leaves the machine.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the program may take until it answers.
const START: Duration = Duration::from_secs(5);

/// A running program; it ends with this value.
pub(crate) struct Haproxy {
    child: Child,
    socket: PathBuf,
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the program can be started in a network of its own; says so if not.
pub(crate) fn available() -> bool {
    let mut start = Command::new("unshare");
    start.args(["-n", "haproxy", "-v"]).stdout(Stdio::null()).stderr(Stdio::null());
    let available = start.status().is_ok_and(|status| status.success());
    if !available {
        eprintln!("skipped: haproxy is not installed, or `unshare -n` is not allowed");
    }
    available
}

/// A connection to one of its sockets, which appear one after the other, those of the listeners after the one for commands.
pub(crate) fn connect(socket: &Path) -> UnixStream {
    let begin = Instant::now();
    loop {
        match UnixStream::connect(socket) {
            Ok(stream) => return stream,
            Err(error) => assert!(begin.elapsed() < START, "{}: {error}", socket.display()),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The version of the installed program, such as `2.6`.
pub(crate) fn version() -> Option<lblint::source::Version> {
    let output = Command::new("haproxy").arg("-v").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().nth(2)?.parse().ok()
}

impl Haproxy {
    /// Starts the program on a configuration; `None` if it refuses it.
    pub(crate) fn start(configuration: &str, directory: &Path) -> Option<Self> {
        let socket = directory.join("admin.sock");
        let _ = std::fs::remove_file(&socket);
        let file = directory.join("haproxy.cfg");
        let global = format!("global\n stats socket {} level admin\n", socket.display());
        std::fs::write(&file, format!("{global}{configuration}")).unwrap();
        let mut command = Command::new("unshare");
        command.args(["-n", "haproxy", "-db", "-q", "-dr", "-f"]).arg(&file);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let mut running = Self { child, socket };
        running.wait_until_it_answers().then_some(running)
    }

    fn wait_until_it_answers(&mut self) -> bool {
        let begin = Instant::now();
        while begin.elapsed() < START {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return false;
            }
            if UnixStream::connect(&self.socket).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// The answer to a command on the administration socket.
    pub(crate) fn ask(&self, command: &str) -> String {
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        stream.set_read_timeout(Some(START)).unwrap();
        stream.write_all(format!("{command}\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}
