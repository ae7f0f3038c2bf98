//! A network of its own for a test: the test starts itself again where every loopback address and port is free.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Holds the folder of a test that runs inside.
const INSIDE: &str = "LBLINT_SHARES_FOLDER";
/// All files that there may be open: servers, connections and what waits for answers.
const SCRIPT: &str = "ip link set lo up && ulimit -n $(ulimit -Hn) && exec \"$@\"";

/// Runs the body of the test `name` (its path) in a network of its own, with a folder for files. Where that is not
/// allowed it says so. One at a time: their times would be those of the others.
pub(crate) fn own(name: &str, body: impl FnOnce(&PathBuf)) {
    static ONE: Mutex<()> = Mutex::new(());
    if let Some(folder) = std::env::var_os(INSIDE) {
        return body(&PathBuf::from(folder));
    }
    if !available() {
        eprintln!("skipped: {name}: `unshare --net --pid`, `setpriv` or `ip` is not there or not allowed");
        return;
    }
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder =
        std::env::temp_dir().join(format!("lblint-shares-{}", std::process::id())).join(name.replace("::", "-"));
    std::fs::create_dir_all(&folder).unwrap();
    let mut again = inside();
    again.arg(std::env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]).env(INSIDE, &folder);
    let output = again.output().unwrap();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "inside: {}", output.status);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// What is started inside ends with the test, whatever becomes of that.
fn inside() -> Command {
    let mut command = Command::new("setpriv");
    command.args([
        "--pdeathsig",
        "KILL",
        "unshare",
        "--net",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        SCRIPT,
        "sh",
    ]);
    command.stdin(Stdio::null());
    command
}

fn available() -> bool {
    let mut command = inside();
    command.arg("true").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
