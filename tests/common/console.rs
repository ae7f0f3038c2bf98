//! Console blocks of a text: each command is run, and what it prints is compared with what is shown.

use std::process::Command;

/// A command of a console block.
pub(crate) struct Shown {
    /// The arguments of `lblint`.
    pub(crate) arguments: Vec<String>,
    /// What the text shows as its output.
    pub(crate) output: String,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) printed: String,
    pub(crate) status: Option<i32>,
}

/// The commands in the blocks that are fenced as `kind`.
pub(crate) fn blocks(text: &str, kind: &str) -> Vec<Shown> {
    let mut found = Vec::new();
    for block in text.split(&format!("```{kind}\n")).skip(1) {
        let block = block.split("```").next().unwrap();
        for command in block.split("$ ").skip(1) {
            let (line, output) = command.split_once('\n').unwrap();
            let arguments = line.strip_prefix("cargo run --quiet -- ").or_else(|| line.strip_prefix("lblint "));
            let Some(arguments) = arguments else { continue };
            let arguments = arguments.split(' ').map(str::to_owned).collect();
            found.push(Shown { arguments, output: output.trim_end().to_owned() });
        }
    }
    found
}

impl Shown {
    /// Runs the command.
    pub(crate) fn run(&self) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_lblint")).args(&self.arguments).output().unwrap();
        Ran { printed: String::from_utf8(output.stdout).unwrap(), status: output.status.code() }
    }

    /// Runs the command and compares the whole output.
    pub(crate) fn verify(&self) -> Ran {
        let ran = self.run();
        let shown = without_times(&self.output);
        assert_eq!(without_times(&ran.printed), shown, "lblint {}", self.arguments.join(" "));
        ran
    }
}

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let line = |line: &str| match line.split_once(" in ") {
        Some((before, after)) if after.ends_with("ms") || after.ends_with(" s") => before.to_owned(),
        _ => line.to_owned(),
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}
