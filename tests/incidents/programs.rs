//! The installed programs as judges of whole files; they only read, nothing listens.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether the program of a dialect accepts a file; `None` if it is not installed, and what it printed if it refuses.
pub(crate) fn judge(dialect: &str, file: &Path) -> Option<Result<(), String>> {
    match dialect {
        "haproxy" => run(["haproxy".as_ref(), "-c".as_ref(), "-q".as_ref(), "-f".as_ref(), file.as_os_str()]),
        "nginx" => nginx(file),
        "envoy" => envoy(file),
        other => panic!("no program for {other}"),
    }
}

/// Bounded in time. The distribution's programs stand in `/usr/sbin`, which is not on everybody's path.
fn run<'a>(arguments: impl IntoIterator<Item = &'a OsStr>) -> Option<Result<(), String>> {
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    let output = Command::new("timeout").arg("20").args(arguments).env("PATH", path).output().ok()?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => Some(Ok(())),
        // There is no such program.
        Some(127) => None,
        _ => Some(Err(printed)),
    }
}

/// In a folder of its own, where logs and a cache can be written.
fn nginx(file: &Path) -> Option<Result<(), String>> {
    let folder = folder(file);
    std::fs::create_dir_all(folder.join("logs")).unwrap();
    if std::fs::copy("/etc/nginx/mime.types", folder.join("mime.types")).is_err() {
        std::fs::write(folder.join("mime.types"), "types { text/html html; }\n").unwrap();
    }
    let (configuration, pid) = (folder.join("nginx.conf"), format!("pid {};", folder.join("nginx.pid").display()));
    std::fs::copy(file, &configuration).unwrap();
    let words = ["nginx", "-t", "-q", "-e", "stderr", "-g", &pid, "-p"].map(OsStr::new);
    let verdict = run(words.into_iter().chain([folder.as_os_str(), "-c".as_ref(), configuration.as_os_str()]));
    std::fs::remove_dir_all(&folder).unwrap();
    verdict
}

fn envoy(file: &Path) -> Option<Result<(), String>> {
    let words = ["envoy", "--mode", "validate", "--use-dynamic-base-id", "-l", "error", "-c"].map(OsStr::new);
    run(words.into_iter().chain([file.as_os_str()]))
}

fn folder(file: &Path) -> PathBuf {
    let name: Vec<&str> = file.iter().filter_map(OsStr::to_str).collect();
    std::env::temp_dir().join(format!("lblint-incident-{}-{}", std::process::id(), name.join("-")))
}
