//! Five outages: what `check` says of the configuration in each of them, and of the mended one.
//!
//! A folder's README shows commands and their whole output in `console` blocks. What cannot be shown yet, because a check
//! or a dialect is still missing, stands in a `console pending` block without output.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

#[path = "../common/console.rs"]
mod console;
mod programs;

use std::path::{Path, PathBuf};

/// The check of the first finding on each `before`: the root cause.
const CAUSES: [(&str, &str, &str); 13] = [
    ("2022-05-cache-not-balancer", "nginx", "cache-disabled"),
    ("2023-06-no-health-checks", "envoy", "no-health-check"),
    ("2023-06-no-health-checks", "haproxy", "no-health-check"),
    ("2023-06-no-health-checks", "nginx", "no-health-check"),
    ("2024-01-payment-skew", "envoy", "skewed-weights"),
    ("2024-01-payment-skew", "haproxy", "skewed-weights"),
    ("2024-01-payment-skew", "nginx", "skewed-weights"),
    ("2024-02-payment-failover", "envoy", "undetectable-failover"),
    ("2024-02-payment-failover", "haproxy", "skewed-weights"),
    ("2024-02-payment-failover", "nginx", "failover-to-itself"),
    ("2024-06-single-web-server", "envoy", "one-target-takes-all"),
    ("2024-06-single-web-server", "haproxy", "one-target-takes-all"),
    ("2024-06-single-web-server", "nginx", "one-target-takes-all"),
];

/// Balancers that were suspected without reason.
const CLEARED: [(&str, &str); 2] = [("2022-05-cache-not-balancer", "envoy"), ("2022-05-cache-not-balancer", "haproxy")];

/// Fewest lines of a configuration that somebody could have.
const SHORTEST: usize = 60;

/// The configurations of one incident in one dialect.
struct Folder {
    incident: &'static str,
    dialect: &'static str,
}

impl Folder {
    /// A file of the folder, relative to the repository as in the README's commands.
    fn file(&self, stem: &str) -> PathBuf {
        let extension = match self.dialect {
            "haproxy" => "cfg",
            "nginx" => "conf",
            _ => "yaml",
        };
        self.path().join(stem).with_extension(extension)
    }

    fn path(&self) -> PathBuf {
        ["fixtures", "incidents", self.incident, self.dialect].iter().collect()
    }

    /// The configurations that must be there, without their extension.
    fn stems(&self) -> &'static [&'static str] {
        if self.cause().is_some() { &["after", "before"] } else { &["cleared"] }
    }

    fn cause(&self) -> Option<&'static str> {
        let own = |(incident, dialect, _): &&(&str, &str, &str)| *incident == self.incident && *dialect == self.dialect;
        CAUSES.iter().find(own).map(|(_, _, check)| *check)
    }

    fn readme(&self) -> String {
        std::fs::read_to_string(self.path().join("README.md")).unwrap()
    }
}

fn folders() -> impl Iterator<Item = Folder> {
    let with_cause = CAUSES.iter().map(|(incident, dialect, _)| Folder { incident, dialect });
    with_cause.chain(CLEARED.iter().map(|(incident, dialect)| Folder { incident, dialect }))
}

fn names(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort_unstable();
    names
}

/// The first check that a report names: `error[skewed-weights]: ...`.
fn first_check(printed: &str) -> Option<&str> {
    let named = |line| ["error[", "warning[", "info["].iter().find_map(|word| str::strip_prefix(line, word));
    let rest = printed.lines().find_map(named)?;
    rest.split_once(']').map(|(check, _)| check)
}

/// The configuration that a command of a README is about, and what must come of it.
fn judge(folder: &Folder, shown: &console::Shown, ran: &console::Ran) {
    let command = shown.arguments.join(" ");
    if shown.arguments.first().is_none_or(|first| first != "check") {
        return;
    }
    let is_broken = command.contains("before.");
    assert_eq!(ran.status, Some(i32::from(is_broken)), "the exit status of lblint {command}");
    let cause = if is_broken { folder.cause() } else { None };
    assert_eq!(first_check(&ran.printed), cause, "the first finding of lblint {command}");
}

#[test]
fn every_incident_is_there_in_every_dialect() {
    for incident in names(Path::new("fixtures/incidents")) {
        assert_eq!(
            names(&Path::new("fixtures/incidents").join(&incident)),
            ["envoy", "haproxy", "nginx"],
            "{incident}"
        );
    }
    assert_eq!(folders().count(), 3 * names(Path::new("fixtures/incidents")).len());
    for folder in folders() {
        let file = |stem: &&str| folder.file(stem).file_name().unwrap().to_str().unwrap().to_owned();
        let mut expected: Vec<String> = folder.stems().iter().map(file).collect();
        expected.insert(0, "README.md".to_owned());
        assert_eq!(names(&folder.path()), expected, "{}", folder.path().display());
    }
}

#[test]
fn configurations_are_of_realistic_size() {
    for folder in folders() {
        for file in folder.stems().iter().map(|stem| folder.file(stem)) {
            let lines = std::fs::read_to_string(&file).unwrap().lines().count();
            assert!(lines >= SHORTEST, "{} has {lines} lines", file.display());
        }
    }
}

#[test]
fn the_pages_show_what_is_printed() {
    for folder in folders() {
        let readme = folder.readme();
        let blocks = console::blocks(&readme, "console");
        for shown in &blocks {
            judge(&folder, shown, &shown.verify());
        }
        let pending = console::blocks(&readme, "console pending");
        for stem in folder.stems() {
            let command = ["check".to_owned(), folder.file(stem).to_str().unwrap().to_owned()];
            let is_told = blocks.iter().chain(&pending).any(|shown| shown.arguments == command);
            assert!(is_told, "no block with lblint {}", command.join(" "));
        }
    }
}

/// What is not there yet has no output to show; as soon as it is there, the README must show it.
#[test]
fn what_is_pending_is_not_there_yet() {
    for folder in folders() {
        for shown in console::blocks(&folder.readme(), "console pending") {
            let (command, ran) = (shown.arguments.join(" "), shown.run());
            assert_eq!(shown.output, "", "a pending block shows no output: lblint {command}");
            let found = folder.cause().filter(|cause| first_check(&ran.printed) == Some(cause));
            assert_eq!(found, None, "found now: let the README show the output of lblint {command}");
            eprintln!("pending: lblint {command}");
        }
    }
}

/// The judges refuse something.
#[test]
fn a_broken_file_is_refused() {
    let file = std::env::temp_dir().join(format!("lblint-incident-broken-{}.yaml", std::process::id()));
    std::fs::write(&file, "no: [configuration\n").unwrap();
    for dialect in ["haproxy", "nginx", "envoy"] {
        assert_ne!(programs::judge(dialect, &file), Some(Ok(())), "{dialect}");
    }
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn the_real_programs_accept_them() {
    for folder in folders() {
        for file in folder.stems().iter().map(|stem| folder.file(stem)) {
            match programs::judge(folder.dialect, &file) {
                Some(Ok(())) => {}
                Some(Err(printed)) => panic!("{}: {printed}", file.display()),
                None => eprintln!("skipped: {} is not installed to judge {}", folder.dialect, file.display()),
            }
        }
    }
}
