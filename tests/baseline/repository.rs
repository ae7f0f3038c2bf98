//! A git repository in a temporary directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

static NUMBER: AtomicUsize = AtomicUsize::new(0);

/// A repository that is gone with the test.
pub(crate) struct Repository {
    base: PathBuf,
    pub(crate) directory: PathBuf,
}

/// What a command said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The beginning of a configuration in which no server is checked and no request is tried elsewhere: two findings.
pub(crate) const HEAD: &str = "\
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend fe
    bind *:80
    use_backend %[path,field(2,/)]
";

/// A pool of two servers.
pub(crate) fn pool(name: &str) -> String {
    format!("\nbackend {name}\n    server {name}1 10.0.0.1:80\n    server {name}2 10.0.0.2:80\n")
}

pub(crate) fn config(pools: &[&str]) -> String {
    HEAD.to_owned() + &pools.iter().map(|name| pool(name)).collect::<String>()
}

impl Repository {
    /// One with a first commit that holds these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let base = std::env::temp_dir().join(format!("lblint-baseline-{}-{number}", std::process::id()));
        let repository = Self { directory: base.join("work"), base };
        fs::create_dir_all(&repository.directory).unwrap();
        repository.git(&["init", "-q", "-b", "main", "."]);
        for (path, text) in files {
            repository.write(path, text);
        }
        repository.commit();
        repository
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.directory.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.directory.join(path)).unwrap()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        let output = git(&self.directory, arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// A clone beside it, made with these arguments.
    pub(crate) fn clone(&self, arguments: &[&str]) -> PathBuf {
        let url = format!("file://{}", self.directory.display());
        let copy = self.base.join(format!("clone{}", NUMBER.fetch_add(1, Ordering::Relaxed)));
        let mut words = vec!["clone", "-q"];
        words.extend(arguments);
        let shown = copy.to_string_lossy();
        words.extend([url.as_str(), &shown]);
        let output = git(&self.base, &words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        copy
    }

    /// `lblint` with these arguments, in the root of the repository.
    pub(crate) fn lblint(&self, arguments: &[&str]) -> Said {
        lblint(&self.directory, arguments)
    }

    /// What `lblint check --format concise` finds: check and pool of each finding, as its message names it.
    pub(crate) fn found(&self, arguments: &[&str]) -> Vec<String> {
        let mut words = vec!["check", "--format", "json"];
        words.extend(arguments);
        subjects(&self.lblint(&words))
    }
}

/// `check pool` for each subject of each finding of a JSON report, sorted.
pub(crate) fn subjects(said: &Said) -> Vec<String> {
    let document: serde_json::Value =
        serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("no JSON, but {} {}", said.out, said.err));
    let mut subjects = Vec::new();
    for finding in document["findings"].as_array().unwrap() {
        for subject in finding["subjects"].as_array().unwrap() {
            let pool = subject["pool"].as_str().unwrap_or_default();
            subjects.push(format!("{} {pool}", finding["check"].as_str().unwrap()));
        }
    }
    subjects.sort();
    subjects
}

pub(crate) fn lblint(directory: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_lblint")).args(arguments).current_dir(directory).output().unwrap();
    Said {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Git with a name and without the settings of whoever runs the test.
fn git(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    for variable in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        command.env(variable, "test");
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env_remove("GIT_DIR");
    command.args(["-c", "protocol.file.allow=always"]).args(arguments).current_dir(directory).output().unwrap()
}

impl Drop for Repository {
    fn drop(&mut self) {
        // What is left in the temporary directory is nobody's loss.
        let _ = fs::remove_dir_all(&self.base);
    }
}
