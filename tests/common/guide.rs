//! The console blocks of a guide, run from the first to the last as its reader would: in a shell, each on what the ones
//! before it left behind.
//!
//! `<!-- in FOLDER -->` says of which folder the reader has a copy, under git; `<!-- in the repository -->` means this one.
//! A line `...` stands for any lines, `? 1` for an exit status. A command without output may print anything.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::repository::{repository, search_path};

/// Where the commands of a guide are run.
#[derive(Clone)]
enum Place {
    Copy(PathBuf),
    Here,
}

/// A command with what the guide shows of it.
struct Step {
    command: String,
    shown: Vec<String>,
    status: Option<i32>,
}

/// Runs all console blocks of a guide; how many commands that were.
pub(crate) fn run(guide: &Path, default: &str) -> usize {
    let text = std::fs::read_to_string(guide).unwrap();
    let name = guide.to_str().unwrap().replace(['/', '.'], "-");
    let (mut place, mut status, mut count) = (None, 0, 0);
    for part in split(&text) {
        match part {
            Part::Place("the repository") => place = Some(Place::Here),
            Part::Place(fixture) => place = Some(Place::Copy(repository(fixture, &format!("{name}-{count}")))),
            Part::Block(block) => {
                let place = place.get_or_insert_with(|| Place::Copy(repository(default, &name)));
                for step in steps(block) {
                    status = step.run(place, status, guide);
                    count += 1;
                }
            }
        }
    }
    count
}

enum Part<'a> {
    Place(&'a str),
    Block(&'a str),
}

fn split(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let next = ["<!-- in ", "```console\n"].iter().filter_map(|start| Some((rest.find(start)?, *start))).min();
        let Some((at, start)) = next else { return parts };
        let end = if start.starts_with("```") { "```" } else { " -->" };
        let (inside, after) = rest[at + start.len()..].split_once(end).unwrap();
        parts.push(if start.starts_with("```") { Part::Block(inside) } else { Part::Place(inside) });
        rest = after;
    }
}

/// Lines that begin with `$ `, the lines behind them that begin with `> `, and what is shown as output.
fn steps(block: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), shown: Vec::new(), status: None });
            continue;
        }
        let step = steps.last_mut().expect("a block begins with a command");
        match (line.strip_prefix("> "), line.strip_prefix("? ")) {
            (Some(more), _) if step.shown.is_empty() => step.command = format!("{}\n{more}", step.command),
            (_, Some(status)) if step.shown.is_empty() => step.status = status.parse().ok(),
            _ => step.shown.push(without_time(line)),
        }
    }
    steps
}

impl Step {
    /// The exit status.
    fn run(&self, place: &Place, before: i32, guide: &Path) -> i32 {
        let script = format!("exec 2>&1; (exit {before}); {}", self.command);
        let mut shell = Command::new("bash");
        shell
            .args(["-c", &script])
            .env("PATH", search_path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("NO_COLOR", "1");
        let names = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
        shell.envs(names.map(|name| (name, "ops@shop.example")));
        if let Place::Copy(folder) = place {
            shell.current_dir(folder);
        }
        let output = shell.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let status = output.status.code().unwrap();
        let printed: Vec<String> = printed.trim_end().lines().map(without_time).collect();
        let what = format!("{}: $ {}\n{}\n(status {status})", guide.display(), self.command, printed.join("\n"));
        let shown = self.shown.join("\n");
        let shown: Vec<&str> = shown.trim_end().lines().collect();
        assert!(shown.is_empty() || matches(&shown, &printed), "{what}\n\nshown:\n{}", shown.join("\n"));
        let right = self.status.map_or(status < 2, |wanted| status == wanted);
        assert!(right, "{what}");
        status
    }
}

/// Whether lines are those that are shown, where `...` stands for any.
fn matches(shown: &[&str], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..])),
        Some((line, rest)) => printed.first() == Some(&(*line).to_owned()) && matches(rest, &printed[1..]),
    }
}

/// Times differ from run to run.
fn without_time(line: &str) -> String {
    match line.split_once(" in ") {
        Some((before, after)) if after.ends_with("ms") || after.ends_with(" s") => before.to_owned(),
        _ => line.trim_end().to_owned(),
    }
}
