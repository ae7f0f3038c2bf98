//! Copies of the fixtures in which a team could work: folders of their own, under git.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A path with the folder of the built binary before all others.
pub(crate) fn search_path() -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_lblint")).parent().unwrap();
    format!("{}:{}", built.display(), std::env::var("PATH").unwrap())
}

/// A folder of this test alone, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// `git` in a folder, with nothing of the user's settings.
pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let names = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    let output = git.envs(names.map(|name| (name, "ops@shop.example"))).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A copy of a fixture, links included, as a git repository with one commit.
pub(crate) fn repository(fixture: &str, name: &str) -> PathBuf {
    let folder = folder(name);
    let copied = Command::new("cp").arg("-RP").arg(Path::new(fixture).join(".")).arg(&folder).status().unwrap();
    assert!(copied.success());
    git(&folder, &["init", "--quiet", "--initial-branch=main"]);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--message=as it was"]);
    folder
}
