//! A running nginx for tests: it listens on a socket in a folder of its own and tells to whom it handed each request.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Statements for `http`: nginx writes only into its own folder.
pub(crate) const TEMPORARY: &str = "client_body_temp_path client_body;\nproxy_temp_path proxy;\nfastcgi_temp_path fastcgi;\n\
                             uwsgi_temp_path uwsgi;\nscgi_temp_path scgi;\n";

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The targets that it was handed to.
    pub(crate) tried: String,
}

/// A running nginx that serves and balances over sockets in a folder of its own; it has no network.
pub(crate) struct Nginx {
    child: Child,
    folder: PathBuf,
}

impl Nginx {
    /// Starts it with the configuration for a folder, in which it listens on `front.sock`; `None` after saying that the
    /// program is not installed.
    pub(crate) fn start(name: &str, configuration: impl Fn(&Path) -> String) -> Option<Self> {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lblint-nginx-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("nginx.conf"), configuration(&folder)).unwrap();
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
            assert!(ended.is_none() && Instant::now() < deadline, "nginx did not start: {name}");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(Self { child, folder })
    }

    /// Sends a request; `headers` are further lines of its head. The header `X-Tried` of the answer tells the targets.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
        let mut stream = UnixStream::connect(self.folder.join("front.sock")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: x\r\nContent-Length: 0\r\n{headers}\r\n").unwrap();
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
