//! The installed nginx as judge: `-t` in name spaces of its own, without network, and as a user that can write nowhere.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the program says of a configuration.
#[derive(Debug)]
pub(crate) enum Verdict {
    Accepted,
    /// The first fatal message.
    Refused(String),
}

/// Ports below 1024 may be bound, and the default places of logs can be written, as the distribution's packages have it.
/// Whatever a changed path names, nothing outside is written: the user may not, and temporary folders are the name space's.
const SCRIPT: &str = "echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
mount --bind \"$1\" /mnt
for place in /var/log /run /var/cache /var/tmp /tmp; do mount -t tmpfs -o mode=1777 tmpfs $place; done
mkdir -m 777 /var/log/nginx
exec setpriv --reuid=65534 --regid=65534 --clear-groups timeout 5 nginx -t -e stderr -p /mnt -c /mnt/nginx.conf";

/// Whether the program can be asked; says so if not.
pub(crate) fn available() -> bool {
    let available = matches!(judge("pid nginx.pid; events {}"), Some(Verdict::Accepted));
    if !available {
        eprintln!("skipped: nginx is not installed, or `unshare` is not allowed");
    }
    available
}

fn folder() -> PathBuf {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("lblint-nginx-live-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["mime.types", "fastcgi_params", "fastcgi.conf", "proxy_params", "uwsgi_params"] {
        let _ = std::fs::copy(Path::new("/etc/nginx").join(name), folder.join(name));
    }
    folder
}

/// Asks the program about a file; `None` if it cannot be asked.
pub(crate) fn judge(text: &str) -> Option<Verdict> {
    let stream = "/usr/lib/nginx/modules/ngx_stream_module.so";
    let load = if text.contains("stream") && Path::new(stream).is_file() {
        format!("load_module {stream}; ")
    } else {
        String::new()
    };
    let folder = folder();
    std::fs::write(folder.join("nginx.conf"), format!("{load}{text}")).unwrap();
    let mut command = Command::new("unshare");
    command.args(["-n", "-m", "sh", "-c", SCRIPT, "sh"]).arg(&folder).stdin(Stdio::null());
    // The program must be able to write in its own folder.
    let _ = Command::new("chmod").args(["-R", "777"]).arg(&folder).status();
    let output = command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").output();
    std::fs::remove_dir_all(&folder).unwrap();
    let output = output.ok().filter(|output| matches!(output.status.code(), Some(0 | 1)))?;
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        return Some(Verdict::Accepted);
    }
    let (_, message) = printed.split_once("[emerg]")?;
    Some(Verdict::Refused(message.lines().next()?.split_once(": ")?.1.to_owned()))
}
